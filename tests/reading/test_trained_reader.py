"""The reader: windows, spans, weights that are checked, and what retrieval makes of what was read."""

from __future__ import annotations

import hashlib
import json
import logging
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from lexicographer import Lexicographer
from safetensors.torch import save_file

import qa
from qa.answering.bot import Bot
from qa.encoding.sentence_transformers import SentenceEncoder
from qa.errors import ReaderUnavailable
from qa.reading import trained_reader
from qa.reading.network import ReaderNetwork
from qa.reading.pairs import collate, windows
from qa.reading.trained_reader import TrainedReader, best_span
from qa.retrieval.features import Weights
from qa.retrieval.retriever import READ, Retriever

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = "When was the consensus UN Global Counter-Terrorism Strategy adopted?"


@pytest.fixture
def folder(encoder: SentenceEncoder, tmp_path: Path) -> Path:
    """Weights that nobody trained, with their card."""
    torch.manual_seed(1)
    network = ReaderNetwork(encoder.transformer.float().eval())
    save_file(network.state_dict(), tmp_path / trained_reader.WEIGHTS)
    digest = hashlib.sha256((tmp_path / trained_reader.WEIGHTS).read_bytes()).hexdigest()
    card = {"name": "untrained", "sha256": digest, "encoder": encoder.fingerprint, "certain": 0.0}
    (tmp_path / trained_reader.CARD).write_text(json.dumps(card))
    return tmp_path


def test_untrained_it_is_the_encoders_own_network(encoder: SentenceEncoder) -> None:
    [(_, window)] = windows(encoder.tokenizer, "Who spoke?", [("Title\n", "The minister spoke of peace.")])
    batch = collate([window])
    arrays = [torch.from_numpy(array) for array in (batch.ids, batch.mask, batch.roles)]
    model = encoder.transformer
    with torch.inference_mode():
        own = ReaderNetwork(encoder.transformer.float().eval()).states(*arrays)
        theirs = model(input_ids=arrays[0], attention_mask=arrays[1].long()).last_hidden_state
    assert torch.allclose(own, theirs, atol=1e-4)


def test_a_windows_pieces_stand_where_they_say(encoder: SentenceEncoder) -> None:
    text = "Ünïcode 🌍 words, then plain ones: " + "peace and security " * 200
    cut = [window for _, window in windows(encoder.tokenizer, "What?", [("A title\n", text)], 128)]
    assert len(cut) > 2
    assert all(len(window.ids) <= 128 for window in cut)
    covered = set()
    for window in cut:
        for (start, end), role in zip(window.spans, window.roles, strict=True):
            assert (role == 2) == (start >= 0)
            covered.update(range(start, end) if role == 2 else ())
    assert {place for place, letter in enumerate(text) if letter.isalnum()} <= covered
    for before, after in pairwise(cut):
        assert after.spans[after.roles == 2][0, 0] < before.spans[before.roles == 2][-1, 1]


def test_the_best_span_neither_ends_before_it_starts_nor_is_too_long() -> None:
    start, end = np.array([0.0, 5.0, 1.0, 0.0]), np.array([9.0, 0.0, 2.0, 3.0])
    assert best_span(start, end) == (0, 0)
    assert best_span(start[1:], end[1:]) == (0, 2)
    assert best_span(start[1:], end[1:], longest=2) == (0, 1)


def test_it_reads_every_passage_and_leaves_the_encoder_as_it_is(encoder: SentenceEncoder, folder: Path) -> None:
    """A long passage is read in windows; the words lie in its text; vectors stay the same bit for bit."""
    before = encoder.encode_query("Who is the mayor?")
    passages = [("Title\n", "The mayor is Ms. Hartley."), ("", "Ships call there. " * 200), ("A\n", "🌍 Ünïcode.")]
    read = TrainedReader(encoder, folder).read("Who is the mayor?", passages)
    assert len(read) == 3
    for one, (_, text) in zip(read, passages, strict=True):
        assert 0 <= one.words[0] < one.words[1] <= len(text)
        assert 0 <= one.certainty <= 1
    assert TrainedReader(encoder, folder).read("Who?", []) == []
    again = SentenceEncoder().encode_query("Who is the mayor?")
    assert np.array_equal(before.vector, again.vector)
    assert np.array_equal(before.tokens.vectors, again.tokens.vectors)
    other = encoder.encode_query("Who is the mayor of all?")
    assert np.array_equal(other.vector, SentenceEncoder().encode_query("Who is the mayor of all?").vector)


