"""Limits on what a file may hold: a file above a limit is refused, and one whose text cannot be stored or shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.types import Document

MAX_FILE_BYTES = 1 << 30
"""Readers hold a file in memory several times."""
MAX_PAGES = 20_000
MAX_CHARACTERS = 50_000_000
"""Characters of one document, ten times the Bible."""
MAX_BLOCKS = 400_000
MAX_BLOCK_CHARACTERS = 1_000_000
"""It would take minutes to split a longer paragraph into passages."""
MAX_ATTRIBUTES = 10_000
"""Attributes of one element of HTML or XML."""
MAX_DEPTH = 500
"""Depth to which elements of HTML or XML may nest; Chromium's limit is 512."""
MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 400_000_000
MAX_UNPACKED_PART = 100_000_000
"""Unpacked size of an archive, and of one part of it."""
MAX_RATIO = 300
"""Unpacked size of an archive, divided by its size; small archives may have any ratio."""


def check(document: Document, name: str) -> Document:
    """Return the document if it is within the limits and all of it is text. Raises ``DocumentError`` if not."""
    if any(map(is_broken, _texts(document))):
        raise DocumentError(name, "damaged", "holds half a surrogate pair, which is not text")
    counts = (len(document.text), MAX_CHARACTERS, "characters"), (len(document.blocks), MAX_BLOCKS, "paragraphs")
    for count, limit, unit in counts:
        if count > limit:
            raise DocumentError(name, "too-large", f"holds {count:,} {unit}; the limit is {limit:,}: split the file")
    longest = max((block.end - block.start for block in document.blocks), default=0)
    if longest > MAX_BLOCK_CHARACTERS:
        detail = f"holds a paragraph of {longest:,} characters; the limit is {MAX_BLOCK_CHARACTERS:,}"
        raise DocumentError(name, "too-large", detail)
    return document


def is_broken(text: str | None) -> bool:
    """Say whether a text cannot be encoded: it holds half of a surrogate pair."""
    try:
        (text or "").encode()
    except UnicodeEncodeError:
        return True
    return False


def _texts(document: Document) -> Iterator[str | None]:
    """Yield every text of a document."""
    yield from (document.id, document.title, document.text, *document.metadata, *document.metadata.values())
    for block in document.blocks:
        yield from (block.label, block.pinpoint)
    yield from (doubt.detail for doubt in document.doubts)
