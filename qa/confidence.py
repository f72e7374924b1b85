"""Is this an answer? A probability from what speaks for the first hit, calibrated on questions with known answers.

The weights stand in ``calibration.json``; ``benchmarks/calibrate.py`` fits them, by logistic regression (Platt 1999),
to the evidence of questions whose first hit is known to be right or wrong, which lies beside it. A passage that holds
nothing of the kind asked for is seldom right however near it is: such questions are a bin of their own, with the share
that was right as its probability (histogram binning, Zadrozny and Elkan 2001).
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
    granted, ``lacking`` where it holds nothing of the kind asked for, else 0. ``conversation`` is what the conversation
    gave to the score, as far as it bears on the question.
    """

    sentence: float
    gist: float
    weakest: float
    margin: float
    premises: float
    lacking: float
    conversation: float


FEATURES = tuple(field.name for field in fields(Evidence))
WEIGHED = tuple(name for name in FEATURES if name != "lacking")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of the evidence by feature, and the probability from which an answer is given.

    ``lacking`` is the most that can be if the first hit holds nothing of the kind asked for.
    """

    weights: Mapping[str, float]
    bias: float
    lacking: float
    threshold: float

    def probability(self, evidence: Evidence) -> float:
        """Return the probability that the first hit answers the question."""
        score = self.bias + sum(weight * getattr(evidence, feature) for feature, weight in self.weights.items())
        probability = 1 / (1 + math.exp(-score))
        return min(probability, self.lacking) if evidence.lacking else probability


@cache
def shipped_calibration() -> Calibration:
    """Return the calibration that ships with the package."""
    values = json.loads(files("qa").joinpath("calibration.json").read_text("utf-8"))
    return Calibration(
        weights={feature: float(values["weights"][feature]) for feature in WEIGHED},
        bias=float(values["bias"]),
        lacking=float(values["lacking"]),
        threshold=float(values["threshold"]),
    )
