"""OpenDocument texts (ODT): paragraphs with the numbers of their lists, headings, rows of tables, footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.errors import DocumentError
from qa.files import digest_of
from qa.ingestion.readers.common.archive import opened
from qa.ingestion.readers.common.limits import MAX_DEPTH
from qa.ingestion.readers.common.numbering import write
from qa.ingestion.readers.common.pieces import Piece, rows_of
from qa.ingestion.readers.common.structure import document_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from lxml.etree import _Element

    from qa.types import Document

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = f"{{{_NS}text:1.0}}", f"{{{_NS}table:1.0}}", f"{{{_NS}office:1.0}}"
_STYLE, _DRAW = f"{{{_NS}style:1.0}}", f"{{{_NS}drawing:1.0}}"
_LEFT_OUT = {
    f"{_TEXT}hidden-text",
    f"{_TEXT}hidden-paragraph",
    f"{_TEXT}note",
    f"{_TEXT}tracked-changes",
    f"{_OFFICE}annotation",
    f"{_OFFICE}annotation-end",
    f"{_DRAW}frame",
    f"{_TEXT}table-of-content",
}
_OUTLINE = "outline"
"""Name under which the numbers of headings are counted."""
_ROW_GROUPS = {f"{_TABLE}table-{name}" for name in ("header-rows", "rows", "row-group")}
_SPACES = re.compile(r"[ \t\n\r]+")
_FORMATS = {"1": "digit", "a": "lower letter", "A": "upper letter", "i": "lower roman", "I": "upper roman"}
_MANIFEST = "META-INF/manifest.xml"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of an OpenDocument text. Raises ``DocumentError``."""
    with opened(path, name) as package:
        if _MANIFEST in package.members and b"encryption-data" in package.read(_MANIFEST):
            raise DocumentError(name, "encrypted", "is protected by a password; save it without one and index again")
        content = package.xml("content.xml")
        styles = [content, *([package.xml("styles.xml")] if "styles.xml" in package.members else [])]
        meta = package.xml("meta.xml") if "meta.xml" in package.members else None
        body = content.find(f".//{_OFFICE}text")
        if body is None:
            raise DocumentError(name, "damaged", "has no text")
        walker = _OdtWalker(styles, name)
        walker.blocks(body)
    properties = {}
    if meta is not None:
        properties = {key: meta.findtext(f".//{_DUBLIN_CORE}{key}") or "" for key in ("title", "language")}
    yield document_of(walker.pieces, name, digest_of(path), properties=properties)


