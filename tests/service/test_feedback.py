"""Feedback on answers, and the evaluation sets made of it."""

from __future__ import annotations

import json

import pytest
from browser.fake_bot import ADOPTED, FOOTBALL

from qa import cli
from qa.errors import EvaluationError
from qa.service.feedback import FeedbackStore, write_set
from qa.types import Turn


def test_a_word_on_an_answer_stands_until_it_is_taken_back(fake):
    """The same verdict again withdraws it, contradictions exclude each other, and owners do not mix."""
    store, answer = FeedbackStore(), fake.ask(ADOPTED)
    assert store.toggle("ada", answer, (), 1)
    assert store.toggle("ada", answer, (), 2)
    assert store.verdicts("ada", answer, ()) == {1: "right", 2: "right"}
    assert store.verdicts("bob", answer, ()) == {}
    assert not store.toggle("ada", answer, (), 2)
    assert store.toggle("ada", answer, (), None)
    assert store.verdicts("ada", answer, ()) == {None: "no-answer"}
    assert store.toggle("ada", answer, (), 3)
    assert store.toggle("ada", answer, (), 1, right=False)
    assert store.verdicts("ada", answer, ()) == {1: "wrong", 3: "right"}
    assert store.toggle("ada", answer, (), 1)
    assert store.verdicts("ada", answer, ()) == {1: "right", 3: "right"}
    assert store.verdicts("ada", answer, [Turn("user", "before")]) == {}
    with pytest.raises(KeyError):
        store.toggle("ada", answer, (), 99)


@pytest.mark.slow
def test_feedback_becomes_an_evaluation_set_that_runs(bot, statement_index, tmp_path, capsys):
    """Commands list feedback, write a set of it and evaluate it; questions on which readers disagree are left out."""
    store = FeedbackStore(statement_index / "feedback.sqlite")
    right, none, disputed = (bot.ask(q) for q in (ADOPTED, FOOTBALL, "What is a caliphate?"))
    store.toggle("ada", right, [Turn("user", "Hello")], 1)
    store.toggle("bob", right, [Turn("user", "Hello")], 1)
    store.toggle("ada", none, (), None)
    store.toggle("ada", right, [Turn("user", "Hello")], 2, right=False)  # is no evidence
    store.toggle("ada", disputed, (), 1)
    store.toggle("bob", disputed, (), None)
    index = ["--index", str(statement_index)]
    assert cli.main(["feedback", *index]) == 0
    listed = capsys.readouterr().out
    assert f"right      {ADOPTED}" in listed
    assert "para" not in listed.split(FOOTBALL)[1].split("\n")[0]
    assert cli.main(["feedback", *index, "--json"]) == 0
    assert [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()].count("right") == 3
    made = tmp_path / "made"
    assert cli.main(["feedback", *index, "--to", str(made)]) == 1
    said = capsys.readouterr()
    assert "2 questions" in said.out
    assert "readers disagree, so it is left out: What is a caliphate?" in said.err
    assert cli.main(["evaluate", str(made), *index, "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["queries"] == 2
    assert measured["measures"]["Success@1"] == 1
    assert measured["refusal"] is not None


@pytest.mark.slow
def test_a_set_of_unanswerable_questions_alone_runs_too(bot, statement_index, tmp_path, capsys):
    """Feedback that only says "no answer" makes a set that measures refusal."""
    store = FeedbackStore()
    store.toggle("ada", bot.ask(FOOTBALL), (), None)
    assert write_set(store.entries(), tmp_path / "made") == (1, [])
    cli.main(["evaluate", str(tmp_path / "made"), "--index", str(statement_index), "--json"])
    assert json.loads(capsys.readouterr().out)["queries"] == 1


def test_what_cannot_become_a_set_is_said(fake, tmp_path, capsys):
    """Without feedback, or with a folder that holds something else, nothing is written and a sentence says why."""
    (tmp_path / "mine.txt").write_text("mine")
    store = FeedbackStore()
    with pytest.raises(EvaluationError, match="no feedback to make a set of"):
        write_set(store.entries(), tmp_path / "made")
    store.toggle("ada", fake.ask(ADOPTED), (), 1)
    with pytest.raises(EvaluationError, match="holds something else already"):
        write_set(store.entries(), tmp_path)
    assert write_set(store.entries(), tmp_path / "made") == write_set(store.entries(), tmp_path / "made") == (1, [])
    (tmp_path / "index").mkdir()
    assert cli.main(["feedback", "--index", str(tmp_path / "index")]) == 1
    assert "there is no feedback" in capsys.readouterr().err
    (tmp_path / "index" / "feedback.sqlite").write_text("not a database, though long enough to be taken for one")
    assert cli.main(["feedback", "--index", str(tmp_path / "index")]) == 2
    assert "cannot be read as feedback" in capsys.readouterr().err
