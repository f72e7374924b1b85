"""The confidence of an answer."""

from __future__ import annotations

import json
import math

import pytest

from benchmarks.calibrate import CALIBRATION, fit
from qa.confidence import Calibration, Evidence, shipped_calibration


def test_probability_by_hand():
    """A logistic function of the weighted evidence: 2·0.5 + 4·0.25 + 8·0.125 - 3 = 0 is a half."""
    calibration = Calibration(sentence=2, passage=4, weakest=8, bias=-3, threshold=0.5)
    assert calibration.probability(Evidence(0.5, 0.25, 0.125)) == pytest.approx(0.5)
    assert calibration.probability(Evidence(1, 0.25, 0.125)) == pytest.approx(1 / (1 + math.exp(-1)))


def test_the_shipped_calibration_is_that_of_its_data():
    """Fitting anew to the evidence that ships gives the numbers that ship."""
    assert fit() == pytest.approx(json.loads(CALIBRATION.read_text()), abs=2e-3)
    assert 0.1 < shipped_calibration().threshold < 0.5
