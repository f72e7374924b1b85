"""What stands beside the text of a column: headings in its margin, and boxes such as a table of facts."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from statistics import mean
from typing import TYPE_CHECKING

from qa.ingestion.readers.pdf.furniture import rows, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.ingestion.readers.pdf.lines import Line

_SAME_EDGE = 1.5
"""Greatest distance of the edges of lines that begin at one place, in points."""
_MIN_HEADINGS = 2
_MAX_HEADING_WORDS = 4
"""Side headings have at most so many words in a line,"""
_MIN_PROSE_WORDS = 5.5
"""and the lines beside them at least so many on average."""
_MIN_LINES_EACH = 1.6
"""Least number of lines of text for a line of a heading: each heading has a paragraph beside it, not a cell."""
_MIN_WIDTH = 0.2
"""A box, or the text beside it, takes at least this share of the width of the column."""
_MIN_SIDE = 3
"""Fewer lines are no box, and no text beside one."""
_SAME_BASE = 0.6
"""Lines of one row of a table have baselines nearer than this, in points."""
_INDEPENDENT = 0.5
"""At most this share of the lines of a box have the baseline of a line beside it."""


def without_boxes(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of a column, and then those of each box beside its text.

    A box is drawn in one go, and its lines are not level with those of the text: it is no part of a table with them.
    """
    column, boxes = list(lines), []
    while (box := _box(column)) is not None:
        boxes.append([column[place] for place in range(*box)])
        column = column[: box[0]] + column[box[1] :]
    return [column, *boxes]


def _box(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Return where in the order of the file the lines of a box begin and end, None if there is none."""
    if len(lines) < 2 * _MIN_SIDE:
        return None
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    for edge, count in Counter(round(line.left) for line in lines).items():
        if count >= _MIN_SIDE and edge - left > _MIN_WIDTH * (right - left):
            after = [line.left >= edge - _SAME_EDGE for line in lines]
            before = [line.right <= edge for line in lines]
            found = next((run for side in (after, before) for run in _runs(side) if _is_box(lines, *run)), None)
            if found is not None:
                return found
    return None


def _runs(inside: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run of true values that is long enough for a box."""
    place = 0
    for within, run in itertools.groupby(inside):
        end = place + len(list(run))
        if within and end - place >= _MIN_SIDE:
            yield place, end
        place = end


def _is_box(lines: Sequence[Line], start: int, end: int) -> bool:
    """Say whether a run of lines is a box beside text: nothing crosses it, and its lines are not level with others."""
    box = lines[start:end]
    top, foot = max(line.base for line in box), min(line.base for line in box)
    left, right = min(line.left for line in box), max(line.right for line in box)
    beside = [line for line in (*lines[:start], *lines[end:]) if foot - line.size < line.base < top + line.size]
    if len(beside) < _MIN_SIDE or any(line.right > left and line.left < right for line in beside):
        return False
    if any(line.gaps for line in beside) or mean(len(line.text.split()) for line in beside) < _MIN_PROSE_WORDS:
        return False
    level = sum(any(abs(line.base - other.base) < _SAME_BASE for other in beside) for line in box)
    return level <= _INDEPENDENT * len(box)


def stretches(lines: Sequence[Line]) -> list[tuple[list[Line], bool]]:
    """Return the lines of a column in stretches, and whether each had headings in its margin, which now come first."""
    every = rows(lines)
    parts = [[part for line in row for part in split(line)] for row in every]
    edges = Counter(round(row[1].left) for row in parts if len(row) == 2 and _may_head(row[0], row[1]))
    edge = max(edges, key=edges.__getitem__, default=0)
    sides = [_side(row, edge) for row in parts] if edges[edge] >= _MIN_HEADINGS else []
    found: list[tuple[list[Line], bool]] = []
    place = 0
    for _, run in itertools.groupby(sides, lambda side: side is not None):
        own = list(run)
        headed = [side for side in own if side is not None]
        if headed and _has_side_headings(headed):
            found.append((list(_headings_first(headed)), True))
        else:
            found.append(([line for row in every[place : place + len(own)] for line in row], False))
        place += len(own)
    return found if any(beside for _, beside in found) else [(list(lines), False)]


def _may_head(heading: Line, text: Line) -> bool:
    """Say whether a line may be one of a heading in the margin of the text beside it."""
    words = heading.text.split()
    named = heading.text[:1].isalpha() and not any(map(str.isdigit, heading.text))
    return named and len(words) <= _MAX_HEADING_WORDS and text.left - heading.right > heading.size


def _side(row: list[Line], edge: float) -> tuple[Line | None, Line] | None:
    """Return the heading and the text of a row, None if it is no row of a text with headings in its margin."""
    text = row[-1]
    if len(row) > 2 or abs(text.left - edge) > _SAME_EDGE or (len(row) == 2 and not _may_head(*row)):
        return None
    return (row[0] if len(row) == 2 else None), text


def _has_side_headings(sides: Sequence[tuple[Line | None, Line]]) -> bool:
    """Say whether rows are paragraphs with headings in their margin, and no table: they hold prose of several lines."""
    headings = sum(heading is not None for heading, _ in sides)
    words = mean(len(text.text.split()) for _, text in sides)
    several = len(sides) >= _MIN_LINES_EACH * headings and words >= _MIN_PROSE_WORDS
    return sides[0][0] is not None and headings >= _MIN_HEADINGS and several


def _headings_first(sides: Sequence[tuple[Line | None, Line]]) -> Iterator[Line]:
    """Yield the lines of each heading, and then the text beside it and below."""
    for headed, run in itertools.groupby(sides, lambda side: side[0] is not None):
        block = list(run)
        if headed:
            yield from (replace(heading, heading=True) for heading, _ in block if heading is not None)
        yield from (text for _, text in block)
