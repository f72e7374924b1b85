"""Is this an answer? A probability from what speaks for the first hit, calibrated on questions with known answers.

The weights stand in ``calibration.json``; ``benchmarks/calibrate.py`` fits them, by logistic regression (Platt 1999),
to the evidence of questions whose first hit is known to be right or wrong, which lies beside it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first hit being an answer: cosines, about 0 to 1.

    ``sentence`` and ``passage`` are MaxSim over its best sentence and over all of it; ``weakest`` is how well the worst
    met word of the question is met.
    """

    sentence: float
    passage: float
    weakest: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of the evidence, and the probability from which an answer is given."""

    sentence: float
    passage: float
    weakest: float
    bias: float
    threshold: float

    def probability(self, evidence: Evidence) -> float:
        """Return the probability that the first hit answers the question."""
        score = (
            self.bias
            + self.sentence * evidence.sentence
            + self.passage * evidence.passage
            + self.weakest * evidence.weakest
        )
        return 1 / (1 + math.exp(-score))


@cache
def shipped_calibration() -> Calibration:
    """Return the calibration that ships with the package."""
    values = json.loads(files("qa").joinpath("calibration.json").read_text("utf-8"))
    return Calibration(**{key: float(values[key]) for key in ("sentence", "passage", "weakest", "bias", "threshold")})
