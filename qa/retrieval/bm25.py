"""BM25 (Robertson and Zaragoza 2009) term by term, over passages that an engine returned.

An engine ranks by BM25 itself. The contribution of each term is computed here, so that it is the same for every engine.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.protocols import TermStatistics

K1 = 1.2
"""How soon more of the same term stops counting."""
B = 0.75
"""How much the length of a passage counts."""


def idf(term: str, statistics: TermStatistics) -> float:
    """Return the inverse document frequency ln(1 + (N - n + 0.5) / (n + 0.5)); never negative."""
    count = statistics.frequencies.get(term, 0)
    return math.log1p((statistics.passages - count + 0.5) / (count + 0.5))


def term_shares(idf: Mapping[str, float], mean_length: float, terms: Sequence[str]) -> dict[str, float]:
    """Return the contribution of each term of a query, as a share of the highest BM25 that its terms could reach.

    ``terms`` are those of a passage, an empty one not counted.
    """
    most = sum(idf.values()) * (K1 + 1)
    length = K1 * (1 - B + B * (len(terms) - 1) / mean_length) if mean_length else 1.0
    shares = {}
    for term, weight in idf.items() if most else ():
        count = terms.count(term)
        shares[term] = weight * (K1 + 1) * count / (count + length) / most
    return shares
