"""Vectors in few bytes: what comes back, and how much of a cosine is lost."""

from __future__ import annotations

import numpy as np
import pytest
from word_encoder import WordEncoder

import qa
from qa.errors import IndexMismatch
from qa.index import quantisation
from qa.index.build import open_index
from qa.index.encoded_passages import encoded_text
from qa.index.local import spans
from qa.index.quantisation import Levels, Projected, quantisation_named, quantisation_of


def unit(rows, dim, seed=3):
    vectors = np.random.default_rng(seed).standard_normal((rows, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize(("bits", "error"), [(8, 0.005), (4, 0.05)])
def test_levels_keep_cosines(bits, error):
    """Of random unit vectors in 384 dimensions, cosines move by this much at most; unpacked, each has length 1."""
    vectors, levels = unit(200, 384), Levels(384, bits)
    codes = levels.pack(vectors)
    assert (codes.dtype, codes.shape, levels.bytes) == (np.uint8, (200, 48 * bits), 48 * bits)
    cosines = levels.cosines(vectors[:20], codes)
    assert np.abs(cosines - vectors @ vectors[:20].T).max() < error
    assert np.linalg.norm(levels.unpack(codes), axis=1) == pytest.approx(np.ones(200), abs=1e-5)


@pytest.mark.parametrize("dim", [1, 2, 3, 8])
@pytest.mark.parametrize("bits", [4, 8])
def test_levels_of_few_dimensions_by_hand(dim, bits):
    """Axes and their opposites come back exactly, zero as zero; any number of dimensions fills whole bytes."""
    vectors = np.vstack((np.eye(dim), -np.eye(dim), np.zeros((1, dim)))).astype(np.float32)
    levels = Levels(dim, bits)
    codes = levels.pack(vectors)
    assert codes.shape == (2 * dim + 1, levels.bytes)
    np.testing.assert_allclose(levels.unpack(codes), vectors, atol=1e-6)
    assert levels.pack(np.empty((0, dim), dtype=np.float32)).shape == (0, levels.bytes)


def test_packing_again_what_was_unpacked_changes_nothing():
    """An update that writes a passage's vectors anew writes the same bytes."""
    vectors = unit(50, 33)
    for bits in (4, 8):
        codes = Levels(33, bits).pack(vectors)
        assert (Levels(33, bits).pack(Levels(33, bits).unpack(codes)) == codes).all()


def test_projected_by_hand():
    """Two axes of four bits and four of two: the middles of the steps, and nothing of the other axes."""
    axes = np.eye(8)[:, :6].astype(np.float16)
    kept = Projected(axes, np.full(6, 0.25, dtype=np.float32), [(2, 4), (4, 2)])
    given = np.array([[0.3, -0.6, 0.1, -0.1, 0.3, -9, 1, 1]], dtype=np.float32)
    codes = kept.pack(given)
    assert (kept.bytes, codes.shape) == (2, (1, 2))
    numbers = np.array([0.375, -0.625, 0.125, -0.125, 0.375, -0.375, 0, 0])
    np.testing.assert_allclose(kept.unpack(codes)[0], numbers / np.linalg.norm(numbers), atol=1e-6)
    np.testing.assert_allclose(
        kept.cosines(np.eye(8, dtype=np.float32), codes)[0], numbers / np.linalg.norm(numbers), atol=1e-6
    )


def test_an_unknown_quantisation_is_said():
    """One sentence names it and says what to do."""
    assert quantisation_named("int8", 5).bytes == 5
    with pytest.raises(IndexMismatch, match="token vectors are kept by “other”.*run qa index again"):
        quantisation_named("other", 5)


@pytest.mark.parametrize(
    ("given", "width"),
    [
        ([[0, 3], [4, 9], [200, 201]], 2),
        ([[0, 300], [1000, 1001]], 4),
        ([[0, 1], [90_000, 90_001]], 8),
        ([[5, 9], [2, 4]], 8),
        ([], 0),
    ],
)
def test_spans_take_as_many_bytes_as_they_need(given, width):
    """Short words one after the other take two bytes each; far, long and disordered ones come back as well."""
    tokens = np.array(given, dtype=np.int32).reshape(-1, 2)
    packed = spans.pack(tokens)
    assert len(packed) == width * len(tokens)
    found = spans.unpack(packed, len(tokens))
    assert (found.dtype, found.tolist()) == (np.int32, tokens.tolist())


def test_an_encoder_whose_axes_are_there_is_kept_by_them(tmp_path, write, monkeypatch):
    """An index packs its tokens by them, and without them it is not read wrongly but refused, and built again."""
    encoder = WordEncoder("leave days sick note doctor travel rail cost")
    source = write(a__txt="Sick leave needs a note.")
    axes = {"axes": np.eye(8, dtype=np.float16), "steps": np.full(8, 0.14, dtype=np.float32)}
    np.savez(tmp_path / f"{encoder.fingerprint[:16]}.npz", **axes, groups=np.array([[8, 4]]), line=np.array([1.0, 0.0]))
    monkeypatch.setattr(quantisation, "_AXES", tmp_path)
    qa.build_index(source, tmp_path / "i", encoder=encoder)
    (stored,) = open_index(tmp_path / "i", encoder=encoder).engine.passages("a.txt")
    tokens = encoder.encode_query(encoded_text(stored.passage)).tokens.vectors
    assert stored.tokens.quantisation is quantisation_of(encoder)
    assert stored.tokens.codes.shape == (len(tokens), 4)
    cosines = stored.tokens.quantisation.cosines(tokens, stored.tokens.codes)
    assert np.diag(cosines) == pytest.approx(np.ones(len(tokens)), abs=0.05)
    monkeypatch.undo()
    with pytest.raises(IndexMismatch, match="token vectors are kept by “principal axes"):
        open_index(tmp_path / "i", encoder=encoder)
    qa.build_index(source, tmp_path / "i", encoder=encoder)
    (stored,) = open_index(tmp_path / "i", encoder=encoder).engine.passages("a.txt")
    assert stored.tokens.quantisation.name == "int8"
