"""The interface's words in its languages, for tests."""

from __future__ import annotations

from qa.web.i18n.languages import Languages

LANGUAGES = Languages.load()
ENGLISH, FRENCH = LANGUAGES["en"], LANGUAGES["fr"]
