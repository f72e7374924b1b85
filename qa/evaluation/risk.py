"""Does confidence tell right answers from wrong ones? Risk against coverage, and calibration, over plain arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies from ``low`` to ``high``: how many, their mean confidence, the share right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def risk_coverage(confidence: Floats, right: Flags) -> Floats:
    """Return the share of wrong answers among the 1, 2, … n most confident ones (Geifman and El-Yaniv 2017).

    Answers of equal confidence have no order: each of them counts as the share that is wrong among them. The mean of
    all is the area under the curve, AURC.
    """
    _, level = np.unique(-confidence, return_inverse=True)
    wrong = np.bincount(level, weights=~right) / np.bincount(level)
    risks: Floats = np.cumsum(wrong[np.sort(level)]) / np.arange(1, len(level) + 1)
    return risks


def risk_at(risks: Floats, coverage: float) -> float:
    """Return the risk when at least the share ``coverage`` of the questions is answered, the most confident first."""
    return float(risks[max(1, math.ceil(coverage * len(risks) - 1e-9)) - 1])


def reliability(confidence: Floats, right: Flags, bins: int = 10) -> list[Bin]:
    """Return the bins of equal width that are not empty, lowest first."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        Bin(b / bins, (b + 1) / bins, int(own.sum()), float(confidence[own].mean()), float(right[own].mean()))
        for b in range(bins)
        if (own := place == b).any()
    ]


def calibration_error(confidence: Floats, right: Flags, bins: int = 10) -> float:
    """Return the expected calibration error: the mean distance of confidence from the share right, over the bins."""
    found = reliability(confidence, right, bins)
    return float(sum(own.count * abs(own.confidence - own.right) for own in found) / len(confidence))


def auroc(scores: Floats, positive: Flags) -> float:
    """Return the chance that a positive scores above a negative, ties counted half (Mann and Whitney 1947)."""
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    above = float(ranks[positive].sum()) - positive.sum() * (positive.sum() + 1) / 2
    return float(above / (positive.sum() * (~positive).sum())) if len(values) else float("nan")
