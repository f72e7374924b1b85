"""Unit vectors in few bytes: what is stored of each token and each sentence of a passage.

``Projected`` is transform coding (Goyal 2001): the vectors are turned to their principal axes, the axes that say most
are kept, and a number on each is one of a few levels, more levels where the axis says more. The axes of an encoder are
learned once from public texts, by ``python -m benchmarks.token_vectors --learn DIR``, and are looked for in ``axes/``
beside this module: so two builds agree, and an index of twenty passages is as good as one of a million. The vectors of
an encoder without axes are kept by ``Levels``, which needs nothing learned. What was measured stands in
``docs/performance.md``.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from qa.errors import IndexMismatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from qa.protocols import Codes, Encoder, Quantisation, Vectors

_AXES: Final = Path(__file__).parent / "axes"
_TINY: Final = 1e-12


class Levels:
    """Each component as one of ``2 ** bits - 1`` levels of the row's largest, which the unit length gives back."""

    def __init__(self, dim: int, bits: int = 8) -> None:
        self.name = f"int{bits}"
        self._dim, self._bits = dim, bits
        self._most = (1 << bits - 1) - 1
        self.bytes = -(-dim * bits // 8)

    def pack(self, vectors: Vectors) -> Codes:
        """Return the codes, uint8 ``(rows, bytes)``, of some vectors ``(rows, dim)``."""
        largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0), _TINY)
        levels = np.rint(vectors * (self._most / largest)).astype(np.int16) + self._most
        return _packed(np.pad(levels.astype(np.uint8), ((0, 0), (0, -self._dim % (8 // self._bits)))), self._bits)

    def unpack(self, codes: Codes) -> Vectors:
        """Return the unit vectors, float32 ``(rows, dim)``."""
        levels = _unpacked(codes, self._bits)[:, : self._dim] - self._most
        return np.asarray(levels / _lengths(levels)[:, None])

    def cosines(self, query: Vectors, codes: Codes) -> Vectors:
        """Return the cosines of the vectors with those of a query, float32 ``(rows, query rows)``."""
        levels = _unpacked(codes, self._bits)[:, : self._dim] - self._most
        return np.asarray((levels @ query.T) / _lengths(levels)[:, None])


class Projected:
    """Numbers on the first principal axes, ``(dim, axes)``; ``groups`` says how many axes have how many bits.

    A number is the middle of one of ``2 ** bits`` steps around zero; ``steps`` ``(axes,)`` are their widths. What is
    lost makes a high cosine smaller and a low one larger, so ``line`` is its regression, slope and offset: the cosine
    that is most likely with the vector itself.
    """

    def __init__(
        self,
        axes: npt.NDArray[np.float16],
        steps: Vectors,
        groups: Sequence[tuple[int, int]],
        line: tuple[float, float] = (1.0, 0.0),
    ) -> None:
        self._groups = [(int(count), int(bits)) for count, bits in groups]
        self._slope, self._offset = map(np.float32, line)
        parts = (axes.tobytes(), steps.tobytes(), repr((self._groups, line)).encode())
        self.name = f"principal axes {hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"
        self.bytes = sum(count * bits for count, bits in self._groups) // 8
        self._axes, self._steps = axes.astype(np.float32), steps.astype(np.float32)
        levels = [np.full(count, 1 << bits, dtype=np.float32) for count, bits in self._groups]
        self._levels = np.concatenate(levels)
        self._middle = (self._levels - 1) / 2

    def pack(self, vectors: Vectors) -> Codes:
        """Return the codes, uint8 ``(rows, bytes)``, of some vectors ``(rows, dim)``."""
        places = np.floor((vectors @ self._axes) / self._steps + self._levels / 2)
        levels = np.clip(places, 0, self._levels - 1).astype(np.uint8)
        groups = np.split(levels, np.cumsum([count for count, _ in self._groups])[:-1], axis=1)
        packed = [_packed(own, bits) for own, (_, bits) in zip(groups, self._groups, strict=True)]
        return np.concatenate(packed, axis=1)

    def unpack(self, codes: Codes) -> Vectors:
        """Return the unit vectors, float32 ``(rows, dim)``."""
        numbers = self._numbers(codes)
        return np.asarray((numbers / _lengths(numbers)[:, None]) @ self._axes.T)

    def cosines(self, query: Vectors, codes: Codes) -> Vectors:
        """Return the cosines of the vectors with those of a query, float32 ``(rows, query rows)``."""
        numbers = self._numbers(codes)
        cosines = (numbers @ (query @ self._axes).T) / _lengths(numbers)[:, None]
        return np.asarray(np.minimum(self._slope * cosines + self._offset, 1))

    def _numbers(self, codes: Codes) -> Vectors:
        """Return the numbers on the axes, float32 ``(rows, axes)``."""
        ends = np.cumsum([count * bits // 8 for count, bits in self._groups])[:-1]
        numbers = np.empty((len(codes), len(self._steps)), dtype=np.float32)
        first = 0
        for own, (count, bits) in zip(np.split(codes, ends, axis=1), self._groups, strict=True):
            _unpacked(own, bits, numbers[:, first : first + count])
            first += count
        numbers -= self._middle
        numbers *= self._steps
        return numbers


def quantisation_of(encoder: Encoder) -> Quantisation:
    """Return how the token vectors of an encoder are kept."""
    path = _AXES / f"{encoder.fingerprint[:16]}.npz"
    return _projected(path) if path.is_file() else Levels(encoder.dim)


def quantisation_named(name: str, dim: int) -> Quantisation:
    """Return a quantisation by its name. Raises ``IndexMismatch`` if this version has none of that name."""
    every: list[Quantisation] = [Levels(dim), *(_projected(path) for path in sorted(_AXES.glob("*.npz")))]
    for known in every:
        if known.name == name:
            return known
    raise IndexMismatch(f"token vectors are kept by “{name}”, which this version does not know; run qa index again")


@lru_cache
def _projected(path: Path) -> Projected:
    with np.load(path, allow_pickle=False) as file:
        groups = [(int(count), int(bits)) for count, bits in file["groups"]]
        slope, offset = file["line"].tolist()
        return Projected(file["axes"], file["steps"], groups, (slope, offset))


def _packed(levels: Codes, bits: int) -> Codes:
    """Put ``8 / bits`` levels into each byte: the first byte holds the first of each part of the row."""
    parts = np.split(levels, 8 // bits, axis=1)
    packed = np.zeros_like(parts[0])
    for place, part in enumerate(parts):
        packed |= part << np.uint8(place * bits)
    return packed


def _unpacked(codes: Codes, bits: int, into: Vectors | None = None) -> Vectors:
    """Return the levels in the bytes as float32 ``(rows, levels)``."""
    width, mask = codes.shape[1], np.uint8((1 << bits) - 1)
    levels = np.empty((len(codes), width * 8 // bits), dtype=np.float32) if into is None else into
    for place in range(8 // bits):
        levels[:, place * width : (place + 1) * width] = (codes >> np.uint8(place * bits)) & mask
    return levels


def _lengths(rows: Vectors) -> Vectors:
    return np.asarray(np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), np.float32(_TINY)))
