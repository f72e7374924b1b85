"""The engine that runs on one machine: documents and words in SQLite, vectors in plain files, FAISS over them.

A generation's folder holds ``corpus.sqlite`` (documents, passages, terms), ``vectors.bin`` (float32, one a passage),
``tokens.bin`` (int8) with ``token_lengths.bin`` and ``token_spans.bin``, and ``sentences.bin`` (float16, which moves a
cosine by less than 0.001). See ``qa.index.local.arrays`` for the files' form.
"""

from __future__ import annotations

import errno
import sqlite3
import weakref
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qa.errors import DiskFull, IndexProblem
from qa.index.generations import current, reading, writing
from qa.index.local.arrays import Rows, RowsWriter
from qa.index.local.bm25 import SCHEMA as TERMS
from qa.index.local.bm25 import TermIndex, TermWriter
from qa.index.local.documents import SCHEMA as DOCUMENTS
from qa.index.local.documents import DocumentStore, DocumentWriter
from qa.index.local.faiss import EXACT, VectorIndex
from qa.protocols import QuantisedTokens, StoredPassage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from qa.index.generations import Generation, Writer
    from qa.protocols import EncodedPassage, Ranking, TermStatistics, Vectors
    from qa.types import Document, DocumentEntry, Passage

__all__ = ["LocalEngine", "LocalWriter", "current", "describe", "open_engine", "open_writer"]

_DATABASE: Final = "corpus.sqlite"
_ROWS: Final = {
    "vectors": np.float32,
    "tokens": np.int8,
    "token_lengths": np.float32,
    "token_spans": np.int32,
    "sentences": np.float16,
}
"""The files of rows, with the type of their numbers."""
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class LocalEngine:
    """One generation in a folder; ``vectors`` is the kind of FAISS index, see ``VectorIndex``. Threads may share it."""

    def __init__(self, folder: Path, dim: int, vectors: str = EXACT) -> None:
        address = f"{(folder / _DATABASE).absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._documents = DocumentStore(connection)
        weakref.finalize(self._documents, connection.close)  # a connection is in a circle: it would be left to the gc
        self._terms = TermIndex(connection)
        widths = ((dim,), (dim,), (), (2,), (dim,))
        files = [Rows(folder, name, _ROWS[name], *width) for name, width in zip(_ROWS, widths, strict=True)]
        self._vectors, self._levels, self._lengths, self._spans, self._sentences = files
        self._kind = vectors

    def nearest(self, vector: Vectors, k: int, within: Collection[str] | None = None) -> Ranking:
        """Return the ``k`` passages nearest by cosine; see ``qa.protocols.Engine``."""
        return self._named(self._index.search(vector, k, self._rows(within)))

    def matching(self, terms: Sequence[str], k: int, within: Collection[str] | None = None) -> Ranking:
        """Return at most ``k`` passages that hold one of the terms, best first by BM25."""
        return self._named(self._terms.search(terms, k, self._rows(within)))

    def holding(
        self, phrases: Sequence[Sequence[str]], within: Collection[str] | None = None, written: Collection[str] = ()
    ) -> list[str]:
        """Return all passages whose own text holds every phrase and what is written, document by document."""
        rows = self._terms.holding(phrases, self._rows(within))
        ids = self._documents.ids(rows, written)
        return [ids[row] for row in rows if row in ids]

    def fetch(self, ids: Sequence[str]) -> list[StoredPassage]:
        """Return some passages, in the order of their ids; ``KeyError`` if there is none of an id."""
        found = self._stored(self._documents.passages(ids))
        return [found[name] for name in ids]

    def passages(self, document_id: str) -> list[StoredPassage]:
        """Return the passages of a document, in its order."""
        return list(self._stored(self._documents.of_document(document_id)).values())

    def statistics(self, terms: Collection[str]) -> TermStatistics:
        """Return how frequent some terms are in the corpus."""
        return self._terms.statistics(terms)

    def vocabulary(self) -> Mapping[str, int]:
        """Return the words as written, with the number of passages that hold each."""
        return self._terms.vocabulary()

    def documents(self) -> Iterator[DocumentEntry]:
        """Yield the entry of every document, by id."""
        return self._documents.entries()

    def entries(self, documents: Collection[str]) -> Iterator[DocumentEntry]:
        """Yield the entries of some documents, by id."""
        return self._documents.entries(documents)

    def document(self, document_id: str) -> Document:
        """Return a document with its text; ``KeyError`` if there is none of that id."""
        return self._documents.document(document_id)

    @cached_property
    def _index(self) -> VectorIndex:
        """The FAISS index, made for the first search, because an update needs none."""
        return VectorIndex(self._vectors.all(), self._kind)

    def _rows(self, within: Collection[str] | None) -> npt.NDArray[np.int64] | None:
        return None if within is None else self._documents.rows(within)

    def _named(self, found: list[tuple[int, float]]) -> Ranking:
        """Return a ranking with ids of passages instead of row numbers."""
        ids = self._documents.ids(row for row, _ in found)
        return [(ids[row], score) for row, score in found]

    def _stored(self, found: dict[str, tuple[int, Passage]]) -> dict[str, StoredPassage]:
        terms = self._terms.terms(row for row, _ in found.values())
        names = {passage.document for _, passage in found.values()}
        entries = {entry.id: entry for entry in self._documents.entries(names)}
        return {
            name: StoredPassage(
                passage=passage,
                terms=terms[row],
                vector=self._vectors[row][0],
                tokens=QuantisedTokens(self._levels[row], self._lengths[row], self._spans[row]),
                sentences=self._sentences[row],
                document=entries[passage.document],
            )
            for name, (row, passage) in found.items()
        }


