"""Pieces that a reader finds in a file, and the document built from them.

Formats such as PDF, Word and HTML are read into pieces. Plain text and Markdown keep the text of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from qa.types import Block, Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qa.types import BlockKind, Doubt, Pages

PieceKind = Literal["head", "heading", "salutation", "paragraph", "note", "row"]


@dataclass(slots=True)
class Piece:
    """A paragraph, heading, footnote or row of a table.

    ``pages`` are pairs of a position in its text and the page that begins there, the first at position 0; they are
    empty if the format has no pages. ``size`` is that of its type in points, 0 if unknown.
    """

    kind: PieceKind
    text: str
    pages: list[tuple[int, int]] = field(default_factory=list)
    level: int | None = None
    label: str | None = None
    pinpoint: str | None = None
    bold: bool = False
    size: float = 0.0

    def __post_init__(self) -> None:
        if not self.pages:  # the reader of PDF has taken out soft hyphens, before it counted positions
            self.text = self.text.replace("\xad", "")


_MAX_HEADING_WORDS = 60


def may_be_heading(text: str) -> bool:
    """Say whether a text in type of a heading is one: short, with letters, and without the end of a sentence."""
    closed = text.endswith((".", ";", ",", ":"))
    return not closed and len(text.split()) <= _MAX_HEADING_WORDS and any(map(str.isalpha, text))


def rows_of(table: Sequence[Sequence[str]]) -> list[Piece]:
    """Return the rows of a table as pieces; the first row labels the others if it holds no digit."""
    rows = [row for row in table if any(row)]
    headed = len(rows) > 1 and len(rows[0]) > 1 and not any(letter.isdigit() for cell in rows[0] for letter in cell)
    label = " ".join(cell for cell in rows[0] if cell) if headed else None
    return [Piece("row", "\t".join(row), label=label if place else None) for place, row in enumerate(rows)]


def labelled_rows(rows: Sequence[tuple[int, Sequence[str]]]) -> list[Piece]:
    """Return a piece for each row of a sheet, given as its number and cells; rows without text must be left out.

    A line of one cell above a table is a paragraph. The head of a table labels its rows, with the line right above it;
    a blank row, which the numbers show, ends a table.
    """
    pieces: list[Piece] = []
    label: str | None = None
    caption, last = "", -1
    one_column = all(sum(map(bool, cells)) == 1 for _, cells in rows)
    for place, (number, cells) in enumerate(rows):
        filled = [cell for cell in cells if cell]
        if number > last + 1:
            label, caption = None, ""
        last = number
        below = rows[place + 1][1] if place + 1 < len(rows) and rows[place + 1][0] == number + 1 else ()
        text = "\t".join(cells).strip("\t")
        if label is None and len(filled) == 1 and not one_column:
            caption = text
            pieces.append(Piece("paragraph", text))
            continue
        pieces.append(Piece("row", text, label=label))
        if label is None and (one_column or _is_table_head(filled, below)):
            label = ". ".join(part for part in (caption, " ".join(filled)) if part)
    return pieces


def _is_table_head(row: Sequence[str], below: Sequence[str]) -> bool:
    """Say whether the first row of a table names its columns: by words, or by numbers that count up, such as years."""
    numbers = [cell for cell in row if any(map(str.isdigit, cell)) and not any(map(str.isalpha, cell))]
    counted = len(numbers) > 1 and all(map(str.isdecimal, numbers)) and numbers == sorted(set(numbers), key=int)
    words = len(numbers) < len(row)
    return len(row) > 1 and words and (counted or not numbers) and sum(map(bool, below)) > 1


def build(
    pieces: Iterable[Piece],
    *,
    name: str,
    title: str,
    digest: str,
    metadata: Mapping[str, str],
    doubts: Sequence[Doubt] = (),
) -> Document:
    """Return the document of pieces, with a blank line between them and a newline between rows of a table."""
    parts: list[str] = []
    blocks: list[Block] = []
    pages: list[tuple[int, int]] = []
    position = 0
    before: Piece | None = None
    for piece in pieces:
        if not piece.text.strip():
            continue
        if before is not None:
            parts.append("\n" if before.kind == piece.kind == "row" else "\n\n")
            position += len(parts[-1])
        for offset, page in piece.pages:
            if not pages or pages[-1][1] != page:
                pages.append((position + offset, page))
        parts.append(piece.text)
        end = position + len(piece.text)
        begins = piece.pages[0][1] if piece.pages else None
        kind: BlockKind = "paragraph" if piece.kind == "row" else piece.kind
        blocks.append(Block(kind, position, end, begins, piece.level, piece.label, piece.pinpoint))
        position, before = end, piece
    return Document(
        name, title, "".join(parts), tuple(blocks), dict(metadata), digest, _ascending(pages), tuple(doubts)
    )


def _ascending(pages: list[tuple[int, int]]) -> Pages:
    """Return the pages in order of position; of several pages at one position the last counts."""
    return tuple(sorted(dict(pages).items()))
