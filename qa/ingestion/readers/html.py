"""HTML pages."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from qa.ingestion.readers.common.decoding import decode, doubts_of
from qa.ingestion.readers.common.markup import to_pieces
from qa.ingestion.readers.common.structure import document_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Document

_STATED = re.compile(
    rb"<(?:meta[^>]{0,200}charset|\?xml[^>]{0,200}encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
_HEAD = 4096


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a page. Raises ``DocumentError``."""
    data = path.read_bytes()
    stated = _STATED.search(data[:_HEAD])
    html, guessed = decode(data, name, _encoding(stated[1]) if stated else None)
    pieces, tree = to_pieces(html, name)
    title, root = tree.css_first("title"), tree.css_first("html")
    properties = {
        "title": title.text(strip=True) if title is not None else "",
        "language": (root.attributes.get("lang") or "") if root is not None else "",
    }
    digest = hashlib.sha256(data).hexdigest()
    yield document_of(pieces, name, digest, properties=properties, doubts=doubts_of(guessed))


def _encoding(label: bytes) -> str:
    """Return the encoding for a label: the WHATWG Encoding Standard reads Latin-1 as Windows-1252."""
    name = label.decode("ascii", "replace").lower()
    return "cp1252" if name in ("iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252") else name
