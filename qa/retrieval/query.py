"""A query prepared for retrieval: encoded, analysed, its words weighted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from qa.retrieval.bm25 import idf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from qa.index.build import Index
    from qa.protocols import Encoding, TermStatistics, Vectors
    from qa.types import Clue, Term, Wording

    Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AnalysedQuery:
    """A question, analysed once.

    ``idf`` holds the inverse document frequencies of its content terms. ``uniform`` weighs every
    token alike, ``by_idf`` by 1 and the IDF of its word; both sum to 1.
    """

    text: str
    encoding: Encoding
    wording: Wording
    idf: Mapping[str, float]
    uniform: Vectors
    by_idf: Vectors
    statistics: TermStatistics

    def tokens_of(self, start: int, end: int) -> Mask:
        """Return which tokens stand, in part at least, between two positions of the text."""
        spans = self.encoding.tokens.spans
        return np.asarray((spans[:, 0] < end) & (start < spans[:, 1]))

    def without(self, clues: Iterable[Clue]) -> str:
        """Return the text less some clues, which may overlap."""
        kept = [True] * len(self.text)
        for clue in clues:
            kept[clue.start : clue.end] = [False] * (clue.end - clue.start)
        return " ".join("".join(compress(self.text, kept)).split())


def content_terms(terms: Iterable[Term]) -> list[str]:
    """Return the distinct terms that say what a text is about, in order; all of them where no word does."""
    every = list(terms)
    return list(dict.fromkeys(term.term for term in every if not term.stop) or dict.fromkeys(t.term for t in every))


def analyse_query(index: Index, text: str) -> AnalysedQuery:
    """Encode a question and weigh its words by their frequency in an index."""
    encoding = index.encoder.encode_query(text)
    wording = index.language.wording(text)
    statistics = index.engine.statistics({term.term for term in wording.terms})
    every = {term.term: idf(term.term, statistics) for term in wording.terms}
    weights = np.ones(len(encoding.tokens.spans), dtype=np.float32)
    for place, (start, end) in enumerate(encoding.tokens.spans):
        weights[place] += max((every[t.term] for t in wording.terms if t.start < end and start < t.end), default=0.0)
    content = {term: every[term] for term in content_terms(wording.terms)}
    return AnalysedQuery(
        text=text,
        encoding=encoding,
        wording=wording,
        idf=content,
        uniform=np.full(len(weights), 1 / max(1, len(weights)), dtype=np.float32),
        by_idf=weights / max(1.0, float(weights.sum())),
        statistics=statistics,
    )
