"""Plain text. The text of the document is that of the file; only line ends are normalised."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qa.ingestion.readers import profiles
from qa.ingestion.readers.common.decoding import read_text
from qa.ingestion.readers.common.head import head_length, is_bare_heading, is_salutation, read_head
from qa.ingestion.readers.common.layout import paragraphs, trim
from qa.types import Block, Document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Span

_EMPHASIS = "*_"
_RULE = re.compile(r"[\W_]*")


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a text file; metadata in its text go before metadata in its name."""
    text, digest, doubts = read_text(path, name)
    document = from_text(text, name, digest)
    document = replace(document, doubts=doubts)
    for profile in profiles.PROFILES:
        if known := profile.recognise_file_name(name):
            title = known.title if document.title == PurePosixPath(name).stem else document.title
            document = replace(document, title=title, metadata={**known.metadata, **document.metadata})
    yield document


def from_text(text: str, name: str, digest: str, title: str | None = None) -> Document:
    """Return the document of a plain text, with its paragraphs, and its head as blocks and as metadata.

    A text with a given ``title``, even an empty one, is the body of a record and has no head.
    """
    spans = [_without_emphasis(text, span) for span in paragraphs(text)]
    spans = [(start, end) for start, end in spans if not _RULE.fullmatch(text[start:end])]
    length = head_length([text[start:end] for start, end in spans]) if title is None else 0
    blocks, metadata = _head(text, spans[:length])
    for position, (start, end) in enumerate(spans[length:], length):
        followed = position + 1 < len(spans)
        blocks.append(_block(text, start, end, followed=followed))
    if title is None:
        heading = text[blocks[0].start : blocks[0].end] if blocks and blocks[0].kind == "heading" else ""
        title = metadata.pop("title", "") or heading or PurePosixPath(name).stem
    return Document(name, title, text, tuple(blocks), metadata, digest)


def _without_emphasis(text: str, span: Span) -> Span:
    """Return the span without marks of emphasis around the whole block (``**block**``)."""
    start, end = span
    while end - start > 2 and text[start] in _EMPHASIS and text[end - 1] == text[start]:
        start, end = start + 1, end - 1
    return trim(text, start, end)


def _head(text: str, spans: list[Span]) -> tuple[list[Block], dict[str, str]]:
    """Return the blocks of the head with their labels, and the metadata, which may include a title.

    A block of several lines stays whole, but a block with marks of emphasis inside is split into its lines.
    """
    lines: list[Span] = []
    groups: list[list[int]] = []
    for start, end in spans:
        numbers = []
        position = start
        for line in text[start:end].split("\n"):
            if line.strip():
                numbers.append(len(lines))
                lines.append(trim(text, position, position + len(line), f"{_EMPHASIS} \t"))
            position += len(line) + 1
        marked = any(mark in text[start:end] for mark in _EMPHASIS)
        groups.extend([[number] for number in numbers] if marked else [numbers])
    head, metadata = read_head(text, lines)
    blocks = []
    for group in groups:
        states = {key: label for number in group for key, label in head[number].states.items()}
        label = "; ".join(states.values()) or None
        blocks.append(Block("head", lines[group[0]][0], lines[group[-1]][1], label=label))
        if "speaker" in states or ("title" not in metadata and label is None):
            metadata["title"] = ", ".join(text[slice(*lines[number])] for number in group)
    return blocks, metadata


def _block(text: str, start: int, end: int, *, followed: bool) -> Block:
    """Return the block as a salutation, a heading or a paragraph; a heading must be followed by a block."""
    block = text[start:end]
    if is_salutation(block):
        return Block("salutation", start, end)
    if followed and is_bare_heading(block):
        return Block("heading", start, end, level=1)
    return Block("paragraph", start, end)
