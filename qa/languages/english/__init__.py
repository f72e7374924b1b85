"""English, with what is known of the wording of the United Nations."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import Stemmer

from qa.languages.english.clues import clues, facts, repeats
from qa.languages.english.entities import entities
from qa.languages.english.listing import listing
from qa.languages.english.places import places
from qa.languages.english.remarks import remark
from qa.languages.english.sources import sources
from qa.languages.english.word_lists import listed, words
from qa.languages.identification import other_language
from qa.languages.terms import fold, terms_of
from qa.protocols import WithoutSettings
from qa.types import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.types import Entity, Fact, Term


class English(WithoutSettings):
    """English as ``qa.protocols.Language``. It has no state, so threads may share it."""

    name = "words/1 with Snowball English"

    def terms(self, text: str) -> list[Term]:
        """Return the words of a text, without case, diacritics and endings (Porter 2001)."""
        return terms_of(text, _stem, words("stop"), endings=("s", "t"))

    def wording(self, question: str) -> Wording:
        """Return how a question is worded."""
        named = clues(question)
        return Wording(
            terms=tuple(self.terms(question)),
            clues=named,
            repeats=repeats(question, named),
            sources=sources(question),
            places=tuple(places(question)),
            listing=listing(question, named),
            remark=remark(question),
        )

    def facts(self, metadata: Mapping[str, str]) -> frozenset[Fact]:
        """Return what a document's metadata state."""
        return facts(tuple(sorted(metadata.items())))

    def entities(self, text: str) -> Sequence[Entity]:
        """Return what a text names by value."""
        return entities(text)

    def bases(self, word: str) -> list[str]:
        """Return what is left of a word without its prefix, its suffix or both, and that with an "e"."""
        prefixes, suffixes = (("", *listed(name)) for name in ("prefixes", "suffixes"))
        stems = [
            word[len(prefix) : len(word) - len(suffix)]
            for prefix in prefixes
            for suffix in suffixes
            if word.startswith(prefix) and word.endswith(suffix) and (prefix or suffix)
        ]
        return [base for stem in stems for base in (stem, f"{stem}e")]

    def other_language(self, text: str) -> str | None:
        """Return the ISO 639-1 code of a text that is surely not English, else None."""
        return other_language(text, "en")


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def _stem(word: str) -> str:
    """Return a word without case, diacritics and English ending."""
    folded = fold(word)
    return str(_stemmer().stemWord(folded)) if folded.isascii() else folded
