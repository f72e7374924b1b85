"""What stands on a page and belongs to no paragraph: running heads and feet, page numbers, rules; and footnotes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.ingestion.readers import profiles
from qa.ingestion.readers.common.progress import report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qa.ingestion.readers.pdf.lines import Line, Page

SMALL_TYPE = 0.94
"""Type of at most this share of the body's is that of notes, tables and running heads."""
_EDGE = 0.14
"""Running heads and feet stand within this share of a page's height from its edge."""
_EDGE_ROWS = 8
_LONG_HEAD = 4
_SAME_ROW = 2.5
"""Baselines this near, in points, are one row."""

_MOST_DIGITS = 6
_DIGITS = re.compile(r"\d+")
_NUMBERED_HEADING = re.compile(
    r"(?:article|chapter|section|part|annex|appendix|rule|regulation|principle|action|goal|target|item|question)\b.*#",
    re.IGNORECASE,
)
"""A heading whose number may well grow by one a page."""
_RULE = re.compile(r"[\s_\-–—=~*·.…]{4,}|_+")
_PAGE_NUMBER = re.compile(
    r"[-–—\s\[(|]*(?:page\s*)?(?:\d{1,5}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*\d{1,5})?[-–—\s\])|]*", re.IGNORECASE
)
_NOTE_MARK = re.compile(r"[*†‡§¶]{1,3}")


def body_size(pages: Iterable[Page]) -> float:
    """Return the size in which most letters are set."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Return lines by baseline, from the top, each row from left to right."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.base, line.left)):
        if found and abs(found[-1][0].base - line.base) < _SAME_ROW:
            found[-1].append(line)
        else:
            found.append([line])
    return [sorted(row, key=lambda line: line.left) for row in found]


def split(line: Line) -> Iterator[Line]:
    """Yield the parts of a line between its wide gaps."""
    if not line.gaps:
        yield line
        return
    starts = [(0, line.left), *((gap.position, gap.right) for gap in line.gaps)]
    ends = [*((gap.position, gap.left) for gap in line.gaps), (len(line.text), line.right)]
    for (start, left), (end, right) in zip(starts, ends, strict=True):
        stretch = line.text[start:end]
        text = stretch.rstrip()
        marks = [(a - start, b - start) for a, b in line.marks if start <= a < end]
        yield replace(line, text=text, left=left, right=right, marks=marks, gaps=())


def remove_furniture(pages: list[Page], body: float) -> list[str]:
    """Take running heads and feet and page numbers from the pages' lines, and return their texts."""
    repeated = _repeated(pages)
    removed: list[str] = []
    for page in pages:
        report(page.number)
        gone: set[int] = set()
        for side in (1, -1):
            gone |= _furniture(_edge(page, side), repeated, body)
        removed.extend(line.text for line in page.lines if id(line) in gone)
        page.lines = [line for line in page.lines if id(line) not in gone]
    return removed


def _repeated(pages: list[Page]) -> set[str]:
    """Return the texts that stand at the edge of several pages: alike, or with one number that counts the pages.

    "Article 21" is no running head although "Article 20" stands at the edge of the page before.
    """
    alike: Counter[str] = Counter()
    counting: Counter[tuple[str, int]] = Counter()
    for page in pages:
        report(page.number)
        texts = {part.text for row in (*_edge(page, 1), *_edge(page, -1)) for line in row for part in split(line)}
        alike.update(texts)
        counting.update({(key, number - page.number) for text in texts for key, number in _masked(text)})
    enough = 2 if len(pages) <= 6 else 3
    keys = {text for text, count in alike.items() if count >= enough}
    keys |= {key for (key, _), count in counting.items() if count >= enough and not _NUMBERED_HEADING.match(key)}
    return {key for key in keys if any(map(str.isalpha, key))}


def _masked(text: str) -> Iterator[tuple[str, int]]:
    """Yield a text with each of its numbers in turn left out, and that number."""
    for number in _DIGITS.finditer(text):
        if len(number.group()) < _MOST_DIGITS:
            yield f"{text[: number.start()]}#{text[number.end() :]}", int(number.group())


