"""The command that trains the reader, with the real encoder and a handful of made-up questions."""

from __future__ import annotations

import json
import lzma
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from qa.encoding.sentence_transformers import SentenceEncoder
from training.reader import __main__ as command
from training.reader.data import SHARES, batches, examples, read_rows, sample, targets
from training.reader.measure import best_span, measure
from training.reader.network import ReaderNetwork
from training.reader.pairs import collate, windows

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

TOWNS = ["Arden", "Belford", "Corwen", "Dunmore", "Elstow", "Fairlie", "Gorley", "Hartley"]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


@pytest.fixture(scope="module")
def network(encoder: SentenceEncoder) -> ReaderNetwork:
    torch.manual_seed(1)
    return ReaderNetwork(encoder._model[0].auto_model.float().eval())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Eight towns with their mayors: who is it, and what nobody says."""
    passages, rows = [], []
    for number, town in enumerate(TOWNS):
        mayor = f"Ms. {TOWNS[-1 - number]}son"
        text = f"The town of {town} lies by the sea. Its mayor is {mayor}, who took office in May. Ships call there."
        passages.append({"title": town, "text": text})
        start = text.index(mayor)
        shared = {"group": number, "passage": number, "source": "squad2-train"}
        right = {"label": 1, "kind": "pos", "span": "exact", "answers": [[start, start + len(mayor)]]}
        rows.append({**shared, **right, "question": f"Who is the mayor of {town}?"})
        rows.append({**shared, "label": 0, "kind": "un-human", "question": f"Who built the church of {town}?"})
    for name, lines in (("passages", passages), ("train", rows), ("valid", rows)):
        with lzma.open(tmp_path / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
    return tmp_path


def train(data: Path, to: Path, *options: str) -> list[dict[str, float]]:
    given = ["training.reader", str(data), "--to", str(to), "--tokens", "512", "--minutes", "60", *options]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", given)
        patch.setitem(SHARES, ("squad2-train", "un-human"), 1.0)  # type: ignore[misc]
        command.main()
    card = json.loads((to / "reader.json").read_text())
    assert set(card["data"]) == {"passages.jsonl.xz", "train.jsonl.xz", "valid.jsonl.xz"}
    return card["history"]


def test_untrained_it_is_the_encoders_own_network(encoder: SentenceEncoder, network: ReaderNetwork) -> None:
    [(_, window)] = windows(encoder._whole, "Who spoke?", [("Title\n", "The minister spoke of peace.")])
    batch = collate([window])
    arrays = [torch.from_numpy(array) for array in (batch.ids, batch.mask, batch.roles)]
    model = encoder._model[0].auto_model
    with torch.inference_mode():
        own = network.states(*arrays)
        theirs = model(input_ids=arrays[0], attention_mask=arrays[1].long()).last_hidden_state
    assert torch.allclose(own, theirs, atol=1e-4)


def test_a_windows_pieces_stand_where_they_say(encoder: SentenceEncoder) -> None:
    text = "Ünïcode 🌍 words, then plain ones: " + "peace and security " * 200
    cut = [window for _, window in windows(encoder._whole, "What?", [("A title\n", text)], 128)]
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


def test_targets_are_the_words_of_the_answer(encoder: SentenceEncoder, data: Path) -> None:
    [first, *_] = batches(list(examples(encoder._whole, read_rows(data, "train")[:2], 128)), 512, seed=1)
    wanted = targets(first)
    for row, one in enumerate(first):
        assert wanted["answers"][row] == one.row["label"]
        if not one.answers:
            assert not wanted["start"][row].any()
            continue
        [start], [end] = np.flatnonzero(wanted["start"][row]), np.flatnonzero(wanted["end"][row])
        said = one.row["text"][one.window.spans[start, 0] : one.window.spans[end, 1]]
        assert said == "Ms. Hartleyson"


def test_the_best_span_neither_ends_before_it_starts_nor_is_too_long() -> None:
    start, end = torch.tensor([0.0, 5.0, 1.0, 0.0]), torch.tensor([9.0, 0.0, 2.0, 3.0])
    assert best_span(start, end) == (0, 0)
    assert best_span(start[1:], end[1:]) == (0, 2)
    assert best_span(start[1:], end[1:], longest=2) == (0, 1)


def test_a_sample_keeps_the_shares(data: Path) -> None:
    rows = read_rows(data, "train") * 200
    chosen = sample(rows, 1)
    people = sum(row["kind"] == "un-human" for row in chosen)
    assert sum(row["kind"] == "pos" for row in chosen) == 1600
    assert 0.5 < people / 1600 < 0.7


def test_it_learns_and_leaves_the_encoder_as_it_is(data: Path, tmp_path: Path, encoder: SentenceEncoder) -> None:
    before = encoder.encode_query("Who is the mayor?").vector
    [figures] = train(data, tmp_path / "run", "--steps", "50", "--rate", "1e-3")
    assert figures["F1"] > 0.9
    assert figures["AUROC un-human"] > 0.9
    assert (tmp_path / "run" / "reader.safetensors").stat().st_size < 4_000_000
    assert np.array_equal(SentenceEncoder().encode_query("Who is the mayor?").vector, before)

    fresh = ReaderNetwork(encoder._model[0].auto_model.float().eval())
    fresh.load_state_dict(
        {name: value.float() for name, value in load_file(tmp_path / "run/reader.safetensors").items()}
    )
    valid = list(examples(encoder._whole, read_rows(data, "valid"), 128))
    assert measure(fresh, valid, torch.device("cpu"))["F1"] == pytest.approx(figures["F1"], abs=0.01)
    assert np.array_equal(
        encoder.encode_query("Who is the mayor of all?").vector,
        SentenceEncoder().encode_query("Who is the mayor of all?").vector,
    )


def test_an_interrupted_run_goes_on(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "SAVED_EVERY", 0.0)
    learn = command._Run._learn

    def interrupted(run: command._Run, batch: list[object], done: float) -> float:
        if run.step == 5:
            raise KeyboardInterrupt
        return learn(run, batch, done)  # type: ignore[arg-type]

    monkeypatch.setattr(command._Run, "_learn", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path / "run", "--steps", "7")
    taken = []
    monkeypatch.setattr(
        command._Run, "_learn", lambda run, batch, done: taken.append(run.step) or learn(run, batch, done)
    )
    [figures] = train(data, tmp_path / "run", "--steps", "7")
    assert taken == [5, 6]
    assert figures["step"] == 7
