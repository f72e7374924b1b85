"""Boxes around the words of a document's text on the image of a page, one box a line."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from qa.viewer.alignment import align, has_place
from qa.viewer.page_image import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.types import Document, Span
    from qa.viewer.page_image import PageImage

_CONTEXT: Final = 400
"""Characters before and after a passage that are aligned with it: they tell two equal sentences on a page apart."""
_COLUMN_GAP: Final = 0.9
"""A wider gap in a line, in heights of a character, may part two columns."""
_BOX_GAP: Final = 1.5
"""A wider gap begins a new box."""
_TURN: Final = threading.BoundedSemaphore(2)
"""Aligning a long page takes 200 MB for a moment, so only two threads may do it at a time."""


def boxes(document: Document, page: int, image: PageImage, spans: Sequence[Span]) -> list[list[Box]]:
    """Return for each span of the document's text the boxes of its words on one page, in the order of the text.

    ``image`` is that page, of the file from which the document was read. Parts of a span on other pages, and characters
    that are not found, have no box. A third thread waits until one of two others is done.
    """
    found: list[list[Box]] = [[] for _ in spans]
    breaks = _breaks(image)
    for part_start, part_end in parts_on(document, page):
        clipped = [(max(start, part_start), min(end, part_end)) for start, end in spans]
        touched = [(start, end) for start, end in clipped if start < end]
        if not touched:
            continue
        first = max(part_start, min(start for start, _ in touched) - _CONTEXT)
        last = min(part_end, max(end for _, end in touched) + _CONTEXT)
        with _TURN:
            positions = align(document.text[first:last], image.characters, breaks)
        for number, (start, end) in enumerate(clipped):
            if start < end:
                own = [position for position in positions[start - first : end - first] if position is not None]
                found[number].extend(_lines(own, image))
    return found


def parts_on(document: Document, page: int) -> list[Span]:
    """Return the spans of a document's text that stand on a page; a page with footnotes can have several."""
    ends = [*(start for start, _ in document.pages[1:]), len(document.text)]
    return [(start, end) for (start, number), end in zip(document.pages, ends, strict=False) if number == page]


def _lines(positions: list[int], image: PageImage) -> Iterator[Box]:
    """Yield a box for each run of characters that stand next to each other on a line."""
    current: Box | None = None
    previous = -1
    for position in positions:
        box = image.box(position)
        joined = current is not None and _follows(previous, position, image)
        if current is not None and joined and _is_beside(image.box(previous), box, _BOX_GAP):
            current = Box(
                min(current.left, box.left),
                min(current.top, box.top),
                max(current.right, box.right),
                max(current.bottom, box.bottom),
            )
        else:
            if current is not None:
                yield current
            current = box
        previous = position
    if current is not None:
        yield current


def _breaks(image: PageImage) -> set[int]:
    """Return the positions of the characters that do not stand beside the one before them."""
    placed = [position for position, character in enumerate(image.characters) if has_place(character)]
    pairs = pairwise(placed)
    return {after for before, after in pairs if not _is_beside(image.box(before), image.box(after), _COLUMN_GAP)}


def _follows(before: int, after: int, image: PageImage) -> bool:
    """Say whether no character stands between two others on the page (a reader takes out the marks of notes)."""
    return before < after and not any(map(has_place, image.characters[before + 1 : after]))


def _is_beside(one: Box, other: Box, gap: float) -> bool:
    """Say whether two boxes stand next to each other, along the line or, in turned text, up or down it.

    ``gap`` is the widest gap between them, in heights of a character.
    """
    across = one.left, one.right, other.left, other.right
    down = one.top, one.bottom, other.top, other.bottom
    return (_overlap(*down) and _distance(*across) < gap * (one.bottom - one.top)) or (
        _overlap(*across) and _distance(*down) < gap * (one.right - one.left)
    )


def _overlap(start: float, end: float, other_start: float, other_end: float) -> bool:
    """Say whether two intervals share more than half of the shorter."""
    return min(end, other_end) - max(start, other_start) > 0.5 * min(end - start, other_end - other_start)


def _distance(start: float, end: float, other_start: float, other_end: float) -> float:
    """Return the distance between two intervals, negative if they overlap."""
    return max(start, other_start) - min(end, other_end)
