"""Spreadsheets, presentations and Word files for tests, and the texts that are read from a file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

from qa.ingestion.readers import read


def make_xlsx(sheets, change=None):
    """Return a spreadsheet of sheets by name, each a list of rows; ``change`` may alter the workbook before."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change:
        change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@dataclass
class Slide:
    """A slide: its title, the paragraphs of its body, speaker notes, a table; ``change`` may alter it."""

    title: str = ""
    body: list[str] = field(default_factory=list)
    notes: str = ""
    table: list[list[str]] = field(default_factory=list)
    change: object = None


def make_pptx(slides, title=""):
    """Return a presentation."""
    presentation = Presentation()
    presentation.core_properties.title = title
    for given in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = given.title
        slide.placeholders[1].text_frame.text = "\n".join(given.body)
        if given.notes:
            slide.notes_slide.notes_text_frame.text = given.notes
        if given.table:
            where = Inches(1), Inches(3), Inches(6), Inches(2)
            table = slide.shapes.add_table(len(given.table), len(given.table[0]), *where).table
            for row, cells in enumerate(given.table):
                for column, text in enumerate(cells):
                    table.cell(row, column).text = text
        if given.change:
            given.change(slide)
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def texts(document, *kinds):
    """Return the texts of the paragraphs of a document, or of its blocks of these kinds."""
    return [document.text[b.start : b.end] for b in document.blocks if b.kind in (kinds or ("paragraph",))]


def package(**members):
    """Return a ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body, **members):
    """Return a Word file with a body, and with other parts by their names in the archive."""
    return package(**{"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>", **members})


def read_bytes(tmp_path, name, content):
    """Return the documents that are read from a file with this content."""
    (tmp_path / name).write_bytes(content)
    return list(read(tmp_path / name, name))
