"""HTML to pieces, for web pages and chapters of books: the text that a browser shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from qa.errors import DocumentError
from qa.ingestion.readers.common.limits import MAX_ATTRIBUTES, MAX_DEPTH
from qa.ingestion.readers.common.numbering import write
from qa.ingestion.readers.common.pieces import Piece

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_LEFT_OUT = {
    *("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "head"),
    *("audio", "video", "map", "button", "select", "input", "textarea", "nav", "footer", "aside", "form", "dialog"),
}
_BLOCKS = {
    *("address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset"),
    *("figcaption", "figure", "header", "hgroup", "hr", "html", "li", "main", "ol", "p", "pre", "section"),
    *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption"),
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NOT_IN_A_CELL = "table,ul,ol,dl,blockquote,h1,h2,h3,h4,h5,h6"
"""A row that contains one of these lays out the page and holds no data."""
_SPACE = re.compile(r"[ \t\n\r\f]+")
_NOTE_MARK = re.compile(r"\[?(?:\d{1,3}|[a-z*†‡]|note \d{1,3})\]?")
_NOTE_NAME = re.compile(r"foot|note|\bfn|cite|ref", re.IGNORECASE)
_LISTS = {"a": "lower letter", "A": "upper letter", "i": "lower roman", "I": "upper roman"}
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{50000,}")
_NESTING = re.compile(r"<(/?)(?:div|span|section|article|blockquote|table|ul|ol|dl|b|i|u|a|em|strong|font|center)\b")
_MAX_OPEN = 20 * MAX_DEPTH
"""Limit on open elements in a rough count, since some pages leave elements open."""
_TEXT, _COMMENT = "-text", "-comment"


def to_pieces(html: str, name: str) -> tuple[list[Piece], LexborHTMLParser]:
    """Return the headings, paragraphs, notes and rows of a page, and the parsed page. Raises ``DocumentError``.

    A page with one main part is read only there. Menus, forms, scripts and hidden elements are left out.
    """
    _refuse_bombs(html, name)
    tree = LexborHTMLParser(html)
    mains = tree.css("main, [role=main]")
    root = mains[0] if len(mains) == 1 else tree.body
    if root is None:
        return [], tree
    walker = _HtmlWalker(name)
    walker.walk(root)
    return walker.pieces, tree


def _refuse_bombs(html: str, name: str) -> None:
    """Raise ``DocumentError`` for a page that takes minutes to parse: time is quadratic in attributes and in depth."""
    for tag in _LONG_TAG.finditer(html):
        if tag.group().count("=") > MAX_ATTRIBUTES:
            raise DocumentError(name, "too-large", f"has an element with more than {MAX_ATTRIBUTES:,} attributes")
    depth = 0
    for tag in _NESTING.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _MAX_OPEN:
            raise DocumentError(name, "too-large", f"nests its elements deeper than {MAX_DEPTH}")


class _HtmlWalker:
    """Walks through a page in reading order. The text between the borders of two blocks is a piece."""

    def __init__(self, name: str) -> None:
        self.pieces: list[Piece] = []
        self._name = name
        self._text: list[str] = []
        self._level: int | None = None
        self._label: str | None = None
        self._preformatted = 0
        self._note = ""
        self._pending = ""
        self._counts: dict[int, int] = {}

    def walk(self, root: LexborNode) -> None:
        """Visit a node and all its descendants; without recursion, because pages may nest deeper than the stack."""
        stack: list[tuple[LexborNode, int, bool]] = [(root, 0, False)]
        while stack:
            node, depth, leaving = stack.pop()
            tag = node.tag
            if leaving:
                self._leave(tag or "")
                continue
            if tag == _TEXT:
                self._text.append(node.text_content or "")
                continue
            if tag is None or tag == _COMMENT or self._is_left_out(node, tag, depth):
                continue
            self._enter(tag)
            if tag == "li":
                self._pending = self._number(node)
            if tag == "tr" and _tabulates(node):
                self._row(node)
                continue
            stack.append((node, depth, True))
            children = list(node.iter(include_text=True))
            stack.extend((child, depth + 1, False) for child in reversed(children))
        self._flush()

    def _is_left_out(self, node: LexborNode, tag: str, depth: int) -> bool:
        """Say whether a node is left out. Raises ``DocumentError`` above a limit."""
        if depth > MAX_DEPTH:
            raise DocumentError(self._name, "too-large", f"nests its elements deeper than {MAX_DEPTH}")
        attributes = node.attributes
        if len(attributes) > MAX_ATTRIBUTES:
            raise DocumentError(self._name, "too-large", f"has an element with {len(attributes):,} attributes")
        if tag in _LEFT_OUT or "hidden" in attributes or attributes.get("aria-hidden") == "true":
            return True
        style = (attributes.get("style") or "").replace(" ", "").lower()
        if "display:none" in style or "visibility:hidden" in style:
            return True
        if tag not in ("sup", "a") or not _is_mark(node):
            return False
        if not "".join(self._text).strip():
            self._note = node.text(strip=True).strip("[]")
        return True

    def _number(self, item: LexborNode) -> str:
        """Return the number that a browser prints before an item of an ordered list."""
        parent = item.parent
        if parent is None or parent.tag != "ol":
            return ""
        start = parent.attributes.get("start") or ""
        value = item.attributes.get("value") or ""
        count = self._counts.get(parent.mem_id, int(start) - 1 if start.isdigit() else 0) + 1
        self._counts[parent.mem_id] = count = int(value) if value.isdigit() else count
        return f"{write(count, _LISTS.get(parent.attributes.get('type') or '', 'digit'))}. "

    def _enter(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._flush()
            self._level = _HEADINGS[tag]
        elif tag in _BLOCKS:
            self._flush()
            self._preformatted += tag == "pre"
            if tag == "table":
                self._label = None
        elif tag == "br":
            self._text.append("\n" if self._preformatted else " ")

    def _leave(self, tag: str) -> None:
        if tag in _HEADINGS or tag in _BLOCKS:
            self._flush()
            self._level = None
            self._preformatted -= tag == "pre"

    def _flush(self) -> None:
        """End a piece."""
        text = "".join(self._text)
        self._text.clear()
        text = text.strip("\n").rstrip() if self._preformatted else _SPACE.sub(" ", text).strip()
        note, self._note = self._note, ""
        if not text.strip():
            return
        if not note and self._level is None:
            text, self._pending = self._pending + text, ""
        if note:
            self.pieces.append(Piece("note", text, pinpoint=f"footnote {note}"))
        else:
            self.pieces.append(Piece("paragraph" if self._level is None else "heading", text, level=self._level))

    def _row(self, row: LexborNode) -> None:
        """Make a piece of a row of a table; a row of headings only labels the rows below."""
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        texts = [_SPACE.sub(" ", _visible_text(cell)).strip() for cell in cells]
        if not any(texts):
            return
        self.pieces.append(Piece("row", "\t".join(texts), label=self._label))
        if all(cell.tag == "th" for cell in cells):
            self._label = " ".join(text for text in texts if text)


def _visible_text(cell: LexborNode) -> str:
    """Return the visible text of a cell, without marks of notes."""
    parts = []
    stack = [cell]
    while stack:
        node = stack.pop()
        if node.tag == _TEXT:
            parts.append(node.text_content or "")
        elif node.tag == "br":
            parts.append(" ")
        elif node.tag not in _LEFT_OUT and node.tag != _COMMENT and not (node.tag == "sup" and _is_mark(node)):
            stack.extend(reversed(list(node.iter(include_text=True))))
    return "".join(parts)


def _tabulates(row: LexborNode) -> bool:
    """Say whether a row holds data: at most one paragraph in a cell, no lists, no headings."""
    return not row.css(_NOT_IN_A_CELL) and all(len(cell.css("p,div")) <= 1 for cell in row.iter())


def _is_mark(node: LexborNode) -> bool:
    """Say whether an element is the mark of a note: a raised number with a link on the page, or a link to a note."""
    raised = node if node.tag == "sup" else node.css_first("sup")
    link = node if node.tag == "a" else node.css_first("a")
    if link is None and node.parent is not None and node.parent.tag == "a":
        link = node.parent
    if link is None or "#" not in (link.attributes.get("href") or ""):
        return False
    named = " ".join(
        str(link.attributes.get(key) or "") for key in ("class", "name", "id", "href", "role", "epub:type")
    )
    is_note = raised is not None or _NOTE_NAME.search(named) is not None
    return is_note and _NOTE_MARK.fullmatch(node.text(strip=True)) is not None
