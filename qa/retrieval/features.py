"""What speaks for each candidate: the parts of its score, computed for one query and some rows.

A score is a weighted sum of parts, each at most 1 before it is weighed:

``lexical``   BM25's share of the most that a query of these words could score
``passage``   MaxSim over the passage with its title, every token of the query alike
``sentence``  MaxSim over its best sentence with its title, rare words heavier
``gist``      the cosine of the query as a whole with its nearest sentence, encoded by itself with its title; of the
              query less the words that name documents, if there are any: within them they tell nothing
``phrase``    the share of the query's neighbouring words that are neighbours there
``document``  the share of the words that name documents which name this one
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from qa.index.local.bm25 import K1
from qa.index.local.token_vectors import align
from qa.languages.analysis import analyse
from qa.languages.english import English
from qa.retrieval.metadata_match import stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qa.index.build import Index
    from qa.index.local.token_vectors import Alignment
    from qa.protocols import Vectors
    from qa.retrieval.query import Query
    from qa.types import Clue, Passage, Term


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of a score counts for."""

    lexical: float = 0.15
    passage: float = 0.25
    sentence: float = 0.5
    gist: float = 0.15
    phrase: float = 0.1
    document: float = 0.05


@dataclass(frozen=True, slots=True)
class Candidates:
    """Some passages with what speaks for each; all sequences run alike.

    ``parts`` are weighed scores, float32 ``(rows,)`` by name; ``terms`` what each term of the query gave to
    ``lexical``, weighed; ``named`` the clues of the query that name the passage's document; ``pairs`` the query's
    neighbouring words that are neighbours in the passage.
    """

    rows: Sequence[int]
    passages: Sequence[Passage]
    alignments: Sequence[Alignment]
    parts: Mapping[str, Vectors]
    terms: Mapping[str, Vectors]
    named: Sequence[Sequence[Clue]]
    pairs: Sequence[Sequence[tuple[str, str]]]

    def scores(self) -> Vectors:
        """Return the sum of the parts, float32 ``(rows,)``."""
        return np.asarray(sum(self.parts.values(), np.zeros(len(self.rows), dtype=np.float32)))


def score(
    index: Index, query: Query, rows: Sequence[int], weights: Weights, *, lexical_only: bool = False
) -> Candidates:
    """Compute what speaks for each of some passages; ``lexical_only`` for a language the encoder does not know."""
    passages = index.store.passages(rows)
    naming = _naming(index, query, passages)
    alignments = _align(index, query, rows, passages, naming)
    terms = _terms(index, query, rows, naming, weights.lexical)
    pairs = _pairs(index, query, rows)
    asked = max(1, len(neighbours(query.words)))
    naming_any = max(1, len({clue for clues in naming for clue in clues}))
    parts = {
        "lexical": np.asarray(sum(terms.values(), np.zeros(len(rows), dtype=np.float32))),
        "phrase": weights.phrase * _array(len(own) / asked for own in pairs),
        "document": weights.document * _array(len(clues) / naming_any for clues in naming),
    }
    if not lexical_only:
        parts |= _late(query, alignments, weights)
        parts["gist"] = weights.gist * index.sentences.nearest(rows, _vector(index, query, naming))
    return Candidates(rows, passages, alignments, parts, terms, naming, pairs)


def late_interaction(index: Index, query: Query, rows: Sequence[int], weights: Weights) -> Vectors:
    """Return what ``passage`` and ``sentence`` give to each of some passages, float32 ``(rows,)``."""
    passages = index.store.passages(rows)
    alignments = _align(index, query, rows, passages, _naming(index, query, passages))
    return np.asarray(sum(_late(query, alignments, weights).values()))


def borders(passage: Passage) -> list[int]:
    """Return where in its encoded text each sentence of a passage begins; before the first stands its context."""
    shift = (len(passage.context) + 1 if passage.context else 0) - passage.start
    return [shift + start for start, _ in passage.sentences]


def _array(values: Iterable[float]) -> Vectors:
    return np.fromiter(values, dtype=np.float32)


def _naming(index: Index, query: Query, passages: Sequence[Passage]) -> list[list[Clue]]:
    """Return, for each passage, the clues of the query that its document's metadata state."""
    if not query.wording.clues:
        return [[] for _ in passages]
    by_document = {
        name: stated(query.wording.clues, index.store.metadata(name), English())
        for name in {passage.document for passage in passages}
    }
    return [by_document[passage.document] for passage in passages]


def _vector(index: Index, query: Query, naming: Sequence[Sequence[Clue]]) -> Vectors:
    """Return the vector of a query less the words that name documents, of the whole where nothing else is asked."""
    named = {clue for clues in naming for clue in clues}
    rest = query.without(named)
    asks = named and any(not word.stop for word in analyse(rest))
    return index.encoder.encode_query(rest).vector if asks else query.encoding.vector


def _align(
    index: Index, query: Query, rows: Sequence[int], passages: Sequence[Passage], naming: Sequence[Sequence[Clue]]
) -> list[Alignment]:
    """Meet the query's tokens with each passage's; what names its document is met by its context."""
    alignments = align(query.encoding.tokens.vectors, index.tokens, rows, [borders(passage) for passage in passages])
    for alignment, clues in zip(alignments, naming, strict=True):
        for clue in clues:
            alignment.best[query.tokens_of(clue.start, clue.end), 0] = 1.0
    return alignments


def _late(query: Query, alignments: Sequence[Alignment], weights: Weights) -> dict[str, Vectors]:
    """Return the parts that MaxSim gives."""
    return {
        "passage": weights.passage * _array(a.passage(query.even) for a in alignments),
        "sentence": weights.sentence * _array(float(a.in_context(query.rare).max()) for a in alignments),
    }


def _terms(
    index: Index, query: Query, rows: Sequence[int], naming: Sequence[Sequence[Clue]], weight: float
) -> dict[str, Vectors]:
    """Return what each term gives to the lexical part; one that names the document gives all it could."""
    most = sum(query.rarities.values()) * (K1 + 1)
    found: dict[str, Vectors] = {}
    for term, rarity in query.rarities.items() if most else ():
        scores = index.terms.scores(term, rows)
        places = [word for word in query.words if word.term == term]
        found[term] = _array(
            rarity * (K1 + 1)
            if clues and all(any(f.start <= w.start and w.end <= f.end for f in clues) for w in places)
            else scores.get(row, 0.0)
            for row, clues in zip(rows, naming, strict=True)
        ) * np.float32(weight / most)
    return found


def neighbours(words: Sequence[Term]) -> dict[tuple[str, str], tuple[Term, Term]]:
    """Return the pairs of neighbouring words of a query, less those in which both carry no meaning of their own."""
    return {
        (first.term, second.term): (first, second)
        for first, second in pairwise(words)
        if not (first.stop and second.stop)
    }


def _pairs(index: Index, query: Query, rows: Sequence[int]) -> list[list[tuple[str, str]]]:
    """Return, for each row, the query's pairs of neighbouring words that stand there as neighbours."""
    found: dict[int, list[tuple[str, str]]] = {row: [] for row in rows}
    for pair in neighbours(query.words):
        for row in index.terms.holding(pair, rows):
            found[row].append(pair)
    return [found[row] for row in rows]
