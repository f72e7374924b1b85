"""English terms, for callers that do not go through ``Language`` yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.languages.english import English
from qa.languages.terms import content_of

if TYPE_CHECKING:
    from qa.types import Term

ANALYSER = English.name


def analyse(text: str) -> list[Term]:
    """Return the terms of a text in order."""
    return English().terms(text)


def content_terms(text: str) -> dict[str, Term]:
    """Return the distinct terms that say what a question is about, or all of them where no word does."""
    return content_of(analyse(text))
