"""The engine that runs on one machine, as ``qa.index.engines`` asks for it: an index is a folder."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from qa.errors import DiskFull
from qa.index.generations import current, reading, writing
from qa.index.local.writer import LocalWriter, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qa.index.local.reader import LocalEngine

__all__ = ["current", "describe", "open_engine", "open_writer"]

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def open_writer(root: str | Path, *, vectors: str | None = None) -> Iterator[LocalWriter]:
    """Hold the index in a folder for writing.

    Raises ``IndexBusy`` if another process holds it, and ``DiskFull`` if the disk has no room.
    """
    try:
        with writing(Path(root)) as generations:
            yield LocalWriter(generations, vectors)
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "errno", None) in _FULL or getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            raise DiskFull(
                f"the disk with {root} is full; make room there and index again, the index is as it was"
            ) from error
        raise


def open_engine(root: str | Path) -> tuple[str, Mapping[str, Any], LocalEngine]:
    """Return the name, the manifest and the engine of the current generation, every byte of it checked."""
    with reading(Path(root)) as generation:
        return generation.name, generation.about, opened(generation)


def describe(root: str | Path) -> dict[str, Any]:
    """Return the name and the manifest of the current generation, every byte of it checked."""
    with reading(Path(root)) as generation:
        return {"generation": generation.name, **generation.about}
