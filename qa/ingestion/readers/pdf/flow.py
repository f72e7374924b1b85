"""Lines to paragraphs: where one ends and the next begins, within a column and across columns and pages."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from qa.ingestion.readers import profiles
from qa.ingestion.readers.common.pieces import Piece, may_be_heading
from qa.ingestion.readers.common.pinpoints import is_annex
from qa.ingestion.readers.common.progress import report
from qa.ingestion.readers.pdf.columns import Row
from qa.ingestion.readers.pdf.furniture import note_mark
from qa.ingestion.readers.pdf.hyphens import Hyphens
from qa.ingestion.readers.pdf.lines import HYPHEN
from qa.languages.document_words import document_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.ingestion.readers.pdf.columns import Item
    from qa.ingestion.readers.pdf.lines import Line

_MARKER = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-z]{1,2}|[ivxlc]{1,5}|[A-Z])[.)]|[•·●○▪–—-])\s|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s(?=[“‘\"'(]?[A-Z])"
)
_NUMERAL = re.compile(r"[A-Z]|[IVXL]{1,5}")
"""The letter or numeral of a part, alone on its line."""
_PARAGRAPH_GAP = 1.32
"""A greater distance, in usual distances of the lines, separates paragraphs."""
_DOUBLE_SPACED = 2.2
"""A greater distance, in sizes of type, separates paragraphs even within a sentence."""
_MAX_LEADING = 1.3
"""If most lines do not fill their column, lines of one paragraph are at most this far apart, in sizes of type."""
_INDENT = 6.0
"""Least indent in points."""
_SHORT = 0.12
"""A short line leaves free more than this share of the width of its column."""
_OTHER_SIZE = 0.6
"""Greatest difference in size, in points, of the type of one paragraph."""
_MAX_ITALIC_HEADING_WORDS = 14
_LARGER = 1.12
"""Type of a heading, in sizes of the body type, if it is not bold."""


@dataclass(slots=True)
class Column:
    """A column: its lines and rows, its edges, and the usual distance and size of its lines."""

    items: list[Item]
    left: float = 0.0
    right: float = 0.0
    leading: float = 12.0
    size: float = 0.0

    def __post_init__(self) -> None:
        lines = [item for item in self.items if not isinstance(item, Row)]
        if not lines:
            return
        size = self.size = Counter(line.size for line in lines).most_common(1)[0][0]
        body = [line for line in lines if abs(line.size - size) < _OTHER_SIZE]
        lefts = Counter(round(line.left) for line in body)
        often = [left for left, count in lefts.items() if count >= max(2, len(body) // 20)]
        self.left = min(often) if often else min(line.left for line in body)
        rights = sorted(line.right for line in body)
        self.right = rights[int(len(rights) * 0.9)]
        gaps = [a.base - b.base for a, b in itertools.pairwise(body) if 0 < a.base - b.base < 3 * size]
        usual = median(sorted(gaps)[: max(1, len(gaps) * 2 // 3)]) if gaps else 1.2 * size
        full = sum(not _is_short(line, self) for line in body)
        self.leading = usual if full * 2 > len(body) else min(usual, _MAX_LEADING * size)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph under construction: its lines, and the column of each."""

    lines: list[Line]
    columns: list[Column] = field(default_factory=list)

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


def to_pieces(columns: Sequence[Column], notes: Sequence[tuple[int, list[Line]]], body: float) -> list[Piece]:
    """Return the paragraphs, headings, rows and notes of columns in reading order.

    ``notes`` are pairs of a page and the lines of one footnote. They come after the last paragraph of their page.
    ``body`` is the size of the body type.
    """
    lines = [item for column in columns for item in column.items if not isinstance(item, Row)]
    hyphens = Hyphens([*lines, *(line for _, note in notes for line in note)])
    marks = {(page, note_mark(note[0])) for page, note in notes if note}
    maker = _PieceMaker(hyphens, marks, body)
    waiting = list(notes)
    pieces: list[Piece] = []
    for part in _parts(columns):
        page = part.page if isinstance(part, Row) else part.lines[0].page
        report(page)
        while waiting and waiting[0][0] < page:
            pieces.append(maker.note(waiting.pop(0)[1]))
        pieces.append(maker.row(part) if isinstance(part, Row) else maker.paragraph(part))
    pieces.extend(maker.note(note) for _, note in waiting)
    _rank_headings(pieces)
    return pieces


