"""Questions that lean on what was said before: "How does it work?".

No language model rewrites them. What was said steers the ranking instead: towards the documents that the last answer
and the question before it speak of. Whether a question leans at all is judged first, so that one which stands by itself
loses nothing after a change of topic.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa.analyser import content_terms
from qa.lexical import K1
from qa.query import read_query
from qa.scoring import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.index import Index
    from qa.protocols import Rows, Vectors
    from qa.query import Query
    from qa.scoring import Candidates, Weights
    from qa.types import Passage, Turn

_REFERS = re.compile(
    r"\b(?:its?|they|them|theirs?|he|him|his|she|hers?|this|that|these|those|ones?|there|such|same|former|latter|both|"
    r"else|others?|another|instead)\b",
    re.IGNORECASE,
)
_WORDS = 160
"""Of a turn so many words are read: about what the encoder takes in."""
_TERMS = 64
"""Of what was answered so many terms are looked up, the rarest."""
_DEPTH = 20
"""Rows that each of the last answer's and the last question's lists add to the candidates."""

LEANS = (12.66, -3.70, 1.24, -2.94, 1.13)
"""A logistic regression: cosine with what was said, content words of six, whether it refers, best score of the question
alone, bias. Fitted to follow-ups (mtrag) against questions given a random other conversation (squad)."""
WEIGHTS = (0.5, 0.3, 0.3, 0.3)
CAPS = (0.5, 0.4, 1.0, 0.25)
"""What each sign of a document's being spoken of adds and its greatest value: cosine with the last answer, score for
the last question, terms of this question and of all answers that the document holds. Capped, since the passage that was
just quoted would otherwise answer everything."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said before a question: the last question and the last answer, and the terms of all answers."""

    question: Query | None
    answer: Vectors | None
    terms: Mapping[str, float]

    def cosine(self, query: Query) -> float:
        """Return how near a question's topic is to what was said: the greater cosine of the two."""
        vectors = [self.answer] if self.answer is not None else []
        vectors += [self.question.encoding.vector] if self.question else []
        return max((float(vector @ query.encoding.vector) for vector in vectors), default=-1.0)


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


def leans(query: Query, said: Said, best: float) -> bool:
    """Say whether a question leans on what was said; ``best`` is the score of its first passage when asked alone."""
    content = sum(not word.stop for word in query.words)
    signs = (said.cosine(query), min(content, 6) / 6, float(bool(_REFERS.search(query.text))), best, 1.0)
    return 1 / (1 + math.exp(-sum(weight * sign for weight, sign in zip(LEANS, signs, strict=True)))) > 0.5


def spoken_of(index: Index, said: Said, within: Rows | None) -> set[int]:
    """Return rows that what was said would find."""
    rows: set[int] = set()
    for vector in (said.answer, said.question.encoding.vector if said.question else None):
        if vector is not None:
            rows.update(row for row, _ in index.dense.search(vector, _DEPTH, within))
    for terms in (said.terms, said.question.rarities if said.question else {}):
        rows.update(row for row, _ in index.terms.search(list(terms), _DEPTH, within))
    return rows


def conversation_part(index: Index, query: Query, said: Said, candidates: Candidates, weights: Weights) -> Vectors:
    """Return what speaks for each candidate's document being the one spoken of, float32 ``(rows,)``."""
    rows, passages = candidates.rows, candidates.passages
    signs = np.zeros((4, len(rows)), dtype=np.float32)
    if said.answer is not None:
        signs[0] = index.vectors[list(rows)] @ said.answer
    if said.question is not None:
        asked = score(index, said.question, rows, weights)
        signs[1] = asked.parts["passage"] + asked.parts["sentence"]
    signs[:2] = [_by_document(values, passages) for values in signs[:2]]
    signs[2] = _held(index, query.rarities, passages)
    signs[3] = _held(index, said.terms, passages)
    capped = np.minimum(signs, np.array(CAPS, dtype=np.float32)[:, None])
    return np.asarray(np.array(WEIGHTS, dtype=np.float32) @ capped)


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
