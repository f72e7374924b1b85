"""The confidence of an answer."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from benchmarks.calibrate import CALIBRATION, confidence_of, fit, read, weighed_error
from qa.confidence import WEIGHED, Calibration, Evidence, shipped_calibration
from qa.evaluation import auroc

EVIDENCE = Evidence(sentence=0.5, gist=0.125, weakest=0.25, margin=0, premises=0, lacking=0, conversation=0)


def test_probability_by_hand():
    """A logistic function of the weighted evidence: 2·0.5 + 4·0.25 + 8·0.125 - 3 = 0 is a half."""
    weights = dict.fromkeys(WEIGHED, 0.0) | {"sentence": 2, "weakest": 4, "gist": 8}
    calibration = Calibration(weights, bias=-3, lacking=0.25, threshold=0.5)
    assert calibration.probability(EVIDENCE) == pytest.approx(0.5)
    assert calibration.probability(replace(EVIDENCE, sentence=1)) == pytest.approx(1 / (1 + math.exp(-1)))


def test_what_lacks_the_kind_asked_for_is_no_more_than_the_share_that_was_right():
    """However near the passage is; one that is far from the question stays where it is."""
    weights = dict.fromkeys(WEIGHED, 0.0) | {"sentence": 2}
    calibration = Calibration(weights, bias=0, lacking=0.25, threshold=0.5)
    assert calibration.probability(replace(EVIDENCE, lacking=1)) == 0.25
    far = replace(EVIDENCE, sentence=-1)
    assert calibration.probability(replace(far, lacking=1)) == calibration.probability(far) < 0.25


def test_the_shipped_calibration_is_that_of_its_data():
    """Fitting anew to the evidence that ships gives the numbers that ship."""
    shipped = json.loads(CALIBRATION.read_text())
    weights, bias, lacking = fit(read())
    assert lacking == pytest.approx(shipped["lacking"], abs=1e-3)
    assert dict(zip(WEIGHED, weights, strict=True)) == pytest.approx(shipped["weights"], abs=2e-2)
    assert bias == pytest.approx(shipped["bias"], abs=2e-2)
    assert 0 < shipped_calibration().threshold < 0.5


def test_the_unseen_half_meets_the_goals():
    """AUROC of 0.985 with half of the documents removed, 0.65 on SQuAD's own unanswerable questions, ECE of 0.05."""
    data = read()
    shipped = shipped_calibration()
    confidence = confidence_of(data, [shipped.weights[name] for name in WEIGHED], shipped.bias, shipped.lacking)
    for part, goal in (("squad absent", 0.985), ("clapnq absent", 0.985), ("squad own", 0.65)):
        held = ~data.fitting & (data.parts == part)
        assert auroc(confidence[held], data.answerable[held]) >= goal, part
    assert weighed_error(data, confidence) <= 0.05
