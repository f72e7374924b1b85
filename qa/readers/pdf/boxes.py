"""Where on its pages a stretch of a PDF's text stands, for a view of the page itself."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from pypdfium2 import PdfDocument

from qa.readers.pdf.furniture import rows
from qa.readers.pdf.lines import HYPHEN, Line, read_words
from qa.types import pages_within

if TYPE_CHECKING:
    from pathlib import Path

    from qa.readers.pdf.lines import Word
    from qa.types import Document

_DESCENT, _ASCENT = 0.22, 0.78
"""How far letters reach below and above their baseline, in ems: near enough to be marked."""


class PageBox(NamedTuple):
    """A rectangle on a page, in PDF points from its lower left corner, y upwards."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


def boxes(path: Path, document: Document, start: int, end: int) -> list[PageBox]:
    """Return a box for each line of ``document.text[start:end]``, in reading order.

    The words of the stretch are looked for among those of its pages, as ``path`` holds them now; words that are not
    found there have no box. Text that does not run from left to right has none either.
    """
    found: list[PageBox] = []
    parts = pages_within(document.pages, start, end)
    with PdfDocument(path) as pdf:
        for number, (begin, page) in enumerate(parts):
            until = parts[number + 1][0] if number + 1 < len(parts) else end
            found.extend(_on_page(read_words(pdf[page - 1]), document.text[begin:until].split(), page))
    return found


def _on_page(words: list[Word], wanted: list[str], page: int) -> list[PageBox]:
    """Return the boxes of the wanted words on one page, one a line."""
    there = [word.text.rstrip(HYPHEN) for word in words]
    blocks = SequenceMatcher(None, there, wanted, autojunk=False).get_matching_blocks()
    matched = [words[block.a + place] for block in blocks for place in range(block.size)]
    lines = [Line(word.text, page, word.left, word.right, word.base, word.size) for word in matched]
    return [
        PageBox(
            page,
            min(line.left for line in row),
            min(line.base - line.size * _DESCENT for line in row),
            max(line.right for line in row),
            max(line.base + line.size * _ASCENT for line in row),
        )
        for row in rows(lines)
    ]
