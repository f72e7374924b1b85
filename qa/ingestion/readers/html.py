"""Web pages."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qa.errors import DocumentError
from qa.ingestion.readers.common.decoding import decode, doubts_of
from qa.ingestion.readers.common.markup import to_pieces
from qa.ingestion.readers.common.pieces import build
from qa.ingestion.readers.common.structure import structure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Document

_STATED = re.compile(
    rb"<(?:meta[^>]{0,200}charset|\?xml[^>]{0,200}encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
_HEAD = 4096


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the one document of a page."""
    data = path.read_bytes()
    stated = _STATED.search(data[:_HEAD])
    html, guessed = decode(data, name, _encoding(stated[1]) if stated else None)
    pieces, tree = to_pieces(html, name)
    if not pieces:
        raise DocumentError(name, "no-text", "holds no text")
    title, metadata = structure(pieces)
    head = tree.css_first("title")
    title = title or (head.text(strip=True) if head else "") or PurePosixPath(name).stem
    root = tree.css_first("html")
    if root is not None and (language := root.attributes.get("lang")):
        metadata.setdefault("language", language.partition("-")[0].lower())
    digest = hashlib.sha256(data).hexdigest()
    yield build(pieces, name=name, title=title, digest=digest, metadata=metadata, doubts=doubts_of(guessed))


def _encoding(label: bytes) -> str:
    """Return the encoding a label means on the web, where Latin-1 is Windows-1252."""
    name = label.decode("ascii", "replace").lower()
    return "cp1252" if name in ("iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252") else name
