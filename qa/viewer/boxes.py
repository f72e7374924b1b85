"""Where on a page the words of a document's text stand: the letters that PDFium reads there, boxed by line."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from qa.viewer.alignment import align, counts
from qa.viewer.picture import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.types import Document, Span
    from qa.viewer.picture import Picture

_AROUND: Final = 400
"""Letters before and after a passage that are looked for with it: where a page holds a sentence twice, they tell which
it is."""
_APART: Final = 0.9
"""Letters of a line that are farther apart than this times their height may belong to two columns."""
_PARTED: Final = 1.5
"""Those that are farther apart than this have a box each."""
_TURN: Final = threading.BoundedSemaphore(2)
"""A long page takes 200 MB for a moment."""


def boxes(document: Document, page: int, picture: Picture, spans: Sequence[Span]) -> list[list[Box]]:
    """Return for each span of the document's text the boxes of its words on one page, in the text's order.

    ``picture`` is that page of the file from which the document was read. What of a span stands on other pages, and
    letters that are not found, have no box. Threads that ask while two others are served wait for their turn.
    """
    with _TURN:
        return _boxes(document, page, picture, spans)


def _boxes(document: Document, page: int, picture: Picture, spans: Sequence[Span]) -> list[list[Box]]:
    found: list[list[Box]] = [[] for _ in spans]
    breaks = _breaks(picture)
    for begin, until in parts_on(document, page):
        within = [(max(start, begin), min(end, until)) for start, end in spans]
        touched = [(start, end) for start, end in within if start < end]
        if not touched:
            continue
        first = max(begin, min(start for start, _ in touched) - _AROUND)
        last = min(until, max(end for _, end in touched) + _AROUND)
        places = align(document.text[first:last], picture.letters, breaks)
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
        if current is not None and _follows(before, place, picture) and _is_beside(picture.box(before), own, _PARTED):
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


def _breaks(picture: Picture) -> set[int]:
    """Return the places of the letters that stand apart from the one before them."""
    counted = [place for place, letter in enumerate(picture.letters) if counts(letter)]
    pairs = pairwise(counted)
    return {place for before, place in pairs if not _is_beside(picture.box(before), picture.box(place), _APART)}


def _follows(before: int, place: int, picture: Picture) -> bool:
    """Say whether no letter stands between two in the page's text: the mark of a note, say, that was taken out."""
    return before < place and not any(map(counts, picture.letters[before + 1 : place]))


def _is_beside(one: Box, other: Box, apart: float) -> bool:
    """Say whether a box stands next to another, along the line or, where text is turned, up or down it.

    ``apart`` is how far, in heights of a letter, the two may be from each other.
    """
    across = one.left, one.right, other.left, other.right
    down = one.top, one.bottom, other.top, other.bottom
    return (_level(*down) and _gap(*across) < apart * (one.bottom - one.top)) or (
        _level(*across) and _gap(*down) < apart * (one.right - one.left)
    )


def _level(start: float, end: float, other_start: float, other_end: float) -> bool:
    """Say whether two stretches share most of the shorter."""
    return min(end, other_end) - max(start, other_start) > 0.5 * min(end - start, other_end - other_start)


def _gap(start: float, end: float, other_start: float, other_end: float) -> float:
    """Return how far two stretches are apart, below 0 where they overlap."""
    return max(start, other_start) - min(end, other_end)
