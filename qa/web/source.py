"""A document as the source pane shows it: block by block, with the cited passage marked to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.web.markup import Address, escape, marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.protocols import Answerer
    from qa.types import Block, BlockKind, Document, Span
    from qa.web.words import Words


def view(bot: Answerer, address: str, words: Words) -> str:
    """Return the document that an address names: its title, its metadata, and its text with the passage marked.

    An address of no document, or of a place beyond its end, gives a sentence that says so.
    """
    place = Address.parse(address)
    try:
        document = bot.document(place.document) if place else None
    except KeyError:
        document = None
    if place is None or document is None or not _within(document, place):
        return notice(words.source_missing, words)
    return _titled(document.title, _metadata(document) + _text(document, place, words))


def notice(sentence: str, words: Words) -> str:
    """Return a sentence as what the pane shows in a document's place."""
    return _titled(words.source, f'<p class="notice" tabindex="-1">{escape(sentence)}</p>')


def _titled(title: str, body: str) -> str:
    return f'<h2 dir="auto">{escape(title)}</h2><div>{body}</div>'


def _within(document: Document, address: Address) -> bool:
    if address.passage is None:
        return True
    start, end = address.passage
    return 0 <= start < end <= len(document.text)


def _metadata(document: Document) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in document.metadata.items()
    )
    return f'<dl class="metadata">{rows}</dl>' if rows else ""


def _text(document: Document, address: Address, words: Words) -> str:
    pieces = []
    number = 0
    for blocks, (start, end) in _grouped(document, address.passage):
        kind: BlockKind = blocks[0].kind if blocks else "paragraph"
        first = number + 1
        number += sum(block.kind == "paragraph" for block in blocks)
        inner = _marked_passage(document.text, (start, end), address)
        count = (first, words.paragraph(first)) if first <= number else None
        pieces.append(_block(kind, blocks[0].level if blocks else None, inner, count))
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


def _marked_passage(text: str, span: Span, address: Address) -> str:
    start, end = span
    if address.passage is None or not (start <= address.passage[0] and address.passage[1] <= end):
        return escape(text[start:end])
    begin, stop = address.passage
    return (
        f"{escape(text[start:begin])}"
        f'<mark class="passage" tabindex="-1">{marked(text[begin:stop], begin, address.highlights)}</mark>'
        f"{escape(text[stop:end])}"
    )


def _block(kind: BlockKind, level: int | None, inner: str, count: tuple[int, str] | None) -> str:
    """Return one block; a paragraph carries the number a citation gives it, and how a screen reader says it."""
    if kind == "heading":
        tag = f"h{min(max(level or 1, 1) + 2, 6)}"
        return f'<{tag} class="heading" dir="auto">{inner}</{tag}>'
    if count is not None:
        number, said = count
        label = f'<span class="unseen">{escape(said)}</span>'
        return f'<div class="paragraph" data-number="{number}">{label}<p dir="auto">{inner}</p></div>'
    return f'<p class="{kind}" dir="auto">{inner}</p>'