def _parts(columns: Iterable[Column]) -> Iterable[_Paragraph | Row]:
    """Yield paragraphs and rows of tables in order."""
    current: _Paragraph | None = None
    for column in columns:
        for item in column.items:
            if isinstance(item, Row):
                if current is not None:
                    yield current
                    current = None
                yield item
            elif current is not None and _continues(current, item, column):
                current.lines.append(item)
                current.columns.append(column)
            else:
                if current is not None:
                    yield current
                current = _Paragraph([item], [column])
    if current is not None:
        yield current


def _continues(paragraph: _Paragraph, line: Line, column: Column) -> bool:
    """Say whether a line continues the paragraph before it."""
    last = paragraph.last
    if last.heading or line.heading:
        return last.heading and line.heading and last.base > line.base
    if abs(last.size - line.size) > _OTHER_SIZE or paragraph.bold != line.bold:
        return last.text.endswith(HYPHEN)
    if len(paragraph.lines) == 1 and (is_annex(last.text) or _NUMERAL.fullmatch(last.text)):
        return False
    if paragraph.columns[-1] is not column:
        return _continues_in_next_column(paragraph, line, column)
    gap = last.base - line.base
    usual = column.leading if abs(line.size - column.size) < _OTHER_SIZE else 1.2 * line.size
    if gap > _PARAGRAPH_GAP * usual or gap < -0.5 * usual:
        return 0 < gap < _DOUBLE_SPACED * line.size and _runs_on(last, line, column)
    if abs(gap) < 0.3 * usual:
        return True
    closed = _is_closed(last.text)
    first = paragraph.lines[0]
    if _begins_item(line.text) and (closed or last.text.endswith(",") or line.left > last.left + _INDENT):
        return False
    if len(paragraph.lines) == 1:
        hanging = _begins_item(first.text) or not closed
        indented = line.left > first.left + _INDENT and not hanging
    else:
        indented = abs(line.left - last.left) > _INDENT
    if indented and len(paragraph.lines) > 1 and not closed and not last.text.endswith(",") and line.left > last.left:
        return not _is_short(last, column)  # indented by mistake: the line before is full
    return not indented and (line.bold or not (closed and _is_short(last, column)))


def _begins_item(text: str) -> bool:
    """Say whether a line begins with a number or bullet."""
    word, space, _ = text.partition(" ")
    numbered = bool(space) and any(profile.number.fullmatch(word) for profile in profiles.PROFILES)
    return numbered or _MARKER.match(text) is not None


def _is_closed(text: str) -> bool:
    """Say whether a line ends a sentence, or an item of a list."""
    goes_on = document_words().goes_on
    return re.search(rf"[.!?:;…][\"'”’»)\]]*(?:\d{{1,3}})?(?: {goes_on})?$", text) is not None


def _runs_on(last: Line, line: Line, column: Column) -> bool:
    """Say whether a sentence goes on from a full line in the next, however far apart they are set."""
    return not _is_closed(last.text) and not _is_short(last, column) and line.text[:1].islower()


def _is_short(line: Line, column: Column) -> bool:
    return line.right < column.right - _SHORT * (column.right - column.left)


