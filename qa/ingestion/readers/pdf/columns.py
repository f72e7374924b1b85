"""Reading order of the lines of a page: one column or two, and the rows of tables."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from qa.ingestion.readers import profiles
from qa.ingestion.readers.pdf.furniture import SMALL_TYPE, rows, split
from qa.ingestion.readers.pdf.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MIN_COLUMN_LINES = 6
"""Fewer lines are no column."""
_MIN_COLUMN_WORDS = 3.0
"""Lines of a text column have more words on average, cells of a table fewer."""
_MAX_CROSSING = 0.3
"""At most this share of the lines of a page runs across the gap between its columns."""
_MARKER = re.compile(r"\(?[0-9A-Za-z]{1,5}[.)]|[•·–—●○▪*†-]")
_SAME_EDGE = 1.0
"""Greatest distance of the edges of one column of a table, in points."""
_ROW_DISTANCE = 2.2
"""A nearer line, in sizes of its type, may be a row of the table above it."""
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-–/]\d{2,4})?")
_ALIGNED = 4.0
"""Greatest distance of aligned edges, in points."""
_CELL_GAP = 1.2
"""A wider gap, in ems, may separate cells of a table."""
_ROW_GAP = 3.5
"""A wider gap, in ems, makes a row even of a line outside tables."""
_TIGHT = 0.85
"""Lines at less than this share of the usual distance of a table's lines are one row, if one of them fills one cell,"""
_VERY_TIGHT = 0.7
"""or at less than this if both fill several,"""
_LEADED = 1.3
"""and if they are nearer to each other than this times their size."""


@dataclass(slots=True)
class Row:
    """A row of a table: its cells, the head of the table as its label, and the raised marks in it."""

    cells: list[str]
    page: int
    label: str | None
    marks: list[str]


Item = Line | Row


