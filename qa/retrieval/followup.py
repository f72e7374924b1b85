"""Questions that lean on what was said before: "How does it work?".

No language model rewrites them. What was said steers the ranking instead: towards the documents that the last answer
and the question before it speak of. Whether a question leans at all is judged first, so that one which stands by itself
loses nothing after a change of topic.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qa.retrieval.bm25 import idf, term_shares
from qa.retrieval.features import late_interaction
from qa.retrieval.query import analyse_query, content_terms

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from qa.index.build import Index
    from qa.protocols import StoredPassage, Vectors
    from qa.retrieval.features import Candidates, Weights
    from qa.retrieval.query import AnalysedQuery
    from qa.types import Turn

_LONG = 15
"""Words from which on a question counts as long."""
_WORDS = 160
"""So many words of a turn are read: about what the encoder takes in."""
_TERMS = 64
"""So many terms of the answers are looked up, the rarest."""
_DEPTH = 20
"""Passages that each of the last answer's and the last question's lists add to the candidates."""

WEIGHTS = (0.6, 0.375, 0.45, 0.3)
"""What each sign of a document's being spoken of counts for: cosine with the last answer, score for the last question,
terms of this question and of all answers that the document holds."""
MOST_ASKED = 0.3
"""The score for the last question counts no more: a passage that answered it has done its part."""


@dataclass(frozen=True, slots=True)
class History:
    """What was said before a question: the last question, the vector of the last answer, and the IDF of all answers'
    terms.
    """  # noqa: D205

    question: AnalysedQuery | None
    answer: Vectors | None
    terms: Mapping[str, float]


class Signs(NamedTuple):
    """What tells whether a question leans on what was said, each about 0 to 1.

    ``refers`` is 1 where a word refers back ("it", "those"), ``names`` where a name stands in it. ``words`` is its
    length in fifteens of words, ``said`` the share of its words, by IDF, that were said before. ``specificity`` is how
    much its words say. ``alone`` is the best score without the conversation. The passage that comes first with the
    conversation has ``lost`` so much of that score, and ``won`` so much by being spoken of.
    """

    refers: float
    names: float
    words: float
    said: float
    specificity: float
    alone: float
    lost: float
    won: float


@dataclass(frozen=True, slots=True)
class Leaning:
    """A logistic regression over the signs, and the probability from which on a question leans on what was said."""

    weights: Signs
    bias: float
    threshold: float

    def probability(self, signs: Signs) -> float:
        """Return the probability that a ranking with the conversation is the better one."""
        score = self.bias + sum(weight * sign for weight, sign in zip(self.weights, signs, strict=True))
        return 1 / (1 + math.exp(-score))


@cache
def shipped_leaning() -> Leaning:
    """Return what ships with the package; ``benchmarks/follow_ups.py`` fits it."""
    values = json.loads(files("qa.retrieval").joinpath("leaning.json").read_text("utf-8"))
    return Leaning(Signs(**values["weights"]), values["bias"], values["threshold"])


def read_history(index: Index, history: Sequence[Turn]) -> History | None:
    """Read what was said; None where nothing was."""
    questions = [_cut(turn.text) for turn in history if turn.role == "user" and turn.text.strip()]
    answers = [_cut(turn.text) for turn in history if turn.role == "assistant" and turn.text.strip()]
    if not questions and not answers:
        return None
    content = content_terms(index.language.terms(" ".join(answers)))
    statistics = index.engine.statistics(content)
    rarest = sorted(content, key=lambda term: -idf(term, statistics))[:_TERMS]
    return History(
        question=analyse_query(index, questions[-1]) if questions else None,
        answer=index.encoder.encode_query(answers[-1]).vector if answers else None,
        terms={term: idf(term, statistics) for term in rarest},
    )


def spoken_of(index: Index, said: History, within: Collection[str] | None) -> set[str]:
    """Return the ids of passages that what was said would find."""
    ids: set[str] = set()
    for vector in (said.answer, said.question.encoding.vector if said.question else None):
        if vector is not None:
            ids.update(name for name, _ in index.engine.nearest(vector, _DEPTH, within))
    for terms in (said.terms, said.question.idf if said.question else {}):
        ids.update(name for name, _ in index.engine.matching(list(terms), _DEPTH, within))
    return ids


def in_conversation(
    index: Index, query: AnalysedQuery, said: History, candidates: Candidates, weights: Weights
) -> Candidates:
    """Return the candidates with one part more: how much each one's document was spoken of."""
    part = np.array(WEIGHTS, dtype=np.float32) @ speaking(index, query, said, candidates, weights)
    return replace(candidates, parts={**candidates.parts, "conversation": np.asarray(part)})


