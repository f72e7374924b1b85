"""Word documents (DOCX): paragraphs with the numbers that Word prints, headings, rows of tables, footnotes.

Deleted and hidden text is left out; inserted text and formulas are read. The file states no pages.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from qa.errors import DocumentError
from qa.files import digest_of
from qa.ingestion.readers.common.archive import opened
from qa.ingestion.readers.common.formulas import linear
from qa.ingestion.readers.common.limits import MAX_DEPTH
from qa.ingestion.readers.common.pieces import Piece, may_be_heading, rows_of
from qa.ingestion.readers.common.structure import document_of
from qa.ingestion.readers.docx.styles import NAMESPACE, Numbering, Styles, attribute, is_on
from qa.ingestion.readers.docx.symbols import symbol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

    from qa.ingestion.readers.common.archive import Package
    from qa.ingestion.readers.docx.styles import Style
    from qa.types import Document

_W = f"{{{NAMESPACE}}}"
_LEFT_OUT = {f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "instrText", "delText", "fldData")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_BOX = f"{_W}txbxContent"
_LETTERS = {f"{_W}{name}": " " for name in ("tab", "ptab", "br", "cr")} | {
    f"{_W}noBreakHyphen": "\N{NON-BREAKING HYPHEN}"
}
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml", "moveTo")}
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MAX_FORMULA_DEPTH = 40
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
        self._notes = {kind: _notes(parts[f"{kind}s"], kind, self._styles) for kind in ("footnote", "endnote")}
        self._noted = 0

    def blocks(self, parent: _Element, depth: int = 0) -> None:
        """Read the paragraphs and tables of a body, cell or text box."""
        if depth > MAX_DEPTH:
            raise DocumentError(self._name, "too-large", f"nests its parts deeper than {MAX_DEPTH}")
        for child in parent:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._table(child, depth)
            elif child.tag in _WRAPPERS:
                self.blocks(child, depth + 1)

    def _paragraph(self, paragraph: _Element) -> None:
        style = self._styles.of(paragraph)
        text, full = self._read(paragraph, style)
        if text and not style.is_contents:
            level = style.level
            bold = _is_bold(paragraph)
            if level is None and bold and may_be_heading(text):
                level = 4
            self.pieces.append(Piece("paragraph" if level is None else "heading", full, level=level, bold=bold))
        self._apart(paragraph)

    def _read(self, paragraph: _Element, style: Style) -> tuple[str, str]:
        """Return the visible text of a paragraph, and the same with the number before it; this counts."""
        text = _text(paragraph, self._styles)
        label = self._numbering.label(paragraph, style) if text else ""
        return text, f"{label} {text}" if label else text

    def _apart(self, paragraph: _Element) -> None:
        """Read what a paragraph holds and is no part of its line: notes and text boxes."""
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

    def _table(self, table: _Element, depth: int) -> None:
        """Read a table; a row with a table in a cell lays out the page, so that its cells are read as bodies."""
        rows: list[list[str]] = []
        paragraphs: list[_Element] = []
        for row in _within(table, f"{_W}tr"):
            if row.find(f"{_W}trPr/{_W}del") is not None:
                continue
            cells = list(_within(row, f"{_W}tc"))
            if any(next(_within(cell, f"{_W}tbl"), None) is not None for cell in cells):
                self._end_table(rows, paragraphs)
                rows, paragraphs = [], []
                for cell in cells:
                    self.blocks(cell, depth + 1)
                continue
            inner = [list(_within(cell, f"{_W}p")) for cell in cells]
            texts = [[self._read(paragraph, self._styles.of(paragraph))[1] for paragraph in cell] for cell in inner]
            rows.append([" ".join(text for text in cell if text) for cell in texts])
            paragraphs.extend(paragraph for cell in inner for paragraph in cell)
        self._end_table(rows, paragraphs)

    def _end_table(self, rows: list[list[str]], paragraphs: list[_Element]) -> None:
        """Add rows, and the notes and text boxes of their cells."""
        self.pieces.extend(rows_of(rows))
        for paragraph in paragraphs:
            self._apart(paragraph)


def _within(parent: _Element, tag: str) -> Iterator[_Element]:
    """Yield the children with a tag, also those in content controls and insertions."""
    stack = list(reversed(parent))
    while stack:
        child = stack.pop()
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            stack.extend(reversed(child))


def _text(element: _Element, styles: Styles) -> str:
    """Return the visible text of a paragraph or note, without its text boxes."""
    hidden = styles.hides_paragraph(element)
    parts: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag == f"{_W}sym":
            parts.append(symbol(attribute(node, "font") or "", attribute(node, "char") or ""))
        elif node.tag == f"{_MATHS}oMath":
            parts.append(_formula(node))
        elif node.tag in _LETTERS:
            parts.append(_LETTERS[node.tag])
        elif node.tag not in _LEFT_OUT and node.tag != _BOX:
            if node.tag == f"{_W}r" and styles.hides(node, default=hidden):
                continue
            if node.tag == f"{_W}p" and parts:
                parts.append(" ")
            stack.extend(reversed(node))
    return _SPACES.sub(" ", "".join(parts)).strip()


def _formula(node: _Element, depth: int = 0) -> str:
    """Return a formula in one line."""
    if node.tag == f"{_MATHS}t":
        return node.text or ""
    if depth > _MAX_FORMULA_DEPTH:
        return "".join(node.itertext(f"{_MATHS}t"))
    kind = node.tag.removeprefix(_MATHS)
    if kind.endswith("Pr"):
        return ""
    return linear(kind, [_formula(child, depth + 1) for child in node if not str(child.tag).endswith("Pr")])


def _is_bold(paragraph: _Element) -> bool:
    """Say whether all runs of a paragraph are set bold themselves, not by its style."""
    runs = [run for run in paragraph.iter(f"{_W}r") if run.find(f"{_W}t") is not None]
    return bool(runs) and all(is_on(run.find(f"{_W}rPr/{_W}b")) for run in runs)


def _notes(root: _Element | None, kind: str, styles: Styles) -> dict[str, str]:
    """Return the texts of the footnotes or endnotes by their id."""
    found = [] if root is None else root.iter(f"{_W}{kind}")
    return {attribute(note, "id") or "": _text(note, styles) for note in found}
