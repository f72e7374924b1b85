"""How near a query comes to a single sentence: one vector a sentence, encoded by itself under its passage's context.

A passage's own vector is the mean of all it says, and MaxSim meets word with word; a sentence that says what is asked
in other words is nearest as a whole (Reimers and Gurevych 2019).
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from qa.protocols import Vectors

_VECTORS = "sentences.npy"
_OFFSETS = "sentence_offsets.npy"


class SentenceWriter:
    """Writes the vectors of sentences by passage, in the order of their rows; ``counts`` are the sentences of each.

    Vectors are kept as float16, which moves a cosine by less than 0.001.
    """

    def __init__(self, folder: Path, dim: int, counts: Sequence[int]) -> None:
        self._offsets = np.array([0, *accumulate(counts)], dtype=np.int64)
        np.save(folder / _OFFSETS, self._offsets)
        shape = (int(self._offsets[-1]), dim)
        self._vectors = np.lib.format.open_memmap(folder / _VECTORS, mode="w+", dtype=np.float16, shape=shape)

    def put(self, row: int, vectors: Vectors) -> None:
        """Write the vectors ``(sentences, dim)`` of one passage."""
        self._vectors[self._offsets[row] : self._offsets[row + 1]] = vectors

    def flush(self) -> None:
        """Hand everything to the file."""
        self._vectors.flush()


class SentenceStore:
    """Reads them back by row, from the disk's cache."""

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Say whether a folder holds such vectors; indexes of earlier versions do not."""
        return (folder / _VECTORS).is_file()

    def __init__(self, folder: Path) -> None:
        self._offsets = np.load(folder / _OFFSETS, allow_pickle=False)
        self._vectors = np.load(folder / _VECTORS, mmap_mode="r", allow_pickle=False)

    def stored(self, row: int) -> Vectors:
        """Return the vectors of a passage's sentences, float32 ``(sentences, dim)``."""
        return np.asarray(self._vectors[self._offsets[row] : self._offsets[row + 1]], dtype=np.float32)

    def nearest(self, rows: Sequence[int], query: Vectors) -> Vectors:
        """Return the cosine of a query's vector ``(dim,)`` with the nearest sentence of each row, ``(rows,)``."""
        return np.fromiter(((self.stored(row) @ query).max() for row in rows), dtype=np.float32, count=len(rows))
