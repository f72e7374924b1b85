"""Measures of ranking and refusal, and the comparison of runs: values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from made_sets import outcome

from qa.evaluation.metrics import compare, measure, refusal


def test_measures_by_hand():
    """First at rank 2 of 3: nDCG@10 = 1/log2(3), RR = 1/2; a query missing from the run scores 0."""
    values = measure({"a": {"x": 1}, "b": {"y": 1}}, {"a": {"w": 3, "x": 2, "v": 1}})
    assert values["a"]["nDCG@10"] == pytest.approx(1 / np.log2(3))
    assert (values["a"]["RR@10"], values["a"]["Success@1"], values["a"]["Success@5"], values["a"]["R@10"]) == (
        0.5,
        0,
        1,
        1,
    )
    assert values["b"] == dict.fromkeys(values["a"], 0)


def test_refusal_by_hand():
    """Four questions, the third unanswerable, the last refused although answerable."""
    outcomes = [
        outcome(0.9, True, True),
        outcome(0.8, True, False),
        outcome(0.7, True, False, answerable=False),
        outcome(0.1, False, True),
    ]
    assert refusal(outcomes) == pytest.approx(
        {
            "AUROC": 2 / 3,
            "AURC": (0 + 1 / 2 + 2 / 3 + 2 / 4) / 4,
            "risk@0.5": 1 / 2,
            "risk@0.8": 1 / 2,
            "risk@0.9": 1 / 2,
            "risk@1.0": 1 / 2,
            "ECE": (0.1 + 0.8 + 0.7 + 0.9) / 4,
            "coverage": 3 / 4,
            "risk": 2 / 3,
            "precision": 0,
            "recall": 0,
            "recall@0.95": 0,
            "refused_answerable": 1 / 3,
        }
    )


def test_recall_where_95_of_100_are_answered_by_hand():
    """Of twenty answerable questions one may be refused, so the border is the second lowest confidence, 0.11."""
    outcomes = [outcome(number / 100, True, True) for number in range(10, 30)]
    outcomes += [outcome(value, True, False, answerable=False) for value in (0.05, 0.105, 0.11, 0.5)]
    assert refusal(outcomes)["recall@0.95"] == 2 / 4


def test_refusal_is_judged_of_one_kind_of_question_too():
    """With answerable questions only there is risk but no AUROC; with unanswerable ones only there is recall."""
    found = refusal([outcome(0.9, True, True), outcome(0.8, True, False)])
    assert (found["AURC"], found["risk"], found["refused_answerable"]) == (0.25, 0.5, 0)
    assert not found.keys() & {"AUROC", "precision", "recall"}
    found = refusal([outcome(0.9, True, False, answerable=False), outcome(0.1, False, False, answerable=False)])
    assert (found["AURC"], found["precision"], found["recall"]) == (1, 1, 0.5)
    assert not found.keys() & {"AUROC", "refused_answerable"}
    assert refusal([]) is None


def test_comparison_finds_what_is_there_and_nothing_else():
    """Thirty queries that all lose 0.2 are significantly worse; noise around zero is not."""
    worse = compare([0.6] * 30, [0.8] * 30)
    assert worse["difference"] == pytest.approx(-0.2)
    assert worse["p"] < 0.001
    noise = np.random.default_rng(1).normal(0, 0.1, 30)
    assert compare(list(0.5 + noise - noise.mean()), [0.5] * 30)["p"] > 0.9
