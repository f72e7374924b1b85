"""What ``Encoder`` promises, checked for the default model and for the encoder that counts words."""

from __future__ import annotations

import numpy as np
import pytest
from word_encoder import WordEncoder

from qa.encoding.sentence_transformers import SentenceEncoder

ENCODERS = {
    "SentenceEncoder": SentenceEncoder,
    "WordEncoder": lambda: WordEncoder("strategy leave days rail"),
}
IMPLEMENTATIONS = {"Encoder": ENCODERS}
TEXTS = ["The strategy of 2006", "Leave days 🙂 by rail", "strategy\nstrategy"]


@pytest.fixture(params=ENCODERS.values(), ids=ENCODERS, scope="module")
def encoder(request):
    return request.param()


def test_vectors_have_unit_length_and_the_stated_dimension(encoder):
    """A query's vector is float32 of length 1 and of ``dim`` numbers, and so is each token's."""
    for text in TEXTS:
        encoding = encoder.encode_query(text)
        assert (encoding.vector.dtype, encoding.vector.shape) == (np.float32, (encoder.dim,))
        assert np.linalg.norm(encoding.vector) == pytest.approx(1, abs=1e-5)
        assert encoding.tokens.vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(encoding.tokens.vectors, axis=1), 1, atol=1e-5)


def test_spans_are_places_of_the_text(encoder):
    """Each token has a span: int32, in order, within the text, without overlap."""
    for text in TEXTS:
        spans = encoder.encode_query(text).tokens.spans
        assert (spans.dtype, spans.shape[1]) == (np.int32, 2)
        flat = spans.flatten().tolist()
        assert flat == sorted(flat)
        assert flat[-1] <= len(text)
        assert all(text[start:end].strip() for start, end in spans)


def test_every_passage_is_encoded_once_at_its_position(encoder):
    """Passages come in any order, each with its position; vectors are those of the same text as a query."""
    found = dict(encoder.encode_passages(TEXTS))
    assert sorted(found) == [0, 1, 2]
    for position, text in enumerate(TEXTS):
        np.testing.assert_allclose(found[position].vector, encoder.encode_query(text).vector, atol=1e-5)
    assert list(encoder.encode_passages([])) == []


def test_tokens_are_counted(encoder):
    """A count for each text, 0 for an empty one; no text has more tokens encoded than it counts."""
    counts = encoder.count_tokens([*TEXTS, ""])
    assert len(counts) == 4
    assert counts[3] == 0
    assert all(
        count >= len(encoder.encode_query(text).tokens.spans) for count, text in zip(counts, TEXTS, strict=False)
    )
    assert encoder.count_tokens([]) == []


def test_it_has_a_name_and_a_fingerprint_that_stay(encoder):
    """Name and fingerprint are text and do not change; ``max_tokens`` is positive."""
    assert encoder.name
    assert encoder.fingerprint == encoder.fingerprint != ""
    assert encoder.max_tokens > 2
    again = type(encoder).from_settings(encoder.settings())
    assert (again.name, again.fingerprint, again.dim) == (encoder.name, encoder.fingerprint, encoder.dim)
