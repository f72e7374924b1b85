"""Spreadsheets (XLSX): every row that is shown is a paragraph with tabs between its cells, as it is printed.

Hidden sheets, rows and columns are not on the page and are not read. A formula counts with its saved result.
"""

from __future__ import annotations

import re
from itertools import groupby, takewhile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from qa.errors import DocumentError
from qa.files import digest_of
from qa.ingestion.readers.common.archive import opened
from qa.ingestion.readers.common.pieces import Piece, build, labelled_rows
from qa.ingestion.readers.common.progress import report
from qa.ingestion.readers.xlsx.number_formats import printed
from qa.types import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from qa.types import Document

_WITHOUT_RESULT = re.compile(rb"(?:</f>|<f(?:\s[^>]*)?/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a spreadsheet. Raises ``DocumentError``."""
    lost = boxes = 0
    with opened(path, name) as package:
        for member, data in package.xml_parts():
            lost += len(_WITHOUT_RESULT.findall(data)) if member.startswith("xl/worksheets/") else 0
            boxes += data.count(b"<a:t>") if member.startswith("xl/drawings/") else 0
    doubts = []
    if lost:
        what = f"formulas without a saved result: {lost:,}; save the file once in a spreadsheet program"
        doubts.append(Doubt("no-text", what))
    if boxes:
        doubts.append(Doubt("no-text", f"texts in drawings that are not read: {boxes:,}"))
    book = load_workbook(path, data_only=True)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    pieces: list[Piece] = []
    for done, sheet in enumerate(shown, 1):
        rows = list(_rows(sheet))
        if rows and len(shown) > 1:
            pieces.append(Piece("heading", sheet.title, level=1))
        pieces.extend(_pieces(rows, sheet.title))
        report(done)
    if not any(piece.kind != "heading" for piece in pieces):
        raise DocumentError(name, "no-text", "shows no text")
    title = str(book.properties.title or "").strip() or PurePosixPath(name).stem
    yield build(pieces, name=name, title=title, digest=digest_of(path), metadata={}, doubts=doubts)


_Row = tuple[int, list[str], list[str]]
"""A number, the cells as they are printed, and the comments on them."""


def _rows(sheet: Worksheet) -> Iterator[_Row]:
    """Yield the rows that are shown and hold something."""
    columns = {
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for column in range(dimension.min or 0, (dimension.max or 0) + 1)
    }
    # a sheet may have one cell at its far corner: rows and columns that hold nothing must not be visited
    cells = sorted(place for place in sheet._cells if place[1] not in columns)  # noqa: SLF001
    used = sorted({column for _, column in cells})
    for number, places in groupby(cells, key=lambda place: place[0]):
        if sheet.row_dimensions[number].hidden:
            continue
        row = {column: sheet._cells[number, column] for _, column in places}  # noqa: SLF001
        last = max(row)
        texts = [_printed(row[column]) if column in row else "" for column in takewhile(last.__ge__, used)]
        notes = [" ".join(cell.comment.text.split()) for cell in row.values() if getattr(cell, "comment", None)]
        if any(texts) or notes:
            yield number, texts, notes


def _printed(cell: Cell) -> str:
    return "" if cell.value is None else " ".join(printed(cell.value, cell.number_format).split())


def _pieces(rows: list[_Row], sheet: str) -> Iterator[Piece]:
    """Yield the rows as pieces, each with its comments after it."""
    pieces = iter(labelled_rows([(number, cells) for number, cells, _ in rows if any(cells)]))
    for number, cells, notes in rows:
        pinpoint = f"sheet {sheet}, row {number}"
        if any(cells):
            piece = next(pieces)
            piece.pinpoint = pinpoint
            yield piece
        for note in notes:
            yield Piece("note", note, label="comment", pinpoint=f"{pinpoint}, comment")
