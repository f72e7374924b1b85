"""Markdown. The text of the document is the source; CommonMark tells headings from paragraphs."""

from __future__ import annotations

from itertools import accumulate
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from qa.ingestion.readers.common.decoding import read_text
from qa.ingestion.readers.common.layout import trim
from qa.types import Block, Document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markdown_it.token import Token

_LEAVES = {"fence", "code_block", "html_block"}


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a Markdown file; the first heading of the highest level is its title."""
    text, digest, doubts = read_text(path, name)
    blocks = tuple(_blocks(text))
    headings = [block for block in blocks if block.kind == "heading"]
    first = min(headings, key=lambda block: block.level or 0, default=None)
    title = text[first.start : first.end] if first else PurePosixPath(name).stem
    yield Document(id=name, title=title, text=text, blocks=blocks, metadata={}, digest=digest, doubts=doubts)


def _blocks(text: str) -> Iterator[Block]:
    """Yield headings and paragraphs; a row of a table and a code block are paragraphs."""
    lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    position = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.map is None or not (token.type in {"inline", "tr_open"} or token.type in _LEAVES):
            continue
        if before is not None and before.type in {"th_open", "td_open"}:
            continue  # a cell: its row is a block already
        start = max(position, lines[token.map[0]])
        end = min(lines[token.map[1]], len(text))
        span = _content(text, start, end, token)
        if span[0] < span[1]:
            heading = before is not None and before.type == "heading_open"
            level = int(before.tag[1:]) if heading and before is not None else None
            yield Block("heading" if heading else "paragraph", *span, level=level)
            position = span[1]


def _content(text: str, start: int, end: int, token: Token) -> tuple[int, int]:
    """Return the span of a token's content, without the marks of a list, quotation or heading."""
    first = token.content.split("\n", 1)[0].strip()
    if token.type == "inline" and first and (found := text.find(first, start, end)) >= 0:
        start = found
        last = token.content.rsplit("\n", 1)[-1].strip()
        if (tail := text.rfind(last, start, end)) >= 0:
            end = tail + len(last)
    return trim(text, start, end)