def _continues_in_next_column(paragraph: _Paragraph, line: Line, column: Column) -> bool:
    """Say whether the first line of a column or page continues the paragraph before it."""
    first, last, before = paragraph.lines[0], paragraph.last, paragraph.columns[-1]
    offset = line.left - column.left
    rest = last.left - before.left if len(paragraph.lines) > 1 else None
    closed = _is_closed(last.text)
    if paragraph.bold or (_begins_item(line.text) and (closed or offset > _INDENT)):
        return False
    if offset > _INDENT and (rest is None or abs(offset - rest) > _INDENT):
        return False
    if not closed:
        return True
    indents = first.left - paragraph.columns[0].left > _INDENT
    return indents and not _is_short(last, before)


class _PieceMaker:
    """Makes pieces of lines: joins words, takes out marks of notes, and notes where pages begin."""

    def __init__(self, hyphens: Hyphens, marks: set[tuple[int, str]], body: float) -> None:
        self._hyphens = hyphens
        self._marks = marks
        self._body = body

    def paragraph(self, paragraph: _Paragraph) -> Piece:
        lines = paragraph.lines
        text, pages = self._join(lines)
        piece = Piece("paragraph", text, pages, bold=paragraph.bold, size=lines[0].size)
        if self._is_heading(paragraph, text):
            piece.kind = "heading"
        return piece

    def _is_heading(self, paragraph: _Paragraph, text: str) -> bool:
        """Say whether a paragraph looks like a heading: bold, large or in italics, short, not ended like a sentence."""
        if paragraph.lines[0].heading:
            return True
        if not may_be_heading(text):
            return False
        size = paragraph.lines[0].size
        if all(line.slanted for line in paragraph.lines) and len(text.split()) <= _MAX_ITALIC_HEADING_WORDS:
            return not any(profile.italic_text.fullmatch(text) for profile in profiles.PROFILES)
        return size >= self._body * _LARGER or (paragraph.bold and size > self._body * 0.9)

    def note(self, lines: list[Line]) -> Piece:
        mark = note_mark(lines[0])
        text, pages = self._join(lines)
        body = text.removeprefix(mark).lstrip()
        label = f"footnote {mark}".strip()
        return Piece("note", body or text, pages, pinpoint=label, size=lines[0].size)

    def row(self, row: Row) -> Piece:
        cells = [
            _without(cell, [m for m in row.marks if cell.endswith(m) and (row.page, m) in self._marks])
            for cell in row.cells
        ]
        return Piece("row", "\t".join(cells), [(0, row.page)], label=row.label)

    def _join(self, lines: list[Line]) -> tuple[str, list[tuple[int, int]]]:
        """Return the text of lines, and pairs of a position in it and the page that begins there."""
        text, pages = "", [(0, lines[0].page)]
        for line in lines:
            own = self._unmarked(line)
            if not own:
                continue
            text = self._hyphens.join(text, own) if text else own
            if line.page != pages[-1][1]:
                pages.append((len(text) - len(own), line.page))
        return text.replace(HYPHEN, "-"), pages

    def _unmarked(self, line: Line) -> str:
        """Return the text of a line without the marks of notes on its page."""
        text = line.text
        if line.narrow and not line.marks:
            text = self._hyphens.closed(text, line.narrow)
        for start, end in reversed(line.marks):
            if start > 0 and any((line.page, mark) in self._marks for mark in _single(text[start:end])):
                text = text[:start].rstrip(" ") + text[end:]
        return text.strip()


def _single(mark: str) -> list[str]:
    """Return a mark and the single marks in it: "2,3" refers to two notes."""
    return [mark, *re.split(r"[,\s–-]+", mark)]


def _without(cell: str, marks: list[str]) -> str:
    for mark in marks:
        cell = cell.removesuffix(mark).rstrip()
    return cell


def _rank_headings(pieces: list[Piece]) -> None:
    """Set the levels of headings by their size; the largest is level 1."""
    sizes = sorted({round(piece.size) for piece in pieces if piece.kind == "heading"}, reverse=True)
    for piece in pieces:
        if piece.kind == "heading":
            piece.level = min(6, sizes.index(round(piece.size)) + 1)