class _OdtWalker:
    """Collects the pieces of a body."""

    def __init__(self, styles: list[_Element], name: str) -> None:
        self.pieces: list[Piece] = []
        self._name = name
        self._noted = 0
        self._counts: dict[tuple[str, int], int] = {}
        self._levels = {
            (style.get(f"{_STYLE}name"), int(level.get(f"{_TEXT}level") or 1)): level
            for root in styles
            for style in root.iter(f"{_TEXT}list-style")
            for level in style
        }
        self._hidden = {
            style.get(f"{_STYLE}name")
            for root in styles
            for style in root.iter(f"{_STYLE}style")
            if any(about.get(f"{_TEXT}display") == "none" for about in style.iter(f"{_STYLE}text-properties"))
        }
        for root in styles:
            for level in root.iter(f"{_TEXT}outline-level-style"):
                self._levels[_OUTLINE, int(level.get(f"{_TEXT}level") or 1)] = level

    def blocks(self, parent: _Element, depth: int = 0) -> None:
        """Read the headings, paragraphs, lists and tables of a body, section or text box."""
        if depth > MAX_DEPTH:
            raise DocumentError(self._name, "too-large", f"nests its parts deeper than {MAX_DEPTH}")
        for child in parent:
            if child.tag == f"{_TEXT}h":
                level = int(child.get(f"{_TEXT}outline-level") or 1)
                self._piece(child, self._label(_OUTLINE, level), level=min(6, level))
            elif child.tag == f"{_TEXT}p":
                self._piece(child, "")
            elif child.tag == f"{_TEXT}list":
                self._list(child, "", 1)
            elif child.tag == f"{_TABLE}table":
                self._table(child, depth)
            elif child.tag == f"{_DRAW}frame":
                self._boxes(child)
            elif child.tag not in _LEFT_OUT:
                self.blocks(child, depth + 1)

    def _table(self, table: _Element, depth: int) -> None:
        """Read a table; a row with a table in a cell lays out the page, so that its cells are read as bodies."""
        before = self.pieces
        rows: list[list[str]] = []
        apart: list[Piece] = []
        for row in _rows(table):
            cells: list[list[Piece]] = []
            for cell in row:
                self.pieces = []
                self.blocks(cell, depth + 1)
                cells.append(self.pieces)
            if any(piece.kind == "row" for cell in cells for piece in cell):
                before += [*rows_of(rows), *apart, *(piece for cell in cells for piece in cell)]
                rows, apart = [], []
            else:
                rows.append([" ".join(piece.text for piece in cell if piece.kind != "note") for cell in cells])
                apart += [piece for cell in cells for piece in cell if piece.kind == "note"]
        self.pieces = [*before, *rows_of(rows), *apart]

    def _piece(self, element: _Element, label: str, level: int | None = None) -> None:
        text = _text(element, self._hidden)
        if text:
            full = f"{label} {text}" if label else text
            self.pieces.append(Piece("paragraph" if level is None else "heading", full, level=level))
        for note in element.iter(f"{_TEXT}note"):
            body = note.find(f"{_TEXT}note-body")
            if body is not None and (text := _text(body, self._hidden)):
                self._noted += 1
                mark = note.findtext(f"{_TEXT}note-citation") or str(self._noted)
                self.pieces.append(Piece("note", text, pinpoint=f"footnote {mark}"))
        self._boxes(element)

    def _boxes(self, element: _Element) -> None:
        """Read the text boxes in a paragraph or frame."""
        for box in element.iter(f"{_DRAW}text-box"):
            self.blocks(box, 1)

    def _list(self, element: _Element, style: str, level: int) -> None:
        """Read a list; the number goes before the first paragraph of an item."""
        if level > MAX_DEPTH:
            raise DocumentError(self._name, "too-large", f"nests its lists deeper than {MAX_DEPTH}")
        named = element.get(f"{_TEXT}style-name") or style
        if element.get(f"{_TEXT}continue-numbering") != "true":
            self._counts.pop((named, level), None)
        for item in element:
            label = self._label(named, level) if item.tag == f"{_TEXT}list-item" else ""
            for child in item:
                if child.tag == f"{_TEXT}list":
                    self._list(child, named, level + 1)
                elif child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                    self._piece(child, label)
                    label = ""

    def _number(self, style: str, level: int) -> str:
        """Return the number to which a level of a list has counted."""
        about = self._levels.get((style, level))
        format_ = "" if about is None else about.get(f"{_STYLE}num-format") or ""
        start = int(about.get(f"{_TEXT}start-value") or 1) if about is not None else 1
        return write(self._counts.get((style, level), start), _FORMATS.get(format_, "digit"))

    def _label(self, style: str, level: int) -> str:
        """Count an item and return its printed number, "" if it has none."""
        list_style = self._levels.get((style, level))
        if list_style is None:
            return ""
        if list_style.tag == f"{_TEXT}list-level-style-bullet":
            return "•"
        start = int(list_style.get(f"{_TEXT}start-value") or 1)
        self._counts[style, level] = self._counts.get((style, level), start - 1) + 1
        self._counts = {key: n for key, n in self._counts.items() if key[0] != style or key[1] <= level}
        format_ = list_style.get(f"{_STYLE}num-format") or ""
        if format_ not in _FORMATS:
            return ""
        shown = int(list_style.get(f"{_TEXT}display-levels") or 1)
        number = ".".join(self._number(style, above) for above in range(max(1, level - shown + 1), level + 1))
        return f"{list_style.get(f'{_STYLE}num-prefix') or ''}{number}{list_style.get(f'{_STYLE}num-suffix') or ''}"


def _rows(table: _Element) -> Iterator[_Element]:
    """Yield the rows of a table that are shown, and not those of tables in it."""
    for child in table:
        if child.tag == f"{_TABLE}table-row" and child.get(f"{_TABLE}visibility") not in ("collapse", "filter"):
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)


def _text(element: _Element, hidden: Collection[str | None]) -> str:
    """Return the visible text of an element, without notes, comments, deleted and hidden text."""
    parts: list[str] = []
    stack: list[_Element | str] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        if node.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            parts.append(" ")
        elif isinstance(node.tag, str) and node.tag not in _LEFT_OUT and node.get(f"{_TEXT}style-name") not in hidden:
            if node.tag == f"{_TEXT}p" and parts:
                parts.append(" ")
            for child in reversed(node):
                if child.tail:
                    stack.append(child.tail)
                stack.append(child)
            if node.text:
                parts.append(node.text)
    return _SPACES.sub(" ", "".join(parts)).strip()
