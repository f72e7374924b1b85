"""Did you mean …? A word of the question that the documents do not hold, and one much like it that they do.

Candidates are the words of the index within a small edit distance (Damerau 1964; here optimal string alignment, as
rapidfuzz counts it), the nearest first and then the more frequent. Most words that some documents happen not to hold
are spelt as they should be. The encoder's word pieces tell: its vocabulary was made of the language's commonest words
and parts of words, so that a word of the language is one piece or a few long ones, and a slip breaks it into crumbs.
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

_SHORTEST: Final = 5
"""Letters of the shortest word that is looked at: any four letters are near some word."""
_LONG: Final = 8
"""Letters from which two slips are allowed for instead of one."""
_WHOLE: Final = 5
"""Letters for each piece from which a word counts as one of the language."""
_CRUMBS: Final = 3
"""Letters for each piece up to which a word may have two slips in it."""
_NAME: Final = 0.2
"""Share of capital initials from which a word of the documents may be a name."""
_MOST: Final = 2
"""Words of one question that may be misspelt; with more it is about something else, or in another language."""
_BEGINNINGS: Final = ("", "un", "dis", "non", "over", "under", "re")
_ENDINGS: Final = ("", "s", "es", "ed", "d", "ing", "ly", "er", "ers", "est")
"""What regular forms have before and after a word that the vocabulary has in one piece."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the documents: as it is to be written, how many passages hold it, and whether it may be a name."""

    written: str
    passages: int
    name: bool


class Spelling:
    """Suggestions for the words of one index. It reads the list of words when it first has need of it.

    ``count_tokens`` counts the encoder's word pieces in each of several texts, special tokens left out.
    """

    def __init__(self, engine: Engine, language: Language, count_tokens: Callable[[Sequence[str]], list[int]]) -> None:
        self._engine = engine
        self._language = language
        self._count_tokens = count_tokens

    def __call__(self, question: str) -> str | None:
        """Return the question with its misspelt words as the documents write them, None if there is none such."""
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
        """Return the words that neither the documents nor the commonest words of the language include."""
        terms = [
            term
            for term in self._language.terms(question)
            if not term.stop and _is_word(question[term.start : term.end])
        ]
        held = self._engine.statistics({term.term for term in terms}).frequencies if terms else {}
        return [
            term
            for term in terms
            if term.term not in held and not self._is_ordinary(question[term.start : term.end].lower())
        ]

    def _is_ordinary(self, word: str) -> bool:
        """Say whether a word is one of the language as far as the encoder's vocabulary tells, or a regular form of one.

        An encoder without word pieces would call every word one piece, and get no suggestions.
        """
        (pieces,) = self._count_tokens([word])
        return len(word) >= _WHOLE * pieces or 1 in self._count_tokens(_bases(word))

    def _nearest(self, word: str, *, first: bool) -> str | None:
        """Return the word of the documents that was most likely meant; ``first`` is for the question's first word."""
        lower = word.lower()
        crumbled = len(lower) <= _CRUMBS * self._count_tokens([lower])[0]
        slips = 2 if len(lower) >= _LONG and crumbled else 1
        near = process.extract(lower, self._spellings, scorer=OSA.distance, score_cutoff=slips, limit=None)
        is_name = word[0].isupper() and not first
        found = [
            (distance, spelling[0] != lower[0], -self._words[spelling].passages, spelling)
            for spelling, distance, _ in near
            if (distance < slips or slips == 1 or spelling[0] == lower[0])
            and (self._words[spelling].name or not is_name)
        ]
        if not found:
            return None
        written = self._words[min(found)[-1]].written
        return written[0].upper() + written[1:] if word[0].isupper() else written

    @cached_property
    def _words(self) -> dict[str, _Word]:
        """The words of the documents by their small letters."""
        forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for written, passages in self._engine.vocabulary().items():
            forms[written.lower()][written] += passages
        return {lower: _word(lower, counted) for lower, counted in forms.items()}

    @cached_property
    def _spellings(self) -> list[str]:
        return [word for word in self._words if len(word) >= _SHORTEST]


def _bases(word: str) -> list[str]:
    """Return what a word is a regular form of, if it is one."""
    stems = [
        word[len(beginning) : len(word) - len(ending)]
        for beginning in _BEGINNINGS
        for ending in _ENDINGS
        if word.startswith(beginning) and word.endswith(ending) and (beginning or ending)
    ]
    return [base for stem in stems for base in (stem, f"{stem}e") if len(base) >= _SHORTEST - 1]


def _is_word(text: str) -> bool:
    """Say whether a text may be misspelt: no number, symbol or abbreviation, and not too short."""
    return len(text) >= _SHORTEST and text.isalpha() and text[1:].islower()


def _word(lower: str, forms: Counter[str]) -> _Word:
    """Put the ways together in which the documents write one word; small letters are how it is written, if ever."""
    passages = forms.total()
    names = sum(count for form, count in forms.items() if form[0].isupper())
    return _Word(lower if lower in forms else forms.most_common(1)[0][0], passages, names >= _NAME * passages)
