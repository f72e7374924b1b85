"""Completions of a partly typed question: titles and headings of the documents, and given questions."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from qa.languages.document_words import document_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST: Final = 6
"""Completions offered at once: more could not be taken in at a glance."""
_MOST_CHARACTERS: Final = 120
"""Of a heading that is offered; a longer text is no heading."""
_MOST_TYPED: Final = 200
"""Characters typed; no heading begins with more."""
_TOO_COMMON: Final = 100
"""A heading of so many documents names their kind, not their subject."""
_WORDLESS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Completion:
    """A text that can be offered; ``words`` is its normalised form, ``unnumbered`` that form without its number.

    Of phrases that fit equally well, those with ``rank`` 0 come before those with 1.
    """

    text: str
    words: str
    unnumbered: str
    rank: int

    def closeness(self, wanted: str) -> int:
        """Return 0 if the phrase begins with the wanted words, 1 if it contains them in a row, 2 if anywhere."""
        if self.words.startswith(wanted) or self.unnumbered.startswith(wanted):
            return 0
        return 1 if wanted in self.words else 2


class Completions:
    """The titles and headings of one index, given with the number of documents that have each.

    Bare numbers, generic headings ("Introduction") and headings of a hundred documents are left out. Of headings that
    differ only in case, accents or number, one is offered.
    """

    def __init__(self, headings: Mapping[str, int]) -> None:
        documents: Counter[str] = Counter()
        phrases: dict[str, _Completion] = {}
        for text, count in headings.items():
            phrase = _phrase(text, 1)
            key = phrase.unnumbered
            documents[key] += count
            if key not in phrases or (len(phrase.text), phrase.text) < (len(phrases[key].text), phrases[key].text):
                phrases[key] = phrase
        self._phrases = [
            phrase for key, phrase in phrases.items() if documents[key] < _TOO_COMMON and _has_subject(phrase)
        ]

    def matching(self, typed: str, offered: Iterable[str] = (), k: int = MOST) -> list[str]:
        """Return at most ``k`` phrases, best first; every typed word begins a word of the phrase.

        ``offered`` are questions that come before headings that fit equally well. Phrases that begin with the typed
        words come first, then phrases that contain them in a row, then the others; shorter before longer. A phrase
        that is already typed in full is left out.
        """
        wanted = _normalise(typed) if len(typed) <= _MOST_TYPED else ""
        if not wanted:
            return []
        parts = [f" {word}" for word in wanted.split()]
        found = [
            (phrase.closeness(wanted), phrase.rank, len(phrase.text), phrase.text, phrase.words)
            for phrases in ([_phrase(text, 0) for text in offered], self._phrases)
            for phrase in phrases
            if all(part in phrase.words for part in parts) and phrase.words != wanted
        ]
        best: dict[str, str] = {}
        for *_, text, words in sorted(found):
            best.setdefault(words, text)
        return list(best.values())[:k]


@cache
def _numbering(repeated: str = r"+(?=\w{2})") -> re.Pattern[str]:
    """Return a pattern for the number of a part of a document, before its subject by default."""
    number = rf"""(?:
        {document_words().divisions}\s+(?:\d+|[ivxlc]+|[a-z])\b
        | \d+(?:[./]\d+)*
        | (?:[ivxlc]+|[a-z])[.)]
    )[\s.):\u2013\u2014-]"""
    return re.compile(rf"\A{number}{repeated}", re.IGNORECASE | re.VERBOSE)


def _phrase(text: str, rank: int) -> _Completion:
    line = " ".join(text.split())
    return _Completion(line, _normalise(line), _normalise(_numbering().sub("", line, count=1)), rank)


def _normalise(text: str) -> str:
    """Return the words of a text without case, accents and punctuation, each after a space."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = _WORDLESS.sub(" ", plain).strip()
    return f" {words}" if words else ""


def _has_subject(phrase: _Completion) -> bool:
    """Say whether a heading names a subject, and not only a number or a part of any document."""
    words = phrase.unnumbered.split()
    named = any(len(word) > 2 and word.isalpha() for word in words)
    bare = _numbering(r"*").fullmatch(phrase.text) or phrase.unnumbered.strip() in document_words().generic_headings
    return named and not bare and len(phrase.text) <= _MOST_CHARACTERS
