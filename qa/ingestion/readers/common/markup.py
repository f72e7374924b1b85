"""HTML to pieces, for web pages and chapters of books: the text that a browser shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from qa.errors import DocumentError
from qa.ingestion.readers.common.formulas import linear
from qa.ingestion.readers.common.layout import paragraphs
from qa.ingestion.readers.common.limits import MAX_ATTRIBUTES, MAX_DEPTH
from qa.ingestion.readers.common.numbering import write
from qa.ingestion.readers.common.pieces import Piece

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_LEFT_OUT = {
    *("script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "canvas", "head", "rt", "rp"),
    *("audio", "video", "map", "select", "input", "textarea", "nav", "footer", "dialog", "annotation"),
}
_BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "form",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
    ),
    *("figcaption", "figure", "header", "hgroup", "hr", "html", "li", "main", "ol", "p", "pre", "section"),
    *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption"),
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NOT_IN_A_CELL = "table,ul,ol,dl,blockquote,h1,h2,h3,h4,h5,h6"
"""A row that contains one of these lays out the page and holds no data."""
_PROSE = "p,h1,h2,h3,h4,h5,h6,table,article,section,main"
"""A form that holds one of these holds a page, or a part of one."""
_MOST_LINKS = 0.5
"""An aside with a greater share of its letters in links is a menu."""
_MIN_HEADING_WORDS = 3
"""A button that opens and closes a part is its heading, if it has as many words; fewer are a menu's."""
_LAST_LEVEL = 6
_NOTE_ROLES = ("doc-footnote", "doc-endnote", "footnote", "endnote", "rearnote")
_LEADING_MARK = re.compile(r"\[?(\d{1,3}|[*†‡])[\].)]?\s+(?=\S)")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_NOTE_MARK = re.compile(r"\[?(?:\d{1,3}|[a-z*†‡]|note \d{1,3})\]?")
_NOTE_NAME = re.compile(r"foot|note|\bfn|cite|ref", re.IGNORECASE)
_LISTS = {"a": "lower letter", "A": "upper letter", "i": "lower roman", "I": "upper roman"}
_MAX_FORMULA_DEPTH = 40
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{50000,}")
_NESTING = re.compile(r"<(/?)(?:div|span|section|article|blockquote|table|ul|ol|dl|b|i|u|a|em|strong|font|center)\b")
_MAX_OPEN = 20 * MAX_DEPTH
"""Limit on open elements in a rough count, since some pages leave elements open."""
_TEXT, _COMMENT = "-text", "-comment"


