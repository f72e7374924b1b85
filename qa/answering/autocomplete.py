"""What may be asked, offered while a question is typed: titles and headings of the documents, and questions given."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST: Final = 6
"""Suggestions that are offered at once: more would have to be read instead of seen."""
_LONGEST: Final = 120
"""Characters of the longest heading that is offered; what is longer is no heading."""
_LONGEST_TYPED: Final = 200
"""Characters up to which something typed is looked for; what is longer begins no heading."""
_EVERYWHERE: Final = 100
"""Documents from which a heading that they share says what kind of document it is, not what it is about."""
_FRAME: Final = frozenset({
    "abstract", "acknowledgements", "acknowledgments", "annex", "annexes", "appendices", "appendix", "background",
    "bibliography", "conclusion", "conclusions", "contents", "endnotes", "footnotes", "foreword", "general", "index",
    "introduction", "notes", "other", "other matters", "overview", "preface", "references", "remarks", "sources",
    "summary", "table of contents", "untitled", "annexe", "avant propos", "bibliographie", "remerciements", "resume",
    "sommaire", "table des matieres",
})  # fmt: skip
"""Headings that name a part of any document, folded."""
_NUMBER: Final = r"""(?:
    (?:chapter|part|section|article|annex|table|figure|box|rule|paragraph)\s+(?:\d+|[ivxlc]+|[a-z])\b
    | \d+(?:[./]\d+)*
    | (?:[ivxlc]+|[a-z])[.)]
)[\s.):\u2013\u2014-]"""
"""What numbers a part of a document."""
_NUMBERING: Final = re.compile(rf"\A{_NUMBER}+(?=\w{{2}})", re.IGNORECASE | re.VERBOSE)
"""The number at the beginning of a heading; what follows is what it is about."""
_BARE_NUMBER: Final = re.compile(rf"{_NUMBER}*", re.IGNORECASE | re.VERBOSE)
_WORDLESS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A text with its words as they are compared, a space before each, and without its numbering.

    ``rank`` is 0 for what is offered first among what fits as well.
    """

    text: str
    words: str
    unnumbered: str
    rank: int

    def closeness(self, wanted: str) -> int:
        """Return 0 for a beginning, 1 for words that follow one another, 2 for words anywhere."""
        if self.words.startswith(wanted) or self.unnumbered.startswith(wanted):
            return 0
        return 1 if wanted in self.words else 2


class Suggestions:
    """The titles and headings of one index, each with the number of documents that have it.

    Numbers and names of parts, such as "Introduction", are left out, and so are headings that a hundred documents
    share; of those that differ in case, accents or numbering only one is offered.
    """

    def __init__(self, headings: Mapping[str, int]) -> None:
        documents: Counter[str] = Counter()
        phrases: dict[str, _Phrase] = {}
        for text, count in headings.items():
            phrase = _phrase(text, 1)
            key = phrase.unnumbered
            documents[key] += count
            if key not in phrases or (len(phrase.text), phrase.text) < (len(phrases[key].text), phrases[key].text):
                phrases[key] = phrase
        self._phrases = [
            phrase for key, phrase in phrases.items() if documents[key] < _EVERYWHERE and _says_something(phrase)
        ]

    def matching(self, typed: str, offered: Iterable[str] = (), k: int = MOST) -> list[str]:
        """Return at most ``k`` phrases of which each word typed begins one, best first.

        ``offered`` are questions to offer besides, before headings that fit as well. A phrase that begins with what was
        typed comes first, then one that has it in one piece, then one that has its words anywhere; shorter ones before
        longer ones. What is typed in full already is not offered.
        """
        wanted = _folded(typed) if len(typed) <= _LONGEST_TYPED else ""
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


def _phrase(text: str, rank: int) -> _Phrase:
    line = " ".join(text.split())
    return _Phrase(line, _folded(line), _folded(_NUMBERING.sub("", line, count=1)), rank)


def _folded(text: str) -> str:
    """Return the words of a text without case, accents and punctuation, a space before each."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = _WORDLESS.sub(" ", plain).strip()
    return f" {words}" if words else ""


def _says_something(phrase: _Phrase) -> bool:
    """Say whether a heading is worth asking: neither a number nor a part that any document has."""
    words = phrase.unnumbered.split()
    named = any(len(word) > 2 and word.isalpha() for word in words)
    bare = _BARE_NUMBER.fullmatch(phrase.text) or phrase.unnumbered.strip() in _FRAME
    return named and not bare and len(phrase.text) <= _LONGEST
