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

from qa.index.local.bm25 import K1
from qa.languages.analysis import content_terms
from qa.retrieval.features import late_interaction, score
from qa.retrieval.query import read_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.index.build import Index
    from qa.protocols import Rows, Vectors
    from qa.retrieval.features import Candidates, Weights
    from qa.retrieval.query import Query
    from qa.types import Passage, Turn

_LONG = 15
"""Words from which on a question counts as long."""
_WORDS = 160
"""Of a turn so many words are read: about what the encoder takes in."""
_TERMS = 64
"""Of what was answered so many terms are looked up, the rarest."""
_DEPTH = 20
"""Rows that each of the last answer's and the last question's lists add to the candidates."""

WEIGHTS = (0.6, 0.375, 0.45, 0.3)
"""What each sign of a document's being spoken of counts for: cosine with the last answer, score for the last question,
terms of this question and of all answers that the document holds."""
MOST_ASKED = 0.3
"""Of the score for the last question no more counts: a passage that answered it has done its part."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said before a question: the last question and the last answer, and the terms of all answers."""

    question: Query | None
    answer: Vectors | None
    terms: Mapping[str, float]


class Signs(NamedTuple):
    """What tells whether a question leans on what was said, each about 0 to 1.

    ``refers`` is 1 where a word points back ("it", "those"), ``names`` where it has a capital within: a name. ``words``
    is its length in fifteens of words, ``said`` the share of its words, by rarity, that were said before. ``tells`` is
    how much its words say. ``alone`` is the score of the first passage without the conversation; the one that comes
    first with it would have ``lost`` so much of that, and ``won`` so much by being spoken of.
    """

    refers: float
    names: float
    words: float
    said: float
    tells: float
    alone: float
    lost: float
    won: float


@dataclass(frozen=True, slots=True)
class Leaning:
    """How likely a question with some signs leans on what was said: a logistic regression, and from when it does."""

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


def read_history(index: Index, history: Sequence[Turn]) -> Said | None:
    """Read what was said; None where nothing was."""
    questions = [_cut(turn.text) for turn in history if turn.role == "user" and turn.text.strip()]
    answers = [_cut(turn.text) for turn in history if turn.role == "assistant" and turn.text.strip()]
    if not questions and not answers:
        return None
    rarity = index.terms.rarity(content_terms(" ".join(answers)))
    kept = sorted(rarity, key=lambda term: -rarity[term])[:_TERMS]
    return Said(
        question=read_query(index, questions[-1]) if questions else None,
        answer=index.encoder.encode_query(answers[-1]).vector if answers else None,
        terms={term: rarity[term] for term in kept},
    )


def in_conversation(
    index: Index, query: Query, said: Said, alone: Candidates, within: Rows | None, weights: Weights
) -> Candidates:
    """Return the candidates in the light of what was said: what it would find is among them, with a part of its own."""
    rows = sorted({*alone.rows, *_spoken_of(index, said, within)})
    candidates = score(index, query, rows, weights)
    part = np.array(WEIGHTS, dtype=np.float32) @ speaking(index, query, said, candidates, weights)
    return replace(candidates, parts={**candidates.parts, "conversation": np.asarray(part)})


def read_signs(query: Query, said: Said, alone: Candidates, followed: Candidates) -> Signs:
    """Return what tells whether a question leans on what was said, from its candidates without it and with it."""
    part = followed.parts["conversation"]
    own = followed.scores() - part
    best, first = int(own.argmax()), int((own + part).argmax())
    known = {*said.terms, *(said.question.rarities if said.question else ())}
    rarity = sum(query.rarities.values())
    return Signs(
        refers=float(query.wording.refers),
        names=float(query.wording.has_name),
        words=min(len(query.words), _LONG) / _LONG,
        said=sum(value for term, value in query.rarities.items() if term in known) / (rarity or 1.0),
        tells=query.tells,
        alone=float(alone.scores().max(initial=0.0)),
        lost=float(own[best] - own[first]),
        won=float(part[first] - part[best]),
    )


def leans(signs: Signs) -> bool:
    """Say whether a question leans on what was said."""
    leaning = shipped_leaning()
    return leaning.probability(signs) > leaning.threshold


def bears_on(query: Query) -> float:
    """Return how far what was said speaks for an answer, 0 to 1.

    Wholly where the question points back to it or only asks for more, else as far as it tells little by itself: a
    question that tells much is answered by what meets its own words.
    """
    return 1.0 if query.wording.asks_for_more or query.wording.points_back else 1 - query.tells


def _spoken_of(index: Index, said: Said, within: Rows | None) -> set[int]:
    """Return rows that what was said would find."""
    rows: set[int] = set()
    for vector in (said.answer, said.question.encoding.vector if said.question else None):
        if vector is not None:
            rows.update(row for row, _ in index.dense.search(vector, _DEPTH, within))
    for terms in (said.terms, said.question.rarities if said.question else {}):
        rows.update(row for row, _ in index.terms.search(list(terms), _DEPTH, within))
    return rows


def speaking(index: Index, query: Query, said: Said, candidates: Candidates, weights: Weights) -> Vectors:
    """Return the signs of each candidate's document being the one spoken of, float32 ``(signs, rows)``, unweighed."""
    rows, passages = candidates.rows, candidates.passages
    signs = np.zeros((len(WEIGHTS), len(rows)), dtype=np.float32)
    if said.answer is not None:
        signs[0] = index.vectors[list(rows)] @ said.answer
    if said.question is not None:
        signs[1] = late_interaction(index, said.question, rows, weights)
    signs[:2] = [_by_document(values, passages) for values in signs[:2]]
    signs[1] = np.minimum(signs[1], MOST_ASKED)
    signs[2] = _held(index, query.rarities, passages)
    signs[3] = _held(index, said.terms, passages)
    return signs


def _cut(text: str) -> str:
    return " ".join(text.split()[:_WORDS])


def _by_document(values: Vectors, passages: Sequence[Passage]) -> Vectors:
    """Give every passage the best value of its document."""
    best: dict[str, float] = {}
    for value, passage in zip(values, passages, strict=True):
        best[passage.document] = max(float(value), best.get(passage.document, -1.0))
    return np.array([best[passage.document] for passage in passages], dtype=np.float32)


def _held(index: Index, terms: Mapping[str, float], passages: Sequence[Passage]) -> Vectors:
    """Return BM25's share of some terms in each passage's document: of each term, the passage that has most of it."""
    most = sum(terms.values()) * (K1 + 1)
    names = list(dict.fromkeys(passage.document for passage in passages))
    rows = {name: index.store.rows_of_document(name) for name in names}
    place = {row: number for number, name in enumerate(names) for row in rows[name]}
    held = np.zeros(len(names), dtype=np.float32)
    for term in terms if most else ():
        best = np.zeros(len(names), dtype=np.float32)
        for row, value in index.terms.scores(term, list(place)).items():
            best[place[row]] = max(best[place[row]], value)
        held += best / np.float32(most)
    by_name = dict(zip(names, held, strict=True))
    return np.array([by_name[passage.document] for passage in passages], dtype=np.float32)
