"""Passages by the words they share with a query: BM25 (Robertson and Zaragoza 2009) by SQLite's FTS5.

FTS5 is given terms that the analyser has already made, so that ranking, coverage and explanation agree on words.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING

from qa.languages.analysis import analyse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from qa.protocols import Ranking, Rows
    from qa.types import Term

WORDS = "written words/1"
"""The name of the list of words beside the terms, to be changed with every change to it: an index remembers it."""
K1 = 1.2
"""FTS5's constant of saturation: a term adds at most its rarity times ``K1 + 1``."""
SHORTEST_WORD = 3
"""Letters that a word must have to be in the list of words."""
_MAX_TERMS = 64
"""A query of more terms is cut: a question has a dozen, and each costs a walk over its postings."""


def build_terms(path: Path, texts: Iterable[tuple[str, str]]) -> None:
    """Write the index of some passages, each a context and a text, with rows counted from 0.

    Beside the terms goes a list of the words as they are written, for a term is no word to show to anybody.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "CREATE VIRTUAL TABLE terms USING fts5(context, text, content='', tokenize=\"unicode61 remove_diacritics 0\");"
        "CREATE TABLE words (word TEXT PRIMARY KEY, passages INTEGER NOT NULL) STRICT, WITHOUT ROWID"
    )
    connection.execute("BEGIN")
    words: Counter[str] = Counter()
    connection.executemany("INSERT INTO terms (rowid, context, text) VALUES (?, ?, ?)", _rows(texts, words))
    connection.executemany("INSERT INTO words VALUES (?, ?)", sorted(words.items()))
    connection.execute("INSERT INTO terms (terms) VALUES ('optimize')")
    connection.execute("COMMIT")
    connection.close()


def _rows(texts: Iterable[tuple[str, str]], words: Counter[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the rows of the index, and count in ``words`` the passages that hold each word, as written."""
    for row, (context, text) in enumerate(texts):
        analysed = analyse(context), analyse(text)
        yield row, _joined(analysed[0]), _joined(analysed[1])
        words.update(
            {
                word
                for written, terms in zip((context, text), analysed, strict=True)
                for term in terms
                if not term.stop and (word := written[term.start : term.end]).isalpha() and len(word) >= SHORTEST_WORD
            }
        )


def _joined(terms: Iterable[Term]) -> str:
    return " ".join(_token(term.term) for term in terms)


def _token(term: str) -> str:
    """Return a term in letters that FTS5's tokenizer keeps together: a decimal point would part it."""
    return term.replace(".", "0x2e").replace(",", "0x2c")


class Bm25Index:
    """Ranks by BM25 with k1 = 1.2 and b = 0.75, FTS5's constants."""

    def __init__(self, path: Path, count: int) -> None:
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, terms, row)")
        self._count = count

    def search(self, terms: Sequence[str], k: int, rows: Rows | None = None) -> Ranking:
        """Return at most ``k`` rows that share a term with the query, best first, of ``rows`` only where given."""
        if not terms or k < 1 or (rows is not None and not len(rows)):
            return []
        distinct = list(dict.fromkeys(terms))[:_MAX_TERMS]
        match = " OR ".join('"{}"'.format(_token(term).replace('"', '""')) for term in distinct)
        within, chosen = "", []
        if rows is not None:
            within, chosen = "AND rowid IN (SELECT value FROM json_each(?))", [f"[{','.join(map(str, rows))}]"]
        # bm25() is negative, the better the lower
        found = self._connection.execute(
            "SELECT rowid, -bm25(terms) AS score FROM terms "
            f"WHERE terms MATCH ? {within} ORDER BY score DESC, rowid LIMIT ?",
            [match, *chosen, k],
        )
        return [(int(row), float(score)) for row, score in found]

    def scores(self, term: str, rows: Sequence[int]) -> dict[int, float]:
        """Return what one term adds to the BM25 score of those of ``rows`` that hold it; ``search`` sums these."""
        found = self._connection.execute(
            "SELECT rowid, -bm25(terms) FROM terms WHERE terms MATCH ? AND rowid IN (SELECT value FROM json_each(?))",
            ['"{}"'.format(_token(term).replace('"', '""')), f"[{','.join(map(str, rows))}]"],
        )
        return {int(row): float(score) for row, score in found}

    def holding(self, phrase: Sequence[str], rows: Sequence[int]) -> list[int]:
        """Return those of ``rows`` in which the terms of a phrase follow one another."""
        match = '"{}"'.format(" ".join(_token(term) for term in phrase).replace('"', '""'))
        found = self._connection.execute(
            "SELECT rowid FROM terms WHERE terms MATCH ? AND rowid IN (SELECT value FROM json_each(?))",
            [match, f"[{','.join(map(str, rows))}]"],
        )
        return [int(row) for (row,) in found]

    def rarity(self, terms: Iterable[str]) -> dict[str, float]:
        """Return each term's inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5)); never negative."""
        rarities = {}
        for term in terms:
            found = self._connection.execute("SELECT doc FROM vocabulary WHERE term = ?", [_token(term)]).fetchone()
            count = int(found[0]) if found else 0
            rarities[term] = self._rarity(count)
        return rarities

    def rarest(self) -> float:
        """Return the inverse document frequency of a term that no passage holds: no term's is more."""
        return self._rarity(0)

    def _rarity(self, count: int) -> float:
        return math.log1p((self._count - count + 0.5) / (count + 0.5))

    def holds(self, term: str) -> bool:
        """Say whether any passage, or its context, has an analysed term."""
        found = self._connection.execute("SELECT 1 FROM vocabulary WHERE term = ?", [_token(term)])
        return found.fetchone() is not None

    def words(self) -> dict[str, int]:
        """Return the words, as written, with the number of passages that hold each.

        Numbers, stop words and the shortest are left out; of an index from before there was this list it is empty.
        """
        if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchone():
            return {}
        return dict(self._connection.execute("SELECT word, passages FROM words").fetchall())