def test_passages_read_together_are_read_as_each_by_itself(encoder: SentenceEncoder, folder: Path) -> None:
    reader = TrainedReader(encoder, folder)
    passages = [("", "Short."), ("Title\n", "A longer passage, of which the batch takes its length. " * 4)]
    together = reader.read("How long?", passages)
    for one, passage in zip(together, passages, strict=True):
        [alone] = reader.read("How long?", [passage])
        assert alone.words == one.words
        assert alone.answers == pytest.approx(one.answers, abs=1e-3)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / trained_reader.WEIGHTS).unlink(), "weights reader-v1.safetensors are not there"),
        (lambda folder: (folder / trained_reader.WEIGHTS).write_bytes(b"{}"), "reader-v1.safetensors were altered"),
        (lambda folder: (folder / trained_reader.CARD).unlink(), "card reader-v1.json is not there"),
        (lambda folder: (folder / trained_reader.CARD).write_text("[]"), "card reader-v1.json was altered"),
        (lambda folder: (folder / trained_reader.CARD).write_text("{"), "card reader-v1.json was altered"),
    ],
)
def test_what_cannot_be_read_with_is_one_sentence(encoder, folder, damage, said) -> None:
    damage(folder)
    with pytest.raises(ReaderUnavailable, match=said):
        TrainedReader(encoder, folder)


def test_an_index_with_another_encoder_answers_without_reading_and_says_so(
    folder, statement_index, caplog, monkeypatch
) -> None:
    card = json.loads((folder / trained_reader.CARD).read_text())
    (folder / trained_reader.CARD).write_text(json.dumps(card | {"encoder": "0" * 64}))
    monkeypatch.setattr("qa.answering.bot.TrainedReader", lambda encoder: TrainedReader(encoder, folder))
    with caplog.at_level(logging.WARNING):
        bot = qa.open_bot(statement_index)
    assert bot.reader is None
    assert "the reader was trained over another encoder than all-MiniLM-L6-v2" in caplog.text
    answer = bot.ask(QUESTION)
    assert answer.found
    assert answer.citations[0].answer is None
    assert "reading" not in answer.citations[0].why.parts
    caplog.clear()
    assert qa.open_bot(statement_index, reader=False).ask(QUESTION).citations[0].quote == answer.citations[0].quote
    assert not caplog.text


def test_what_was_read_is_a_part_of_the_score_and_words_of_the_quotation(statement_index) -> None:
    """The passage that the reader finds an answer in comes first if it is near; its words are marked."""
    plain = Bot(qa.open_bot(statement_index, reader=False).index)
    hits = plain.retriever.search(QUESTION, 10).hits
    near = [hit for hit in hits if hit.score >= hits[0].score - 0.3][:READ]
    assert len(near) > 1
    reader = Lexicographer("2006")
    bot = Bot(plain.index, reader=reader)
    bot.retriever = Retriever(plain.index, reader=reader, weights=Weights(reading=0.3))
    answer = bot.ask(QUESTION)
    assert [text for _, text in reader.given] == [hit.passage.text for hit in near]
    first = answer.citations[0]
    assert first.answer is not None
    assert bot.document(first.document).text[slice(*first.answer)] == "2006"
    assert any(start <= first.answer[0] < end for start, end in first.highlights)
    assert first.why.parts["reading"] == pytest.approx(0.3)
    for citation in answer.citations:
        assert sum(citation.why.parts.values()) == pytest.approx(citation.score, abs=1e-5)
        assert citation.quote == bot.document(citation.document).text[citation.start : citation.end]


def test_without_a_weight_the_first_passage_alone_is_read(tmp_path, write) -> None:
    """Also where others score more, but are not by whom the question asks for."""
    folder = write(
        **{"KEN_73_2018.txt": "Thank you, Mr. President. Kenya is glad to be here, and its farmers have had rain."},
        **{"FIN_73_2018.txt": "Thank you, Mr. President. The harbour of peace on the northern sea was built in 1990."},
    )
    qa.build_index(folder, tmp_path / "i")
    reader = Lexicographer("rain")
    bot = qa.open_bot(tmp_path / "i", reader=reader)
    first, second = bot.ask("What did Kenya say about the harbour of peace on the northern sea?").citations[:2]
    assert first.document == "KEN_73_2018.txt"
    assert first.score < second.score
    assert [text for _, text in reader.given] == [first.quote]


def test_words_of_which_the_reader_is_not_sure_are_not_marked(statement_index) -> None:
    plain = qa.open_bot(statement_index, reader=False)
    unsure = Bot(plain.index, reader=Lexicographer("2006", certainty=0.4)).ask(QUESTION)
    assert unsure.citations[0].answer is None
    nowhere = Bot(plain.index, reader=Lexicographer("Zanzibar")).ask(QUESTION)
    assert all(citation.answer is None for citation in nowhere.citations)


def test_a_question_in_another_language_is_not_read(statement_index) -> None:
    reader = Lexicographer("2006")
    bot = Bot(qa.open_bot(statement_index, reader=False).index, reader=reader)
    bot.ask("Когда была принята Глобальная контртеррористическая стратегия ООН?")
    assert reader.given == []
