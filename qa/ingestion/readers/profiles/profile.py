"""What a profile is: the knowledge of one family of documents that the generic readers ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.ingestion.readers.common.pinpoints import Pinpoints

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence

    from qa.ingestion.readers.common.pieces import Piece


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a document of a known family states in its masthead, or in the name of its file.

    ``start`` is the position of the first piece below the masthead; ``pinpoints`` numbers the pieces from there.
    """

    title: str
    metadata: Mapping[str, str]
    start: int = 0
    pinpoints: Pinpoints = field(default_factory=Pinpoints)


@dataclass(frozen=True, slots=True)
class Profile:
    """One family of documents. Each reader may ask about any document.

    ``recognise`` takes the pieces of a document and the lines left out of it; it labels the pieces of the masthead.
    ``recognise_file_name`` takes a file's name. Both return None for a document of another kind.
    ``addressees`` is a regular expression for words of a salutation. ``organisations`` finds a name in a head line. The
    other patterns match a whole text: ``furniture`` a line at the edge of a page that is no text, ``number`` a word
    that begins a paragraph, ``italic_text`` a line in italics that is no heading.
    """

    recognise: Callable[[Sequence[Piece], Sequence[str]], Recognised | None]
    recognise_file_name: Callable[[str], Recognised | None]
    addressees: str
    organisations: re.Pattern[str]
    furniture: re.Pattern[str]
    number: re.Pattern[str]
    italic_text: re.Pattern[str]
