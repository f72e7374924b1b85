"""Is this an answer? A probability from what speaks for the first hit, calibrated on questions with known answers.

The weights stand in ``calibration.json``, for hits that were read and for those that were not;
``benchmarks/calibrate.py`` fits them, by logistic regression (Platt 1999), to the evidence of questions whose first hit
is known to be right or wrong, which lies beside it.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from qa.retrieval.retriever import Signals

if TYPE_CHECKING:
    from collections.abc import Mapping


FEATURES = (*(field.name for field in fields(Signals)), "premises")
"""What the confidence is made of: the signals of the first hit, and 1 where the question has an unmet premise."""
READ_FEATURES = ("answers",)
"""Those that are there only where the hit was read."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of the evidence by feature, and the probability from which an answer is given."""

    weights: Mapping[str, float]
    bias: float
    threshold: float

    def probability(self, signals: Signals, *, premises: bool) -> float:
        """Return the probability that the first hit answers the question; ``premises`` where one is unmet."""
        values = {**asdict(signals), "premises": float(premises)}
        score = self.bias + sum(weight * values[feature] for feature, weight in self.weights.items() if weight)
        return 1 / (1 + math.exp(-score))


@cache
def shipped_calibration(*, read: bool) -> Calibration:
    """Return the calibration that ships with the package: of hits that were ``read``, or of those that were not."""
    kinds = json.loads(files("qa.answering").joinpath("calibration.json").read_text("utf-8"))
    values = kinds["read" if read else "unread"]
    return Calibration(
        weights={feature: float(values["weights"].get(feature, 0.0)) for feature in FEATURES},
        bias=float(values["bias"]),
        threshold=float(values["threshold"]),
    )
