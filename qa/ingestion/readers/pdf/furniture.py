"""Lines outside the text of a page: running heads and feet, page numbers, rules, and footnotes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.ingestion.readers import profiles
from qa.ingestion.readers.common.progress import report
from qa.languages.document_words import document_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qa.ingestion.readers.pdf.lines import Line, Page

SMALL_TYPE = 0.94
"""Type of notes, tables and running heads, in sizes of the body type, at most."""
_EDGE = 0.14
"""Running heads and feet are at most this share of the page height from the edge."""
_MAX_EDGE_ROWS = 8
_MAX_HEAD_ROWS = 4
_MIN_COPY_ROWS = 3
_WATERMARK = 1.5
"""Least size of a watermark, in sizes of the body type."""
_SAME_ROW = 2.5
"""Lines of one row have baselines nearer than this, in points."""
_MAX_DIGITS = 6
_DIGITS = re.compile(r"\d+")
_RULE = re.compile(r"[\s_\-–—=~*·.…]{4,}|_+")
_NOTE_MARK = re.compile(r"[*†‡§¶]{1,3}")


def body_size(pages: Iterable[Page]) -> float:
    """Return the most frequent size of type."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Return the rows of lines from the top, each from left to right; lines of one baseline are a row."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.base, line.left)):
        if found and abs(found[-1][0].base - line.base) < _SAME_ROW:
            found[-1].append(line)
        else:
            found.append([line])
    return [sorted(row, key=lambda line: line.left) for row in found]


def split(line: Line) -> Iterator[Line]:
    """Yield the parts of a line between its gaps."""
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
    """Remove running heads, running feet and page numbers from the pages; return their texts."""
    repeated = _repeated(pages)
    removed: list[str] = []
    for page in pages:
        report(page.number)
        gone: set[int] = set()
        for side in (1, -1):
            gone |= _furniture(_edge(page, side), repeated, body)
        own = [line for line in page.lines if id(line) in gone]
        if len(own) == len(page.lines) and not page.pictured and _is_copy(own):
            continue
        removed.extend(line.text for line in own)
        page.lines = [line for line in page.lines if id(line) not in gone]
    return removed


def set_aside(pages: list[Page], body: float) -> list[str]:
    """Put lines at an angle after the others of their page; remove the large ones (watermarks) and return them."""
    removed = []
    for page in pages:
        turned = [line for line in page.lines if line.turned]
        if turned:
            small = [line for line in turned if line.size < body * _WATERMARK]
            removed += [line.text for line in turned if line.size >= body * _WATERMARK]
            page.lines = [*(line for line in page.lines if not line.turned), *small]
    return removed


def _is_copy(lines: list[Line]) -> bool:
    """Say whether a page whose lines all stand on other pages is a copy of one, and not blank but for its head."""
    written = [row for row in rows(lines) if not all(_is_page_number(line.text) for line in row)]
    return len(written) >= _MIN_COPY_ROWS


def _repeated(pages: list[Page]) -> set[str]:
    """Return the texts at the edges of several pages: equal texts, and texts with one number that counts the pages.

    The number is replaced by ``#``. "Article 21" is no running head, even if "Article 20" is on the page before.
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
    keys |= {key for (key, _), count in counting.items() if count >= enough and not _is_numbered_heading(key)}
    return {key for key in keys if any(map(str.isalpha, key))}


def _masked(text: str) -> Iterator[tuple[str, int]]:
    """Yield each number in a text, with the text in which ``#`` replaces it."""
    for number in _DIGITS.finditer(text):
        if len(number.group()) < _MAX_DIGITS:
            yield f"{text[: number.start()]}#{text[number.end() :]}", int(number.group())


def _edge(page: Page, side: int) -> list[list[Line]]:
    """Return the rows near the top (``side`` 1) or foot (-1) of a page, from the edge inwards."""
    reach = (page.edges.top - page.edges.bottom) * _EDGE
    lines = [
        line
        for line in page.lines
        if (line.base > page.edges.top - reach if side > 0 else line.base < page.edges.bottom + reach)
        and not _RULE.fullmatch(line.text)
        and not _begins_raised(line)  # equal footnotes on several pages are no running foot
    ]
    return rows(lines)[::side][:_MAX_EDGE_ROWS]


def _furniture(edge: list[list[Line]], repeated: set[str], body: float) -> set[int]:
    """Return ``id`` of the lines from the edge of a page to the innermost row that is furniture.

    Up to four other rows may lie between it and the edge if their type is small: a running head may be long.
    """
    depth = 0
    for number, row in enumerate(edge, 1):
        parts = [part for line in row for part in ([line] if _is_furniture(line, repeated) else split(line))]
        strange = [part for part in parts if not _is_furniture(part, repeated)]
        named = any(_is_named(part, repeated) for part in parts)
        small = all(part.size <= body * SMALL_TYPE for part in parts)
        if not strange or (small and named and len(strange) == 1):
            depth = number
        elif not small or number > depth + _MAX_HEAD_ROWS:
            break
    return {id(line) for row in edge[:depth] for line in row}


def _is_furniture(line: Line, repeated: set[str]) -> bool:
    return _is_named(line, repeated) or _is_page_number(line.text)


def _is_named(line: Line, repeated: set[str]) -> bool:
    """Say whether a text is furniture whatever is beside it; a lone number may belong to a table."""
    known = line.text in repeated or any(key in repeated for key, _ in _masked(line.text))
    return known or any(profile.furniture.fullmatch(line.text) for profile in profiles.PROFILES)


def _is_numbered_heading(masked: str) -> bool:
    """Say whether a text is no running head, even if its number grows by one from page to page: "Article #"."""
    return re.match(rf"{document_words().divisions}\b.*#", masked, re.IGNORECASE) is not None


def _is_page_number(text: str) -> bool:
    words = document_words()
    number = rf"(?:{words.page}\s*)?(?:\d{{1,5}}|[ivxlc]{{1,7}})(?:\s*(?:/|{words.of})\s*\d{{1,5}})?"
    return re.fullmatch(rf"[-–—\s\[(|]*{number}[-–—\s\])|]*", text, re.IGNORECASE) is not None


def remove_rules(lines: list[Line]) -> tuple[list[Line], list[float]]:
    """Return the lines without rules (lines of dashes), and the baselines of the rules."""
    rules = [line.base for line in lines if _RULE.fullmatch(line.text)]
    return [line for line in lines if not _RULE.fullmatch(line.text)], rules


def split_notes(lines: list[Line], rules: list[float], body: float) -> tuple[list[Line], list[list[Line]]]:
    """Return the text lines of a column, and the lines of each footnote below them.

    Footnotes are lines in small type at the foot, from the first with a mark at its start, or from the rule above them.
    A first note without a mark continues one of the page before.
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
    """Return the mark at the start of a footnote, "" if the line begins no footnote."""
    if _begins_raised(line):
        return line.text[: line.marks[0][1]]
    match = _NOTE_MARK.match(line.text)
    return match.group() if match and match.end() < len(line.text) else ""


def _begins_raised(line: Line) -> bool:
    return bool(line.marks) and line.marks[0][0] == 0 and line.marks[0][1] < len(line.text)
