"""SQLite files beside an index for conversations and feedback. Only the owner of the process can read them."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE: Final = 2.0
"""Seconds to wait for another thread or process that writes."""


class Database:
    """One SQLite file, in memory without ``path``. Threads may share it; reading does not wait for writing.

    After each transaction the file holds everything, so that copying it is a backup, and what was deleted is on the
    disk no more: it is overwritten, and the write-ahead log is emptied. ``schema`` runs each time and must say IF NOT
    EXISTS. Raises ``sqlite3.OperationalError`` where the file cannot be written, or is locked for too long.
    """

    def __init__(self, path: Path | None, schema: str) -> None:
        if path is not None:
            try:
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            except OSError as error:
                raise sqlite3.OperationalError(f"{path} cannot be written: {error}") from error
        self._writer = _connect(path)
        self._writer.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; "
            + schema
        )
        self._reader = self._writer if path is None else _connect(path)
        self._writing = threading.Lock()
        self._reading = self._writing if path is None else threading.Lock()

    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with _held(self._reading), closing(self._reader.execute(sql, values)) as cursor:
            return cursor.fetchall()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction."""
        with _held(self._writing):
            with self._writer:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; nothing is left beside it."""
        for connection in (self._reader, self._writer):
            connection.close()


def _connect(path: Path | None) -> sqlite3.Connection:
    return sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=_PATIENCE)


@contextmanager
def _held(lock: threading.Lock) -> Iterator[None]:
    if not lock.acquire(timeout=_PATIENCE):
        raise sqlite3.OperationalError("database is locked")
    try:
        yield
    finally:
        lock.release()
