"""How well confidence separates right answers from wrong ones: risk against coverage, and calibration, over arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers with a confidence from ``low`` to ``high``: number, mean confidence, and share of right ones."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def risk_coverage(confidence: Floats, right: Flags) -> Floats:
    """Return the share of wrong answers among the 1, 2, … n most confident ones (Geifman and El-Yaniv 2017).

    Answers of equal confidence have no order: each counts as the share of wrong answers among them. The mean of the
    result is the area under the curve, AURC.
    """
    _, level = np.unique(-confidence, return_inverse=True)
    wrong = np.bincount(level, weights=~right) / np.bincount(level)
    risks: Floats = np.cumsum(wrong[np.sort(level)]) / np.arange(1, len(level) + 1)
    return risks


def risk_at(risks: Floats, coverage: float) -> float:
    """Return the risk if at least the share ``coverage`` of the questions is answered, the most confident first."""
    return float(risks[max(1, math.ceil(coverage * len(risks) - 1e-9)) - 1])


def reliability(confidence: Floats, right: Flags, bins: int = 10) -> list[Bin]:
    """Return the non-empty bins of equal width, lowest first."""
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        Bin(
            b / bins,
            (b + 1) / bins,
            int(members.sum()),
            float(confidence[members].mean()),
            float(right[members].mean()),
        )
        for b in range(bins)
        if (members := number == b).any()
    ]


def calibration_error(confidence: Floats, right: Flags, bins: int = 10) -> float:
    """Return the expected calibration error: by bin, the mean distance of confidence from the share right."""
    filled = reliability(confidence, right, bins)
    return float(sum(b.count * abs(b.confidence - b.right) for b in filled) / len(confidence))


def auroc(scores: Floats, positive: Flags) -> float:
    """Return the probability that a positive scores above a negative; a tie counts half (Mann and Whitney 1947)."""
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    above = float(ranks[positive].sum()) - positive.sum() * (positive.sum() + 1) / 2
    return float(above / (positive.sum() * (~positive).sum())) if len(values) else float("nan")
