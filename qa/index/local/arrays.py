"""Arrays of rows that belong to passages, in plain files: any number of rows a passage, mapped into memory.

``NAME.bin`` holds the rows one after the other, ``NAME.offsets.npy`` int64 ``(passages + 1,)`` where each passage's
begin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[Any]


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
    """Reads them back: ``rows[3]`` are those of the fourth passage; ``width`` is the shape of a row."""

    def __init__(self, folder: Path, name: str, dtype: npt.DTypeLike, *width: int) -> None:
        self._offsets = np.load(folder / f"{name}.offsets.npy", allow_pickle=False)
        shape = (int(self._offsets[-1]), *width)
        self.all = _mapped(folder / f"{name}.bin", dtype, shape)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, passage: int) -> Array:
        return self.all[self._offsets[passage] : self._offsets[passage + 1]]


def _mapped(path: Path, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> Array:
    """Map a file into memory as a plain array; an empty file cannot be mapped."""
    if not all(shape):
        return np.empty(shape, dtype=dtype)
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", shape=shape))
