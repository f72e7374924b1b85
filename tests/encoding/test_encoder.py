"""The default model: the published weights, unit vectors, tokens that know their place."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import qa.encoding.sentence_transformers
from qa.encoding.sentence_transformers import DEFAULT_WEIGHTS_SHA256, SentenceEncoder
from qa.errors import EncoderError
from qa.files import digest_of


def test_the_weights_are_the_published_ones(encoder):
    """The packaged weights have the digest of the published model."""
    weights = encoder._folder / "model.safetensors"
    assert digest_of(weights) == DEFAULT_WEIGHTS_SHA256
    assert (encoder.name, encoder.dim, encoder.max_tokens) == ("all-MiniLM-L6-v2", 384, 256)


def test_altered_weights_are_refused(monkeypatch):
    """With another digest expected, the program refuses and says how to reinstall the model."""
    monkeypatch.setattr(qa.encoding.sentence_transformers, "DEFAULT_WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(EncoderError, match="is not the published model .* reinstall it"):
        SentenceEncoder()


@pytest.mark.parametrize("model", ["no/such-model-here", "not a name at all", "/nowhere/at/all"])
def test_a_model_that_is_not_there_is_said(model):
    """A model that is no folder, not on this machine and cannot be fetched is one clear sentence."""
    with pytest.raises(EncoderError, match="there is no model"):
        SentenceEncoder(model)


def test_a_folder_without_a_model_is_said(tmp_path):
    """A folder that holds no model is named."""
    with pytest.raises(EncoderError, match="holds no sentence-transformers model"):
        SentenceEncoder(str(tmp_path))


def test_a_model_folder_is_used_and_told_apart(encoder, tmp_path):
    """A copy of the default model in a folder has its fingerprint; a changed file another one."""
    folder = tmp_path / "model"
    shutil.copytree(encoder._folder, folder)
    copy = SentenceEncoder(str(folder))
    assert (copy.name, copy.fingerprint) == (str(folder.resolve()), encoder.fingerprint)
    (folder / "tokenizer.json").write_text((folder / "tokenizer.json").read_text() + "\n")
    assert SentenceEncoder(str(folder)).fingerprint != encoder.fingerprint


def test_vectors_agree_with_sentence_transformers(encoder):
    """Vectors are those of the library's own encode, to the model's precision, of unit length, in the texts' order."""
    import torch

    texts = ["The Strategy was adopted in 2006.", "x", "A much longer text about " + "terrorism and " * 40]
    expected = encoder._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    found = dict(encoder.encode_passages(texts))
    assert sorted(found) == [0, 1, 2]
    rounded = 2**-8 if encoder._model.dtype == torch.bfloat16 else 0  # the library rounds once more than we do
    for row in range(3):
        np.testing.assert_allclose(found[row].vector, expected[row], rtol=rounded, atol=1e-5)
        assert np.linalg.norm(found[row].vector) == pytest.approx(1, abs=1e-5)


def test_tokens_know_where_they_stand(encoder):
    """Token spans are the word pieces' places in the text, special tokens left out, unit vectors beside them."""
    text = "Mr. Voronkov’s 2006 Strategy 🙂"
    tokens = encoder.encode_query(text).tokens
    pieces = [text[start:end] for start, end in tokens.spans]
    assert pieces[:5] == ["Mr", ".", "Vo", "ron", "kov"]
    assert "".join(pieces) == text.replace(" ", "")
    np.testing.assert_allclose(np.linalg.norm(tokens.vectors, axis=1), 1, atol=1e-5)


def test_the_mean_of_the_tokens_is_the_vector(encoder):
    """Counting word pieces agrees with encoding, and similar sentences are nearer than different ones."""
    assert encoder.count_tokens(["hello world", "", "Voronkov"]) == [2, 0, 3]
    assert encoder.count_tokens([]) == []
    cat, kitten, car = (encoder.encode_query(t).vector for t in ("a cat", "a kitten", "a lorry on a motorway"))
    assert cat @ kitten > cat @ car + 0.2


def test_counting_beside_encoding_disturbs_neither(encoder):
    """A text that is cut at 256 word pieces is encoded while other threads count longer ones: one tokenizer each."""
    long = "word " * 1_500
    alone = encoder.encode_query(long)
    with ThreadPoolExecutor(4) as pool:
        counts = [pool.submit(encoder.count_tokens, [long]) for _ in range(60)]
        encoded = [pool.submit(encoder.encode_query, long) for _ in range(20)]
        assert {tuple(count.result()) for count in counts} == {(1_500,)}
        for one in encoded:
            np.testing.assert_array_equal(one.result().tokens.spans, alone.tokens.spans)
            np.testing.assert_allclose(one.result().vector, alone.vector, atol=1e-5)
    assert len(alone.tokens.spans) == encoder.max_tokens - 2


def test_threads_that_come_at_once_load_one_model(monkeypatch):
    """The server's own first question and a person's may meet: the second waits for what the first loads."""
    load, loaded = SentenceEncoder._load, []
    monkeypatch.setattr(SentenceEncoder, "_load", lambda self: (loaded.append(load(self)), loaded[-1])[1])
    fresh = SentenceEncoder()
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(lambda _: fresh._model, range(4)))
    assert len(loaded) == 1
    assert all(model is loaded[0] for model in models)


def test_nothing_is_imported_before_it_is_needed():
    """Constructing an encoder checks the weights' digest without loading torch."""
    import subprocess
    import sys

    code = (
        "import sys; from qa.encoding.sentence_transformers import SentenceEncoder; "
        "SentenceEncoder().fingerprint; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert Path(qa.encoding.sentence_transformers.__file__).is_file()


def test_the_last_queries_are_remembered(monkeypatch):
    """Met again within one question, a query is not encoded again; what was long ago is."""
    encoder, texts = SentenceEncoder(), []
    encode = encoder._encode
    monkeypatch.setattr(encoder, "_encode", lambda batch, prompt: texts.extend(batch) or encode(batch, prompt))
    first = encoder.encode_query("Who?")
    assert encoder.encode_query("Who?") is first
    for number in range(qa.encoding.sentence_transformers._REMEMBERED):
        encoder.encode_query(f"Who is {number}?")
    assert (encoder.encode_query("Who?").vector == first.vector).all()
    assert texts.count("Who?") == 2
