"""How much a file may hold. Beyond these a file is refused as ``too-large`` instead of being read at any price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.errors import DocumentError

if TYPE_CHECKING:
    from qa.types import Document

MAX_FILE_BYTES = 1 << 30
"""A larger file would have to be held in memory several times over."""
MAX_PAGES = 20_000
MAX_CHARACTERS = 50_000_000
"""Of one document: ten times the Bible."""
MAX_BLOCKS = 400_000
MAX_BLOCK_CHARACTERS = 1_000_000
"""Nobody writes a paragraph this long, and to split it into passages would take minutes."""
MAX_ATTRIBUTES = 10_000
"""Of one element of HTML or XML."""
MAX_DEPTH = 500
"""Of elements of HTML or XML within each other; Chromium's limit is 512."""
MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 400_000_000
MAX_UNPACKED_PART = 100_000_000
"""Of an archive, unpacked: all of it, and one part that is read."""
MAX_RATIO = 300
"""An archive that unpacks to more than this times its size, and to more than a few megabytes, is a bomb."""


def check(document: Document, name: str) -> Document:
    """Return a document that keeps within the limits; raises ``DocumentError`` for another."""
    if len(document.text) > MAX_CHARACTERS:
        detail = f"holds {len(document.text):,} characters; the limit is {MAX_CHARACTERS:,}: split the file"
        raise DocumentError(name, "too-large", detail)
    if len(document.blocks) > MAX_BLOCKS:
        detail = f"holds {len(document.blocks):,} paragraphs; the limit is {MAX_BLOCKS:,}: split the file"
        raise DocumentError(name, "too-large", detail)
    longest = max((block.end - block.start for block in document.blocks), default=0)
    if longest > MAX_BLOCK_CHARACTERS:
        detail = f"holds a paragraph of {longest:,} characters; the limit is {MAX_BLOCK_CHARACTERS:,}"
        raise DocumentError(name, "too-large", detail)
    return document
