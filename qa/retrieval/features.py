"""What speaks for each candidate: the parts of its score, computed from what the engine returns of it.

A score is a weighted sum of parts, each at most 1 before it is weighed:

``lexical``          BM25's share of the most that a query of these words could score
``passage``          MaxSim over the passage with its title, every token of the query alike
``sentence``         MaxSim over its best sentence with its title, tokens weighed by IDF
``sentence_cosine``  the cosine of the query with its nearest sentence, each encoded by itself under its title; words
                     of the query that name documents are left out, as they tell nothing within a document
``phrase``           the share of the query's neighbouring words that are neighbours there
``reading``          the probability, as the reader sees it, that the passage answers; of those that were read
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from qa.retrieval.bm25 import term_shares
from qa.retrieval.maxsim import align
from qa.retrieval.metadata_match import stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qa.index.build import Index
    from qa.protocols import StoredPassage, Vectors
    from qa.retrieval.maxsim import Alignment
    from qa.retrieval.query import AnalysedQuery
    from qa.types import Clue, Term

    Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each part of a score.

    That of ``reading`` is 0 until a reader gains by it on more than the articles it was chosen on (docs/retrieval.md).
    """

    lexical: float = 0.15
    passage: float = 0.25
    sentence: float = 0.5
    sentence_cosine: float = 0.15
    phrase: float = 0.1
    reading: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages with the parts of their scores; all sequences have the same order.

    ``parts`` are weighted scores, float32 ``(candidates,)`` by name. ``terms`` is the weighted contribution of each
    term of the query to ``lexical``. ``clues`` are those of the query that name the passage's document, ``pairs`` the
    query's neighbouring words that are neighbours in the passage.
    """

    stored: Sequence[StoredPassage]
    alignments: Sequence[Alignment]
    parts: Mapping[str, Vectors]
    terms: Mapping[str, Vectors]
    clues: Sequence[Sequence[Clue]]
    pairs: Sequence[Sequence[Pair]]

    def scores(self) -> Vectors:
        """Return the sum of the parts, float32 ``(candidates,)``."""
        return np.asarray(sum(self.parts.values(), np.zeros(len(self.stored), dtype=np.float32)))

    def with_part(self, name: str, values: Vectors) -> Candidates:
        """Return the candidates with one more part of their scores, float32 ``(candidates,)``."""
        return replace(self, parts={**self.parts, name: values})

    def only(self, places: Sequence[int]) -> Candidates:
        """Return some of the candidates, in the order of ``places``."""
        chosen = np.array(places, dtype=np.int64)
        return Candidates(
            [self.stored[place] for place in places],
            [self.alignments[place] for place in places],
            {name: values[chosen] for name, values in self.parts.items()},
            {term: values[chosen] for term, values in self.terms.items()},
            [self.clues[place] for place in places],
            [self.pairs[place] for place in places],
        )


def score(
    index: Index, query: AnalysedQuery, stored: Sequence[StoredPassage], weights: Weights, *, lexical_only: bool = False
) -> Candidates:
    """Compute the parts of the score of each passage; ``lexical_only`` is for a language the encoder does not know."""
    clues = _clues(index, query, stored)
    alignments = _align(query, stored, clues)
    terms = _terms(query, stored, clues, weights.lexical)
    pairs = _pairs(query, stored)
    asked = max(1, len(neighbours(query.wording.terms)))
    parts = {
        "lexical": np.asarray(sum(terms.values(), np.zeros(len(stored), dtype=np.float32))),
        "phrase": weights.phrase * _array(len(own) / asked for own in pairs),
    }
    if not lexical_only:
        parts |= _maxsim(query, alignments, weights)
        parts["sentence_cosine"] = weights.sentence_cosine * sentence_cosines(_vector(index, query, clues), stored)
    return Candidates(stored, alignments, parts, terms, clues, pairs)


def late_interaction(index: Index, query: AnalysedQuery, stored: Sequence[StoredPassage], weights: Weights) -> Vectors:
    """Return the sum of ``passage`` and ``sentence`` of each passage, float32 ``(passages,)``."""
    alignments = _align(query, stored, _clues(index, query, stored))
    return np.asarray(sum(_maxsim(query, alignments, weights).values()))


def sentence_cosines(vector: Vectors, stored: Sequence[StoredPassage]) -> Vectors:
    """Return the cosine of a vector ``(dim,)`` with the nearest sentence of each passage, float32 ``(passages,)``."""
    return _array((one.sentences.astype(np.float32) @ vector).max() for one in stored)


def neighbours(words: Sequence[Term]) -> dict[Pair, tuple[Term, Term]]:
    """Return the pairs of neighbouring words of a query, without pairs of two stop words."""
    return {
        (first.term, second.term): (first, second)
        for first, second in pairwise(words)
        if not (first.stop and second.stop)
    }


def _array(values: Iterable[float]) -> Vectors:
    return np.fromiter(values, dtype=np.float32)


def _clues(index: Index, query: AnalysedQuery, stored: Sequence[StoredPassage]) -> list[list[Clue]]:
    """Return, for each passage, the clues of the query that its document's metadata state."""
    asked = query.wording.clues
    if not asked:
        return [[] for _ in stored]
    by_document = {one.document.id: stated(asked, one.document.metadata, index.language) for one in stored}
    return [by_document[one.document.id] for one in stored]


def _vector(index: Index, query: AnalysedQuery, clues: Sequence[Sequence[Clue]]) -> Vectors:
    """Return the vector of a query without the words that name documents, or of the whole if nothing is left."""
    named = {clue for own in clues for clue in own}
    rest = query.without(named)
    asks = named and any(not term.stop for term in index.language.terms(rest))
    return index.encoder.encode_query(rest).vector if asks else query.encoding.vector


def _align(query: AnalysedQuery, stored: Sequence[StoredPassage], clues: Sequence[Sequence[Clue]]) -> list[Alignment]:
    """Align the query's tokens with each passage's; a token that names its document is aligned with its context."""
    alignments = align(query.encoding.tokens.vectors, stored)
    for alignment, own in zip(alignments, clues, strict=True):
        for clue in own:
            alignment.best[query.tokens_of(clue.start, clue.end), 0] = 1.0
    return alignments


def _maxsim(query: AnalysedQuery, alignments: Sequence[Alignment], weights: Weights) -> dict[str, Vectors]:
    return {
        "passage": weights.passage * _array(a.passage(query.uniform) for a in alignments),
        "sentence": weights.sentence * _array(float(a.in_context(query.by_idf).max()) for a in alignments),
    }


def _terms(
    query: AnalysedQuery, stored: Sequence[StoredPassage], clues: Sequence[Sequence[Clue]], weight: float
) -> dict[str, Vectors]:
    """Return the contribution of each term to ``lexical``; a term that names the document gives its maximum."""
    total = sum(query.idf.values()) or 1.0
    shares = [term_shares(query.idf, query.statistics.mean_length, one.terms) for one in stored]
    found = {}
    for term, idf in query.idf.items():
        words = [word for word in query.wording.terms if word.term == term]
        found[term] = np.float32(weight) * _array(
            idf / total
            if own and all(any(c.start <= w.start and w.end <= c.end for c in own) for w in words)
            else given.get(term, 0.0)
            for given, own in zip(shares, clues, strict=True)
        )
    return found


def _pairs(query: AnalysedQuery, stored: Sequence[StoredPassage]) -> list[list[Pair]]:
    """Return, for each passage, the query's pairs of neighbouring words that stand there as neighbours."""
    asked = neighbours(query.wording.terms)
    return [[pair for pair in asked if pair in there] for there in (set(pairwise(one.terms)) for one in stored)]
