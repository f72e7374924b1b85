"""Search by words: BM25 (Robertson and Zaragoza 2009) by SQLite's FTS5.

FTS5 stores terms that a language has analysed, so that ranking and explanation use the same words. Retrieval reads them
from its table.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from qa.protocols import TermStatistics

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    Ids = npt.NDArray[np.int64]

SCHEMA = """
CREATE VIRTUAL TABLE terms USING fts5(analysed, tokenize="unicode61 remove_diacritics 0 tokenchars '.,'");
CREATE TABLE words (word TEXT PRIMARY KEY, passages INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE statistics (passages INTEGER NOT NULL, terms INTEGER NOT NULL) STRICT;
"""
_BORDER = "|"
"""Stands between the terms of the context and those of the text; FTS5 passes over it."""
_MAX_TERMS = 64
"""A query of more terms is cut: a question has a dozen, and each costs a walk over its postings."""
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")


class TermWriter:
    """Writes the terms of passages in the order of their rows."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._words: Counter[str] = Counter()
        self._rows = self._terms = 0

    def append(self, terms: Sequence[str], written: str) -> None:
        """Add a passage: its analysed terms, with an empty one between context and text, and the text itself."""
        joined = " ".join(term or _BORDER for term in terms)
        self._connection.execute("INSERT INTO terms (rowid, analysed) VALUES (?, ?)", [self._rows, joined])
        self._words.update(set(_WORD.findall(written)))
        self._rows += 1
        self._terms += sum(map(bool, terms))

    def finish(self) -> None:
        """Write the values that belong to all passages together."""
        self._connection.executemany("INSERT INTO words VALUES (?, ?)", sorted(self._words.items()))
        self._connection.execute("INSERT INTO statistics VALUES (?, ?)", [self._rows, self._terms])
        self._connection.execute("INSERT INTO terms (terms) VALUES ('optimize')")


class TermIndex:
    """Ranks by BM25 with k1 = 1.2 and b = 0.75, FTS5's constants."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, terms, row)")
        passages, terms = connection.execute("SELECT passages, terms FROM statistics").fetchone()
        self._passages = int(passages)
        self._mean_length = terms / passages if passages else 0.0

    def search(self, terms: Sequence[str], k: int, rows: Ids | None = None) -> list[tuple[int, float]]:
        """Return at most ``k`` rows that contain one of the terms, best first. ``rows`` limits the search."""
        distinct = list(dict.fromkeys(filter(None, terms)))[:_MAX_TERMS]
        if not distinct or k < 1 or (rows is not None and not len(rows)):
            return []
        match = " OR ".join('"{}"'.format(term.replace('"', '""')) for term in distinct)
        within, chosen = "", []
        if rows is not None:
            within, chosen = "AND rowid IN (SELECT value FROM json_each(?))", [json.dumps(rows.tolist())]
        # bm25() is negative, the better the lower
        found = self._connection.execute(
            "SELECT rowid, -bm25(terms) AS score FROM terms "
            f"WHERE terms MATCH ? {within} ORDER BY score DESC, rowid LIMIT ?",
            [match, *chosen, k],
        )
        return [(int(row), float(score)) for row, score in found]

    def terms(self, rows: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Return the terms of some rows, an empty one between context and text."""
        found = self._connection.execute(
            "SELECT rowid, analysed FROM terms WHERE rowid IN (SELECT value FROM json_each(?))",
            [json.dumps(list(rows))],
        )
        return {int(row): tuple("" if term == _BORDER else term for term in joined.split(" ")) for row, joined in found}

    def statistics(self, terms: Collection[str]) -> TermStatistics:
        """Return how frequent some terms are."""
        found = self._connection.execute(
            "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))",
            [json.dumps(list(terms))],
        )
        return TermStatistics(self._passages, self._mean_length, dict(found.fetchall()))

    def vocabulary(self) -> Mapping[str, int]:
        """Return the words as written, with the number of passages that hold each."""
        return dict(self._connection.execute("SELECT word, passages FROM words").fetchall())
