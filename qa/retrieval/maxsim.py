"""Late interaction: how well each word of a query meets the words of a passage.

ColBERT's MaxSim (Khattab and Zaharia 2020) over token vectors that were stored when the passages were indexed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from qa.protocols import StoredPassage, Vectors
    from qa.types import Passage

    Int = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a query meets one passage.

    ``best`` is float32 ``(query tokens, 1 + sentences)``: each query token's best cosine with any token of the
    passage's context (column 0) and of each of its sentences. Every score is a mean over the query's tokens by their
    ``weights``, which sum to 1. ``nearest`` is int64 ``(query tokens,)``: which of the passage's tokens each one
    meets best.
    """

    best: Vectors
    nearest: Int

    def passage(self, weights: Vectors) -> float:
        """Return MaxSim over the whole passage: each query token may meet a different sentence."""
        return float(weights @ self.best.max(axis=1))

    def in_context(self, weights: Vectors) -> Vectors:
        """Return MaxSim over each sentence together with the context: how well that sentence alone answers."""
        return np.asarray(weights @ np.maximum(self.best[:, 1:], self.best[:, :1]))

    def sentences(self, weights: Vectors) -> Vectors:
        """Return MaxSim over each sentence without the context: it tells the sentences of one passage apart."""
        return np.asarray(weights @ self.best[:, 1:])


def borders(passage: Passage) -> list[int]:
    """Return where in its encoded text each sentence of a passage begins; its context stands before the first."""
    shift = (len(passage.context) + 1 if passage.context else 0) - passage.start
    return [shift + start for start, _ in passage.sentences]


def align(query: Vectors, stored: Sequence[StoredPassage]) -> list[Alignment]:
    """Meet the query's tokens ``(tokens, dim)``, unit rows, with those of some passages."""
    if not stored:
        return []
    cosines = _cosines(query, stored)
    starts: list[Int] = []
    total = 0
    for one in stored:
        spans = one.tokens.spans
        starts.append(total + np.concatenate(([0], np.searchsorted(spans[:, 0], borders(one.passage)))))
        total += len(spans)
    segments = np.concatenate(starts)
    filled = np.diff(np.append(segments, total)) > 0
    best = np.full((len(segments), len(query)), -1.0, dtype=np.float32)
    if filled.any() and len(query):
        best[filled] = np.maximum.reduceat(cosines, segments[filled], axis=0)
    counts = np.cumsum([len(own) for own in starts])[:-1]
    tokens = np.split(cosines, [own[0] for own in starts[1:]])
    nearest = [own.argmax(axis=0) if len(own) else np.zeros(len(query), dtype=np.int64) for own in tokens]
    return [Alignment(own.T, place) for own, place in zip(np.split(best, counts), nearest, strict=True)]


def _cosines(query: Vectors, stored: Sequence[StoredPassage]) -> Vectors:
    """Return the cosines of all tokens of some passages with the query's, ``(tokens, query tokens)``."""
    codes = np.concatenate([one.tokens.codes for one in stored])
    return stored[0].tokens.quantisation.cosines(query, codes)
