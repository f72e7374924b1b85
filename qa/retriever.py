"""A query to hits: candidates from two lists, ordered by late interaction, with the sentences that answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa.analyser import content_terms
from qa.confidence import Evidence, coverage
from qa.errors import NoSuchDocument
from qa.fusion import convex_combination
from qa.late_interaction import align
from qa.types import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.index import Index
    from qa.late_interaction import Alignment
    from qa.protocols import Encoding, Ranking, Rows
    from qa.types import Passage, Span

DEPTH = 100
"""Rows taken from each list before fusion."""
CANDIDATES = 20
"""Fused rows whose token vectors are met with the query's."""
LIST_WEIGHTS = {"dense": 0.5, "lexical": 0.5}
INTERACTION_WEIGHT = 3.0
SENTENCE_SHARE = 0.9
"""A sentence is highlighted too if it scores at least this share of the best one."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a query found: hits, best first, and what speaks for the first of them being an answer."""

    hits: tuple[Hit, ...]
    evidence: Evidence | None


class Retriever:
    """Searches one open index. Searching changes nothing, so threads may share it."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def search(self, query: str, k: int, documents: Sequence[str] = (), *, lexical_only: bool = False) -> Ranked:
        """Return the ``k`` best passages for a query, of the documents that match a glob pattern where given.

        ``lexical_only`` is for a language the encoder does not know. Raises ``NoSuchDocument`` if no document matches.
        """
        rows = self._rows(documents)
        terms = content_terms(query)
        rankings = {"lexical": self._index.terms.search(list(terms), DEPTH, rows)}
        encoding = self._index.encoder.encode_query(query)
        if not lexical_only:
            rankings["dense"] = self._index.dense.search(encoding.vector, DEPTH, rows)
        fused = convex_combination(rankings, LIST_WEIGHTS)[: max(CANDIDATES, k)]
        if not fused:
            return Ranked((), None)
        passages = self._index.store.passages([row for row, _ in fused])
        alignments = self._align(encoding, fused, passages)
        weights = np.full(len(encoding.tokens.vectors), 1 / max(1, len(encoding.tokens.vectors)), dtype=np.float32)
        ranks = {name: {row: rank for rank, (row, _) in enumerate(ranking, 1)} for name, ranking in rankings.items()}
        hits = []
        for (row, base), passage, alignment in zip(fused, passages, alignments, strict=True):
            interaction = 0.0 if lexical_only else INTERACTION_WEIGHT * alignment.passage(weights)
            own = {name: places[row] for name, places in ranks.items() if row in places}
            hits.append(Hit(row, passage, base + interaction, own, _highlights(passage, alignment.sentences(weights))))
        order = sorted(range(len(hits)), key=lambda place: (-hits[place].score, hits[place].row))
        best = order[0]
        evidence = Evidence(
            interaction=alignments[best].passage(weights),
            cosine=float(encoding.vector @ self._index.vectors[hits[best].row]),
            coverage=coverage(self._index.terms.rarity(terms), passages[best]),
        )
        return Ranked(tuple(hits[place] for place in order[:k]), evidence)

    def _rows(self, documents: Sequence[str]) -> Rows | None:
        """Return the rows of the chosen documents, None for all."""
        if not documents:
            return None
        rows = self._index.store.rows_of(documents)
        if not len(rows):
            wanted = ", ".join(documents)
            raise NoSuchDocument(f"no indexed document matches {wanted}; qa info lists the documents")
        return rows

    def _align(self, encoding: Encoding, fused: Ranking, passages: Sequence[Passage]) -> list[Alignment]:
        """Meet the query's tokens with each candidate's."""
        borders = []
        for passage in passages:
            shift = len(passage.context) + 1 if passage.context else 0
            borders.append([shift + start - passage.start for start, _ in passage.sentences])
        return align(encoding.tokens.vectors, self._index.tokens, [row for row, _ in fused], borders)


def _highlights(passage: Passage, scores: Sequence[float]) -> tuple[Span, ...]:
    """Return the best sentence, and any other that is nearly as good, in the order of the text."""
    best = max(scores)
    return tuple(span for span, score in zip(passage.sentences, scores, strict=True) if score == best)
