"""Documents to passages: a passage is a paragraph, or a part of one that is too long for the encoder."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

import nupunkt

from qa.protocols import WithoutSettings
from qa.types import Passage, page_at, pages_within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.protocols import Encoder
    from qa.types import Block, Document, Span

SEGMENTER = "paragraphs/2 with nupunkt 0.8"
"""Name of the segmenter. Change it with every change of output: an index stores the one it was built with."""
_SPECIAL_TOKENS = 2
_CONTEXT_SHARE = 4
"""Title and heading take at most one quarter of the encoder's tokens."""
_BARE_NUMBER = re.compile(r"\W*(?:\d{1,3}|[a-z]|[ivxlc]{1,5})[.)]\W*", re.IGNORECASE)
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
        for block in document.blocks:
            if block.kind == "heading":
                level = block.level or 1
                headings = {key: value for key, value in headings.items() if key < level}
                headings[level] = document.text[block.start : block.end]
            elif block.kind in ("head", "paragraph", "note"):
                if block.kind == "paragraph":
                    number += 1
                heading = next(reversed(headings.values()), None)
                passages.extend(self._passages(document, block, heading, number))
        return passages

    def _passages(self, document: Document, block: Block, heading: str | None, number: int) -> Iterator[Passage]:
        """Yield the passage of a block, or the passages of its parts."""
        context = self._context(document.title, block.label or heading)
        sentences = _sentences(document.text, block)
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
