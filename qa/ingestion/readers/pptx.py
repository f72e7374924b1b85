"""Presentations (PPTX): each slide is a passage under its title; tables, charts and speaker notes stand apart.

Hidden slides, hidden shapes, shapes beside the slide, and footers are not read.
"""

from __future__ import annotations

from itertools import count
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.shapes.group import GroupShape

from qa.errors import DocumentError
from qa.files import digest_of
from qa.ingestion.readers.common.archive import opened
from qa.ingestion.readers.common.limits import MAX_DEPTH
from qa.ingestion.readers.common.numbering import write
from qa.ingestion.readers.common.pieces import Piece, build, rows_of
from qa.ingestion.readers.common.progress import report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

    from qa.types import Document

_FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER}
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
_NUMERALS = {
    "arabic": "digit",
    "alphaLc": "lower letter",
    "alphaUc": "upper letter",
    "romanLc": "lower roman",
    "romanUc": "upper roman",
}
_AROUND = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a presentation. Raises ``DocumentError``."""
    with opened(path, name) as package:
        for _ in package.xml_parts():
            pass  # each is checked
    presentation = Presentation(str(path))
    pieces: list[Piece] = []
    for number, slide in enumerate(presentation.slides, 1):
        if slide.element.get("show") not in ("0", "false"):
            walker = _SlideWalker(slide, presentation.slide_width or 0, presentation.slide_height or 0, name)
            pieces.extend(walker.pieces(f"slide {number}"))
        report(number)
    if not pieces:
        raise DocumentError(name, "no-text", "shows no text")
    first = next((piece.text for piece in pieces if piece.kind == "heading"), "")
    title = first or (presentation.core_properties.title or "").strip() or PurePosixPath(name).stem
    yield build(pieces, name=name, title=title, digest=digest_of(path), metadata={})


class _SlideWalker:
    """Collects the texts of one slide."""

    def __init__(self, slide: Any, width: int, height: int, name: str) -> None:  # noqa: ANN401
        self._slide = slide
        self._size = width, height
        self._name = name
        self._title = ""
        self._lines: list[str] = []
        self._tables: list[Piece] = []

    def pieces(self, pinpoint: str) -> Iterator[Piece]:
        """Yield title, texts, rows and notes of the slide."""
        self._shapes(self._slide.shapes, 0)
        text = "\n".join(self._lines)
        if self._title and (text or self._tables):
            yield Piece("heading", self._title, level=1)
        elif self._title:
            text = self._title
        if text:
            yield Piece("paragraph", text, pinpoint=pinpoint)
        for row in self._tables:
            row.text, row.pinpoint = row.text.strip("\t"), pinpoint
            yield row
        if self._slide.has_notes_slide and (frame := self._slide.notes_slide.notes_text_frame) is not None:
            notes = "\n".join(_lines(frame._txBody))  # noqa: SLF001 - numbers are in the XML only
            if notes:
                yield Piece(
                    "note", notes, label=f"{self._title} (speaker notes)".strip(), pinpoint=f"{pinpoint}, notes"
                )

    def _shapes(self, shapes: Any, depth: int) -> None:  # noqa: ANN401
        if depth > MAX_DEPTH:
            raise DocumentError(self._name, "too-large", f"nests its shapes deeper than {MAX_DEPTH}")
        for shape in shapes:
            properties = next(shape.element.iter(qn("p:cNvPr")), None)
            if properties is not None and properties.get("hidden") in ("1", "true"):
                continue
            if depth == 0 and self._is_beside(shape):
                continue
            self._shape(shape, depth)

    def _shape(self, shape: Any, depth: int) -> None:  # noqa: ANN401
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        if kind in _FURNITURE:
            return
        if isinstance(shape, GroupShape):
            self._shapes(shape.shapes, depth + 1)
        elif getattr(shape, "has_table", False):
            self._tables.extend(rows_of([[_joined(cell._tc) for cell in row.cells] for row in shape.table.rows]))  # noqa: SLF001
        elif getattr(shape, "has_chart", False):
            self._chart(shape.chart)
        elif shape.has_text_frame:
            lines = list(_lines(shape.text_frame._txBody))  # noqa: SLF001 - numbers are in the XML only
            if kind in _TITLES and not self._title:
                self._title = " ".join(lines)
            else:
                self._lines.extend(lines)
        else:
            self._diagram(shape)

    def _is_beside(self, shape: Any) -> bool:  # noqa: ANN401
        """Say whether a shape lies wholly outside its slide."""
        width, height = self._size
        if None in (shape.left, shape.top, shape.width, shape.height):
            return False
        right, bottom = shape.left + shape.width, shape.top + shape.height
        return bool(shape.left >= width or shape.top >= height or right <= 0 or bottom <= 0)

    def _chart(self, chart: Any) -> None:  # noqa: ANN401
        """Read a chart as its title and a table of its figures."""
        if chart.has_title and chart.chart_title.has_text_frame:
            self._lines.extend(_lines(chart.chart_title.text_frame._txBody))  # noqa: SLF001
        plot = next(iter(chart.plots), None)
        if plot is not None:
            series = list(plot.series)
            figures = [["" if value is None else f"{value:.10g}" for value in one.values] for one in series]
            rows = [["", *(str(one.name) for one in series)]]
            for place, category in enumerate(plot.categories):
                rows.append([str(category), *(column[place] if place < len(column) else "" for column in figures)])
            self._tables.extend(rows_of(rows))

    def _diagram(self, shape: Any) -> None:  # noqa: ANN401
        """Read the texts of a diagram (SmartArt) from its data."""
        for about in shape.element.iter(_DIAGRAM):
            data = self._slide.part.rels.get(about.get(qn("r:dm")))
            if data is not None and not data.is_external:
                parser = etree.XMLParser(resolve_entities=False, no_network=True)
                self._lines.extend(_lines(etree.fromstring(data.target_part.blob, parser)))


def _joined(element: _Element) -> str:
    return " ".join(_lines(element))


def _lines(element: _Element) -> Iterator[str]:
    """Yield the paragraphs of a text frame, with the numbers that are printed before them."""
    counts: dict[int, Iterator[int]] = {}
    for paragraph in element.iter(qn("a:p")):
        parts = [
            node.text or "" if node.tag == qn("a:t") else " "
            for node in paragraph.iter(qn("a:t"), qn("a:br"), qn("a:tab"))
        ]
        text = " ".join("".join(parts).replace("\v", " ").split())
        properties = paragraph.find(qn("a:pPr"))
        numbered = None if properties is None else properties.find(qn("a:buAutoNum"))
        level = int(properties.get("lvl") or 0) if properties is not None else 0
        counts = {key: value for key, value in counts.items() if key < level or (key == level and numbered is not None)}
        if text and numbered is not None:
            label = _number(numbered, counts.setdefault(level, count(int(numbered.get("startAt") or 1))))
            text = f"{label} {text}"
        if text:
            yield text


def _number(numbered: _Element, counter: Iterator[int]) -> str:
    """Return the next number of a list as it is printed."""
    kind = numbered.get("type") or "arabicPeriod"
    numeral = next((name for start, name in _NUMERALS.items() if kind.startswith(start)), "digit")
    around = next((around for end, around in _AROUND.items() if kind.endswith(end)), "{}.")
    return around.format(write(next(counter), numeral))
