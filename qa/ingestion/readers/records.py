"""Records in JSON Lines as in BEIR (Thakur et al. 2021): ``{"_id", "title", "text", "metadata"?}``."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qa.errors import DocumentError
from qa.ingestion.readers.common.limits import is_broken
from qa.ingestion.readers.plain import from_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Document


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield one document for each record; its id is the record's ``_id``.

    Raises ``DocumentError``, which names the line, for a line that is no record and for a repeated ``_id``.
    """
    seen: set[str] = set()
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                document = _document(line, name, number)
                if document.id in seen:
                    raise DocumentError(name, "damaged", f'line {number}: _id "{document.id}" came before')
                seen.add(document.id)
                yield document
    if not seen:
        raise DocumentError(name, "no-text", "holds no records")


def _document(line: bytes, name: str, number: int) -> Document:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise DocumentError(name, "not-this-format", f"line {number} is not JSON in UTF-8: {error}") from error
    if not isinstance(record, dict) or not all(isinstance(record.get(key), str) for key in ("_id", "text")):
        raise DocumentError(name, "not-this-format", f'line {number} is not a record {{"_id": "…", "text": "…"}}')
    if any(is_broken(record[key]) for key in ("_id", "text")):
        raise DocumentError(name, "damaged", f"line {number} holds half a surrogate pair, which is not text")
    title = record.get("title")
    digest = hashlib.sha256(line.strip()).hexdigest()
    document = from_text(record["text"], record["_id"], digest, title if isinstance(title, str) else "")
    return replace(document, metadata=_metadata(record))


def _metadata(record: dict[str, Any]) -> dict[str, str]:
    """Return the metadata that are text or numbers, as text."""
    fields = record.get("metadata")
    if not isinstance(fields, dict):
        return {}
    return {str(key): str(value) for key, value in fields.items() if isinstance(value, str | int | float)}
