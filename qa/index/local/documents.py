"""Documents and passages in SQLite. Rows of passages are numbered from 0 in the order in which they are written."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import IndexDamaged
from qa.serialisation import document_from_json, document_to_json, passage_from_json, passage_to_json
from qa.types import DocumentEntry, Doubt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from qa.types import Document, Passage

SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, entry TEXT NOT NULL, content TEXT NOT NULL, digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL, content TEXT NOT NULL,
    digest BLOB NOT NULL
) STRICT;
CREATE INDEX passages_document ON passages (document);
"""


class DocumentWriter:
    """Writes documents with their passages."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows = 0

    def append(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add a document with its passages; ``ValueError`` if one of that id is there."""
        headings = dict.fromkeys(passage.heading for passage in passages if passage.heading)
        doubts = [[doubt.reason, doubt.detail, doubt.page] for doubt in document.doubts]
        counted = (len(passages), list(headings), doubts)
        entry = json.dumps([document.title, dict(document.metadata), document.digest, *counted])
        content = json.dumps(document_to_json(document))
        try:
            values = (document.id, entry, content, _digest(content))
            self._connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?)", values)
        except sqlite3.IntegrityError as error:
            raise ValueError(f"a document {document.id} is there already") from error
        for passage in passages:
            content = json.dumps(passage_to_json(passage))
            row = (self._rows, passage.id, passage.document, content, _digest(content))
            self._connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?)", row)
            self._rows += 1


class DocumentStore:
    """Reads documents and passages, each checked against its digest. Threads share one connection; SQLite locks it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def ids(self, rows: Iterable[int], written: Collection[str] = ()) -> dict[int, str]:
        """Return the ids of the passages in some rows, of those only in whose text all of ``written`` stands."""
        holds = "".join(" AND instr(json_extract(content, '$.text'), ?)" for _ in written)
        found = self._connection.execute(
            f"SELECT row, id FROM passages WHERE row IN (SELECT value FROM json_each(?)){holds}",
            [json.dumps(list(rows)), *written],
        )
        return dict(found.fetchall())

    def rows(self, documents: Collection[str]) -> npt.NDArray[np.int64]:
        """Return, ascending, the rows of some documents."""
        found = self._connection.execute(
            "SELECT row FROM passages WHERE document IN (SELECT value FROM json_each(?)) ORDER BY row",
            [json.dumps(list(documents))],
        )
        return np.array([row for (row,) in found], dtype=np.int64)

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[int, Passage]]:
        """Return the row and the passage of each id that there is."""
        within = "id IN (SELECT value FROM json_each(?))"
        return self._passages(within, json.dumps(list(ids)))

    def of_document(self, document_id: str) -> dict[str, tuple[int, Passage]]:
        """Return the row and the passage by id of all passages of a document, in order."""
        return self._passages("document = ? ORDER BY row", document_id)

    def _passages(self, where: str, value: str) -> dict[str, tuple[int, Passage]]:
        found = self._connection.execute(f"SELECT row, id, content, digest FROM passages WHERE {where}", [value])
        return {name: (row, passage_from_json(_checked(name, content, digest))) for row, name, content, digest in found}

    def entries(self, documents: Collection[str] | None = None) -> Iterator[DocumentEntry]:
        """Yield the entries of some documents, or of all, by id."""
        within = "" if documents is None else "WHERE id IN (SELECT value FROM json_each(?))"
        chosen = [] if documents is None else [json.dumps(list(documents))]
        for name, entry in self._connection.execute(f"SELECT id, entry FROM documents {within} ORDER BY id", chosen):
            title, metadata, digest, passages, headings, doubts = json.loads(entry)
            known = tuple(Doubt(*doubt) for doubt in doubts)
            yield DocumentEntry(name, title, metadata, digest, passages, tuple(headings), known)

    def document(self, document_id: str) -> Document:
        """Return a document; ``KeyError`` if there is none of that id."""
        query = "SELECT id, content, digest FROM documents WHERE id = ?"
        found = self._connection.execute(query, [document_id]).fetchone()
        if found is None:
            raise KeyError(document_id)
        return document_from_json(_checked(*found))


def _digest(content: str) -> bytes:
    return hashlib.sha256(content.encode()).digest()


def _checked(name: str, content: str, digest: bytes) -> dict[str, Any]:
    """Return a stored text. Raises ``IndexDamaged`` if it has changed, so that no changed letter is quoted."""
    if _digest(content) != digest:
        raise IndexDamaged(f"the index is damaged: {name} is not as it was written; build it again with qa index")
    return dict(json.loads(content))
