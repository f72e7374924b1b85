"""Words of a page as they are drawn: large first letters belong to their words, and lines beside them to the margin."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_DROPPED = 1.8
"""Least size of a large first letter, in sizes of the text beside it."""
_BESIDE = 0.5
"""The text begins this near to the letter, in sizes of the letter, or nearer."""


class Word(NamedTuple):
    """A word: its text, edges, baseline, size of type, and the index of its first letter in the page.

    ``breaks`` says that PDFium begins a line with it, ``glued`` that no space stands before it.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    letter: int
    breaks: bool
    glued: bool


def with_drop_capitals(words: Sequence[Word]) -> list[Word]:
    """Return the words, each large first letter as part of the word that it begins.

    The lines beside such a letter begin where it begins, as the lines below it do.
    """
    found = list(words)
    gone: set[int] = set()
    for place, capital in enumerate(words[:-1]):
        if len(capital.text) == 1 and capital.text.isalpha() and _is_dropped(capital, words[place + 1]):
            first = words[place + 1]
            gone.add(place)
            text = (
                f"{capital.text} {first.text}"
                if _is_word(capital.text, first.text, words)
                else capital.text + first.text
            )
            found[place + 1] = first._replace(
                text=text, left=capital.left, letter=capital.letter, breaks=True, glued=False
            )
            for other, word in enumerate(words[place + 2 :], place + 2):
                if capital.base - 0.5 * word.size < word.base < first.base - 0.5 * word.size and _is_beside(
                    capital, word
                ):
                    found[other] = word._replace(left=capital.left)
    return [word for place, word in enumerate(found) if place not in gone]


def _is_dropped(capital: Word, word: Word) -> bool:
    """Say whether a letter is far larger than the word right of it, whose line it begins."""
    reaches = capital.base - 0.3 * word.size < word.base < capital.base + capital.size
    return capital.size > _DROPPED * word.size and word.text[0].isalpha() and reaches and _is_beside(capital, word)


def _is_beside(capital: Word, word: Word) -> bool:
    return (
        -0.1 * capital.size < word.left - capital.right < _BESIDE * capital.size and word.size * _DROPPED < capital.size
    )


def _is_word(letter: str, rest: str, words: Sequence[Word]) -> bool:
    """Say by the other words of the page whether a letter is a word of its own: "A boat", not "A ll"."""
    known = Counter(word.text.lower().strip(".,;:") for word in words)
    return known[letter.lower()] > 1 and known[rest.lower()] > 1 and not known[(letter + rest).lower()]
