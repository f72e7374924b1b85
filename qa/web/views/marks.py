"""Text cut into the pieces that a page shows differently: plain text, marked text, and where a page begins."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.types import Span

Piece = tuple[str, Literal["text", "mark", "page"]]
"""A piece and how it is shown. The text of a ``page`` is the name of the page that begins there."""


def pieces(text: str, offset: int, spans: Iterable[Span], pages: Iterable[tuple[int, str]] = ()) -> list[Piece]:
    """Return ``text`` in pieces, with ``spans`` as marks. The ``text`` and ``mark`` pieces joined are ``text``.

    ``offset`` is where ``text`` begins in its document. Spans, and the positions of ``pages``, count from the beginning
    of the document. What lies outside ``text`` is left out, and overlapping spans become one mark.
    """
    marks = [(max(start - offset, 0), min(end - offset, len(text))) for start, end in merged(spans)]
    marks = [(start, end) for start, end in marks if start < end]
    names = {start - offset: name for start, name in pages}
    borders = {0, len(text), *names} | {border for mark in marks for border in mark}
    found: list[Piece] = []
    for start, end in pairwise(sorted(borders)):
        if start in names:
            found.append((names[start], "page"))
        found.append((text[start:end], "mark" if any(a <= start < b for a, b in marks) else "text"))
    return found


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans that cover the same letters, sorted, without empty and overlapping ones."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif start < end:
            found.append((start, end))
    return tuple(found)
