"""A query to hits: candidates from two lists, ordered by late interaction, with the sentences that answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from qa.analyser import analyse, content_terms
from qa.confidence import Evidence
from qa.errors import NoSuchDocument
from qa.late_interaction import align
from qa.types import Hit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.analyser import Term
    from qa.index import Index
    from qa.late_interaction import Alignment
    from qa.protocols import Encoding, Ranking, Rows, Vectors
    from qa.types import Passage, Span

CANDIDATES = 30
"""Rows taken from each list; their union is met with the query token by token."""
LEXICAL_WEIGHT = 0.15
PASSAGE_WEIGHT = 0.25
SENTENCE_WEIGHT = 0.5
PHRASE_WEIGHT = 0.1
"""A score is the sum of four parts, each at most 1, so weighted: BM25's share of the most it could be, MaxSim over the
passage, MaxSim over its best sentence, and the share of the query's neighbouring words that are neighbours there."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a query found: hits, best first, and what speaks for the first of them being an answer."""

    hits: tuple[Hit, ...]
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class _Query:
    """A query as the lists want it: its encoding, its words, its terms with their rarity, its tokens' weights.

    ``even`` weighs every token alike; ``rare`` by 1 and the rarity of the word it belongs to. Both sum to 1.
    """

    encoding: Encoding
    words: Sequence[Term]
    rarities: Mapping[str, float]
    even: Vectors
    rare: Vectors


class Retriever:
    """Searches one open index. Searching changes nothing, so threads may share it."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def search(self, text: str, k: int, documents: Sequence[str] = (), *, lexical_only: bool = False) -> Ranked:
        """Return the ``k`` best passages for a query, of the documents that match a glob pattern where given.

        ``lexical_only`` is for a language the encoder does not know. Raises ``NoSuchDocument`` if no document matches.
        """
        rows = self._rows(documents)
        query = self._query(text)
        depth = max(CANDIDATES, k)
        lists = {"lexical": self._index.terms.search(list(query.rarities), depth, rows)}
        if not lexical_only:
            lists["dense"] = self._index.dense.search(query.encoding.vector, depth, rows)
        candidates = sorted({row for ranking in lists.values() for row, _ in ranking})
        if not candidates:
            return Ranked((), None)
        passages = self._index.store.passages(candidates)
        alignments = self._align(query, candidates, passages)
        lexical = _shares(lists["lexical"], query.rarities)
        phrases = self._phrases(query.words, candidates)
        ranks = {name: {row: rank for rank, (row, _) in enumerate(ranking, 1)} for name, ranking in lists.items()}
        hits = []
        for row, passage, alignment in zip(candidates, passages, alignments, strict=True):
            score = LEXICAL_WEIGHT * lexical.get(row, 0.0) + PHRASE_WEIGHT * phrases.get(row, 0.0)
            if not lexical_only:
                score += PASSAGE_WEIGHT * alignment.passage(query.even)
                score += SENTENCE_WEIGHT * float(alignment.in_context(query.rare).max())
            own = {name: places[row] for name, places in ranks.items() if row in places}
            marked = _highlights(passage, alignment.sentences(query.rare))
            hits.append(Hit(row, passage, score, own, marked))
        order = sorted(range(len(hits)), key=lambda place: (-hits[place].score, hits[place].row))
        evidence = _evidence(query, alignments[order[0]])
        return Ranked(tuple(hits[place] for place in order[:k]), evidence)

    def _query(self, text: str) -> _Query:
        """Encode a query and weigh its words."""
        encoding = self._index.encoder.encode_query(text)
        words = analyse(text)
        rarity = self._index.terms.rarity({word.term for word in words})
        weights = np.ones(len(encoding.tokens.spans), dtype=np.float32)
        for place, (start, end) in enumerate(encoding.tokens.spans):
            weights[place] += max((rarity[w.term] for w in words if w.start < end and start < w.end), default=0.0)
        even = np.full(len(weights), 1 / max(1, len(weights)), dtype=np.float32)
        content = {term: rarity[term] for term in content_terms(text)}
        return _Query(encoding, words, content, even, weights / max(1.0, float(weights.sum())))

    def _rows(self, documents: Sequence[str]) -> Rows | None:
        """Return the rows of the chosen documents, None for all."""
        if not documents:
            return None
        rows = self._index.store.rows_of(documents)
        if not len(rows):
            wanted = ", ".join(documents)
            raise NoSuchDocument(f"no indexed document matches {wanted}; qa info lists the documents")
        return rows

    def _align(self, query: _Query, rows: Sequence[int], passages: Sequence[Passage]) -> list[Alignment]:
        """Meet the query's tokens with each candidate's."""
        borders = []
        for passage in passages:
            shift = len(passage.context) + 1 if passage.context else 0
            borders.append([shift + start - passage.start for start, _ in passage.sentences])
        return align(query.encoding.tokens.vectors, self._index.tokens, rows, borders)

    def _phrases(self, words: Sequence[Term], rows: Sequence[int]) -> dict[int, float]:
        """Return, by row, the share of the query's pairs of neighbouring words that stand there as neighbours."""
        pairs = {(first.term, second.term) for first, second in pairwise(words) if not (first.stop and second.stop)}
        found = Counter(row for pair in pairs for row in self._index.terms.holding(pair, rows))
        return {row: count / len(pairs) for row, count in found.items()}


def _evidence(query: _Query, alignment: Alignment) -> Evidence:
    """Gather what speaks for the first hit being an answer."""
    spans = query.encoding.tokens.spans
    met = alignment.best.max(axis=1)
    words = [met[(spans[:, 0] < word.end) & (word.start < spans[:, 1])] for word in query.words if not word.stop]
    return Evidence(
        sentence=float(alignment.in_context(query.rare).max()),
        passage=alignment.passage(query.even),
        weakest=min((float(word.mean()) for word in words if len(word)), default=0.0),
    )


def _shares(ranking: Ranking, rarities: Mapping[str, float]) -> dict[int, float]:
    """Return BM25 scores as shares of the most that a query of these terms could score."""
    most = sum(rarities.values()) * 2.2  # k1 + 1: what a term's weight tends to as it repeats
    return {row: score / most for row, score in ranking} if most else {}


def _highlights(passage: Passage, scores: Vectors) -> tuple[Span, ...]:
    """Return the sentence that meets the query best."""
    return (passage.sentences[int(scores.argmax())],)
