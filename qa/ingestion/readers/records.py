"""Records in JSON Lines as in BEIR (Thakur et al. 2021): ``{"_id", "title", "text", "metadata"?}``."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qa.errors import DocumentError
from qa.ingestion.readers.common.limits import check
from qa.ingestion.readers.plain import from_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Document

_NAMED = 3
"""Lines that are no records, of which is said what is wrong."""


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield one document for each record; its id is the record's ``_id``.

    Then raises ``DocumentError`` if a line is no record, or repeats an ``_id``: it names the first such lines.
    """
    seen: set[str] = set()
    refused: list[DocumentError] = []
    count = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    document = _document(line, name, seen)
                except DocumentError as error:
                    count += 1
                    if count <= _NAMED:
                        refused.append(DocumentError(name, error.reason, f"line {number} {error.detail}"))
                else:
                    seen.add(document.id)
                    yield document
    if refused:
        more = f"; and {count - _NAMED:,} more lines like these" if count > _NAMED else ""
        raise DocumentError(name, refused[0].reason, "; ".join(error.detail for error in refused) + more)
    if not seen:
        raise DocumentError(name, "no-text", "holds no records")


def _document(line: bytes, name: str, seen: set[str]) -> Document:
    """Return the document of one line; raises ``DocumentError``, whose detail goes on after the line's number."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DocumentError(name, "not-this-format", f"is not JSON in UTF-8: {error}") from error
    if not isinstance(record, dict) or not all(isinstance(record.get(key), str) for key in ("_id", "text")):
        raise DocumentError(name, "not-this-format", 'is not a record {"_id": "…", "text": "…"}')
    if record["_id"] in seen:
        raise DocumentError(name, "damaged", f'repeats the _id "{record["_id"]}"')
    title = record.get("title")
    digest = hashlib.sha256(line.strip()).hexdigest()
    document = from_text(record["text"], record["_id"], digest, title if isinstance(title, str) else "")
    return check(replace(document, metadata=_metadata(record)), name)


def _metadata(record: dict[str, Any]) -> dict[str, str]:
    """Return the metadata that are text or numbers, as text."""
    fields = record.get("metadata")
    if not isinstance(fields, dict):
        return {}
    return {str(key): str(value) for key, value in fields.items() if isinstance(value, str | int | float)}
