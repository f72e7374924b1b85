"""Several rankings to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.protocols import Ranking


def convex_combination(rankings: Mapping[str, Ranking], weights: Mapping[str, float]) -> Ranking:
    """Fuse by the weighted sum of scores, each list's brought to [0, 1] by its own best and worst (Bruch et al. 2023).

    A row that a list lacks gets 0 from it. Best first; rows of equal score stand in ascending order.
    """
    fused: dict[int, float] = {}
    for name, ranking in rankings.items():
        for row, score in normalised(ranking):
            fused[row] = fused.get(row, 0.0) + weights[name] * score
    return sorted(fused.items(), key=lambda pair: (-pair[1], pair[0]))


def normalised(ranking: Ranking) -> Ranking:
    """Bring a list's scores to [0, 1]; a list of one, or of equals, gets 1."""
    if not ranking:
        return []
    scores = [score for _, score in ranking]
    low, high = min(scores), max(scores)
    return [(row, (score - low) / (high - low) if high > low else 1.0) for row, score in ranking]
