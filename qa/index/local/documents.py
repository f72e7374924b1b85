"""Documents, passages and their terms in SQLite, compressed. Passages are numbered from 0 in the order of writing."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import zlib
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from qa.errors import IndexDamaged
from qa.serialisation import document_from_json, document_to_json, passage_from_json, passage_to_json
from qa.types import DocumentEntry, Doubt, Passage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from qa.protocols import EncodedPassage
    from qa.types import Document

SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, entry TEXT NOT NULL, content BLOB NOT NULL, digest BLOB NOT NULL,
    first INTEGER NOT NULL, passages INTEGER NOT NULL
) STRICT;
CREATE TABLE passages (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content BLOB NOT NULL, digest BLOB NOT NULL)
STRICT;
CREATE TABLE words (word TEXT PRIMARY KEY, passages INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
_WORD: Final = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")
_SEPARATOR: Final = " "
_UTF8: Final = ("utf-8", "surrogatepass")
"""A text may hold halves of letters, which a file gave."""
_FIELDS: Final = tuple(field.name for field in fields(Passage))


class StoredText(NamedTuple):
    """A passage as it is stored: its row, itself, and its terms, an empty one between context and text."""

    row: int
    passage: Passage
    terms: tuple[str, ...]


class DocumentWriter:
    """Writes documents with their passages."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows = 0
        self._words: Counter[str] = Counter()

    def append(self, document: Document, passages: Sequence[EncodedPassage]) -> None:
        """Add a document with its passages; ``ValueError`` if one of that id is there."""
        headings = dict.fromkeys(one.passage.heading for one in passages if one.passage.heading)
        doubts = [[doubt.reason, doubt.detail, doubt.page] for doubt in document.doubts]
        counted = (len(passages), list(headings), doubts)
        entry = json.dumps([document.title, dict(document.metadata), document.digest, *counted])
        content = _compressed(document_to_json(document))
        try:
            values = (document.id, entry, content, _digest(content), self._rows, len(passages))
            self._connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", values)
        except sqlite3.IntegrityError as error:
            raise ValueError(f"a document {document.id} is there already") from error
        for one in passages:
            content = _compressed([list(passage_to_json(one.passage).values()), _SEPARATOR.join(one.terms)])
            row = (self._rows, one.passage.id, content, _digest(content))
            self._connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?)", row)
            self._words.update(_words(one.passage))
            self._rows += 1

    def finish(self) -> None:
        """Write what belongs to all passages together."""
        self._connection.executemany("INSERT INTO words VALUES (?, ?)", sorted(self._words.items()))


class DocumentStore:
    """Reads documents and passages, each checked against its digest. Threads share one connection; SQLite locks it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def ids(self, rows: Iterable[int]) -> dict[int, str]:
        """Return the ids of the passages in some rows."""
        found = self._connection.execute(
            "SELECT row, id FROM passages WHERE row IN (SELECT value FROM json_each(?))", [json.dumps(list(rows))]
        )
        return dict(found.fetchall())

    def rows(self, documents: Collection[str]) -> npt.NDArray[np.int64]:
        """Return, ascending, the rows of some documents."""
        found = self._connection.execute(
            "SELECT first, passages FROM documents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY first",
            [json.dumps(list(documents))],
        )
        ranges = [np.arange(first, first + count, dtype=np.int64) for first, count in found]
        return np.concatenate(ranges) if ranges else np.empty(0, dtype=np.int64)

    def passages(self, ids: Sequence[str]) -> dict[str, StoredText]:
        """Return, by id, those of some passages that there are."""
        return self._passages("id IN (SELECT value FROM json_each(?))", json.dumps(list(ids)))

    def in_rows(self, rows: Iterable[int]) -> dict[str, StoredText]:
        """Return the passages in some rows by id, in the order of the rows."""
        return self._passages("row IN (SELECT value FROM json_each(?)) ORDER BY row", json.dumps(list(rows)))

    def _passages(self, where: str, value: str) -> dict[str, StoredText]:
        found = self._connection.execute(f"SELECT row, id, content, digest FROM passages WHERE {where}", [value])
        return {name: _stored(row, _checked(name, content, digest)) for row, name, content, digest in found}

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

    def vocabulary(self, without: Iterable[int] = ()) -> Counter[str]:
        """Return the words as written, with the number of passages that hold each, without those in some rows."""
        words = Counter(dict(self._connection.execute("SELECT word, passages FROM words").fetchall()))
        for stored in self.in_rows(without).values():
            words.subtract(_words(stored.passage))
        return +words


def _words(passage: Passage) -> set[str]:
    return set(_WORD.findall(f"{passage.context}\n{passage.text}"))


def _stored(row: int, content: Any) -> StoredText:  # noqa: ANN401 - what JSON holds
    values, terms = content
    return StoredText(row, passage_from_json(dict(zip(_FIELDS, values, strict=True))), tuple(terms.split(_SEPARATOR)))


def _compressed(content: Any) -> bytes:  # noqa: ANN401 - what JSON holds
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(*_UTF8))


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _checked(name: str, content: bytes, digest: bytes) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what is stored. Raises ``IndexDamaged`` if it has changed, so that no changed letter is quoted."""
    if _digest(content) != digest:
        raise IndexDamaged(f"the index is damaged: {name} is not as it was written; build it again with qa index")
    return json.loads(zlib.decompress(content).decode(*_UTF8))
