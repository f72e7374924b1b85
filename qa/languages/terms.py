"""The words of a text in the form in which they are compared: the part that all languages share."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from qa.types import Term

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]+|(?:(?![{_IDEOGRAPHS}])[^\W_])+(?:[.,](?=\d)(?<=\d[.,])\d+)*")
_CJK = re.compile(rf"[{_IDEOGRAPHS}]")


def fold(word: str) -> str:
    """Return a word without case and diacritics."""
    lower = word.lower()
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c)) or lower


def terms_of(
    text: str, folded: Callable[[str], str] = fold, stop_words: Collection[str] = (), endings: Collection[str] = ()
) -> list[Term]:
    """Return the terms of a text in order.

    Runs of Han characters and kana are cut into overlapping pairs, as they are written without spaces. ``endings`` are
    letters that belong to the word before them after an apostrophe, such as the possessive "s": they are left out.
    """
    terms: list[Term] = []
    for match in _WORD.finditer(text):
        word, start = match.group(), match.start()
        if _CJK.match(word):
            terms.extend(
                Term(word[place : place + 2], start + place, start + min(place + 2, len(word)), stop=False)
                for place in range(max(1, len(word) - 1))
            )
        elif start and text[start - 1] in "'’" and word.lower() in endings:
            continue
        else:
            terms.append(Term(folded(word), start, match.end(), stop=word.lower() in stop_words))
    return terms
