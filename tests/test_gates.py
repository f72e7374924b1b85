"""The gates: no ranking that is significantly worse than the recorded one, and no first answer that gets lost.

The recorded ranks are where the ranking stood, not where it should stand: a gate notices a regression and no more.
After a change for the better run ``python -m benchmarks.gates --write`` and commit what it records.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import replace

import pytest

from benchmarks import gates
from qa.evaluation.runs import DEPTH

NAMES = sorted(path.stem for path in gates.GATES.glob("*.jsonl"))


@pytest.fixture(scope="module")
def slices(tmp_path_factory, encoder):
    return gates.Slices(tmp_path_factory.mktemp("gates"), encoder)


@pytest.mark.gates
@pytest.mark.parametrize("name", NAMES)
def test_the_ranking_is_no_worse_than_recorded(name, slices):
    """Asked again, the slice's reciprocal ranks are not significantly worse, and no first answer falls beyond ten."""
    if reason := gates.missing(name):
        pytest.skip(reason)
    gate = gates.read_gate(name)
    bot = slices.open(gate)
    questions = gates.questions_of(gate, bot)
    verdict = gates.verdict(gate.ranks, gates.ranks(bot, questions))
    table = verdict.table({query.id: query.text for query in questions.queries})
    assert not verdict.worse, f"{name} got worse\n{table}"
    if verdict.changed:
        hint = f"{verdict.rises} rose; if that is meant: python -m benchmarks.gates {name} --write"
        warnings.warn(f"{name}: {hint}\n{table}", stacklevel=1)


@pytest.fixture(scope="module")
def answers(slices):
    """The gate on the statement as users ask, its bot and questions, and the answers by query."""
    gate = gates.read_gate("statement-users")
    bot = slices.open(gate)
    questions = gates.questions_of(gate, bot)
    return gate, bot, questions, {query.id: bot.ask(query.text, k=DEPTH) for query in questions.queries}


@pytest.mark.gates
def test_a_sabotaged_ranking_is_caught(answers):
    """A bot that gives its citations in reverse shuts the gate, by the test of significance and by what fell."""
    gate, bot, questions, asked = answers
    backwards = {name: replace(answer, citations=answer.citations[::-1]) for name, answer in asked.items()}
    verdict = gates.verdict(gate.ranks, gates.ranks(bot, questions, lambda query: backwards[query.id]))
    assert verdict.worse
    assert verdict.p < 0.001
    assert len(verdict.fallen) > len(gate.ranks) / 2


@pytest.mark.gates
def test_a_slightly_sabotaged_ranking_is_caught(answers):
    """Every fourth answer with its first two citations swapped is a significant loss, though none is lost."""
    _, bot, questions, asked = answers
    swapped = dict(asked)
    for query in questions.queries[::4]:
        first, second, *rest = asked[query.id].citations
        swapped[query.id] = replace(asked[query.id], citations=(second, first, *rest))
    now = gates.ranks(bot, questions, lambda query: asked[query.id])
    verdict = gates.verdict(now, gates.ranks(bot, questions, lambda query: swapped[query.id]))
    assert verdict.worse
    assert not verdict.fallen


def test_verdicts_by_hand():
    """Six of a hundred from first to second are significant (p = 2/64), five are not (2/32); one that vanishes is."""
    first = {f"q{number}": 1 for number in range(100)}
    five = gates.verdict(first, first | {f"q{number}": 2 for number in range(5)})
    six = gates.verdict(first, first | {f"q{number}": 2 for number in range(6)})
    assert (five.worse, six.worse, five.rises) == (False, True, 0)
    assert (five.difference, six.difference) == pytest.approx((-0.025, -0.03))
    assert [gates.verdict(first, first | {"q0": rank}).worse for rank in (10, 11, None)] == [False, True, True]
    better = gates.verdict(dict.fromkeys(first, 2), first)
    assert (better.worse, better.rises) == (False, 100)
    assert gates.verdict({"a": None, "b": 3}, {"a": 4, "b": None}).changed == (("b", 3, None), ("a", None, 4))


def test_changes_are_told_query_by_query():
    """The table has the largest loss first and says which query fell."""
    verdict = gates.verdict({"a": 1, "b": 2, "c": None}, {"a": None, "b": 1, "c": None})
    assert verdict.table({"a": "Who?", "b": "When?"}).splitlines()[1:] == [
        "recorded  now  query",
        "       1    -  a  Who? FELL",
        "       2    1  b  When?",
    ]


def test_only_the_same_queries_are_compared():
    """A query that is not asked, or not recorded, is an error and no change."""
    with pytest.raises(ValueError, match="not the same queries"):
        gates.verdict({"a": 1}, {"b": 1})


@pytest.mark.parametrize("name", NAMES)
def test_gates_hold_ids_and_ranks_only(name):
    """No text of any set is in the repository: a line names documents, or a query and a rank from 1."""
    head, *lines = [json.loads(line) for line in (gates.GATES / f"{name}.jsonl").read_text("utf-8").splitlines()]
    assert head.keys() == {"documents"}
    assert len(lines) >= 15
    assert all(line.keys() == {"query", "rank"} for line in lines)
    assert all(line["rank"] is None or 1 <= line["rank"] <= DEPTH for line in lines)


def test_every_set_has_a_gate():
    """A set without one would be lost from sight."""
    assert sorted(gates.SOURCES) == NAMES
