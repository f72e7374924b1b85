"""What the pieces of a document are to one who cites it: head, numbered paragraphs, sub-paragraphs, annexes."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from qa.ingestion.readers.common.numbering import Items, marks_of
from qa.ingestion.readers.profiles import resolution
from qa.ingestion.readers.profiles.head import head_length, is_salutation, read_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.ingestion.readers.common.pieces import Piece

_ANNEX = re.compile(r"(?:Annex|Appendix|Enclosure|Schedule|Attachment)(?: (?:[IVXLC]+|[A-Z]|\d{1,2}))?")
_ARTICLE = re.compile(r"(?P<what>Article|Rule|Regulation|Principle) (?P<number>\d{1,3}|[IVXLC]+)\b\.?(?P<title> \S.*)?")
_SHORTENED = {"Article": "art."}
_LONGEST_ARTICLE_TITLE = 24
_ARTICLE_LEVEL = 5
_MOST_SKIPPED = 3
"""Numbers may be missing, so many in a row, without another count having begun."""
_FEW = 2
_NUMBERED = 0.5
"""Paragraphs are numbered in print if more than this share of them are; else a list's numbers are its own."""


def structure(pieces: list[Piece], furniture: Sequence[str] = ()) -> tuple[list[Piece], str, dict[str, str]]:
    """Give the pieces their pinpoints and kinds, and return them with the title and the metadata the document states.

    ``furniture`` is what the reader left out of the text: it may state the language.
    """
    opening = resolution.opening_of(pieces)
    if opening is None:
        title, metadata = _read_head(pieces)
    else:
        title, metadata = resolution.read_masthead(pieces[:opening], furniture)
    _number(pieces, opening or 0)
    return pieces, title, metadata


def _read_head(pieces: list[Piece]) -> tuple[str, dict[str, str]]:
    """Make head lines of what stands above the first paragraph, where it says whose words these are."""
    first = [piece for piece in pieces[:12] if piece.kind in ("heading", "paragraph")]
    length = head_length([piece.text for piece in first]) if len(first) == len(pieces[: len(first)]) else 0
    title = next((piece.text for piece in first if piece.kind == "heading"), "")
    spans, text = [], ""
    for piece in first[:length]:
        spans.append((len(text), len(text) + len(piece.text)))
        text += piece.text + "\n"
    head, metadata = read_head(text, spans)
    if not {"speaker", "event", "dates"} & metadata.keys():
        return title, {}
    for piece, line in zip(first, head, strict=False):
        piece.kind = "head"
        piece.label = "; ".join(line.states.values()) or None
        if "speaker" in line.states:
            title = piece.text
    return title, metadata


def _number(pieces: list[Piece], start: int) -> None:
    """Go through the pieces and give each paragraph the place by which it is cited, where it has one."""
    place = _Place()
    for piece in pieces[:start]:
        place.heading(piece)
    if start and not resolution.is_opening(pieces[start]) and resolution.is_adopted(pieces[:start]):
        place.opening()
    place.numbered = place.resolved or (start > 0 and resolution.is_opening(pieces[start])) or _is_numbered(pieces)
    for position, piece in enumerate(pieces[start:], start):
        if piece.kind == "paragraph" and _article(piece):
            piece.kind, piece.level = "heading", _ARTICLE_LEVEL
        if piece.kind == "heading":
            if place.heading(piece):
                place.numbered = _is_numbered(pieces, position + 1)
        elif resolution.is_opening(piece) and start:
            piece.kind = "salutation"
            place.opening()
        elif piece.kind == "row":
            place.row(piece)
        elif piece.kind == "paragraph" and is_salutation(piece.text):
            piece.kind = "salutation"
        elif piece.kind == "paragraph":
            if place.resolved and resolution.is_meeting(piece):
                resolution.label_meeting(piece)
            else:
                place.paragraph(piece)


def _article(piece: Piece) -> re.Match[str] | None:
    """Return what a piece says as the heading of an article: "Article 5 Respect for human rights"."""
    match = _ARTICLE.fullmatch(piece.text)
    if match is None or len(piece.text.split()) > _LONGEST_ARTICLE_TITLE or piece.kind == "note":
        return None
    title = (match["title"] or "").strip()
    return None if title.endswith((".", ";", ",", ":")) or title[:1].islower() else match


def _is_numbered(pieces: list[Piece], start: int = 0) -> bool:
    """Say whether a good part of the paragraphs, up to the next annex, carry numbers that go on from each other."""
    count = expected = 0
    total = 0
    for piece in islice(pieces, start, None):
        if (piece.kind == "heading" and _ANNEX.fullmatch(piece.text)) or _article(piece):
            break
        mark, items = marks_of(piece.text)
        if piece.kind != "paragraph" or (items and mark is None):
            continue
        total += 1
        number = int(mark.split(".")[0]) if mark else 0
        if number and (number == 1 or expected <= number <= expected + _MOST_SKIPPED):
            count, expected = count + 1, number
    return count >= _FEW and count > total * _NUMBERED


