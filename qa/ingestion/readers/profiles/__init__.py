"""The known families of documents. Generic readers ask each of these profiles and know no family by name."""

from qa.ingestion.readers.profiles.profile import Profile
from qa.ingestion.readers.profiles.united_nations import UNITED_NATIONS

PROFILES: tuple[Profile, ...] = (UNITED_NATIONS,)
