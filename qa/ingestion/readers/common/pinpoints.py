"""Pinpoints: the printed numbers by which people cite the paragraphs of a document ("annex, para. 3 (b)")."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from qa.ingestion.readers.common.numbering import Items, marks_of
from qa.languages.document_words import document_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.ingestion.readers.common.pieces import Piece

_MAX_ARTICLE_WORDS = 24
_MAX_SKIPPED = 3
"""Up to this many numbers in a row may be missing from one count."""
_MIN_NUMBERED = 2
_MIN_NUMBERED_SHARE = 0.5
"""If a smaller share of the paragraphs has numbers, the numbers belong to a list within the text."""


def is_annex(text: str) -> bool:
    """Say whether a heading begins an annex: "Annex II"."""
    return re.fullmatch(rf"{document_words().annexes}(?: (?:[IVXLC]+|[A-Z]|\d{{1,2}}))?", text) is not None


def article_of(piece: Piece) -> re.Match[str] | None:
    """Match a piece that is the heading of an article: "Article 5 Respect for human rights"."""
    names = "|".join(map(re.escape, document_words().articles))
    article = rf"(?P<what>{names}) (?P<number>\d{{1,3}}|[IVXLC]+)\b\.?(?P<title> \S.*)?"
    match = re.fullmatch(article, piece.text)  # re keeps what it has compiled
    if match is None or len(piece.text.split()) > _MAX_ARTICLE_WORDS or piece.kind == "note":
        return None
    title = (match["title"] or "").strip()
    return None if title.endswith((".", ";", ",", ":")) or title[:1].islower() else match


def is_numbered(pieces: Sequence[Piece], start: int = 0) -> bool:
    """Say whether most paragraphs from ``start`` to the next annex or article carry consecutive numbers."""
    count = expected = total = 0
    for piece in islice(pieces, start, None):
        if (piece.kind == "heading" and is_annex(piece.text)) or article_of(piece):
            break
        mark, items = marks_of(piece.text)
        if piece.kind != "paragraph" or (items and mark is None):
            continue
        total += 1
        number = int(mark.split(".")[0]) if mark else 0
        if number and (number == 1 or expected <= number <= expected + _MAX_SKIPPED):
            count, expected = count + 1, number
    return count >= _MIN_NUMBERED and count > total * _MIN_NUMBERED_SHARE


class Pinpoints:
    """Gives pieces their pinpoints, one after the other, in the order of the document.

    ``numbered`` says whether paragraphs carry numbers in print here. A profile may subclass this for documents that
    are cited in another way.
    """

    def __init__(self) -> None:
        self.numbered = False
        self._annex = ""
        self._article = ""
        self._number: tuple[int, ...] = ()
        self._parent: Piece | None = None
        self._base = ""
        self._opens_list = False
        self._rows = 0
        self._items = Items()
        self._unnumbered = 0

    def heading(self, piece: Piece) -> bool:
        """Take a heading, and say whether it begins an annex or article, where numbers start again."""
        if is_annex(piece.text):
            self._annex, self._article = piece.text[0].lower() + piece.text[1:], ""
        elif article := article_of(piece):
            self._article = f"{document_words().articles[article['what']]} {article['number']}"
        else:
            return False
        self._restart()
        return True

    def takes(self, _piece: Piece) -> bool:
        """Say whether a piece is no paragraph in this family of documents; a subclass then sets its kind."""
        return False

    def row(self, piece: Piece) -> None:
        """Name a row of a table after the paragraph above it, if that has a name."""
        self._rows += 1
        if above := self._base or self._within:
            piece.pinpoint = f"{above}, table row {self._rows}"

    def paragraph(self, piece: Piece) -> None:
        """Give a paragraph its pinpoint."""
        self._rows = 0
        number, items = marks_of(piece.text)
        if number is not None and self.numbered and self._is_next(number):
            self._begin_numbered(piece, number)
            if items:
                self._item(piece, items)
        elif number is None and items and self._base and self._item(piece, items):
            piece.label = self._parent.text if self._parent else None
        else:
            self._begin_unnumbered(piece)
        self._opens_list = piece.text.endswith(":")

    def _restart(self) -> None:
        """Begin a new count."""
        self._number, self._base, self._unnumbered, self._items = (), "", 0, Items()

    @property
    def _within(self) -> str:
        """The annex and article in which paragraphs are counted."""
        return ", ".join(part for part in (self._annex, self._article) if part)

    def _is_next(self, mark: str) -> bool:
        """Say whether a printed number continues the count or begins a new one."""
        number = tuple(int(part) for part in mark.split("."))
        if len(number) == 1 and len(self._number) <= 1:
            last = self._number[0] if self._number else 0
            return number[0] == 1 or last < number[0] <= last + _MAX_SKIPPED
        return number > self._number and (not self._number or number[0] - self._number[0] <= 1)

    def _name_of(self, number: str) -> str:
        return f"para. {number}"

    def _begin_numbered(self, piece: Piece, number: str) -> None:
        """Name a paragraph by its printed number."""
        self._begin(piece, self._name_of(number))
        self._number = tuple(int(part) for part in number.split("."))

    def _begin_unnumbered(self, piece: Piece) -> None:
        """Name a paragraph without a number: after the one before it, or by its count in the annex or article."""
        within = self._within
        if self.numbered:
            self._unnumbered += 1
            name = f"after {self._base.removeprefix(f'{within}, ')}" if self._number else "before para. 1"
            count = f" ({self._unnumbered})" if self._unnumbered > 1 else ""
            piece.pinpoint = f"{within}, {name}{count}" if within else f"{name}{count}"
        elif self._annex or self._article:
            unnumbered = self._unnumbered + 1
            self._begin(piece, f"para. {unnumbered}" if unnumbered > 1 or not self._article else "")
            self._unnumbered = unnumbered

    def _begin(self, piece: Piece, name: str) -> None:
        """Begin a paragraph: its items are named after it ("annex, art. 1 (a)")."""
        self._base = piece.pinpoint = ", ".join(part for part in (self._within, name) if part)
        self._parent, self._items, self._unnumbered = piece, Items(), 0

    def _item(self, piece: Piece, items: list[str]) -> bool:
        """Name a sub-paragraph, if its marks continue or begin a list; say whether they do."""
        placed = [marks for mark in items if (marks := self._items.place(mark, opens=self._opens_list))]
        if placed:
            piece.pinpoint = " ".join([self._base, *(f"({mark})" for mark in placed[-1])])
        return bool(placed)