class LocalWriter:
    """Writes the next generation.

    A document that is put is written at once; documents that stay are copied when the generation is published.
    ``vectors`` is the kind of FAISS index, by default that of the last generation, else the exact one.
    """

    def __init__(self, generations: Writer, vectors: str | None = None) -> None:
        self._generations = generations
        self._files: _Files | None = None
        self._replaced: set[str] = set()
        self.manifest: Mapping[str, Any] = {}
        self.engine: LocalEngine | None = None
        with suppress(IndexProblem), reading(generations.root) as generation:  # if damaged, all is built again
            self.manifest = generation.about
            self.engine = _opened(generation)
        self.settings = {"name": "local", "vectors": vectors or self.manifest.get("engine", {}).get("vectors", EXACT)}

    def put(self, document: Document, passages: Sequence[EncodedPassage]) -> None:
        """Add a document with its passages, in the place of the one of that id where there is one."""
        self._files = self._files or _Files(self._generations.begin())
        self._files.append(document, passages)
        self._replaced.add(document.id)

    def delete(self, document_id: str) -> None:
        """Remove a document; ``KeyError`` if there is none of that id."""
        if self.engine is None or not any(self.engine.entries([document_id])):
            raise KeyError(document_id)
        self._replaced.add(document_id)

    def publish(self, manifest: Mapping[str, Any]) -> str:
        """Make what was put and deleted the current generation, all at once, and return its name."""
        files = self._files = self._files or _Files(self._generations.begin())
        for entry in self.engine.documents() if self.engine else ():
            if self.engine and entry.id not in self._replaced:
                files.append(self.engine.document(entry.id), self.engine.passages(entry.id))
        files.finish()
        return self._generations.publish(files.folder, {**manifest, "engine": self.settings, "dim": files.dim}).name


class _Files:
    """The files of a generation that is being written; there is no SQLite journal, as it is thrown away if it fails."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dim = 0
        self._connection = sqlite3.connect(folder / _DATABASE, isolation_level=None)
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {DOCUMENTS} {TERMS}")
        self._connection.execute("BEGIN")
        self._documents = DocumentWriter(self._connection)
        self._terms = TermWriter(self._connection)
        self._rows = [RowsWriter(folder, name, dtype) for name, dtype in _ROWS.items()]

    def append(self, document: Document, passages: Sequence[EncodedPassage]) -> None:
        """Write a document with its passages. Raises ``ValueError``, before anything is written, if they cannot be."""
        for encoded in passages:
            tokens = encoded.tokens
            if not len(tokens.levels) == len(tokens.lengths) == len(tokens.spans):
                raise ValueError(f"{len(tokens.levels)} token vectors for {len(tokens.spans)} spans")
            "".join((encoded.passage.context, *encoded.terms)).encode()  # before anything is written
        self._documents.append(document, [encoded.passage for encoded in passages])
        for encoded in passages:
            tokens = encoded.tokens
            self._terms.append(encoded.terms, f"{encoded.passage.context}\n{encoded.passage.text}")
            values: list[Any] = [encoded.vector[None], tokens.levels, tokens.lengths, tokens.spans, encoded.sentences]
            for rows, own in zip(self._rows, values, strict=True):
                rows.append(own)
            self.dim = len(encoded.vector)

    def finish(self) -> None:
        """Write everything out and close the files."""
        self._terms.finish()
        self._connection.execute("COMMIT")
        self._connection.close()
        for rows in self._rows:
            rows.close()


def _opened(generation: Generation) -> LocalEngine:
    return LocalEngine(generation.path, int(generation.about["dim"]), generation.about["engine"]["vectors"])


@contextmanager
def open_writer(root: str | Path, *, vectors: str | None = None) -> Iterator[LocalWriter]:
    """Hold the index in a folder for writing.

    Raises ``IndexBusy`` if another process holds it, and ``DiskFull`` if the disk has no room.
    """
    try:
        with writing(Path(root)) as generations:
            yield LocalWriter(generations, vectors)
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "errno", None) in _FULL or getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise DiskFull(
                f"the disk with {root} is full; make room there and index again, the index is as it was"
            ) from error
        raise


def open_engine(root: str | Path) -> tuple[str, Mapping[str, Any], LocalEngine]:
    """Return the name, the manifest and the engine of the current generation, every byte of it checked."""
    with reading(Path(root)) as generation:
        return generation.name, generation.about, _opened(generation)


def describe(root: str | Path) -> dict[str, Any]:
    """Return the name and the manifest of the current generation, every byte of it checked."""
    with reading(Path(root)) as generation:
        return {"generation": generation.name, **generation.about}
