"""Text cut into the pieces that a page shows differently: plain text, marked text, and where a page begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.types import Span

Piece = tuple[str, Literal["text", "mark", "exact", "hit", "now", "page"]]
"""A piece and how it is shown; ``hit`` and ``now`` are what was found in the document, and where the reader is.

The text of a ``page`` is the name of the page that begins there.
"""

_WHOLE: Final = 0.9
"""Share of a passage from which marks would mark everything, and so nothing."""
_MOST_HITS: Final = 400
"""Places that are marked, around the one where the reader is."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Where what a reader looks for stands in a document: all spans, and the ``number`` of the current one, from 1 on.

    Without any the number is 0.
    """

    spans: tuple[Span, ...] = ()
    number: int = 0

    @classmethod
    def of(cls, text: str, sought: str, number: int | None = None, start: int = 0) -> Hits:
        """Look for words in a text, in any case and across any white space.

        The current one is that of the ``number``, counted round at the ends, or the first from ``start`` on.
        """
        words = [re.escape(word) for word in sought.split()]
        spans = [found.span() for found in re.finditer(r"\s+".join(words), text, re.IGNORECASE)] if words else []
        if not spans:
            return cls()
        if number is None:
            number = next((place for place, span in enumerate(spans, 1) if span[0] >= start), 1)
        return cls(tuple(spans), (number - 1) % len(spans) + 1)

    @property
    def now(self) -> tuple[Span, ...]:
        """The current one, none where nothing was found."""
        return self.spans[self.number - 1 : self.number] if self.number else ()

    @property
    def near(self) -> tuple[Span, ...]:
        """The current one and those around it, as many as are marked."""
        return self.spans[max(self.number - 1 - _MOST_HITS // 2, 0) : self.number + _MOST_HITS // 2]

    def step(self, by: int) -> int:
        """Return the number of another one, counted round at the ends."""
        return (self.number - 1 + by) % len(self.spans) + 1 if self.spans else 0


NO_HITS: Final = Hits()


def pieces(
    text: str,
    offset: int,
    spans: Iterable[Span],
    pages: Iterable[tuple[int, str]] = (),
    exact: Span | None = None,
    hits: Hits = NO_HITS,
) -> list[Piece]:
    """Return ``text`` in pieces, with ``spans`` as marks, ``exact`` as a stronger one, and ``hits`` above both.

    All pieces but those of pages joined are ``text``. ``offset`` is where ``text`` begins in its document. Spans, and
    the positions of ``pages``, count from the beginning of the document. What lies outside ``text`` is left out, and
    overlapping spans become one mark.
    """
    groups: list[tuple[Literal["text", "mark", "exact", "hit", "now"], list[Span]]] = [
        ("now", _within(hits.now, offset, text)),
        ("hit", _within(hits.near, offset, text)),
        ("exact", _within([exact] if exact else [], offset, text)),
        ("mark", _within(spans, offset, text)),
        ("text", [(0, len(text))]),
    ]
    names = {start - offset: name for start, name in pages}
    borders = {0, len(text), *names} | {border for _, group in groups for span in group for border in span}
    found: list[Piece] = []
    for start, end in pairwise(sorted(borders)):
        if start in names:
            found.append((names[start], "page"))
        kind = next(kind for kind, group in groups if any(a <= start < b for a, b in group))
        found.append((text[start:end], kind))
    return found


def _within(spans: Iterable[Span], offset: int, text: str) -> list[Span]:
    """Return spans of a document as spans of a ``text`` that begins at ``offset`` in it, without what lies outside."""
    inside = [(max(start - offset, 0), min(end - offset, len(text))) for start, end in merged(spans)]
    return [(start, end) for start, end in inside if start < end]


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
