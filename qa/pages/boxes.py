"""Where on a page the words of a document's text stand: the letters that PDFium reads there, boxed by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qa.pages.alignment import align, counts
from qa.readers.picture import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.readers.picture import Picture
    from qa.types import Document, Span

_AROUND: Final = 400
"""Letters before and after a passage that are looked for with it: where a page holds a sentence twice, they tell which
it is."""
_APART: Final = 1.5
"""Letters farther apart than this times their height have a box each: they stand in two cells of a table, say."""


def boxes(document: Document, page: int, picture: Picture, spans: Sequence[Span]) -> list[list[Box]]:
    """Return for each span of the document's text the boxes of its words on one page, in the text's order.

    ``picture`` is that page of the file from which the document was read. What of a span stands on other pages, and
    letters that are not found, have no box.
    """
    found: list[list[Box]] = [[] for _ in spans]
    for begin, until in parts_on(document, page):
        within = [(max(start, begin), min(end, until)) for start, end in spans]
        touched = [(start, end) for start, end in within if start < end]
        if not touched:
            continue
        first = max(begin, min(start for start, _ in touched) - _AROUND)
        last = min(until, max(end for _, end in touched) + _AROUND)
        places = align(document.text[first:last], picture.letters)
        for number, (start, end) in enumerate(within):
            if start < end:
                own = [place for place in places[start - first : end - first] if place is not None]
                found[number].extend(_lines(own, picture))
    return found


def parts_on(document: Document, page: int) -> list[Span]:
    """Return the parts of a document's text that stand on a page: notes may come after the beginning of the next."""
    ends = [*(at for at, _ in document.pages[1:]), len(document.text)]
    return [(at, end) for (at, number), end in zip(document.pages, ends, strict=False) if number == page]


def _lines(places: list[int], picture: Picture) -> Iterator[Box]:
    """Yield a box for each run of letters that stand next to each other on a line."""
    current: Box | None = None
    before = -1
    for place in places:
        own = picture.box(place)
        if current is not None and _goes_on(before, place, picture):
            current = Box(
                min(current.left, own.left),
                min(current.top, own.top),
                max(current.right, own.right),
                max(current.bottom, own.bottom),
            )
        else:
            if current is not None:
                yield current
            current = own
        before = place
    if current is not None:
        yield current


def _goes_on(before: int, place: int, picture: Picture) -> bool:
    """Say whether a letter stands next to the one before it, along the line or, where text is turned, up or down it."""
    if place < before or any(map(counts, picture.letters[before + 1 : place])):
        return False
    one, other = picture.box(before), picture.box(place)
    across = one.left, one.right, other.left, other.right
    down = one.top, one.bottom, other.top, other.bottom
    return (_level(*down) and _near(*across, size=one.bottom - one.top)) or (
        _level(*across) and _near(*down, size=one.right - one.left)
    )


def _level(start: float, end: float, other_start: float, other_end: float) -> bool:
    """Say whether two stretches share most of the shorter."""
    return min(end, other_end) - max(start, other_start) > 0.5 * min(end - start, other_end - other_start)


def _near(start: float, end: float, other_start: float, other_end: float, *, size: float) -> bool:
    """Say whether the gap between two stretches is small for letters of that size."""
    return max(start, other_start) - min(end, other_end) < _APART * size
