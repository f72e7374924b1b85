"""The command that trains the reader, with the real encoder and a handful of made-up questions."""

from __future__ import annotations

import json
import lzma
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from qa.encoding.sentence_transformers import SentenceEncoder
from qa.reading.network import ReaderNetwork
from qa.reading.trained_reader import CARD, WEIGHTS
from training.reader import __main__ as command
from training.reader.data import SHARES, batches, examples, read_rows, sample, targets
from training.reader.measure import measure

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
    return ReaderNetwork(encoder.transformer.float().eval())


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
    card = json.loads((to / CARD).read_text())
    assert set(card["data"]) == {"passages.jsonl.xz", "train.jsonl.xz", "valid.jsonl.xz"}
    return [*card["history"], card["held-out"]]


def test_targets_are_the_words_of_the_answer(encoder: SentenceEncoder, data: Path) -> None:
    [first, *_] = batches(list(examples(encoder.tokenizer, read_rows(data, "train")[:2], 128)), 512, seed=1)
    wanted = targets(first)
    for row, one in enumerate(first):
        assert wanted["answers"][row] == one.row["label"]
        if not one.answers:
            assert not wanted["start"][row].any()
            continue
        [start], [end] = np.flatnonzero(wanted["start"][row]), np.flatnonzero(wanted["end"][row])
        said = one.row["text"][one.window.spans[start, 0] : one.window.spans[end, 1]]
        assert said == "Ms. Hartleyson"


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
    assert (tmp_path / "run" / WEIGHTS).stat().st_size < 4_000_000
    assert np.array_equal(SentenceEncoder().encode_query("Who is the mayor?").vector, before)

    fresh = ReaderNetwork(encoder.transformer.float().eval())
    fresh.load_state_dict({name: value.float() for name, value in load_file(tmp_path / "run" / WEIGHTS).items()})
    valid = list(examples(encoder.tokenizer, read_rows(data, "valid"), 128))
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
