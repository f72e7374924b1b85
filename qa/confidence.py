"""Is this an answer? A probability from what speaks for the first hit, calibrated on questions with known answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.analyser import analyse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.types import Passage


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first hit: its MaxSim, its cosine, and the share of the question's rarity it holds."""

    interaction: float
    cosine: float
    coverage: float


def coverage(rarities: Mapping[str, float], passage: Passage) -> float:
    """Return the share of the question's terms, weighted by rarity, that the passage or its context holds."""
    held = {term.term for term in analyse(f"{passage.context}\n{passage.text}")}
    total = sum(rarities.values())
    return sum(rarity for term, rarity in rarities.items() if term in held) / total if total else 0.0


def probability(evidence: Evidence) -> float:
    """Return the probability that the first hit answers the question."""
    score = -12.0 + 14.0 * evidence.interaction + 3.0 * evidence.cosine + 3.0 * evidence.coverage
    return 1 / (1 + math.exp(-score))
