"""One segment of an index: a folder of files that never change, with passages numbered from 0.

``corpus.sqlite`` has documents, passages and the numbers of terms; ``posting_*.bin`` the postings; ``vectors.bin`` one
vector a passage (float16: a cosine moves by less than 0.001); ``tokens.bin`` with ``token_spans.bin`` the vectors of
tokens; ``sentences.bin`` those of sentences, a byte a number. The form of these files is that of
``qa.index.local.arrays``; what the bits mean is said in ``qa.index.quantisation``.
"""

from __future__ import annotations

import sqlite3
import weakref
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qa.index.local import spans
from qa.index.local.arrays import Rows, RowsWriter
from qa.index.local.documents import SCHEMA as DOCUMENTS
from qa.index.local.documents import DocumentStore, DocumentWriter
from qa.index.local.postings import SCHEMA as TERMS
from qa.index.local.postings import PostingsIndex, PostingsWriter
from qa.index.quantisation import Levels
from qa.protocols import PackedTokens, StoredPassage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from qa.index.local.documents import StoredText
    from qa.protocols import EncodedPassage, Quantisation, Vectors
    from qa.types import Document

    Flags = npt.NDArray[np.bool_]

_DATABASE: Final = "corpus.sqlite"
_ROWS: Final = {"vectors": np.float16, "tokens": np.uint8, "token_spans": np.uint8, "sentences": np.uint8}
"""The files of rows, with the type of their numbers."""


class Segment:
    """Reads a segment. Threads may share it.

    ``gone`` are the ids of documents that left, and ``live``, bool ``(passages,)``, is false for their passages.
    """

    def __init__(self, folder: Path, dim: int, quantisation: Quantisation, gone: Collection[str] = ()) -> None:
        self.name, self.gone = folder.name, frozenset(gone)
        address = f"{(folder / _DATABASE).absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self.documents = DocumentStore(connection)
        weakref.finalize(self.documents, connection.close)  # a connection is in a circle: it would be left to the gc
        self.postings = PostingsIndex(folder, connection)
        self._quantisation, self._levels = quantisation, Levels(dim)
        widths = ((dim,), (quantisation.bytes,), (), (self._levels.bytes,))
        files = [Rows(folder, name, _ROWS[name], *width) for name, width in zip(_ROWS, widths, strict=True)]
        self._vectors, self._codes, self._spans, self._sentences = files
        self.live: Flags = np.ones(len(self), dtype=np.bool_)
        if gone:
            self.live[self.documents.rows(gone)] = False

    def __len__(self) -> int:
        return len(self.postings.lengths)

    def vectors(self) -> Vectors:
        """Return the vectors of all passages, float32 ``(passages, dim)``."""
        return self._vectors.all().astype(np.float32)

    def stored(self, found: Iterable[StoredText]) -> dict[str, StoredPassage]:
        """Return passages, by id, with all that is stored of them; those of documents that left are left out."""
        texts = [text for text in found if self.live[text.row]]
        entries = {entry.id: entry for entry in self.documents.entries({text.passage.document for text in texts})}
        return {
            passage.id: StoredPassage(
                passage=passage,
                terms=terms,
                vector=self._vectors[row][0].astype(np.float32),
                tokens=self._tokens(row),
                sentences=self._levels.unpack(self._sentences[row]),
                document=entries[passage.document],
            )
            for row, passage, terms in texts
        }

    def _tokens(self, row: int) -> PackedTokens:
        codes = self._codes[row]
        return PackedTokens(codes, spans.unpack(self._spans[row], len(codes)), self._quantisation)


class SegmentWriter:
    """Writes a segment into a folder; there is no SQLite journal, as it is thrown away if it fails.

    ``dim`` is the length of its vectors and ``tokens`` the name of the quantisation of token vectors.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.name, self.dim, self.tokens, self.passages = folder.name, 0, Levels(0).name, 0
        self._connection = sqlite3.connect(folder / _DATABASE, isolation_level=None)
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {DOCUMENTS} {TERMS}")
        self._connection.execute("BEGIN")
        self._documents = DocumentWriter(self._connection)
        self._postings = PostingsWriter(folder, self._connection)
        self._rows = [RowsWriter(folder, name, dtype) for name, dtype in _ROWS.items()]

    def append(self, document: Document, passages: Sequence[EncodedPassage]) -> None:
        """Write a document with its passages. Raises ``ValueError``, before anything is written, if they cannot be."""
        for encoded in passages:
            tokens = encoded.tokens
            if len(tokens.codes) != len(tokens.spans):
                raise ValueError(f"{len(tokens.codes)} token vectors for {len(tokens.spans)} spans")
            "".join((encoded.passage.context, *encoded.terms)).encode()  # before anything is written
        self._documents.append(document, passages)
        for encoded in passages:
            tokens = encoded.tokens
            self.dim, self.tokens = len(encoded.vector), tokens.quantisation.name
            self._postings.append(encoded.terms)
            sentences = Levels(self.dim).pack(encoded.sentences)
            values: list[Any] = [encoded.vector[None], tokens.codes, spans.pack(tokens.spans), sentences]
            for rows, own in zip(self._rows, values, strict=True):
                rows.append(own)
        self.passages += len(passages)

    def finish(self) -> None:
        """Write everything out and close the files."""
        self._documents.finish()
        self._postings.finish()
        self._connection.execute("COMMIT")
        self._connection.close()
        for rows in self._rows:
            rows.close()
