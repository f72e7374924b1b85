"""Late interaction: how well each word of a query meets the words of a passage (ColBERT's MaxSim, Khattab and
Zaharia 2020), with token vectors that were stored when the passage was indexed.

A token vector is kept as int8, direction only: a cosine needs no length. On disk that is ``dim`` bytes a token, about
57 kB for a passage of 150 word pieces; in exchange a candidate costs a matrix product instead of a pass through the
model.
"""  # noqa: D205

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from qa.protocols import Spans, Vectors

    Int8 = npt.NDArray[np.int8]
    Int = npt.NDArray[np.int64]

_LEVELS = 127.0


def quantise(vectors: Vectors) -> Int8:
    """Return unit rows ``(tokens, dim)`` as int8, each row scaled by its own largest component."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    levels: Int8 = np.rint(vectors * (_LEVELS / largest)).astype(np.int8)
    return levels


class TokenWriter:
    """Writes the token vectors of passages in the order of their rows."""

    def __init__(self, folder: Path, dim: int) -> None:
        self._vectors = (folder / "tokens.i8").open("wb")
        self._lengths = (folder / "token_lengths.f32").open("wb")
        self._spans = (folder / "token_spans.i32").open("wb")
        self._offsets = [0]
        self._folder = folder
        self._dim = dim

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._vectors.close()
        self._lengths.close()
        self._spans.close()
        np.save(self._folder / "token_offsets.npy", np.array(self._offsets, dtype=np.int64))

    def add(self, vectors: Int8, spans: Spans) -> None:
        """Add one passage: ``(tokens, dim)`` as ``quantise`` returns them, and their spans in the encoded text."""
        if vectors.shape != (len(spans), self._dim):
            raise ValueError(f"{vectors.shape} vectors for {len(spans)} spans of {self._dim} dimensions")
        self._vectors.write(np.ascontiguousarray(vectors).tobytes())
        lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
        self._lengths.write(np.maximum(lengths, 1).astype(np.float32).tobytes())
        self._spans.write(np.ascontiguousarray(spans, dtype=np.int32).tobytes())
        self._offsets.append(self._offsets[-1] + len(spans))


class TokenStore:
    """Reads them back by row, from the disk's cache; ``offsets`` int64 ``(rows + 1,)`` are where each begins."""

    def __init__(self, folder: Path, dim: int) -> None:
        self.offsets = np.load(folder / "token_offsets.npy", allow_pickle=False)
        count = int(self.offsets[-1])
        self._vectors: Int8 = _mapped(folder / "tokens.i8", np.int8, (count, dim))
        self._lengths: Vectors = _mapped(folder / "token_lengths.f32", np.float32, (count,))
        self._spans: Spans = _mapped(folder / "token_spans.i32", np.int32, (count, 2))

    def stored(self, row: int) -> tuple[Int8, Spans]:
        """Return a passage's vectors as stored and their spans in its encoded text."""
        start, end = self.offsets[row], self.offsets[row + 1]
        return self._vectors[start:end], self._spans[start:end]

    def cosines(self, rows: Sequence[int], query: Vectors) -> Vectors:
        """Return the cosines of all tokens of some passages with the query's, ``(tokens, query tokens)``."""
        places = [slice(self.offsets[row], self.offsets[row + 1]) for row in rows]
        vectors = np.concatenate([self._vectors[place] for place in places]).astype(np.float32)
        lengths = np.concatenate([self._lengths[place] for place in places])
        return np.asarray((vectors @ query.T) / lengths[:, None])


def _mapped(path: Path, kind: type, shape: tuple[int, ...]) -> npt.NDArray:  # type: ignore[type-arg]
    """Map a file into memory, as a plain array; an empty file cannot be mapped."""
    if not shape[0]:
        return np.empty(shape, dtype=kind)
    return np.asarray(np.memmap(path, dtype=kind, mode="r", shape=shape))


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a query meets one passage.

    ``best`` is float32 ``(query tokens, 1 + sentences)``: each query token's best cosine with any token of the
    passage's context (column 0) and of each of its sentences. Every score is a mean over the query's tokens by their
    ``weights``, which sum to 1. ``nearest`` is int64 ``(query tokens,)``: the place among the passage's tokens of the
    one that each meets best.
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
        """Return MaxSim over each sentence without the context, for telling the sentences of one passage apart."""
        return np.asarray(weights @ self.best[:, 1:])


def align(query: Vectors, store: TokenStore, rows: Sequence[int], borders: Sequence[Sequence[int]]) -> list[Alignment]:
    """Meet the query's tokens ``(tokens, dim)``, unit rows, with those of some passages.

    ``borders`` are, for each passage, the positions in its encoded text at which its sentences begin; what stands
    before the first is its context.
    """
    cosines = store.cosines(rows, query)
    starts: list[Int] = []
    total = 0
    for row, places in zip(rows, borders, strict=True):
        spans = store.stored(row)[1]
        starts.append(total + np.concatenate(([0], np.searchsorted(spans[:, 0], np.asarray(places)))))
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
