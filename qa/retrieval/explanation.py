"""Explanation of a score: the contribution of each word of the query, and the word of the document that it matched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from qa.retrieval.features import neighbours
from qa.retrieval.maxsim import borders
from qa.types import Explanation, TokenMatch

if TYPE_CHECKING:
    from qa.protocols import Vectors
    from qa.retrieval.features import Candidates, Weights
    from qa.retrieval.query import AnalysedQuery
    from qa.types import Span

_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def explain(query: AnalysedQuery, candidates: Candidates, place: int, weights: Weights) -> Explanation:
    """Explain the score of the candidate at ``place``.

    MaxSim is a sum over the query's tokens and BM25 a sum over its terms, so the share of a word is exact. Parts that
    belong to the query as a whole are not shared among its words.
    """
    parts = {name: float(values[place]) for name, values in candidates.parts.items()}
    given = _tokens(query, candidates, place, weights) if "sentence" in parts else np.zeros_like(query.uniform)
    best = _nearest_words(candidates, place)
    named = [(clue.start, clue.end) for clue in candidates.clues[place]]
    words = query.wording.terms
    by_span: dict[Span, float] = {}
    where: dict[Span, Span | None] = {}
    for number, (start, end) in enumerate(query.encoding.tokens.spans):
        span = next(((w.start, w.end) for w in words if w.start < end and start < w.end), (int(start), int(end)))
        by_span[span] = by_span.get(span, 0.0) + float(given[number])
        if span not in where:
            in_name = any(first < span[1] and span[0] < last for first, last in named)
            where[span] = None if in_name else best[number]
    for span, share in _lexical(query, candidates, place, weights):
        by_span[span] = by_span.get(span, 0.0) + share
    return Explanation(parts, tuple(TokenMatch(span, where.get(span), by_span[span]) for span in sorted(by_span)))


def _tokens(query: AnalysedQuery, candidates: Candidates, place: int, weights: Weights) -> Vectors:
    """Return what each token of the query gave by MaxSim over the passage and over its best sentence."""
    best = candidates.alignments[place].best
    sentences = np.maximum(best[:, 1:], best[:, :1])
    sentence = sentences[:, int((query.by_idf @ sentences).argmax())]
    shares = weights.passage * query.uniform * best.max(axis=1) + weights.sentence * query.by_idf * sentence
    return np.asarray(shares)


def _lexical(query: AnalysedQuery, candidates: Candidates, place: int, weights: Weights) -> list[tuple[Span, float]]:
    """Return what each word gave by BM25, and by standing beside its neighbour."""
    shares = []
    for term, values in candidates.terms.items():
        places = [word for word in query.wording.terms if word.term == term]
        shares += [((word.start, word.end), float(values[place]) / len(places)) for word in places]
    pairs = neighbours(query.wording.terms)
    for pair in candidates.pairs[place]:
        shares += [((word.start, word.end), weights.phrase / len(pairs) / 2) for word in pairs[pair]]
    return shares


def _nearest_words(candidates: Candidates, place: int) -> list[Span | None]:
    """Return, for each token of the query, the word of the document that its best token belongs to."""
    stored, nearest = candidates.stored[place], candidates.alignments[place].nearest
    passage, spans = stored.passage, stored.tokens.spans
    if not len(spans):
        return [None] * len(nearest)
    shift = borders(passage)[0] - (passage.sentences[0][0] - passage.start)
    words = [(word.start(), word.end()) for word in _WORD.finditer(passage.text)]
    found: list[Span | None] = []
    for token in nearest:
        start, end = spans[token] - shift
        word = next(((first, last) for first, last in words if first < end and start < last), None)
        found.append((passage.start + word[0], passage.start + word[1]) if word else None)
    return found
