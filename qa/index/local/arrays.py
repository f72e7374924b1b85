"""Arrays of rows that belong to passages, in plain files. A passage may have any number of rows.

``NAME.bin`` holds the rows one after the other. ``NAME.offsets.npy``, int64 ``(passages + 1,)``, says at which row each
passage begins.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qa.errors import IndexDamaged

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]

_READ: Final = 1 << 30
"""Bytes of one read: Linux gives at most two gigabytes."""


class RowsWriter:
    """Writes the rows of one passage after the other."""

    def __init__(self, folder: Path, name: str, dtype: npt.DTypeLike) -> None:
        self._path = folder / f"{name}.offsets.npy"
        self._dtype = dtype
        self._file = (folder / f"{name}.bin").open("wb")
        self._offsets = [0]

    def append(self, rows: Array) -> None:
        """Write the rows of the next passage, ``(rows, …)``."""
        self._file.write(np.ascontiguousarray(rows, dtype=self._dtype).tobytes())
        self._offsets.append(self._offsets[-1] + len(rows))

    def close(self) -> None:
        """Finish both files."""
        self._file.close()
        np.save(self._path, np.array(self._offsets, dtype=np.int64))


class Rows:
    """Reads the rows: ``rows[3]`` are those of the fourth passage; ``width`` is the shape of a row.

    The file is read and not mapped into memory: a map of a file that is cut short kills the process. An open file stays
    readable when it is removed. Raises ``IndexDamaged`` if bytes are missing.
    """

    def __init__(self, folder: Path, name: str, dtype: npt.DTypeLike, *width: int) -> None:
        self._path = folder / f"{name}.bin"
        self._dtype = np.dtype(dtype)
        self._width = width
        self._bytes = self._dtype.itemsize * math.prod(width)
        self._offsets = np.load(folder / f"{name}.offsets.npy", allow_pickle=False)
        self._file = self._path.open("rb", buffering=0)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, passage: int) -> Array:
        return self._read(int(self._offsets[passage]), int(self._offsets[passage + 1]))

    def all(self) -> Array:
        """Return the rows of all passages."""
        return self._read(0, int(self._offsets[-1]))

    def _read(self, first: int, last: int) -> Array:
        """Return the rows between two places, by reads of at most a gigabyte."""
        wanted = (last - first) * self._bytes
        content = bytearray(wanted)
        view, done = memoryview(content), 0
        while done < wanted:
            read = os.preadv(self._file.fileno(), [view[done : done + _READ]], first * self._bytes + done)
            if not read:
                raise IndexDamaged(f"the index is damaged: {self._path} was cut short; build it again with qa index")
            done += read
        return np.frombuffer(content, dtype=self._dtype).reshape(last - first, *self._width)
