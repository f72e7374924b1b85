"""The text of a document as the source pane shows it: its blocks with their numbers, its pages and a marked passage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.types import page_at
from qa.web.views.marks import NO_HITS, Hits, Piece, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.types import Block, BlockKind, Document, Span
    from qa.web.i18n.words import Words
    from qa.web.views.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBlock:
    """A block as the template shows it.

    ``page`` is the name of the page that begins with the block, ``number`` the number that citations give to the
    paragraph, ``pinpoint`` the document's own number. ``before``, ``passage`` and ``after`` are its text; the passage
    is the one that the address names.
    """

    kind: BlockKind
    level: int
    page: str | None
    number: int | None
    pinpoint: str | None
    before: list[Piece]
    passage: list[Piece]
    after: list[Piece]


def shown_blocks(document: Document, address: Address, words: Words, hits: Hits = NO_HITS) -> Iterator[ShownBlock]:
    """Yield the blocks of a document, with the passage of ``address`` and what was found in the document marked.

    A note stands behind the paragraph with which its page ends, so the page of a note does not begin a page.
    """
    paragraphs = 0
    page: int | None = None
    for blocks, (start, end) in _grouped(document, address.passage):
        first = blocks[0] if blocks else None
        is_note = first is not None and first.kind == "note"
        begins = None if is_note else page_at(document.pages, start)
        count = sum(block.kind == "paragraph" for block in blocks)
        text = _Text(document, address, words, hits, with_pages=not is_note)
        before, passage, after = text.around_passage(start, end)
        previous, page = page, page if is_note else page_at(document.pages, end - 1)
        yield ShownBlock(
            kind=first.kind if first else "paragraph",
            level=min(max(first.level or 1, 1) + 2, 6) if first else 3,
            page=None if begins in (None, previous) else words.page_number.format(number=begins),
            number=paragraphs + 1 if count else None,
            pinpoint=_pinpoint(first, page),
            before=before,
            passage=passage,
            after=after,
        )
        paragraphs += count


def _grouped(document: Document, passage: Span | None) -> Iterator[tuple[list[Block], Span]]:
    """Yield blocks with their span. Blocks that overlap the passage form one group, whose span covers the passage."""
    if passage is None:
        yield from (([block], (block.start, block.end)) for block in document.blocks)
        return
    start, end = passage
    touched = [block for block in document.blocks if block.start < end and block.end > start]
    yield from (([block], (block.start, block.end)) for block in document.blocks if block.end <= start)
    yield touched, (min([start, *(b.start for b in touched)]), max([end, *(b.end for b in touched)]))
    yield from (([block], (block.start, block.end)) for block in document.blocks if block.start >= end)


class _Text:
    """The text of a document in pieces; with the places where pages begin if ``with_pages``."""

    def __init__(self, document: Document, address: Address, words: Words, hits: Hits, *, with_pages: bool) -> None:
        self._text = document.text
        self._address = address
        self._words = words
        self._hits = hits
        self._pages = document.pages if with_pages else ()

    def around_passage(self, start: int, end: int) -> tuple[list[Piece], list[Piece], list[Piece]]:
        """Return the text before, in and after the passage; all of it is "before" where the passage is elsewhere."""
        passage = self._address.passage
        if passage is None or not start <= passage[0] <= passage[1] <= end:
            return self._pieces(start, end, begins_block=True), [], []
        return (
            self._pieces(start, passage[0], begins_block=True),
            self._pieces(*passage, begins_block=passage[0] == start, is_passage=True),
            self._pieces(passage[1], end),
        )

    def _pieces(self, start: int, end: int, *, begins_block: bool = False, is_passage: bool = False) -> list[Piece]:
        """Return a part of the text; a page that begins together with the block is said before the block instead."""
        pages = [
            (at, self._words.page_number.format(number=page))
            for at, page in self._pages
            if start < at < end or (at == start and not begins_block)
        ]
        highlights, exact = (self._address.highlights, self._address.exact) if is_passage else ((), None)
        return pieces(self._text[start:end], start, highlights, pages, exact, self._hits)


def _pinpoint(block: Block | None, page: int | None) -> str | None:
    """Return the document's own number of a block; for a note of another page than ``page``, with its page."""
    if block is None or block.pinpoint is None:
        return None
    is_elsewhere = block.kind == "note" and block.page not in (None, page)
    return f"{block.pinpoint}, p. {block.page}" if is_elsewhere else block.pinpoint
