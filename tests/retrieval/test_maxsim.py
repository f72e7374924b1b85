"""Late interaction, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import STATEMENT

from qa.index.encoded_passages import encoded_text, quantise
from qa.index.quantisation import Levels
from qa.protocols import StoredPassage, TokenVectors
from qa.retrieval.features import sentence_cosines
from qa.retrieval.maxsim import align
from qa.types import DocumentEntry, Passage

E1, E2, E3 = np.eye(3, dtype=np.float32)
DIAGONAL = (E1 + E2) / np.sqrt(2)


def stored(tokens, sentences=((0, 1),), vectors=(E1,)):
    """Return a passage whose tokens are (vector, start, end), with sentences that begin where these say."""
    spans = np.array([token[1:] for token in tokens], dtype=np.int32).reshape(-1, 2)
    given = TokenVectors(np.array([token[0] for token in tokens], dtype=np.float32).reshape(-1, 3), spans)
    passage = Passage("a.txt", "", None, None, 1, None, 0, sentences[-1][1], "x" * sentences[-1][1], sentences, "")
    entry = DocumentEntry("a.txt", "", {}, "", 1)
    return StoredPassage(passage, ("",), E1, quantise(given, Levels(3)), np.stack(vectors).astype(np.float16), entry)


def test_maxsim_by_hand():
    """Two query tokens meet what stands before the sentences, two sentences and an empty passage with these scores."""
    titled = stored([(E3, 0, 1), (E1, 2, 3), (DIAGONAL, 4, 5)], ((2, 4), (4, 6)))
    object.__setattr__(titled.passage, "start", 0)
    first, empty = align(np.stack([E1, E3]), [titled, stored([])])
    assert first.best == pytest.approx(np.array([[0, 1, np.sqrt(0.5)], [1, 0, 0]]), abs=1e-6)
    even, rare = np.array([0.5, 0.5]), np.array([0.8, 0.2])
    assert first.passage(even) == pytest.approx(1)
    assert first.in_context(rare) == pytest.approx([0.8 + 0.2, 0.8 * np.sqrt(0.5) + 0.2], abs=1e-6)
    assert first.sentences(rare) == pytest.approx([0.8, 0.8 * np.sqrt(0.5)], abs=1e-6)
    assert empty.best.tolist() == [[-1, -1], [-1, -1]]


def test_alignments_come_in_the_order_of_the_passages():
    """Each is that of its own passage; of no passage there is none."""
    passages = [stored([(vector, 0, 1)]) for vector in (E3, E2, E1)]
    found = align(E2.reshape(1, 3), passages)
    assert [alignment.passage(np.ones(1)) for alignment in found] == [0, 1, 0]
    assert align(E2.reshape(1, 3), []) == []


def test_a_query_without_tokens_scores_nothing():
    """A query of which the encoder knows no word has score 0 with everything."""
    (alignment,) = align(np.empty((0, 3), dtype=np.float32), [stored([(E1, 0, 1)])])
    assert alignment.passage(np.empty(0)) == 0


def test_the_nearest_sentence_by_hand():
    """Each passage gives the cosine of its nearest sentence."""
    passages = [stored([], vectors=(E1, 0.6 * E2 + 0.8 * E3)), stored([], vectors=(E3,))]
    assert sentence_cosines(E3, passages) == pytest.approx([0.8, 1], abs=1e-3)
    assert sentence_cosines(E1, passages) == pytest.approx([1, 0], abs=1e-3)
    assert sentence_cosines(E1, []).tolist() == []


@pytest.mark.parametrize("question", ["When was the Strategy adopted?", "Which drones?", "Voronkov"])
def test_a_stored_score_is_the_brute_force_one(bot, question):
    """For real passages and queries, scores from the index equal MaxSim over freshly encoded and packed tokens."""
    index = bot.index
    query = index.encoder.encode_query(question).tokens.vectors
    even = np.full(len(query), 1 / len(query), dtype=np.float32)
    passages = [index.engine.passages(STATEMENT)[place] for place in (0, 5, 17)]
    fresh = dict(index.encoder.encode_passages([encoded_text(one.passage) for one in passages]))
    for place, alignment in enumerate(align(query, passages)):
        kept = passages[place].tokens.quantisation
        expected = kept.cosines(query, kept.pack(fresh[place].tokens.vectors)).max(axis=0).mean()
        assert alignment.passage(even) == pytest.approx(float(expected), abs=0.01)
