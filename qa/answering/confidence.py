"""Is this an answer? A probability from what speaks for the first hit, calibrated on questions with known answers.

The weights stand in ``calibration.json``; ``benchmarks/calibrate.py`` fits them, by logistic regression (Platt 1999),
to the evidence of questions whose first hit is known to be right or wrong, which lies beside it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against the first hit being an answer.

    ``sentence`` is MaxSim over its best sentence, ``gist`` the cosine of the query as a whole with its nearest
    sentence, ``weakest`` how well the worst met word of the query is met, each about 0 to 1. ``margin`` is the score
    less that of the next hit. ``premises`` is 1 where the passage contradicts or lacks something the query takes for
    granted, else 0. ``conversation`` is what the conversation gave to the score, as far as it bears on the question.
    """

    sentence: float
    gist: float
    weakest: float
    margin: float
    premises: float
    conversation: float


FEATURES = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of the evidence by feature, and the probability from which an answer is given."""

    weights: Mapping[str, float]
    bias: float
    threshold: float

    def probability(self, evidence: Evidence) -> float:
        """Return the probability that the first hit answers the question."""
        score = self.bias + sum(weight * getattr(evidence, feature) for feature, weight in self.weights.items())
        return 1 / (1 + math.exp(-score))


@cache
def shipped_calibration() -> Calibration:
    """Return the calibration that ships with the package."""
    values = json.loads(files("qa.answering").joinpath("calibration.json").read_text("utf-8"))
    return Calibration(
        weights={feature: float(values["weights"][feature]) for feature in FEATURES},
        bias=float(values["bias"]),
        threshold=float(values["threshold"]),
    )
