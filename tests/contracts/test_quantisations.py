"""What every quantisation promises: bytes, unit vectors near those that were packed, and cosines with them."""

from __future__ import annotations

import numpy as np
import pytest

from qa.index.quantisation import Levels, Projected

QUANTISATIONS = ("Levels", "Projected")
IMPLEMENTATIONS = {"Quantisation": QUANTISATIONS}
DIM = 64


def unit(rows):
    vectors = np.random.default_rng(3).standard_normal((rows, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def turned(*groups):
    """Return a quantisation on random axes, whose steps are as wide as random unit vectors need."""
    count = sum(number for number, _ in groups)
    axes = np.linalg.qr(np.random.default_rng(1).standard_normal((DIM, DIM)))[0][:, :count]
    steps = np.concatenate([np.full(number, 5 / 2**bits / np.sqrt(DIM)) for number, bits in groups])
    return Projected(axes.astype(np.float16), steps.astype(np.float32), groups)


WAYS = {
    "int8": (Levels(DIM), 0.01),
    "int4": (Levels(DIM, 4), 0.15),
    "eight bits on all axes": (turned((DIM, 8)), 0.02),
    "four bits on all axes": (turned((DIM, 4)), 0.15),
    "fewer bits on later axes": (turned((16, 4), (32, 2), (16, 1)), 0.5),
}


@pytest.fixture(params=WAYS)
def way(request):
    return WAYS[request.param]


def test_a_code_has_the_bytes_that_are_said(way):
    """Of one vector, of many and of none."""
    kept, _ = way
    for rows in (0, 1, 100):
        codes = kept.pack(unit(rows))
        assert (codes.dtype, codes.shape) == (np.uint8, (rows, kept.bytes))


def test_unpacked_vectors_have_length_one_and_are_near(way):
    """The cosine of each with what was packed is 1 but for what the bits lose."""
    kept, error = way
    vectors = unit(100)
    found = kept.unpack(kept.pack(vectors))
    assert (found.dtype, found.shape) == (np.float32, vectors.shape)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(100), abs=2e-3)
    assert ((found * vectors).sum(axis=1) > 1 - error).all()


def test_cosines_are_those_of_the_unpacked_vectors(way):
    """Both ways to read the codes agree, for a query without tokens and for no vectors as well."""
    kept, _ = way
    vectors = unit(100)
    codes = kept.pack(vectors)
    expected = kept.unpack(codes) @ vectors[:9].T
    np.testing.assert_allclose(kept.cosines(vectors[:9], codes), np.minimum(expected, 1), atol=2e-3)
    assert kept.cosines(vectors[:9], codes[:0]).shape == (0, 9)
    assert kept.cosines(vectors[:0], codes).shape == (100, 0)


def test_a_name_says_how_vectors_are_kept():
    """Other bits, axes, steps or another line have another name: an index would be read wrongly by them."""
    line = Projected(np.eye(DIM)[:, :8].astype(np.float16), np.ones(8, dtype=np.float32), [(8, 1)], (1.2, -0.1))
    plain = Projected(np.eye(DIM)[:, :8].astype(np.float16), np.ones(8, dtype=np.float32), [(8, 1)])
    names = [kept.name for kept, _ in WAYS.values()] + [line.name, plain.name]
    assert len(set(names)) == len(names)


def test_a_line_gives_back_the_likeliest_cosine():
    """Slope and offset apply to cosines, which never exceed 1."""
    axes, steps = np.eye(DIM)[:, :8].astype(np.float16), np.ones(8, dtype=np.float32)
    plain, lined = Projected(axes, steps, [(8, 1)]), Projected(axes, steps, [(8, 1)], (1.25, -0.05))
    vectors = unit(50)
    codes = plain.pack(vectors)
    expected = np.minimum(1.25 * plain.cosines(vectors, codes) - 0.05, 1)
    np.testing.assert_allclose(lined.cosines(vectors, codes), expected, atol=1e-6)
