"""Text cut into the pieces that a page shows differently: plain text, marked text, and where a page begins."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.types import Span

Piece = tuple[str, Literal["text", "mark", "exact", "page"]]
"""A piece and how it is shown. The text of a ``page`` is the name of the page that begins there."""

_WHOLE: Final = 0.9
"""Share of a passage from which marks would mark everything, and so nothing."""


def pieces(
    text: str,
    offset: int,
    spans: Iterable[Span],
    pages: Iterable[tuple[int, str]] = (),
    exact: Span | None = None,
) -> list[Piece]:
    """Return ``text`` in pieces, with ``spans`` as marks and ``exact`` as a stronger one.

    All pieces but those of pages joined are ``text``. ``offset`` is where ``text`` begins in its document. Spans, and
    the positions of ``pages``, count from the beginning of the document. What lies outside ``text`` is left out, and
    overlapping spans become one mark.
    """
    marks, strong = (
        [(max(start - offset, 0), min(end - offset, len(text))) for start, end in merged(group)]
        for group in (spans, [exact] if exact else [])
    )
    names = {start - offset: name for start, name in pages}
    borders = {0, len(text), *names} | {
        border for start, end in (*marks, *strong) if start < end for border in (start, end)
    }
    found: list[Piece] = []
    for start, end in pairwise(sorted(borders)):
        if start in names:
            found.append((names[start], "page"))
        is_in = [any(a <= start < b for a, b in group) for group in (strong, marks)]
        found.append((text[start:end], "exact" if is_in[0] else "mark" if is_in[1] else "text"))
    return found


def is_whole(passage: Span, spans: Iterable[Span]) -> bool:
    """Return whether spans cover a passage so far that a bar beside it says more than marks in it."""
    begin, stop = passage
    covered = sum(max(0, min(end, stop) - max(start, begin)) for start, end in merged(spans))
    return covered >= _WHOLE * (stop - begin)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans that cover the same letters, sorted, without empty and overlapping ones."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif start < end:
            found.append((start, end))
    return tuple(found)
