"""Word documents (DOCX): paragraphs with the numbers that Word prints, headings, rows of tables, footnotes.

Deleted and hidden text is left out; inserted text is read. The file states no pages.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from qa.errors import DocumentError
from qa.files import digest_of
from qa.ingestion.readers.common.archive import opened
from qa.ingestion.readers.common.limits import MAX_DEPTH
from qa.ingestion.readers.common.pieces import Piece, may_be_heading, rows_of
from qa.ingestion.readers.common.structure import document_of
from qa.ingestion.readers.docx.styles import NAMESPACE, Numbering, Styles, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

    from qa.ingestion.readers.common.archive import Package
    from qa.types import Document

_W = f"{{{NAMESPACE}}}"
_LEFT_OUT = {f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "instrText", "delText", "fldData")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_BOX = f"{_W}txbxContent"
_LETTERS = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "\N{NON-BREAKING HYPHEN}"}
_BULLETS = ("F0B7", "F0A7", "f0b7", "f0a7")
_SPACES = re.compile(r"[ \t\n\r]+")
_RELATIONS = "_rels/.rels"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_PROPERTIES = "docProps/core.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a Word file. Raises ``DocumentError``."""
    with opened(path, name) as package:
        main = _main_part(package)
        body = _xml(package, main).find(f"{_W}body")
        if body is None:
            raise DocumentError(name, "damaged", "has no body")
        walker = _WordWalker(package, name, posixpath.dirname(main))
        walker.blocks(body)
        title = _property_title(package)
    yield document_of(walker.pieces, name, digest_of(path), properties={"title": title})


def _main_part(package: Package) -> str:
    """Return the member of the archive that holds the text."""
    if _RELATIONS in package.members:
        for relation in package.xml(_RELATIONS):
            if (relation.get("Type") or "").endswith("/officeDocument"):
                return posixpath.normpath((relation.get("Target") or "").lstrip("/"))
    return "word/document.xml"


def _xml(package: Package, member: str) -> _Element:
    """Return a part of the archive; names of the strict standard become those of the transitional one."""
    return package.xml(member, (_STRICT, NAMESPACE.encode()))


def _property_title(package: Package) -> str:
    """Return the title in the properties of the file."""
    if _PROPERTIES not in package.members:
        return ""
    return package.xml(_PROPERTIES).findtext(_TITLE) or ""


class _WordWalker:
    """Collects the pieces of a body."""

    def __init__(self, package: Package, name: str, folder: str) -> None:
        self.pieces: list[Piece] = []
        self._name = name
        parts = {
            part: _xml(package, member)
            if (member := posixpath.join(folder, f"{part}.xml")) in package.members
            else None
            for part in ("styles", "numbering", "footnotes", "endnotes")
        }
        self._styles = Styles(parts["styles"])
        self._numbering = Numbering(parts["numbering"])
        self._notes = {kind: _notes(parts[f"{kind}s"], kind) for kind in ("footnote", "endnote")}
        self._noted = 0

    def blocks(self, parent: _Element, depth: int = 0) -> None:
        """Read the paragraphs and tables of a body, cell or text box."""
        if depth > MAX_DEPTH:
            raise DocumentError(self._name, "too-large", f"nests its parts deeper than {MAX_DEPTH}")
        for child in parent:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}moveTo"):
                self.blocks(child, depth + 1)

    def _paragraph(self, paragraph: _Element) -> None:
        style = self._styles.of(paragraph)
        text = _text(paragraph)
        label = self._numbering.label(paragraph, style) if text else ""
        if text and not style.is_contents:
            level = style.level
            bold = _is_bold(paragraph)
            if level is None and bold and may_be_heading(text):
                level = 4
            full = f"{label} {text}" if label else text
            self.pieces.append(Piece("paragraph" if level is None else "heading", full, level=level, bold=bold))
        for kind in ("footnote", "endnote"):
            for reference in paragraph.iter(f"{_W}{kind}Reference"):
                self._note(self._notes[kind].get(attribute(reference, "id") or ""))
        for box in paragraph.iter(_BOX):
            if not any(ancestor.tag in _LEFT_OUT for ancestor in box.iterancestors()):
                self.blocks(box)

    def _note(self, text: str | None) -> None:
        if text:
            self._noted += 1
            self.pieces.append(Piece("note", text, pinpoint=f"footnote {self._noted}"))

    def _table(self, table: _Element) -> None:
        rows = []
        for row in table.iter(f"{_W}tr"):
            cells = [_text(cell) for cell in row if cell.tag == f"{_W}tc"]
            rows.append(cells)
        self.pieces.extend(rows_of(rows))


def _text(element: _Element) -> str:
    """Return the visible text of a paragraph or cell, without its text boxes."""
    parts: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag == f"{_W}sym":
            parts.append("•" if attribute(node, "char") in _BULLETS else "")  # other symbols have no Unicode
        elif node.tag in _LETTERS:
            parts.append(_LETTERS[node.tag])
        elif node.tag not in _LEFT_OUT and node.tag != _BOX and not _is_hidden(node):
            if node.tag == f"{_W}p" and parts:
                parts.append(" ")
            stack.extend(reversed(node))
    return _SPACES.sub(" ", "".join(parts)).strip()


def _is_hidden(node: _Element) -> bool:
    return node.tag == f"{_W}r" and _is_on(node.find(f"{_W}rPr/{_W}vanish"))


def _is_on(switch: _Element | None) -> bool:
    return switch is not None and attribute(switch, "val") not in ("0", "false")


def _is_bold(paragraph: _Element) -> bool:
    """Say whether all runs of a paragraph are set bold themselves, not by its style."""
    runs = [run for run in paragraph.iter(f"{_W}r") if run.find(f"{_W}t") is not None]
    return bool(runs) and all(_is_on(run.find(f"{_W}rPr/{_W}b")) for run in runs)


def _notes(root: _Element | None, kind: str) -> dict[str, str]:
    """Return the texts of the footnotes or endnotes by their id."""
    found = [] if root is None else root.iter(f"{_W}{kind}")
    return {attribute(note, "id") or "": _text(note) for note in found}
