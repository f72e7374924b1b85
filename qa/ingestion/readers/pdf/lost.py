"""Whether anything that a page shows was lost on the way to its paragraphs, counted letter by letter."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from qa.types import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qa.ingestion.readers.common.pieces import Piece
    from qa.ingestion.readers.pdf.lines import Page

_FEW = 12
_SHARE = 0.02
"""Page borders within words make up fewer letters of a page, and a smaller share of them."""


def lost(pages: Iterable[Page], pieces: Iterable[Piece]) -> Iterator[Doubt]:
    """Yield a doubt for each page of whose lines letters or digits stand in no piece.

    The pages are those from which running heads, page numbers, watermarks and numbers of lines have been taken.
    """
    given: Counter[int] = Counter()
    for piece in pieces:
        ends = [place for place, _ in piece.pages[1:]]
        for (start, number), end in zip(piece.pages, [*ends, len(piece.text)], strict=True):
            given[number] += _letters(piece.text[start:end])
    for page in pages:
        marks = sum(_letters(line.text[start:end]) for line in page.lines for start, end in line.marks)
        shown = sum(_letters(line.text) for line in page.lines) - marks  # of notes: left out of the text
        missing = shown - given[page.number]
        if missing > max(_FEW, _SHARE * shown):
            detail = f"{missing:,} of {shown:,} letters of this page are in no paragraph"
            yield Doubt("text-missing", detail, page.number)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