def _edge(page: Page, side: int) -> list[list[Line]]:
    """Return the rows near the top (1) or the foot (-1) of a page, from the edge inwards."""
    reach = (page.box.top - page.box.bottom) * _EDGE
    lines = [
        line
        for line in page.lines
        if (line.base > page.box.top - reach if side > 0 else line.base < page.box.bottom + reach)
        and not _RULE.fullmatch(line.text)
        and not _begins_raised(line)  # two notes of like words on pages apart are no running foot
    ]
    return rows(lines)[::side][:_EDGE_ROWS]


def _furniture(edge: list[list[Line]], repeated: set[str], body: float) -> set[int]:
    """Return the lines, by id, from the edge of a page to the innermost row that is furniture.

    Up to four rows between it and the edge go along if they are set smaller than the body: a running head may be long.
    """
    depth = 0
    for number, row in enumerate(edge, 1):
        parts = [part for line in row for part in ([line] if _is_furniture(line, repeated) else split(line))]
        strange = [part for part in parts if not _is_furniture(part, repeated)]
        named = any(_is_named(part, repeated) for part in parts)
        small = all(part.size <= body * SMALL_TYPE for part in parts)
        if not strange or (small and named and len(strange) == 1):
            depth = number
        elif not small or number > depth + _LONG_HEAD:
            break
    return {id(line) for row in edge[:depth] for line in row}


def _is_furniture(line: Line, repeated: set[str]) -> bool:
    return _is_named(line, repeated) or _PAGE_NUMBER.fullmatch(line.text) is not None


def _is_named(line: Line, repeated: set[str]) -> bool:
    """Say whether a part of a row is furniture whatever stands beside it; a number may be a table's."""
    known = line.text in repeated or any(key in repeated for key, _ in _masked(line.text))
    return known or any(profile.furniture.fullmatch(line.text) for profile in profiles.PROFILES)


def remove_rules(lines: list[Line]) -> tuple[list[Line], list[float]]:
    """Return the lines without those that only draw a rule, and the heights of these."""
    rules = [line.base for line in lines if _RULE.fullmatch(line.text)]
    return [line for line in lines if not _RULE.fullmatch(line.text)], rules


def split_notes(lines: list[Line], rules: list[float], body: float) -> tuple[list[Line], list[list[Line]]]:
    """Part the lines of a column from the footnotes below them.

    Notes are the lines in small type at the foot, from the first that begins with a mark, or from the rule above them;
    a first note without a mark goes on from the page before.
    """
    zone: list[Line] = []
    for row in reversed(rows(lines)):
        if any(line.size > body * SMALL_TYPE for line in row):
            break
        zone = [*row, *zone]
    first = next((place for place, line in enumerate(zone) if note_mark(line)), None)
    rule = max((height for height in rules if zone and height > zone[-1].base), default=None)
    if rule is not None:
        ruled = next((place for place, line in enumerate(zone) if line.base < rule), None)
        marked = first is not None and ruled is not None and first >= ruled
        if ruled is not None and (marked or ruled == 0):
            first = ruled
    if first is None:
        return lines, []
    own = {id(line) for line in zone[first:]}
    notes: list[list[Line]] = []
    for line in zone[first:]:
        if note_mark(line) or not notes:
            notes.append([line])
        else:
            notes[-1].append(line)
    return [line for line in lines if id(line) not in own], notes


def note_mark(line: Line) -> str:
    """Return the mark with which a footnote begins, nothing where a line is no such thing."""
    if _begins_raised(line):
        return line.text[: line.marks[0][1]]
    match = _NOTE_MARK.match(line.text)
    return match.group() if match and match.end() < len(line.text) else ""


def _begins_raised(line: Line) -> bool:
    return bool(line.marks) and line.marks[0][0] == 0 and line.marks[0][1] < len(line.text)
