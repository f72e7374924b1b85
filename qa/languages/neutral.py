"""The neutral language, for texts in a language that has no module here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.languages.terms import terms_of
from qa.protocols import WithoutSettings
from qa.types import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.types import Entity, Fact, Term


class Neutral(WithoutSettings):
    """``qa.protocols.Language`` by Unicode's rules for words: no stop words, endings, entities or clues."""

    name = "words/1"

    def terms(self, text: str) -> list[Term]:
        """Return the words of a text, without case and diacritics."""
        return terms_of(text)

    def wording(self, question: str) -> Wording:
        """Return the terms of a question alone."""
        return Wording(tuple(self.terms(question)))

    def facts(self, metadata: Mapping[str, str]) -> frozenset[Fact]:  # noqa: ARG002 - the protocol's
        """Return nothing: no question has clues to compare with."""
        return frozenset()

    def entities(self, text: str) -> Sequence[Entity]:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return ()

    def bases(self, word: str) -> list[str]:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return []

    def other_language(self, text: str) -> str | None:  # noqa: ARG002 - the protocol's
        """Return None: no language is another."""
        return None
