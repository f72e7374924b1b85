"""Documents and passages by row, in one SQLite file that is written once and then only read."""

from __future__ import annotations

import fnmatch
import json
import sqlite3
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from qa.types import Block, Document, Doubt, Passage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from qa.protocols import Rows

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, blocks TEXT NOT NULL, metadata TEXT NOT NULL,
    digest TEXT NOT NULL, pages TEXT NOT NULL, doubts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, document TEXT NOT NULL, title TEXT NOT NULL, heading TEXT, page INTEGER,
    paragraph INTEGER, part INTEGER, start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL,
    sentences TEXT NOT NULL, context TEXT NOT NULL, pinpoint TEXT, pages TEXT NOT NULL
) STRICT;
CREATE INDEX passages_document ON passages (document);
"""


class StoreWriter:
    """Writes the file; rows are numbered from 0 in the order in which passages are added."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEMA}")
        self._connection.execute("BEGIN")
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.execute("COMMIT")
        self._connection.close()

    def add(self, document: Document, passages: Iterable[Passage]) -> None:
        """Add a document with its passages; ``ValueError`` if one of that id is there."""
        blocks = [[b.kind, b.start, b.end, b.page, b.level, b.label, b.pinpoint] for b in document.blocks]
        values = (
            document.id,
            document.title,
            document.text,
            json.dumps(blocks),
            json.dumps(dict(document.metadata)),
            document.digest,
            json.dumps(document.pages),
            json.dumps([[d.reason, d.detail, d.page] for d in document.doubts]),
        )
        try:
            self._connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        except sqlite3.IntegrityError as error:
            raise ValueError(f"a document {document.id} is there already") from error
        for p in passages:
            place = (p.document, p.title, p.heading, p.page, p.paragraph, p.part, p.start, p.end)
            self._connection.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self._rows, *place, p.text, json.dumps(p.sentences), p.context, p.pinpoint, json.dumps(p.pages)),
            )
            self._rows += 1


class Store:
    """Reads the file. One connection serves every thread: SQLite is built to serialise its use."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """Return the passages of some rows, in their order."""
        marks = ",".join("?" * len(rows))
        found = self._connection.execute(f"SELECT * FROM passages WHERE row IN ({marks})", list(rows))
        by_row = {values[0]: _passage(values) for values in found}
        return [by_row[row] for row in rows]

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of one document in order."""
        found = self._connection.execute("SELECT * FROM passages WHERE document = ? ORDER BY row", [document_id])
        return [_passage(values) for values in found]

    def all_passages(self) -> Iterator[Passage]:
        """Yield every passage by row."""
        for values in self._connection.execute("SELECT * FROM passages ORDER BY row"):
            yield _passage(values)

    def document(self, document_id: str) -> Document:
        """Return a document; ``KeyError`` if there is none of that id."""
        query = "SELECT id, title, text, blocks, metadata, digest, pages, doubts FROM documents WHERE id = ?"
        values = self._connection.execute(query, [document_id]).fetchone()
        if values is None:
            raise KeyError(document_id)
        key, title, text, blocks, metadata, digest, pages, doubts = values
        return Document(
            id=key,
            title=title,
            text=text,
            blocks=tuple(Block(*b) for b in json.loads(blocks)),
            metadata=json.loads(metadata),
            digest=digest,
            pages=tuple((at, page) for at, page in json.loads(pages)),
            doubts=tuple(Doubt(*d) for d in json.loads(doubts)),
        )

    def digests(self) -> dict[str, str]:
        """Return the digest of every document by id, in the order of the ids."""
        return dict(self._connection.execute("SELECT id, digest FROM documents ORDER BY id").fetchall())

    def metadata(self, document_id: str) -> dict[str, str]:
        """Return a document's metadata; ``KeyError`` if there is none of that id."""
        values = self._connection.execute("SELECT metadata FROM documents WHERE id = ?", [document_id]).fetchone()
        if values is None:
            raise KeyError(document_id)
        return dict(json.loads(values[0]))

    def listing(self) -> Iterator[tuple[str, str, dict[str, str], tuple[Doubt, ...], int]]:
        """Yield id, title, metadata, doubts and number of passages of every document, in the order of the ids."""
        counts = dict(self._connection.execute("SELECT document, count(*) FROM passages GROUP BY document").fetchall())
        for key, title, metadata, doubts in self._connection.execute(
            "SELECT id, title, metadata, doubts FROM documents ORDER BY id"
        ):
            yield key, title, json.loads(metadata), tuple(Doubt(*d) for d in json.loads(doubts)), counts.get(key, 0)

    def headings(self) -> dict[str, int]:
        """Return the titles of documents, where they are more than the id, and the headings of their passages.

        With each stands the number of documents that have it.
        """
        found = self._connection.execute(
            "SELECT heading, count(*) FROM (SELECT title AS heading, id FROM documents WHERE title <> id "
            "UNION SELECT DISTINCT heading, document FROM passages WHERE heading IS NOT NULL) GROUP BY heading"
        )
        return dict(found.fetchall())

    def rows_of(self, patterns: Collection[str]) -> Rows:
        """Return, ascending, the rows of the documents whose id matches one of the glob patterns."""
        known = self.digests()
        globs = [pattern for pattern in patterns if pattern not in known]
        names = [
            name for name in known if name in patterns or any(fnmatch.fnmatchcase(name, pattern) for pattern in globs)
        ]
        return np.array(sorted(row for name in names for row in self.rows_of_document(name)), dtype=np.int64)

    def rows_of_document(self, document_id: str) -> list[int]:
        """Return the rows of one document, ascending."""
        found = self._connection.execute("SELECT row FROM passages WHERE document = ? ORDER BY row", [document_id])
        return [int(row) for (row,) in found]


def _passage(values: tuple[Any, ...]) -> Passage:
    """Make a passage of a table's row."""
    _, document, title, heading, page, paragraph, part, start, end, text, sentences, context, pinpoint, pages = values
    return Passage(
        document=document,
        title=title,
        heading=heading,
        page=page,
        paragraph=paragraph,
        part=part,
        start=start,
        end=end,
        text=text,
        sentences=tuple((first, last) for first, last in json.loads(sentences)),
        context=context,
        pinpoint=pinpoint,
        pages=tuple((at, number) for at, number in json.loads(pages)),
    )