class _Place:
    """Where in the document we are: which annex or part, in the preamble or the operative part, under which number."""

    def __init__(self) -> None:
        self.resolved = False
        self.numbered = False
        self._annex = ""
        self._article = ""
        self._part = ""
        self._candidate = ""
        self._preamble: int | None = None
        self._number: tuple[int, ...] = ()
        self._acting = 0
        self._above: Piece | None = None
        self._base = ""
        self._opens = False
        self._rows = 0
        self._items = Items()
        self._unnumbered = 0

    def heading(self, piece: Piece) -> bool:
        """Note a heading, and say whether it begins an annex or article, which number afresh.

        A letter may begin a part of the resolution.
        """
        if resolution.is_part(piece):
            self._candidate = piece.text
        if _ANNEX.fullmatch(piece.text):
            self._annex, self._article = piece.text[0].lower() + piece.text[1:], ""
        elif article := _article(piece):
            what = _SHORTENED.get(article["what"], article["what"].lower())
            self._article = f"{what} {article['number']}"
        else:
            return False
        self._part, self._preamble, self._number, self._base = "", None, (), ""
        self._unnumbered, self._acting, self._items = 0, 0, Items()
        return True

    @property
    def _within(self) -> str:
        """What a paragraph's number is to be read under: the annex, the article, the part of the resolution."""
        part = f"part {self._part}" if self._part and not self._annex else ""
        return ", ".join(each for each in (self._annex, self._article, part) if each)

    def opening(self) -> None:
        """Begin a preamble; a letter that stood above names the part of the resolution."""
        self.resolved = True
        self._part, self._candidate = self._candidate, ""
        self._preamble, self._number, self._base, self._acting, self._items = 0, (), "", 0, Items()

    def row(self, piece: Piece) -> None:
        """Name a row of a table by the paragraph it belongs to, where paragraphs have names."""
        self._rows += 1
        above = self._base or self._within
        if above:
            piece.pinpoint = f"{above}, table row {self._rows}"

    def paragraph(self, piece: Piece) -> None:
        """Give a paragraph its pinpoint."""
        self._rows = 0
        self._place(piece)
        self._opens = piece.text.endswith(":")

    def _place(self, piece: Piece) -> None:
        number, items = marks_of(piece.text)
        if number is not None and self.numbered and self._is_next(number):
            self._begin(piece, f"op. para. {number}" if self._acts else f"para. {number}")
            self._number = tuple(int(part) for part in number.split("."))
            self._preamble, self._acting = None, 0
            if items:
                self._item(piece, items)
            return
        if number is None and items and self._base and self._item(piece, items):
            piece.label = self._above.text if self._above else None
            return
        if self._preamble is not None:
            self._in_preamble(piece)
        elif self._acting and resolution.is_operative(piece):
            self._acting += 1
            self._begin(piece, f"op. para. {self._acting}")
        elif self.numbered:
            self._between(piece)
        elif self._annex or self._article:
            self._unnumbered += 1
            name = f"para. {self._unnumbered}" if self._unnumbered > 1 or not self._article else ""
            self._begin_unnumbered(piece, name)

    def _item(self, piece: Piece, items: list[str]) -> bool:
        """Give a sub-paragraph its pinpoint below the paragraph it stands under, if its marks go on from the last."""
        below = [placed for mark in items if (placed := self._items.place(mark, opens=self._opens))]
        if below:
            piece.pinpoint = " ".join([self._base, *(f"({mark})" for mark in below[-1])])
        return bool(below)

    @property
    def _acts(self) -> bool:
        return self.resolved and not self._annex and not self._article

    def _is_next(self, mark: str) -> bool:
        """Say whether a printed number goes on from the last, or begins a count."""
        number = tuple(int(part) for part in mark.split("."))
        if self._acts and len(number) == 1:
            return True  # operative paragraphs are numbered in print, whatever was left out between them
        if len(number) == 1 and len(self._number) <= 1:
            last = self._number[0] if self._number else 0
            return number[0] == 1 or last < number[0] <= last + _MOST_SKIPPED
        return number > self._number and (not self._number or number[0] - self._number[0] <= 1)

    def _begin(self, piece: Piece, name: str) -> None:
        self._base = f"{self._within}, {name}" if self._within else name
        piece.pinpoint = self._base
        self._above, self._items, self._unnumbered = piece, Items(), 0

    def _in_preamble(self, piece: Piece) -> None:
        """Count preambular paragraphs; one that acts although it has no number is operative."""
        if resolution.is_operative(piece) and not piece.text.endswith(","):
            self._preamble, self._acting = None, 1
            self._begin(piece, "op. chapeau" if piece.text.endswith(":") else "op. para. 1")
            return
        self._preamble = (self._preamble or 0) + 1
        self._begin(piece, f"preambular para. {self._preamble}")

    def _between(self, piece: Piece) -> None:
        """Name a paragraph without number, among others that have one, by the one it follows."""
        self._unnumbered += 1
        within = self._within
        name = f"after {self._base.removeprefix(f'{within}, ')}" if self._number else "before para. 1"
        count = f" ({self._unnumbered})" if self._unnumbered > 1 else ""
        piece.pinpoint = f"{within}, {name}{count}" if within else f"{name}{count}"

    def _begin_unnumbered(self, piece: Piece, name: str) -> None:
        """Begin a paragraph that is counted, so that its items are named after it: "annex, art. 1 (a)"."""
        self._base = ", ".join(each for each in (self._within, name) if each)
        piece.pinpoint = self._base
        self._above, self._items = piece, Items()
