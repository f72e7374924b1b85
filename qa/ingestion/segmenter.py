"""Documents to passages: a passage is a paragraph, or a part of one that is too long for the encoder.

A paragraph that ends with a colon is one passage with what it announces: the next paragraph, or the items of a list.
"""

from __future__ import annotations

import re
from itertools import islice, takewhile
from typing import TYPE_CHECKING

import nupunkt

from qa.protocols import WithoutSettings
from qa.types import Passage, page_at, pages_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.protocols import Encoder
    from qa.types import Block, Document, Span

SEGMENTER = "paragraphs/2.1 with nupunkt 0.8"
"""Name of the segmenter. Change it with every change of output: an index stores the one it was built with."""
_SPECIAL_TOKENS = 2
_CONTEXT_SHARE = 4
"""Title and heading take at most one quarter of the encoder's tokens."""
_BARE_NUMBER = re.compile(r"\W*(?:\d{1,3}|[a-z]|[ivxlc]{1,5})[.)]\W*", re.IGNORECASE)
_ITEM = re.compile(
    r"\s*(?:(?P<bullet>[-\u2013\u2014*+•·●○▪◦‣■□✓➢])|\(?(?:(?P<digits>\d{1,3})|(?P<letters>[a-z]{1,2}|[ivxlc]{1,5}))[.)])\s",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[;,\uff1b\uff0c\u3001](?:\s*\w{1,3})?$")
"""The end of an item that another follows: "…;", "…; and"."""
_CLAUSE = re.compile(r"(?<=[;:])\s+|(?<=,)\s+")
_WORD = re.compile(r"\s+")


class ParagraphSegmenter(WithoutSettings):
    """Makes one passage of each paragraph; a paragraph that is too long for the encoder is split between sentences."""

    name = SEGMENTER

    def __call__(self, document: Document, encoder: Encoder) -> list[Passage]:
        """Return the passages in order: head lines, paragraphs and notes. Titles and headings become context."""
        return _Splitter(encoder).passages(document)


class _Splitter:
    """Splits documents for one encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self._count_tokens = encoder.count_tokens
        self._budget = encoder.max_tokens - _SPECIAL_TOKENS

    def passages(self, document: Document) -> list[Passage]:
        """Return the passages of a document in order."""
        headings: dict[int, str] = {}
        passages: list[Passage] = []
        number = 0
        for group in _groups(document):
            block = group[0]
            if block.kind == "heading":
                level = block.level or 1
                headings = {key: value for key, value in headings.items() if key < level}
                headings[level] = document.text[block.start : block.end]
            elif block.kind in ("head", "paragraph", "note"):
                heading = next(reversed(headings.values()), None)
                together = self._together(document, group, block.label or heading)
                announced = document.text[block.start : block.end] if len(group) > 1 else None
                for blocks in (group[:together], *([one] for one in group[together:])):
                    label = block.label or heading if blocks[0] is block else announced
                    passages.extend(self._passages(document, blocks, heading, label, number + 1))
                    number += len(blocks) if block.kind == "paragraph" else 0
        return passages

    def _together(self, document: Document, group: Sequence[Block], label: str | None) -> int:
        """Return how many blocks of a group, from its first, are one passage within the budget."""
        room = self._budget - self._tokens(self._context(document.title, label)) if len(group) > 1 else 0
        start = group[0].start
        fits = (self._tokens(document.text[start : block.end]) <= room for block in group[1:])
        return 1 + sum(takewhile(bool, fits))

    def _passages(
        self, document: Document, blocks: Sequence[Block], heading: str | None, label: str | None, number: int
    ) -> Iterator[Passage]:
        """Yield the passage of blocks that stand together, or the passages of the parts of a block that is too long."""
        block = blocks[0]
        context = self._context(document.title, label)
        sentences = [sentence for one in blocks for sentence in _sentences(document.text, one)]
        parts = self._parts(document.text, sentences, self._budget - self._tokens(context))
        for part, spans in enumerate(parts, 1):
            start, end = spans[0][0], spans[-1][1]
            yield Passage(
                document=document.id,
                title=document.title,
                heading=heading,
                page=page_at(document.pages, start) or block.page,
                paragraph=number if block.kind == "paragraph" else None,
                part=part if len(parts) > 1 else None,
                start=start,
                end=end,
                text=document.text[start:end],
                sentences=tuple(spans),
                context=context,
                pinpoint=block.pinpoint,
                pages=pages_within(document.pages, start, end),
            )

    def _context(self, title: str, heading: str | None) -> str:
        """Return title and heading, cut after a whole word if they leave too few tokens for the text."""
        lines = [title] if title == heading or not heading else [title, heading]
        context = "\n".join(line for line in lines if line)
        limit = self._budget // _CONTEXT_SHARE
        while self._tokens(context) > limit:
            words = context.split()
            context = " ".join(words[: len(words) * 3 // 4]) if len(words) > 1 else context[: len(context) // 2]
        return context

    def _tokens(self, text: str) -> int:
        return self._count_tokens([text])[0]

    def _parts(self, text: str, sentences: list[Span], budget: int) -> list[list[Span]]:
        """Group sentences into parts within the budget of tokens: as few as possible, of similar length."""
        if self._tokens(text[sentences[0][0] : sentences[-1][1]]) <= budget:
            return [sentences]
        pieces = [piece for sentence in sentences for piece in self._pieces(text, sentence, budget)]
        counts = self._count_tokens([text[start:end] for start, end in pieces])
        even = sum(counts) / -(-sum(counts) // budget)
        parts: list[list[Span]] = []
        filled = budget + 1
        for piece, count in zip(pieces, counts, strict=True):
            if filled + count > budget or filled >= even:
                parts.append([])
                filled = 0
            parts[-1].append(piece)
            filled += count
        return parts

    def _pieces(self, text: str, sentence: Span, budget: int) -> list[Span]:
        """Split a sentence above the budget between clauses, else between words, else anywhere."""
        if self._tokens(text[slice(*sentence)]) <= budget:
            return [sentence]
        for border in (_CLAUSE, _WORD):
            pieces = _split(text, sentence, border)
            if len(pieces) > 1:
                merged = self._merge(text, pieces, budget)
                return [piece for part in merged for piece in self._pieces(text, part, budget)]
        start, end = sentence
        middle = (start + end) // 2
        return [*self._pieces(text, (start, middle), budget), *self._pieces(text, (middle, end), budget)]

    def _merge(self, text: str, pieces: list[Span], budget: int) -> list[Span]:
        """Join neighbouring pieces up to the budget."""
        counts = self._count_tokens([text[start:end] for start, end in pieces])
        merged = [pieces[0]]
        filled = counts[0]
        for (start, end), count in islice(zip(pieces, counts, strict=True), 1, None):
            if filled + count > budget:
                merged.append((start, end))
                filled = count
            else:
                merged[-1] = (merged[-1][0], end)
                filled += count
        return merged


def _groups(document: Document) -> Iterator[Sequence[Block]]:
    """Yield the blocks in order: each alone, or a paragraph that ends with a colon with the blocks that it announces.

    It announces the next paragraph and, if that is an item of a list, the other items. A paragraph with a pinpoint or a
    label of its own is cited by that, and so stays alone.
    """
    group: list[Block] = []
    for block in document.blocks:
        if group and not _belongs(document.text, group, block):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _belongs(text: str, group: Sequence[Block], block: Block) -> bool:
    """Say whether the first block of a group announces the block after the group."""
    first, last = group[0], group[-1]
    if not first.kind == block.kind == "paragraph" or block.label or block.pinpoint not in (None, first.pinpoint):
        return False
    if not text[first.start : first.end].endswith((":", "\uff1a")):
        return False
    between = text[last.end : block.start].strip()
    item = _item(text, block)
    if (between and not _ITEM.match(f"{between} ")) or (item and item == _item(text, first)):
        return False
    if len(group) == 1:
        return True
    if _item(text, group[1]):
        return item is not None
    return _GOES_ON.search(text[last.start : last.end]) is not None


def _item(text: str, block: Block) -> str | None:
    """Say by which kind of mark a block is an item of a list; Markdown leaves the mark before its block."""
    match = _ITEM.match(text, text.rfind("\n", 0, block.start) + 1)
    return match.lastgroup if match else None


def _sentences(text: str, block: Block) -> list[Span]:
    """Return the spans of the sentences of a block; each line of a head is a sentence."""
    stretch = text[block.start : block.end]
    if block.kind == "head":
        return _split(text, (block.start, block.end), re.compile(r"\s*\n\s*"))
    spans: list[Span] = []
    for start, end in nupunkt.sent_spans(stretch):
        sentence = stretch[start:end]
        lead = len(sentence) - len(sentence.lstrip())
        if not sentence.strip():
            continue
        trimmed = (block.start + start + lead, block.start + start + len(sentence.rstrip()))
        if spans and _BARE_NUMBER.fullmatch(text[slice(*spans[-1])]):
            spans[-1] = (spans[-1][0], trimmed[1])  # "5." belongs to the sentence it numbers
        else:
            spans.append(trimmed)
    return spans


def _split(text: str, span: Span, border: re.Pattern[str]) -> list[Span]:
    """Split a span at the matches of a border; the matches belong to no piece."""
    start, end = span
    pieces = []
    for gap in border.finditer(text, start, end):
        if gap.start() > start and gap.end() < end:
            pieces.append((start, gap.start()))
            start = gap.end()
    return [*pieces, (start, end)]
