"""Did you mean …? Replaces words of a question that the documents do not contain by similar words that they do.

Candidates are the words of the index within a small edit distance (Damerau 1964; optimal string alignment of
rapidfuzz), the nearest first, then the most frequent. Most words that are missing from some documents are spelt
correctly. The encoder's word pieces tell the difference: its vocabulary consists of the most frequent words and parts
of words of the language, so a correct word is one piece or a few long ones, and a misspelt word many short ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.protocols import Engine, Language
    from qa.types import Term

_FEWEST_LETTERS: Final = 5
"""Of a word that is checked: any four letters are similar to some word."""
_LONG: Final = 8
"""Letters from which a word may have two errors instead of one."""
_WHOLE: Final = 5
"""Letters for each word piece from which a word counts as correct."""
_BROKEN: Final = 3
"""Letters for each word piece up to which a word may have two errors."""
_NAME: Final = 0.2
"""Share of capitalised occurrences from which a word of the documents may be a name."""
_MOST: Final = 2
"""Misspelt words of one question. With more, the question has another subject or is in another language."""


@dataclass(frozen=True, slots=True)
class _KnownWord:
    """A word of the documents: its spelling, the number of passages that contain it, and whether it may be a name."""

    written: str
    passages: int
    name: bool


class Spelling:
    """Spelling suggestions from the words of one index, whose vocabulary is read on first use.

    ``count_tokens`` returns the number of the encoder's word pieces in each text, without special tokens.
    """

    def __init__(self, engine: Engine, language: Language, count_tokens: Callable[[Sequence[str]], list[int]]) -> None:
        self._engine = engine
        self._language = language
        self._count_tokens = count_tokens

    def __call__(self, question: str) -> str | None:
        """Return the question with corrected words, None if no word is misspelt."""
        suspects = self.suspects(question)
        if not 0 < len({term.term for term in suspects}) <= _MOST:
            return None
        pieces, done = [], 0
        for term in suspects:
            if better := self._nearest(question[term.start : term.end], first=not question[: term.start].strip()):
                pieces += [question[done : term.start], better]
                done = term.end
        return "".join([*pieces, question[done:]]) if pieces else None

    def suspects(self, question: str) -> list[Term]:
        """Return the words that the documents do not contain and that do not look correct."""
        terms = [
            term
            for term in self._language.terms(question)
            if not term.stop and _is_word(question[term.start : term.end])
        ]
        known = self._engine.statistics({term.term for term in terms}).frequencies if terms else {}
        return [
            term
            for term in terms
            if term.term not in known and not self._is_ordinary(question[term.start : term.end].lower())
        ]

    def _is_ordinary(self, word: str) -> bool:
        """Say whether the encoder's word pieces show a correct word, or a regular form of one.

        With an encoder without word pieces every word is correct, so there are no suggestions.
        """
        (pieces,) = self._count_tokens([word])
        bases = [base for base in self._language.bases(word) if len(base) >= _FEWEST_LETTERS - 1]
        return len(word) >= _WHOLE * pieces or 1 in self._count_tokens(bases)

    def _nearest(self, word: str, *, first: bool) -> str | None:
        """Return the most likely word of the documents, None without a similar one; ``first`` marks the first word."""
        lower = word.lower()
        broken = len(lower) <= _BROKEN * self._count_tokens([lower])[0]
        errors = 2 if len(lower) >= _LONG and broken else 1
        near = process.extract(lower, self._spellings, scorer=OSA.distance, score_cutoff=errors, limit=None)
        is_name = word[0].isupper() and not first
        found = [
            (distance, spelling[0] != lower[0], -self._words[spelling].passages, spelling)
            for spelling, distance, _ in near
            if (distance < errors or errors == 1 or spelling[0] == lower[0])
            and (self._words[spelling].name or not is_name)
        ]
        if not found:
            return None
        written = self._words[min(found)[-1]].written
        return written[0].upper() + written[1:] if word[0].isupper() else written

    @cached_property
    def _words(self) -> dict[str, _KnownWord]:
        """The words of the documents by their lower-case form."""
        forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for written, passages in self._engine.vocabulary().items():
            if not all(term.stop for term in self._language.terms(written)):
                forms[written.lower()][written] += passages
        return {lower: _known_word(lower, counted) for lower, counted in forms.items()}

    @cached_property
    def _spellings(self) -> list[str]:
        return [word for word in self._words if len(word) >= _FEWEST_LETTERS]


def _is_word(text: str) -> bool:
    """Say whether a text can be checked: no number, symbol or abbreviation, and not too short."""
    return len(text) >= _FEWEST_LETTERS and text.isalpha() and text[1:].islower()


def _known_word(lower: str, forms: Counter[str]) -> _KnownWord:
    """Join the spellings of one word in the documents; the lower-case form is preferred if it occurs."""
    passages = forms.total()
    names = sum(count for form, count in forms.items() if form[0].isupper())
    return _KnownWord(lower if lower in forms else forms.most_common(1)[0][0], passages, names >= _NAME * passages)
