"""The stages of the ranking and what was tried beside them, each as a function of what speaks for the candidates.

``STAGES`` are rows of the table that ``benchmarks.ablation`` writes. All but the plain lists order the same candidates:
30 by cosine and 30 by BM25, unless a row says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from qa.retrieval.features import Weights, score
from qa.retrieval.query import read_query
from qa.retrieval.retriever import candidate_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.answering.bot import Bot
    from qa.types import Passage

    Score = Callable[["Signs"], np.ndarray]

ONES = Weights(lexical=1, passage=1, sentence=1, gist=1, phrase=1, document=1)
SHIPPED = Weights()
STOP_WORD = 0.2
"""What a stop word weighs where that was tried; every other word 1."""


@dataclass(frozen=True)
class Signs:
    """What speaks for each candidate of one query, float ``(candidates,)`` each, before it is weighed.

    ``sentence_*`` are MaxSim over the best sentence with its title, all words alike, rare ones heavier, stop words
    lighter; ``untitled`` without the title; ``gist`` the best cosine with a sentence encoded by itself; ``beside``
    the better score of the paragraphs before and after, where they are candidates. ``cosine_rank`` and
    ``lexical_rank`` count from 1, infinite where the list has not found it.
    """

    passages: Sequence[Passage]
    cosine: np.ndarray
    lexical: np.ndarray
    passage: np.ndarray
    sentence_even: np.ndarray
    sentence_rare: np.ndarray
    sentence_stop: np.ndarray
    untitled: np.ndarray
    gist: np.ndarray
    phrase: np.ndarray
    document: np.ndarray
    beside: np.ndarray
    cosine_rank: np.ndarray
    lexical_rank: np.ndarray


@lru_cache(maxsize=4)
def signs_of(bot: Bot, text: str) -> Signs | None:
    """Compute everything that speaks for the candidates of a query, once for all stages; None without candidates."""
    index = bot.index
    query = read_query(index, " ".join(text.split()))
    lists = candidate_lists(index, query)
    dense, lexical = lists["dense"], lists["lexical"]
    rows = sorted({row for ranking in (dense, lexical) for row, _ in ranking})
    if not rows:
        return None
    found = score(index, query, rows, ONES)
    light = np.full(len(query.even), 1.0, dtype=np.float32)
    for word in query.words:
        if word.stop:
            light[query.tokens_of(word.start, word.end)] = STOP_WORD
    light /= max(1.0, float(light.sum()))
    full = _weighed(found.parts)
    place = {row: number for number, row in enumerate(rows)}
    beside = [
        max((full[place[n]] for n in (row - 1, row + 1) if _same_document(found.passages, place, row, n)), default=0.0)
        for row in rows
    ]
    ranks = [{row: rank for rank, (row, _) in enumerate(ranking, 1)} for ranking in (dense, lexical)]
    return Signs(
        passages=found.passages,
        cosine=index.vectors[rows] @ query.encoding.vector,
        lexical=found.parts["lexical"],
        passage=found.parts["passage"],
        sentence_even=np.array([a.in_context(query.even).max() for a in found.alignments]),
        sentence_rare=found.parts["sentence"],
        sentence_stop=np.array([a.in_context(light).max() for a in found.alignments]),
        untitled=np.array([a.sentences(query.rare).max() for a in found.alignments]),
        gist=found.parts["gist"],
        phrase=found.parts["phrase"],
        document=found.parts["document"],
        beside=np.array(beside),
        cosine_rank=np.array([ranks[0].get(row, np.inf) for row in rows]),
        lexical_rank=np.array([ranks[1].get(row, np.inf) for row in rows]),
    )


def _weighed(parts: dict[str, np.ndarray]) -> np.ndarray:
    return sum(getattr(SHIPPED, name) * values for name, values in parts.items())


def _same_document(passages: Sequence[Passage], place: dict[int, int], row: int, other: int) -> bool:
    return other in place and passages[place[other]].document == passages[place[row]].document


def _full(signs: Signs, **other: np.ndarray) -> np.ndarray:
    """Return the shipped sum, with some signs replaced."""
    parts = {name: getattr(signs, name) for name in ("lexical", "passage", "gist", "phrase", "document")}
    return _weighed(parts | {"sentence": signs.sentence_rare} | other)


def _within(scores: np.ndarray, kept: np.ndarray) -> np.ndarray:
    return np.where(kept, scores, -np.inf)


INNER: dict[str, Score] = {
    "MaxSim over the passage": lambda s: s.passage,
    "MaxSim over the best sentence": lambda s: s.sentence_even,
    "… stop words weighed down to 0.2": lambda s: s.sentence_stop,
    "… words weighed by rarity": lambda s: s.sentence_rare,
    "… and MaxSim over the passage": lambda s: 0.25 * s.passage + 0.5 * s.sentence_rare,
    "… and BM25": lambda s: 0.25 * s.passage + 0.5 * s.sentence_rare + 0.15 * s.lexical,
    "… and neighbouring words": lambda s: _full(s, document=0 * s.document, gist=0 * s.gist),
    "… and the sentence by itself": lambda s: _full(s, document=0 * s.document),
    "… and words that name the document (shipped)": _full,
    "shipped, sentence vectors instead of MaxSim": lambda s: _full(s, sentence=s.gist),
    "shipped, without the sentence by itself": lambda s: _full(s, gist=0 * s.gist),
    "shipped, the sentence by itself added at 0.3": lambda s: _full(s, gist=2 * s.gist),
    "shipped, sentences without their title": lambda s: _full(s, sentence=s.untitled),
    "shipped, cosine of the passage added at 0.1": lambda s: _full(s) + 0.1 * s.cosine,
    "shipped, paragraphs beside it added at 0.05": lambda s: _full(s) + 0.05 * s.beside,
    "shipped, candidates by cosine only": lambda s: _within(_full(s), np.isfinite(s.cosine_rank)),
    "shipped, candidates by BM25 only": lambda s: _within(_full(s), np.isfinite(s.lexical_rank)),
    "shipped, 20 candidates of each list": lambda s: _within(_full(s), np.minimum(s.cosine_rank, s.lexical_rank) <= 20),
    "shipped, 10 candidates of each list": lambda s: _within(_full(s), np.minimum(s.cosine_rank, s.lexical_rank) <= 10),
}


def ranked(bot: Bot, text: str, stage: str) -> list[Passage]:
    """Return the candidates of a query in the order of one inner stage."""
    signs = signs_of(bot, text)
    if signs is None:
        return []
    scores = INNER[stage](signs)
    order = np.argsort(-scores, kind="stable")
    return [signs.passages[place] for place in order if np.isfinite(scores[place])]