def read_signs(query: AnalysedQuery, said: History, alone: Candidates, followed: Candidates) -> Signs:
    """Return what tells whether a question leans on what was said, from its candidates without it and with it."""
    part = followed.parts["conversation"]
    own = followed.scores() - part
    best, first = int(own.argmax()), int((own + part).argmax())
    known = {*said.terms, *(said.question.idf if said.question else ())}
    return Signs(
        refers=float(query.wording.refers),
        names=float(query.wording.has_name),
        words=min(len(query.wording.terms), _LONG) / _LONG,
        said=sum(value for term, value in query.idf.items() if term in known) / (sum(query.idf.values()) or 1.0),
        specificity=query.specificity,
        alone=float(alone.scores().max(initial=0.0)),
        lost=float(own[best] - own[first]),
        won=float(part[first] - part[best]),
    )


def leans(signs: Signs) -> bool:
    """Say whether a question leans on what was said."""
    leaning = shipped_leaning()
    return leaning.probability(signs) > leaning.threshold


def bears_on(query: AnalysedQuery) -> float:
    """Return how far what was said speaks for an answer, 0 to 1.

    Wholly where the question points back to it or only asks for more, else as far as it says little by itself: a
    question that says much is answered by what meets its own words.
    """
    return 1.0 if query.wording.asks_for_more or query.wording.points_back else 1 - query.specificity


def speaking(index: Index, query: AnalysedQuery, said: History, candidates: Candidates, weights: Weights) -> Vectors:
    """Return the signs of each candidate's document being the one spoken of, float32 ``(signs, candidates)``."""
    stored = candidates.stored
    signs = np.zeros((len(WEIGHTS), len(stored)), dtype=np.float32)
    if said.answer is not None:
        signs[0] = np.stack([one.vector for one in stored]) @ said.answer
    if said.question is not None:
        signs[1] = late_interaction(index, said.question, stored, weights)
    signs[:2] = [_by_document(values, stored) for values in signs[:2]]
    signs[1] = np.minimum(signs[1], MOST_ASKED)
    mean_length = query.statistics.mean_length
    signs[2] = _held(query.idf, mean_length, stored)
    signs[3] = _held(said.terms, mean_length, stored)
    return signs


def _cut(text: str) -> str:
    return " ".join(text.split()[:_WORDS])


def _by_document(values: Vectors, stored: Sequence[StoredPassage]) -> Vectors:
    """Give every passage the best value of its document's candidates."""
    best: dict[str, float] = {}
    for value, one in zip(values, stored, strict=True):
        best[one.document.id] = max(float(value), best.get(one.document.id, -1.0))
    return np.array([best[one.document.id] for one in stored], dtype=np.float32)


def _held(terms: Mapping[str, float], mean_length: float, stored: Sequence[StoredPassage]) -> Vectors:
    """Return BM25's share of some terms in each passage's document: of each term, the candidate that has most of it."""
    best: dict[str, dict[str, float]] = {}
    for one in stored:
        own = best.setdefault(one.document.id, {})
        for term, share in term_shares(terms, mean_length, one.terms).items():
            own[term] = max(share, own.get(term, 0.0))
    return np.array([sum(best[one.document.id].values()) for one in stored], dtype=np.float32)
