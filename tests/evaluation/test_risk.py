"""Risk, coverage and calibration: values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from qa.evaluation.risk import auroc, calibration_error, reliability, risk_at, risk_coverage


def test_auroc_by_hand():
    """Of the four pairs two are right, one is tied and one wrong."""
    assert auroc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, False, True, False])) == pytest.approx(3.5 / 4)


def test_calibration_error_by_hand():
    """Two answers at 0.9 of which one is right, two at 0.1 of which none is: (0.4 + 0.1) / 2."""
    error = calibration_error(np.array([0.9, 0.9, 0.1, 0.1]), np.array([True, False, False, False]))
    assert error == pytest.approx(0.25)


def test_risk_by_hand():
    """Most confident right, the next wrong, the last right: risks 0, 1/2, 1/3; at coverage .5 two answers count."""
    risks = risk_coverage(np.array([0.2, 0.9, 0.6]), np.array([True, True, False]))
    assert risks == pytest.approx([0, 1 / 2, 1 / 3])
    assert [risk_at(risks, c) for c in (0.1, 1 / 3, 0.5, 0.9, 1.0)] == pytest.approx([0, 0, 1 / 2, 1 / 3, 1 / 3])


def test_answers_of_equal_confidence_have_no_order():
    """If one of two answers of equal confidence is wrong, each counts as half wrong, in any order."""
    for right in ([True, False], [False, True]):
        assert risk_coverage(np.array([0.7, 0.7]), np.array(right)) == pytest.approx([0.5, 0.5])


def test_reliability_by_hand():
    """Confidence 1 belongs to the last bin; bins without answers are left out."""
    low, high = reliability(np.array([0.05, 0.92, 1.0]), np.array([False, True, False]))
    assert (low.low, low.high, low.count, low.confidence, low.right) == (0, 0.1, 1, 0.05, 0)
    assert (high.low, high.high, high.count, high.right) == (0.9, 1, 2, 0.5)
    assert high.confidence == pytest.approx(0.96)
