"""Vectors of single sentences: by hand, on disk, and taken over from an index that had none."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from word_encoder import WordEncoder

import qa
from qa.errors import IndexMismatch
from qa.index.build import open_index
from qa.index.encoded_passages import sentence_texts
from qa.index.generations import reading, writing
from qa.index.local.sentence_vectors import SentenceStore, SentenceWriter

E1, E2, E3 = np.eye(3, dtype=np.float32)
WORDS = "leave days sick note doctor travel rail cost"


def test_the_nearest_sentence_by_hand(tmp_path):
    """Rows are asked in any order; each gives the cosine of its nearest sentence."""
    writer = SentenceWriter(tmp_path, 3, [2, 1])
    writer.put(1, E3[None])
    writer.put(0, np.stack([E1, 0.6 * E2 + 0.8 * E3]))
    writer.flush()
    store = SentenceStore(tmp_path)
    assert store.nearest([1, 0], E3) == pytest.approx([1, 0.8], abs=1e-3)
    assert store.nearest([0, 1], E1) == pytest.approx([1, 0], abs=1e-3)
    assert store.nearest([], E1).tolist() == []
    assert store.stored(0).shape == (2, 3)


def test_a_cosine_is_kept_within_a_thousandth(tmp_path):
    """Stored as float16, the cosines of random unit vectors are those of float32 but for 0.001."""
    vectors = np.random.default_rng(5).standard_normal((300, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    writer = SentenceWriter(tmp_path, 384, [1] * 300)
    for row, vector in enumerate(vectors):
        writer.put(row, vector[None])
    writer.flush()
    found = SentenceStore(tmp_path).nearest(range(300), vectors[0])
    np.testing.assert_allclose(found, vectors @ vectors[0], atol=1e-3)


def test_every_sentence_is_encoded_by_itself(tmp_path, write):
    """Each sentence's vector is that of its own words; a passage of one sentence is encoded once."""
    encoder = WordEncoder(WORDS)
    qa.build_index(write(a__txt="Leave has days. Travel by rail.\n\nSick note."), tmp_path / "i", encoder=encoder)
    assert encoder.encoded == 4  # two passages, and the two sentences of the first
    index = open_index(tmp_path / "i", encoder=encoder)
    for row, passage in enumerate(index.store.all_passages()):
        expected = np.stack([encoder.encode_query(text).vector for text in sentence_texts(passage)])
        np.testing.assert_allclose(index.sentences.stored(row), expected, atol=1e-3)


def test_sentences_stand_under_their_title(statement_index, encoder):
    """The encoder is given the title with every sentence, and what it gives is what is stored."""
    index = open_index(statement_index, encoder=encoder)
    passage = max(index.store.all_passages(), key=lambda one: len(one.sentences))
    row = [one.start for one in index.store.all_passages()].index(passage.start)
    texts = sentence_texts(passage)
    assert len(texts) == len(passage.sentences) > 2
    text = index.store.document(passage.document).text
    for (start, end), given in zip(passage.sentences, texts, strict=True):
        assert given == f"{passage.context}\n{text[start:end]}"
    expected = dict(encoder.encode_passages(texts))
    fresh = np.stack([expected[place].vector for place in range(len(texts))])
    np.testing.assert_allclose(index.sentences.stored(row), fresh, atol=2e-3)


def test_an_index_without_them_keeps_its_other_vectors(tmp_path, write):
    """Brought up to date, an index of an earlier version has its sentences encoded and nothing else."""
    source = write(a__txt="Leave has days. Travel by rail.\n\nSick note. The cost.")
    encoder = WordEncoder(WORDS)
    qa.build_index(source, tmp_path / "i", encoder=encoder)
    assert encoder.encoded == 6
    _forget_sentences(tmp_path / "i")
    with pytest.raises(IndexMismatch, match="built with vectors “of an earlier version”.*run: qa index"):
        open_index(tmp_path / "i", encoder=encoder)
    qa.build_index(source, tmp_path / "i", encoder=encoder)
    assert encoder.encoded == 6 + 4
    found = open_index(tmp_path / "i", encoder=encoder).sentences.nearest([0, 1], encoder.encode_query("cost").vector)
    assert found.tolist() == [0, 1]


def _forget_sentences(root):
    """Publish the index as an earlier version wrote it."""
    with reading(root) as generation:
        earlier = {key: value for key, value in generation.about.items() if key != "vectors"}
        kept = [p for p in generation.path.iterdir() if not p.name.startswith(("sentence", "MANIFEST"))]

        def write(folder):
            for path in kept:
                shutil.copy(path, folder)
            return earlier

        with writing(root) as writer:
            writer.publish(write)
