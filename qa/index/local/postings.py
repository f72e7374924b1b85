"""Search by words: BM25 (Robertson and Zaragoza 2009) over lists of postings in plain files.

A segment keeps, of each analysed term, the rows of the passages that hold it and how often each does. What the formula
needs of all passages together is given by the engine, so that many segments rank as one would.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from qa.index.local.arrays import Rows, RowsWriter

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    Ids = npt.NDArray[np.int64]
    Scores = npt.NDArray[np.float64]

SCHEMA = "CREATE TABLE terms (term TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
_ROWS: Final = "posting_rows"
_COUNTS: Final = "posting_counts"
_LENGTHS: Final = "lengths.npy"
_MOST: Final = np.iinfo(np.uint16).max
_K1: Final = 1.2
_B: Final = 0.75


class Postings(NamedTuple):
    """The passages of a segment that hold a term: int32 rows, ascending, and uint16 counts."""

    rows: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint16]


class PostingsWriter:
    """Collects the terms of passages in the order of their rows, and writes them when it is finished."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder, self._connection = folder, connection
        self._rows: dict[str, array[int]] = {}
        self._counts: dict[str, array[int]] = {}
        self._lengths = array("i")

    def append(self, terms: Sequence[str]) -> None:
        """Add a passage: its analysed terms; empty ones count nothing."""
        counts = Counter(filter(None, terms))
        for term, count in counts.items():
            self._rows.setdefault(term, array("i")).append(len(self._lengths))
            self._counts.setdefault(term, array("H")).append(min(count, _MOST))
        self._lengths.append(counts.total())

    def finish(self) -> None:
        """Write all postings by term."""
        rows, counts = RowsWriter(self._folder, _ROWS, np.int32), RowsWriter(self._folder, _COUNTS, np.uint16)
        for number, term in enumerate(sorted(self._rows)):
            self._connection.execute("INSERT INTO terms VALUES (?, ?)", [term, number])
            rows.append(np.array(self._rows[term], dtype=np.int32))
            counts.append(np.array(self._counts[term], dtype=np.uint16))
        rows.close()
        counts.close()
        np.save(self._folder / _LENGTHS, np.array(self._lengths, dtype=np.int32))


class PostingsIndex:
    """Reads the postings of one segment. ``lengths`` is int32 ``(passages,)``: the number of terms of each."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows, self._counts = Rows(folder, _ROWS, np.int32), Rows(folder, _COUNTS, np.uint16)
        self.lengths: npt.NDArray[np.int32] = np.load(folder / _LENGTHS, allow_pickle=False)

    def of(self, terms: Iterable[str]) -> dict[str, Postings]:
        """Return the postings of each of the terms that stand in the segment."""
        found = self._connection.execute(
            "SELECT term, number FROM terms WHERE term IN (SELECT value FROM json_each(?))",
            [json.dumps(list(terms))],
        )
        return {term: Postings(self._rows[number], self._counts[number]) for term, number in found}

    def scores(self, postings: Collection[tuple[Postings, float]], mean_length: float) -> tuple[Ids, Scores]:
        """Return the rows that hold a term, each with its sum of BM25; a term comes with its IDF."""
        total = np.zeros(len(self.lengths))
        for (rows, counts), idf in postings:
            norm = _K1 * (1 - _B + _B * self.lengths[rows] / mean_length)
            total[rows] += idf * counts * (_K1 + 1) / (counts + norm)
        held = np.flatnonzero(total)
        return held, total[held]
