"""Numbers of lines at the edge of a page, as in transcripts and pleadings."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.ingestion.readers.pdf.furniture import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.ingestion.readers.pdf.lines import Line

_MIN_NUMBERS = 5
_MIN_SHARE = 0.6
"""Share of the rows of a page that carry numbers, and share of them that go on in the next: a list ends its items."""
_EDGE = 4.0
"""Greatest distance of the edges of the numbers, in points."""
_CLOSED = (".", ";", ":", "?", "!", ",")


def without_line_numbers(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page without the numbers that count them, if there are such numbers."""
    every = rows(lines)
    numbered = [(row, int(number)) for row in every if (number := _number(row[0])) is not None]
    if len(numbered) < max(_MIN_NUMBERS, _MIN_SHARE * len(every)):
        return list(lines)
    counts = [number for _, number in numbered]
    lefts, rights = [row[0].left for row, _ in numbered], [_right(row[0]) for row, _ in numbered]
    aligned = min(max(edges) - min(edges) for edges in (lefts, rights)) < _EDGE
    if not aligned or any(later != earlier + 1 for earlier, later in itertools.pairwise(counts)):
        return list(lines)
    goes_on = sum(not row[-1].text.endswith(_CLOSED) for row, _ in numbered)
    if goes_on < _MIN_SHARE * len(numbered):
        return list(lines)
    marked = {id(row[0]) for row, _ in numbered}
    return [rest for line in lines if (rest := _rest(line) if id(line) in marked else line) is not None]


def _number(line: Line) -> str | None:
    """Return the number that a line begins with before a wide gap, or that it is."""
    text = line.text[: line.gaps[0].position].strip() if line.gaps else line.text
    return text if text.isdecimal() and len(text) <= 3 else None


def _right(line: Line) -> float:
    return line.gaps[0].left if line.gaps else line.right


def _rest(line: Line) -> Line | None:
    """Return a line without the number before its first gap, None if it is only a number."""
    if not line.gaps:
        return None
    first = line.gaps[0]
    return replace(
        line,
        text=line.text[first.position :],
        left=first.right,
        marks=[(start - first.position, end - first.position) for start, end in line.marks if start >= first.position],
        gaps=[gap._replace(position=gap.position - first.position) for gap in line.gaps[1:]],
        spaces=[gap._replace(position=gap.position - first.position) for gap in line.spaces if gap.left > first.left],
        narrow=[place - first.position for place in line.narrow if place >= first.position],
    )