def in_reading_order(lines: list[Line]) -> tuple[list[list[Line]], bool]:
    """Return the columns of a page in reading order, and whether that order is certain.

    Lines that run across two columns divide the page into bands, which are read one after the other. In a single column
    the order of the file counts. If that order jumps, lines are read from the top, and the order is not certain.
    """
    gutter = _gutter(lines)
    if gutter is not None:
        return list(_by_columns(lines, gutter)), True
    jumps = sum(
        later.base > earlier.base + 2 * earlier.size and later.left < earlier.right and earlier.left < later.right
        for earlier, later in itertools.pairwise(lines)
    )
    if jumps > max(3, len(lines) // 10):
        return [[line for row in rows(lines) for line in row]], False
    return [lines], True


def _gutter(lines: list[Line]) -> tuple[float, float] | None:
    """Return the edges of the gap between two columns of text, None if there is one column."""
    parts = [part for line in lines for part in split(line)]
    if len(parts) < 2 * _MIN_COLUMN_LINES:
        return None
    left, right = min(part.left for part in parts), max(part.right for part in parts)
    best: tuple[int, float, float] | None = None
    for x in sorted({part.left - 1 for part in parts if 0.2 < (part.left - left) / max(1, right - left) < 0.8}):
        before = [part for part in parts if part.right <= x]
        after = [part for part in parts if part.left >= x]
        crossing = len(parts) - len(before) - len(after)
        if crossing > len(parts) * _MAX_CROSSING or not (_is_text(before) and _is_text(after)):
            continue
        if not _side_by_side(before, after):
            continue
        if best is None or crossing < best[0]:
            best = (crossing, max(part.right for part in before), x)
    return None if best is None or best[2] - best[1] < 0.5 else best[1:]


def _is_text(lines: list[Line]) -> bool:
    """Say whether lines look like a column of text, and not like a column of a table."""
    words = [word for line in lines for word in line.text.split()]
    letters = sum(word[0].isalpha() for word in words)
    return (
        len(lines) >= _MIN_COLUMN_LINES and len(words) > _MIN_COLUMN_WORDS * len(lines) and letters > len(words) * 0.6
    )


def _side_by_side(before: list[Line], after: list[Line]) -> bool:
    """Say whether two columns share more than half of the height of the shorter."""
    tops, feet = ([edge(line.base for line in side) for side in (before, after)] for edge in (max, min))
    return min(tops) - max(feet) > 0.5 * min(top - foot for top, foot in zip(tops, feet, strict=True))


def _by_columns(lines: list[Line], gutter: tuple[float, float]) -> Iterator[list[Line]]:
    """Yield the columns of each band, and the lines across that separate the bands."""
    left, right = gutter
    sides: list[list[Line]] = [[], []]
    across: list[Line] = []
    for line in (line for row in rows(_cut(lines, gutter)) for line in row):
        if line.right <= left + 1:
            sides[0].append(line)
        elif line.left >= right - 1:
            sides[1].append(line)
        else:
            yield from (side for side in sides if side and not across)
            if any(sides):
                sides = [[], []]
                yield across
                across = []
            across.append(line)
            continue
        if across:
            yield across
            across = []
    yield from (side for side in (*sides, across) if side)


def _cut(lines: list[Line], gutter: tuple[float, float]) -> Iterator[Line]:
    """Cut lines at the gap between the columns, and not at other gaps."""
    for line in lines:
        at = [gap for gap in line.gaps if gap.left <= gutter[1] and gap.right >= gutter[0]]
        if at and line.left < gutter[0] and line.right > gutter[1]:
            yield from split(replace(line, gaps=at))
        else:
            yield line


def with_tables(lines: list[Line], body: float) -> list[Item]:
    """Return the lines of a column with its tables as rows; a line with a wide gap is a row, too."""
    items: list[Item] = []
    lines = _cut_below_tables(lines, body)
    tables = list(_tables(lines, body))
    owner = {id(line): place for place, (table, head) in enumerate(tables) for row in (*head, *table) for line in row}
    read: set[int] = set()
    for line in lines:  # in the order of the file, where a lower table may come first
        place = owner.get(id(line))
        if place is None:
            items.append(line)
        elif place not in read:
            read.add(place)
            items.extend(_read_table(*tables[place]))
    return [_row_if_gaps(item) for item in items]


def carry_labels(columns: Iterable[list[Item]]) -> None:
    """Label the rows of a table that continues in the next column or page without a head."""
    before: Row | None = None
    for items in columns:
        label = before.label if before is not None else None
        for item in items:
            if label is None or not isinstance(item, Row) or item.label is not None:
                break
            item.label = label
        last = items[-1] if items else None
        before = last if isinstance(last, Row) else None


def _row_if_gaps(item: Item) -> Item:
    if isinstance(item, Line) and any(gap.right - gap.left > _ROW_GAP * item.size for gap in item.gaps):
        cells = _cells([replace(item, gaps=[g for g in item.gaps if g.right - g.left > _ROW_GAP * item.size])])
        if len(cells) > 1:
            return Row([cell.text for cell in cells], item.page, None, [])
    return item


def _cut_below_tables(lines: list[Line], body: float) -> list[Line]:
    """Cut lines right below a table at gaps that are narrow but end at the edge of one of its columns."""
    cut: dict[int, list[Line]] = {}
    for table, _ in _tables(lines, body):
        edges = [cell.left for row in table for cell in _cells(row)[1:]]
        base = table[-1][0].base
        for row in rows(line for line in lines if line.base < base - 1):
            line = row[0]
            at = [gap for gap in line.spaces if any(abs(gap.right - edge) < _SAME_EDGE for edge in edges)]
            if len(row) > 1 or not at or base - line.base > _ROW_DISTANCE * line.size:
                break
            cut[id(line)] = list(split(replace(line, gaps=at)))
            base = line.base
    return [part for line in lines for part in cut.get(id(line), [line])]


def _cells(row: list[Line]) -> list[Line]:
    """Return the cells of a row; a number or bullet is in one cell with its text."""
    cells: list[Line] = []
    for line in row:
        gaps = [gap for gap in line.gaps if gap.right - gap.left > _CELL_GAP * line.size]
        if gaps and _is_marker(line.text[: gaps[0].position].strip()):
            gaps = gaps[1:]
        cells.extend(split(replace(line, gaps=gaps)))
    return cells


def _is_marker(text: str) -> bool:
    """Say whether a text is only a number or bullet."""
    return any(pattern.fullmatch(text) for pattern in (_MARKER, *(profile.number for profile in profiles.PROFILES)))


def _tables(lines: list[Line], body: float) -> Iterator[tuple[list[list[Line]], list[list[Line]]]]:
    """Yield the rows of each table and the rows of its head.

    The head is in small type above the table, or it is a table without figures right before one with figures.
    """
    every = rows(lines)
    cells = [_cells(row) for row in every]
    place = free = 0
    while place < len(every):
        end = _table_end(cells, place)
        if end is None:
            place += 1
            continue
        following = next((k for k in range(end, min(end + 4, len(every))) if _table_end(cells, k) is not None), None)
        start = place
        if following is not None and not any(_has_figures(row) for row in cells[place:end]):
            place, end = following, _table_end(cells, following) or following + 1
        size = max(cell.size for cell in cells[place])
        while start > free and all(line.size <= min(size, body * SMALL_TYPE) for line in every[start - 1]):
            start -= 1
        yield every[place:end], every[start:place]
        place = free = end


def _table_end(cells: list[list[Line]], start: int) -> int | None:
    """Return the position after the last row of a table that begins with this row, None if none begins."""
    if len(cells[start]) < 2:
        return None
    last, count, alone = start, 1, 0
    for place in range(start + 1, len(cells)):
        row, before = cells[place], cells[last]
        if before[0].base - row[0].base > 6 * before[0].size * (1 + alone):
            break
        if len(row) >= 2:
            if not _aligned(before, row):
                break
            last, count, alone = place, count + 1, 0
        elif alone > 3 or row[0].size > max(cell.size for cell in before) + 0.3:
            break
        else:
            alone += 1
    return _with_rest(cells, start, last) if count >= 2 else None


def _with_rest(cells: list[list[Line]], start: int, last: int) -> int:
    """Return the position after the lines into which the last row of a table is broken."""
    full = [row[0].base for row in cells[start : last + 1] if len(row) > 1]
    step = min(above - below for above, below in itertools.pairwise(full))
    end = last + 1
    while end < len(cells) and len(cells[end]) == 1:
        line = cells[end][0]
        distance = cells[end - 1][0].base - line.base
        own = next((k for k, cell in enumerate(cells[last]) if abs(cell.left - line.left) < _ALIGNED), None)
        after = cells[last][own + 1].left if own is not None and own + 1 < len(cells[last]) else None
        inside = own is not None and (after is None or line.right < after)
        if not inside or distance >= min(step * _TIGHT, line.size * _LEADED):
            break
        end += 1
    return end


def _aligned(above: list[Line], below: list[Line]) -> bool:
    """Say whether two rows share an edge of a cell other than the first."""
    return any(
        abs(a.left - b.left) < _ALIGNED or abs(a.right - b.right) < _ALIGNED for a in above[1:] for b in below[1:]
    )


def _read_table(table: list[list[Line]], head: list[list[Line]]) -> Iterator[Row]:
    """Yield the rows of a table, each with the lines it is broken into."""
    head, table = _split_head([*head, *table])
    distances = [above[0].base - below[0].base for above, below in itertools.pairwise(table)]
    usual = median(distances) if distances else 0.0
    titles = _titles([_cells(row) for row in head])
    label = " ".join(titles) or None
    merged: list[list[Line]] = []
    base = 0.0
    for row in table:
        cells = _cells(row)
        tight = min(usual * _TIGHT, cells[0].size * _LEADED)
        distance = base - row[0].base
        if merged and distance < tight and (min(len(cells), len(merged[-1])) == 1 or distance < usual * _VERY_TIGHT):
            merged[-1] = _merge(merged[-1], cells)
        else:
            merged.append(cells)
        base = row[0].base
    if titles:
        yield Row(titles, table[0][0].page, None, [])
    for cells in merged:
        marks = [cell.text[a:b] for cell in cells for a, b in cell.marks]
        yield Row([cell.text for cell in cells], cells[0].page, label, marks)


def _split_head(table: list[list[Line]]) -> tuple[list[list[Line]], list[list[Line]]]:
    """Return head and rows of a table: rows above the first figures are its head, except a title of some rows."""
    first = next((place for place, row in enumerate(table) if _has_figures(_cells(row))), 0)
    if not first:
        years = [_YEAR.fullmatch(cell.text) for cell in _cells(table[0])[1:]]
        return (table[:1], table[1:]) if len(years) > 1 and all(years) else ([], table)
    figures = next(cell.left for cell in _cells(table[first])[1:] if _is_figure(cell))
    for place in range(first):
        cells = _cells(table[place])
        if len(cells) == 1 and cells[0].right < figures:
            return table[:place], table[place:]
    return table[:first], table[first:]


def _has_figures(cells: list[Line]) -> bool:
    return any(_is_figure(cell) for cell in cells[1:])


def _is_figure(cell: Line) -> bool:
    return cell.text.lstrip("(–- ")[:1].isdigit()


def _titles(head: list[list[Line]]) -> list[str]:
    """Return the titles of the columns of a table, each with the lines it is broken into."""
    titles: list[Line] = []
    for row in head:
        for cell in row:
            above = next((k for k, own in enumerate(titles) if _is_under(cell, own)), None)
            if above is None:
                titles.append(cell)
            else:
                own = titles[above]
                left, right = min(own.left, cell.left), max(own.right, cell.right)
                titles[above] = replace(own, text=f"{own.text} {cell.text}", base=cell.base, left=left, right=right)
    return [title.text for title in sorted(titles, key=lambda title: title.left)]


def _is_under(cell: Line, title: Line) -> bool:
    """Say whether a cell continues the title right above it."""
    shared = min(cell.right, title.right) - max(cell.left, title.left)
    narrower = min(cell.right - cell.left, title.right - title.left)
    return 0 < title.base - cell.base < 1.4 * title.size and shared > narrower * 0.8


def _merge(above: list[Line], below: list[Line]) -> list[Line]:
    """Join two lines of one row cell by cell; a cell belongs to the one above it."""
    joined = list(above)
    for cell in below:
        place = next((k for k, own in enumerate(joined) if abs(own.left - cell.left) < _ALIGNED), None)
        if place is None:
            joined.append(cell)
            continue
        own = joined[place]
        marks = [*own.marks, *((a + len(own.text) + 1, b + len(own.text) + 1) for a, b in cell.marks)]
        right = max(own.right, cell.right)
        joined[place] = replace(own, text=f"{own.text} {cell.text}", right=right, marks=marks)
    return sorted(joined, key=lambda cell: cell.left)
