"""A document's text as HTML: block by block, numbered as citations number it, with its pages and the passage marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.types import page_at
from qa.web.views.markup import escape, marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qa.types import Block, BlockKind, Document, Span
    from qa.web.i18n.words import Words
    from qa.web.views.markup import Address


def text(document: Document, address: Address, words: Words) -> str:
    """Return every block of a document; where a page begins is said between blocks, or within one by an empty mark.

    Notes stand after the paragraph with which their page ends, so they do not count for where a page begins.
    """
    pieces = []
    number = 0
    page: int | None = None
    for blocks, span in _grouped(document, address.passage):
        first = number + 1
        number += sum(block.kind == "paragraph" for block in blocks)
        kind: BlockKind = blocks[0].kind if blocks else "paragraph"
        start, end = span
        if kind != "note":
            begins = page_at(document.pages, start)
            if begins is not None and begins != page:
                pieces.append(f'<p class="leaf">{escape(words.page_number.format(number=begins))}</p>')
            page = page_at(document.pages, end - 1)
        inner = _Passage(document, address, words, breaks=kind != "note").html(span)
        counted = first if first <= number else None
        pieces.append(_block(blocks, kind, inner, counted, _page_of_note(blocks, page), words))
    return f'<div class="text">{"".join(pieces)}</div>'


def _grouped(document: Document, passage: Span | None) -> Iterator[tuple[list[Block], Span]]:
    """Yield each block with its span; the blocks that the passage touches come as one, with all of the passage.

    So the marked element holds the whole passage even where it runs over a block's border.
    """
    if passage is None:
        yield from (([block], (block.start, block.end)) for block in document.blocks)
        return
    start, end = passage
    touched = [block for block in document.blocks if block.start < end and block.end > start]
    yield from (([block], (block.start, block.end)) for block in document.blocks if block.end <= start)
    yield touched, (min([start, *(b.start for b in touched)]), max([end, *(b.end for b in touched)]))
    yield from (([block], (block.start, block.end)) for block in document.blocks if block.start >= end)


class _Passage:
    """Stretches of a document's text as HTML, with what an address marks; ``breaks`` says whether pages are shown."""

    def __init__(self, document: Document, address: Address, words: Words, *, breaks: bool) -> None:
        self._text = document.text
        self._address = address
        self._words = words
        self._pages = document.pages if breaks else ()

    def html(self, span: Span) -> str:
        """Return a stretch, the passage marked if it lies within."""
        start, end = span
        if self._address.passage is None or not (start <= self._address.passage[0] and self._address.passage[1] <= end):
            return self._plain(start, end, first=True)
        begin, stop = self._address.passage
        return (
            f"{self._plain(start, begin, first=True)}"
            f'<mark class="passage" tabindex="-1">{self._marked(begin, stop, first=begin == start)}</mark>'
            f"{self._plain(stop, end)}"
        )

    def _plain(self, start: int, end: int, *, first: bool = False) -> str:
        return self._broken(start, end, lambda a, b: escape(self._text[a:b]), first=first)

    def _marked(self, start: int, end: int, *, first: bool) -> str:
        return self._broken(start, end, lambda a, b: marked(self._text[a:b], a, self._address.highlights), first=first)

    def _broken(self, start: int, end: int, render: Callable[[int, int], str], *, first: bool) -> str:
        """Return a stretch with an empty mark wherever a page begins in it, but not where it is ``first`` in a block.

        The mark is empty so that the text stays what it is, to the letter; its words are in an attribute.
        """
        breaks = [(at, page) for at, page in self._pages if start < at < end or (at == start and not first)]
        cuts = [start, *(at for at, _ in breaks), end]
        pieces = [render(start, cuts[1])]
        for (_, page), begin, until in zip(breaks, cuts[1:], cuts[2:], strict=False):
            pieces.append(
                f'<span class="turn" data-page="{escape(self._words.page_number.format(number=page))}"></span>'
            )
            pieces.append(render(begin, until))
        return "".join(pieces)


def _page_of_note(blocks: list[Block], page: int | None) -> str:
    """Return what tells a note of another page from one of the page that is being read."""
    if not blocks or blocks[0].kind != "note" or blocks[0].page in (None, page):
        return ""
    return f", p. {blocks[0].page}"


def _block(blocks: list[Block], kind: BlockKind, inner: str, number: int | None, elsewhere: str, words: Words) -> str:
    """Return one block; a paragraph carries the number a citation gives it, and how a screen reader says it."""
    if kind == "heading":
        tag = f"h{min(max(blocks[0].level or 1, 1) + 2, 6)}"
        return f'<{tag} class="heading" dir="auto">{inner}</{tag}>'
    pinpoint = blocks[0].pinpoint if blocks else None
    if pinpoint is not None:
        label = f'<span class="pinpoint">{escape(pinpoint + elsewhere)}</span>'
        return f'<div class="{kind} pinned">{label}<p dir="auto">{inner}</p></div>'
    if number is not None:
        label = f'<span class="unseen">{escape(words.paragraph_number.format(number=number))}</span>'
        return f'<div class="paragraph" data-number="{number}">{label}<p dir="auto">{inner}</p></div>'
    return f'<p class="{kind}" dir="auto">{inner}</p>'