def to_pieces(html: str, name: str) -> tuple[list[Piece], LexborHTMLParser]:
    """Return the headings, paragraphs, notes and rows of a page, and the parsed page. Raises ``DocumentError``.

    A page with one main part is read only there. Menus, controls of forms, scripts and hidden elements are left out,
    but not what a button of the page opens.
    """
    _refuse_bombs(html, name)
    tree = LexborHTMLParser(html)
    mains = tree.css("main, [role=main]")
    root = mains[0] if len(mains) == 1 else tree.body
    if root is None:
        return [], tree
    walker = _HtmlWalker(name, tree)
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

    def __init__(self, name: str, tree: LexborHTMLParser) -> None:
        self.pieces: list[Piece] = []
        self._name = name
        self._text: list[str] = []
        self._level: int | None = None
        self._label: str | None = None
        self._preformatted = 0
        self._note = ""
        self._pending = ""
        self._counts: dict[int, int] = {}
        self._noted = 0
        self._term = ""
        self._described: str | None = None
        self._break = -1
        controls = (node.attributes.get("aria-controls") or "" for node in tree.css("[aria-controls]"))
        self._opened = {identity for control in controls for identity in control.split()}

    def walk(self, root: LexborNode) -> None:
        """Visit a node and all its descendants; without recursion, because pages may nest deeper than the stack."""
        stack: list[tuple[LexborNode, int, bool]] = [(root, 0, False)]
        while stack:
            node, depth, leaving = stack.pop()
            tag = node.tag
            if leaving:
                self._leave(node, tag or "")
                continue
            if tag == _TEXT:
                self._text.append(node.text_content or "")
                continue
            if tag is None or tag == _COMMENT or self._is_left_out(node, tag, depth):
                continue
            if tag == "math":
                self._text.append(_formula(node))
                continue
            self._enter(node, tag)
            if tag == "li":
                self._pending = self._number(node)
            if tag == "tr" and _tabulates(node):
                self._row(node)
                continue
            stack.append((node, depth, True))
            children = list(node.iter(include_text=True))
            stack.extend((child, depth + 1, False) for child in reversed(children))
        self._flush()
        self._end_term()

    def _is_left_out(self, node: LexborNode, tag: str, depth: int) -> bool:
        """Say whether a node is left out. Raises ``DocumentError`` above a limit."""
        if depth > MAX_DEPTH:
            raise DocumentError(self._name, "too-large", f"nests its elements deeper than {MAX_DEPTH}")
        attributes = node.attributes
        if len(attributes) > MAX_ATTRIBUTES:
            raise DocumentError(self._name, "too-large", f"has an element with {len(attributes):,} attributes")
        if tag in _LEFT_OUT or (_is_hidden(node) and (attributes.get("id") or "") not in self._opened):
            return True
        if tag == "button":
            return self._level is None and not _heads(node)
        if tag == "form":
            return node.css_first(_PROSE) is None
        if tag == "aside":
            return _is_menu(node)
        if tag not in ("sup", "a") or not _is_mark(node):
            return False
        if not "".join(self._text).strip():
            self._note = node.text(strip=True).strip("[]")
        return True

    def _number(self, item: LexborNode) -> str:
        """Return the number or bullet that a browser prints before an item of a list."""
        parent = item.parent
        if parent is not None and parent.tag == "ul":
            return "• "
        if parent is None or parent.tag != "ol":
            return ""
        start = parent.attributes.get("start") or ""
        value = item.attributes.get("value") or ""
        count = self._counts.get(parent.mem_id, int(start) - 1 if start.isdigit() else 0) + 1
        self._counts[parent.mem_id] = count = int(value) if value.isdigit() else count
        return f"{write(count, _LISTS.get(parent.attributes.get('type') or '', 'digit'))}. "

    def _enter(self, node: LexborNode, tag: str) -> None:
        if _is_note(node):
            self._flush()
            self._noted += 1
        if tag in _HEADINGS:
            self._flush()
            self._level = _HEADINGS[tag]
        elif tag == "button" and self._level is None:
            self._flush()
            self._level = _LAST_LEVEL
        elif tag in _BLOCKS:
            self._flush()
            self._preformatted += tag == "pre"
            if tag == "table":
                self._label = None
        elif tag == "br" and self._preformatted:
            self._text.append("\n")
        elif tag == "br":
            if 0 <= self._break <= len(self._text) and not "".join(self._text[self._break :]).strip():
                self._flush()  # two in a row are the border of a paragraph
            self._text.append(" ")
            self._break = len(self._text)

    def _leave(self, node: LexborNode, tag: str) -> None:
        if tag == "dt":
            self._end_term()
            self._term = _SPACE.sub(" ", "".join(self._text)).strip()
            self._text.clear()
        if tag in _HEADINGS or tag in _BLOCKS or (tag == "button" and self._level == _LAST_LEVEL):
            self._flush()
            self._level = None
            self._preformatted -= tag == "pre"
            self._pending = "" if tag == "li" else self._pending
        if tag in ("dd", "dl"):
            self._described = None
        if tag == "dl":
            self._end_term()
        if _is_note(node):
            self._flush()
            self._noted -= 1

    def _end_term(self) -> None:
        """Add a term without a definition."""
        if self._term:
            self.pieces.append(Piece("paragraph", self._term))
            self._term = ""

    def _flush(self) -> None:
        """End a piece."""
        text = "".join(self._text)
        self._text.clear()
        self._break = -1
        note, self._note = self._note, ""
        if not text.strip():
            return
        if self._preformatted:
            parts = [text[start:end] for start, end in paragraphs(text)]
        else:
            parts = [_SPACE.sub(" ", text).strip()]
        if not note and self._noted and (mark := _LEADING_MARK.match(parts[0])):
            note, parts[0] = mark[1], parts[0][mark.end() :]
        for part in parts:
            self._add(part, note)

    def _add(self, text: str, note: str) -> None:
        if note or self._noted:
            self.pieces.append(Piece("note", text, pinpoint=f"footnote {note}" if note else None))
        elif self._level is not None:
            self._end_term()
            self.pieces.append(Piece("heading", text, level=self._level))
        elif self._term:
            self.pieces.append(Piece("row", f"{self._term}\t{text}"))
            self._term, self._described = "", self._term
        else:
            text, self._pending = self._pending + text, ""
            self.pieces.append(Piece("paragraph", text, label=self._described))

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
        elif node.tag == "math":
            parts.append(_formula(node))
        elif (
            node.tag not in _LEFT_OUT
            and not _is_hidden(node)
            and node.tag != _COMMENT
            and not (node.tag == "sup" and _is_mark(node))
        ):
            stack.extend(reversed(list(node.iter(include_text=True))))
    return "".join(parts)


def _formula(node: LexborNode, depth: int = 0) -> str:
    """Return a formula in one line."""
    if node.tag == _TEXT:
        return (node.text_content or "").strip()
    if depth > _MAX_FORMULA_DEPTH or node.tag in ("annotation", "annotation-xml"):
        return ""
    children = [_formula(child, depth + 1) for child in node.iter(include_text=True)]
    return linear(node.tag or "", [child for child in children if child])


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


def _is_note(node: LexborNode) -> bool:
    """Say whether an element holds a footnote by its role."""
    attributes = node.attributes
    roles = f"{attributes.get('role') or ''} {attributes.get('epub:type') or ''}".split()
    return any(role in _NOTE_ROLES for role in roles)


def _heads(button: LexborNode) -> bool:
    """Say whether a button opens and closes a part of the page whose heading it is."""
    attributes = button.attributes
    opens = "aria-expanded" in attributes or "aria-controls" in attributes
    return opens and len(button.text(strip=True, separator=" ").split()) >= _MIN_HEADING_WORDS


def _is_menu(aside: LexborNode) -> bool:
    """Say whether an aside holds little more than links."""
    if _is_note(aside):
        return False
    letters = len(aside.text(strip=True))
    return sum(len(link.text(strip=True)) for link in aside.css("a")) > _MOST_LINKS * letters


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
