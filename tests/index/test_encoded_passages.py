"""What is computed of a passage: vectors of single sentences, of the whole, of its tokens."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import STATEMENT
from word_encoder import WordEncoder

import qa
from qa.index.build import open_index
from qa.index.encoded_passages import sentence_texts
from qa.index.local.arrays import Rows, RowsWriter

WORDS = "leave days sick note doctor travel rail cost"


def test_rows_of_passages_come_back_as_they_were(tmp_path):
    """Any number of rows a passage, none among them."""
    writer = RowsWriter(tmp_path, "rows", np.int32)
    given = [np.array([[1, 2]]), np.empty((0, 2)), np.array([[3, 4], [5, 6]])]
    for rows in given:
        writer.append(rows)
    writer.close()
    found = Rows(tmp_path, "rows", np.int32, 2)
    assert [found[row].tolist() for row in range(len(found))] == [rows.tolist() for rows in given]


def test_every_sentence_is_encoded_by_itself(tmp_path, write):
    """Each sentence's vector is that of its own words; a passage of one sentence is encoded once."""
    encoder = WordEncoder(WORDS)
    qa.build_index(write(a__txt="Leave has days. Travel by rail.\n\nSick note."), tmp_path / "i", encoder=encoder)
    assert encoder.encoded == 4  # two passages, and the two sentences of the first
    for stored in open_index(tmp_path / "i", encoder=encoder).engine.passages("a.txt"):
        expected = np.stack([encoder.encode_query(text).vector for text in sentence_texts(stored.passage)])
        assert (stored.sentences * expected).sum(axis=1) == pytest.approx(1, abs=1e-3)


def test_sentences_stand_under_their_title(statement_index, encoder):
    """The encoder is given the title with every sentence, and what it gives is what is stored."""
    engine = open_index(statement_index, encoder=encoder).engine
    stored = max(engine.passages(STATEMENT), key=lambda one: len(one.passage.sentences))
    passage, texts = stored.passage, sentence_texts(stored.passage)
    assert len(texts) == len(passage.sentences) > 2
    text = engine.document(passage.document).text
    for (start, end), given in zip(passage.sentences, texts, strict=True):
        assert given == f"{passage.context}\n{text[start:end]}"
    expected = dict(encoder.encode_passages(texts))
    fresh = np.stack([expected[place].vector for place in range(len(texts))])
    assert (stored.sentences * fresh).sum(axis=1) == pytest.approx(1, abs=2e-3)
