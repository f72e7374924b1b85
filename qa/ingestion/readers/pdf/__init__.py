"""PDF, read by PDFium: paragraphs with the pages on which they stand.

Pages that cannot be trusted become doubts: without text, damaged, garbled, or in an uncertain order.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument, PdfiumError
from pypdfium2 import raw as pdfium

from qa.errors import DocumentError
from qa.files import digest_of
from qa.ingestion.readers.common.limits import MAX_PAGES
from qa.ingestion.readers.common.progress import report
from qa.ingestion.readers.common.structure import document_of
from qa.ingestion.readers.pdf.asides import stretches, without_boxes
from qa.ingestion.readers.pdf.columns import carry_labels, in_reading_order, with_tables
from qa.ingestion.readers.pdf.fields import open_page
from qa.ingestion.readers.pdf.flow import Column, to_pieces
from qa.ingestion.readers.pdf.furniture import body_size, remove_furniture, remove_rules, rows, set_aside, split_notes
from qa.ingestion.readers.pdf.line_numbers import without_line_numbers
from qa.ingestion.readers.pdf.lines import read_page
from qa.ingestion.readers.pdf.lost import lost
from qa.ingestion.readers.pdf.soundness import is_damaged
from qa.types import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.ingestion.readers.pdf.lines import Line, Page
    from qa.types import Document

_PAGES_PER_OPENING = 250
_REFUSED = {
    pdfium.FPDF_ERR_PASSWORD: ("encrypted", "is protected by a password; save it without one and index again"),
    pdfium.FPDF_ERR_SECURITY: ("encrypted", "is protected in a way that cannot be read; save it without protection"),
}


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a PDF file. Raises ``DocumentError``."""
    digest = digest_of(path)
    try:
        with PdfDocument(path) as pdf:
            count, title = len(pdf), _property(pdf, "Title")
    except PdfiumError as error:
        code = getattr(error, "err_code", None)
        reason, detail = _REFUSED.get(code, ("damaged", f"is no PDF that can be opened ({error})"))
        raise DocumentError(name, reason, detail) from error
    if count > MAX_PAGES:
        raise DocumentError(name, "too-large", f"has {count:,} pages; the limit is {MAX_PAGES:,}: split the file")
    yield _document(path, count, name, title, digest)


def _document(path: Path, count: int, name: str, title: str, digest: str) -> Document:
    pages, doubts = _pages(path, count)
    if is_damaged(path):
        doubts.insert(0, Doubt("text-missing", "the file is damaged, so text may be missing"))
    if not any(page.lines for page in pages):
        raise DocumentError(name, *_why_empty(pages, doubts))
    body = body_size(pages)
    for page in pages:
        page.lines = without_line_numbers(page.lines)
    furniture = [*set_aside(pages, body), *remove_furniture(pages, body)]
    columns: list[Column] = []
    notes: list[tuple[int, list[Line]]] = []
    for page in pages:
        report(page.number)
        lines, rules = remove_rules(page.lines)
        ordered, certain = in_reading_order(lines)
        if not certain:
            doubts.append(Doubt("order-uncertain", "the order of the lines on this page is a guess", page.number))
        for column in ordered:
            text, footnotes = split_notes(column, rules, body)
            for part in without_boxes(text):
                items = [
                    item
                    for stretch, headed in stretches(part)
                    for item in (stretch if headed else with_tables(stretch, body))
                ]
                columns.append(Column(items))
            notes.extend((page.number, note) for note in footnotes)
    carry_labels(column.items for column in columns)
    pieces = to_pieces(columns, notes, body)
    doubts.extend(lost(pages, pieces))
    return document_of(pieces, name, digest, properties={"title": title}, furniture=furniture, doubts=doubts)


def _pages(path: Path, count: int) -> tuple[list[Page], list[Doubt]]:
    """Return the pages that can be read, and doubts about pages."""
    pages: list[Page] = []
    doubts: list[Doubt] = []
    for number, page in _each_page(path, count):
        report(number)
        if page is None:
            doubts.append(Doubt("damaged", "this page cannot be read", number))
            continue
        if page.pictured:
            how = "little" if page.lines else "no"
            doubts.append(Doubt("no-text", f"this page holds pictures and {how} text; is it a scan?", number))
        if page.garbled:
            doubts.append(Doubt("garbled", "many letters of this page have no code that says what they are", number))
        pages.append(page)
    return pages, doubts


def _each_page(path: Path, count: int) -> Iterator[tuple[int, Page | None]]:
    """Yield each page with its number, None for a page that cannot be read.

    The file is opened again after some pages, because PDFium keeps every parsed page in memory until it is closed.
    """
    for first in range(0, count, _PAGES_PER_OPENING):
        with PdfDocument(path) as pdf:
            for index in range(first, min(first + _PAGES_PER_OPENING, count)):
                try:
                    handle, written = open_page(pdf, index)
                    with contextlib.closing(handle):
                        page = read_page(handle, index + 1)
                    if written:  # values come last in the file, and stand beside what asks for them
                        page.lines = [line for row in rows(page.lines) for line in row]
                except PdfiumError:
                    page = None
                yield index + 1, page


def _why_empty(pages: list[Page], doubts: list[Doubt]) -> tuple[str, str]:
    """Return reason and detail of the error for a file without text."""
    if any(doubt.reason == "damaged" for doubt in doubts) and not pages:
        return "damaged", "none of its pages can be read"
    if any(page.pictured for page in pages):
        return "no-text", "holds pictures and no text; have its text recognised (OCR) and index again"
    return "no-text", "holds no text"


def _property(pdf: PdfDocument, key: str) -> str:
    """Return a property of the file, "" if it is only the name of a file."""
    value = str(pdf.get_metadata_dict().get(key, "")).strip()
    return "" if value.lower().endswith((".doc", ".docx", ".pdf", ".indd", ".qxd")) else value
