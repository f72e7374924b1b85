"""The stages of the ranking, and variants of it, each a function of the features of a query's candidates.

``INNER`` are rows of the table that ``benchmarks.ablation`` writes. All order the same candidates: ``CANDIDATES`` by
cosine and as many by BM25, unless a row says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from qa.retrieval.features import Weights, score
from qa.retrieval.query import analyse_query
from qa.retrieval.retriever import candidate_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qa.answering.bot import Bot
    from qa.retrieval.query import AnalysedQuery
    from qa.types import Passage

    Score = Callable[["Features"], np.ndarray]

ONES = Weights(lexical=1, passage=1, sentence=1, sentence_cosine=1, phrase=1)
SHIPPED = Weights()
STOP_WORD = 0.2
"""Weight of a stop word in one variant; every other word has 1."""


@dataclass(frozen=True)
class Features:
    """The unweighted features of the candidates of one query, float ``(candidates,)`` each.

    ``sentence_*`` are MaxSim over the best sentence with its title: ``uniform`` with equal weights of the query's
    tokens, ``idf`` weighted by IDF, ``stop`` with light stop words. ``untitled`` is ``sentence_idf`` without the title.
    ``sentence_cosine`` is the best cosine with a sentence that was encoded alone. ``neighbour`` is the better score of
    the passages before and after, if they are candidates. Ranks count from 1 and are infinite where a list does not
    have the candidate.
    """

    passages: Sequence[Passage]
    cosine: np.ndarray
    lexical: np.ndarray
    passage: np.ndarray
    sentence_uniform: np.ndarray
    sentence_idf: np.ndarray
    sentence_stop: np.ndarray
    untitled: np.ndarray
    sentence_cosine: np.ndarray
    phrase: np.ndarray
    neighbour: np.ndarray
    cosine_rank: np.ndarray
    lexical_rank: np.ndarray


@lru_cache(maxsize=4)
def features_of(bot: Bot, text: str) -> Features | None:
    """Compute all features of a query's candidates, once for all stages; None without candidates."""
    index = bot.index
    query = analyse_query(index, " ".join(text.split()))
    lists = candidate_lists(index, query)
    ids = sorted({name for ranking in lists.values() for name, _ in ranking})
    if not ids:
        return None
    stored = index.engine.fetch(ids)
    candidates = score(index, query, stored, ONES)
    parts, alignments = candidates.parts, candidates.alignments
    light = _light_stop_words(query)
    ranks = {name: {passage: rank for rank, (passage, _) in enumerate(ranking, 1)} for name, ranking in lists.items()}
    return Features(
        passages=[one.passage for one in stored],
        cosine=np.stack([one.vector for one in stored]) @ query.encoding.vector,
        lexical=parts["lexical"],
        passage=parts["passage"],
        sentence_uniform=np.array([a.in_context(query.uniform).max() for a in alignments]),
        sentence_idf=parts["sentence"],
        sentence_stop=np.array([a.in_context(light).max() for a in alignments]),
        untitled=np.array([a.sentences(query.by_idf).max() for a in alignments]),
        sentence_cosine=parts["sentence_cosine"],
        phrase=parts["phrase"],
        neighbour=_best_neighbour(bot, ids, _weighted(parts)),
        cosine_rank=np.array([ranks["dense"].get(name, np.inf) for name in ids]),
        lexical_rank=np.array([ranks["lexical"].get(name, np.inf) for name in ids]),
    )


def _light_stop_words(query: AnalysedQuery) -> np.ndarray:
    """Return weights of the query's tokens, light for stop words, that sum to 1."""
    weights = np.ones(len(query.uniform), dtype=np.float32)
    for word in query.wording.terms:
        if word.stop:
            weights[query.tokens_of(word.start, word.end)] = STOP_WORD
    return weights / max(1.0, float(weights.sum()))


def _best_neighbour(bot: Bot, ids: Sequence[str], scores: np.ndarray) -> np.ndarray:
    """Return the better score of the passages before and after each candidate, 0 where neither is a candidate."""
    by_id = dict(zip(ids, scores, strict=True))
    neighbours = _neighbours(bot)
    return np.array([max((by_id[other] for other in neighbours[name] if other in by_id), default=0.0) for name in ids])


@lru_cache(maxsize=1)
def _neighbours(bot: Bot) -> dict[str, list[str]]:
    """Return the ids of the passages before and after each passage of its document."""
    passages = list(bot.index.passages())
    neighbours: dict[str, list[str]] = {passage.id: [] for passage in passages}
    for first, second in pairwise(passages):
        if first.document == second.document:
            neighbours[first.id].append(second.id)
            neighbours[second.id].append(first.id)
    return neighbours


def _weighted(parts: Mapping[str, np.ndarray]) -> np.ndarray:
    return sum(getattr(SHIPPED, name) * values for name, values in parts.items())


def _shipped(features: Features, **replaced: np.ndarray) -> np.ndarray:
    """Return the shipped score, with some of its parts replaced."""
    parts = {name: getattr(features, name) for name in ("lexical", "passage", "sentence_cosine", "phrase")}
    return _weighted(parts | {"sentence": features.sentence_idf} | replaced)


def _only(scores: np.ndarray, kept: np.ndarray) -> np.ndarray:
    return np.where(kept, scores, -np.inf)


def _best_rank(features: Features) -> np.ndarray:
    return np.minimum(features.cosine_rank, features.lexical_rank)


INNER: dict[str, Score] = {
    "MaxSim over the passage": lambda f: f.passage,
    "MaxSim over the best sentence": lambda f: f.sentence_uniform,
    "… stop words weighted 0.2": lambda f: f.sentence_stop,
    "… words weighted by IDF": lambda f: f.sentence_idf,
    "… and MaxSim over the passage": lambda f: 0.25 * f.passage + 0.5 * f.sentence_idf,
    "… and BM25": lambda f: 0.25 * f.passage + 0.5 * f.sentence_idf + 0.15 * f.lexical,
    "… and neighbouring words": lambda f: _shipped(f, sentence_cosine=0 * f.sentence_cosine),
    "… and the sentence's cosine (shipped)": _shipped,
    "shipped, the sentence's cosine instead of MaxSim": lambda f: _shipped(f, sentence=f.sentence_cosine),
    "shipped, the sentence's cosine at 0.3": lambda f: _shipped(f, sentence_cosine=2 * f.sentence_cosine),
    "shipped, sentences without their title": lambda f: _shipped(f, sentence=f.untitled),
    "shipped, cosine of the passage added at 0.1": lambda f: _shipped(f) + 0.1 * f.cosine,
    "shipped, neighbouring passages added at 0.05": lambda f: _shipped(f) + 0.05 * f.neighbour,
    "shipped, candidates by cosine only": lambda f: _only(_shipped(f), np.isfinite(f.cosine_rank)),
    "shipped, candidates by BM25 only": lambda f: _only(_shipped(f), np.isfinite(f.lexical_rank)),
    "shipped, 20 candidates of each list": lambda f: _only(_shipped(f), _best_rank(f) <= 20),
    "shipped, 10 candidates of each list": lambda f: _only(_shipped(f), _best_rank(f) <= 10),
}


def ranked(bot: Bot, text: str, stage: str) -> list[Passage]:
    """Return the candidates of a query in the order of one stage."""
    features = features_of(bot, text)
    if features is None:
        return []
    scores = INNER[stage](features)
    order = np.argsort(-scores, kind="stable")
    return [features.passages[place] for place in order if np.isfinite(scores[place])]
