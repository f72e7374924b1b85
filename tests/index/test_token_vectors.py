"""Late interaction, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from qa.index.local.token_vectors import TokenStore, TokenWriter, align, quantise

E1, E2, E3 = np.eye(3, dtype=np.float32)
DIAGONAL = (E1 + E2) / np.sqrt(2)


def store_of(folder, *passages):
    """Write passages, each a list of (vector, start, end), and open them."""
    with TokenWriter(folder, 3) as writer:
        for tokens in passages:
            vectors = np.array([vector for vector, _, _ in tokens], dtype=np.float32).reshape(-1, 3)
            writer.add(quantise(vectors), np.array([span[1:] for span in tokens], dtype=np.int32).reshape(-1, 2))
    return TokenStore(folder, 3)


def test_maxsim_by_hand(tmp_path):
    """Two query tokens meet a title, two sentences and an empty passage with these scores."""
    store = store_of(
        tmp_path,
        [(E3, 0, 1), (E1, 2, 3), (DIAGONAL, 4, 5)],  # title, first sentence, second sentence
        [],
    )
    first, empty = align(np.stack([E1, E3]), store, [0, 1], [[2, 4], [0]])
    assert first.best == pytest.approx(np.array([[0, 1, np.sqrt(0.5)], [1, 0, 0]]), abs=1e-6)
    even, rare = np.array([0.5, 0.5]), np.array([0.8, 0.2])
    assert first.passage(even) == pytest.approx(1)
    assert first.in_context(rare) == pytest.approx([0.8 + 0.2, 0.8 * np.sqrt(0.5) + 0.2], abs=1e-6)
    assert first.sentences(rare) == pytest.approx([0.8, 0.8 * np.sqrt(0.5)], abs=1e-6)
    assert empty.best.tolist() == [[-1, -1], [-1, -1]]


def test_rows_come_in_the_order_asked(tmp_path):
    """Alignments follow the rows, not the disk."""
    store = store_of(tmp_path, [(E1, 0, 1)], [(E2, 0, 1)], [(E3, 0, 1)])
    found = align(E2.reshape(1, 3), store, [2, 1, 0], [[0]] * 3)
    assert [alignment.passage(np.ones(1)) for alignment in found] == [0, 1, 0]


def test_a_query_without_tokens_scores_nothing(tmp_path):
    """A query of which the encoder knows no word has score 0 with everything."""
    store = store_of(tmp_path, [(E1, 0, 1)])
    (alignment,) = align(np.empty((0, 3), dtype=np.float32), store, [0], [[0]])
    assert alignment.passage(np.empty(0)) == 0


def test_quantised_cosines_are_close(tmp_path):
    """Stored as int8, the cosines of random unit vectors are within 0.005 of the exact ones."""
    random = np.random.default_rng(3)
    vectors = random.standard_normal((200, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with TokenWriter(tmp_path, 384) as writer:
        writer.add(quantise(vectors), np.zeros((200, 2), dtype=np.int32))
    found = TokenStore(tmp_path, 384).cosines([0], vectors[:20])
    assert np.abs(found - vectors @ vectors[:20].T).max() < 0.005


def test_vectors_and_spans_must_agree(tmp_path):
    """A passage with another number of spans than vectors is a mistake, not an index."""
    with TokenWriter(tmp_path, 3) as writer, pytest.raises(ValueError, match="2 spans"):
        writer.add(quantise(E1.reshape(1, 3)), np.zeros((2, 2)))


@pytest.mark.parametrize("question", ["When was the Strategy adopted?", "Which drones?", "Voronkov"])
def test_a_stored_score_is_the_brute_force_one(bot, question):
    """For real passages and queries, scores from the store equal MaxSim over freshly encoded tokens."""
    from qa.index.encoded_passages import encoded_text

    index = bot.index
    query = index.encoder.encode_query(question).tokens.vectors
    even = np.full(len(query), 1 / len(query), dtype=np.float32)
    rows = [0, 5, 17]
    passages = index.store.passages(rows)
    borders = [[len(p.context) + 1 + s - p.start for s, _ in p.sentences] for p in passages]
    fresh = dict(index.encoder.encode_passages([encoded_text(p) for p in passages]))
    for place, alignment in enumerate(align(query, index.tokens, rows, borders)):
        expected = (query @ fresh[place].tokens.vectors.T).max(axis=1).mean()
        assert alignment.passage(even) == pytest.approx(float(expected), abs=0.003)
