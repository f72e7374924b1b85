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
        match = " OR ".join(map(_quoted, distinct))
        within, chosen = _among(rows)
        # bm25() is negative, the better the lower
        found = self._connection.execute(
            "SELECT rowid, -bm25(terms) AS score FROM terms "
            f"WHERE terms MATCH ? {within} ORDER BY score DESC, rowid LIMIT ?",
            [match, *chosen, k],
        )
        return [(int(row), float(score)) for row, score in found]

    def holding(self, phrases: Sequence[Sequence[str]], rows: Ids | None = None) -> list[int]:
        """Return the rows whose text, behind the border, holds every phrase, ascending, of ``rows`` where given."""
        wanted = [" ".join(phrase) for phrase in phrases]
        if not wanted or not all(wanted) or (rows is not None and not len(rows)):
            return []
        within, chosen = _among(rows)
        # "+": without it SQLite looks the phrases up anew for every row of ``rows``
        found = self._connection.execute(
            f"SELECT rowid, analysed FROM terms WHERE terms MATCH ? {within.replace('rowid', '+rowid')} ORDER BY rowid",
            [" AND ".join(map(_quoted, wanted)), *chosen],
        )
        texts = ((row, f"{analysed.partition(_BORDER)[2]} ") for row, analysed in found)
        return [int(row) for row, text in texts if all(f" {phrase} " in text for phrase in wanted)]

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


def _quoted(phrase: str) -> str:
    """Return one or more terms as FTS5 takes them: no sign in them is an operator."""
    return '"{}"'.format(phrase.replace('"', '""'))


def _among(rows: Ids | None) -> tuple[str, list[str]]:
    """Return the condition that keeps a search to some rows, with its value."""
    return ("", []) if rows is None else ("AND rowid IN (SELECT value FROM json_each(?))", [json.dumps(rows.tolist())])
