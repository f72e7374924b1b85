"""SQLite files beside an index for conversations and feedback. Only the owner of the process can read them."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def open_database(path: Path | None, schema: str) -> sqlite3.Connection:
    """Open the file in ``path`` and create it if necessary; None opens a database in memory.

    Threads may share the connection under a lock. ``schema`` runs each time and must say IF NOT EXISTS. Deleted data
    is overwritten. Raises ``sqlite3.OperationalError`` where the file cannot be written.
    """
    if path is not None:
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise sqlite3.OperationalError(f"{path} cannot be written: {error}") from error
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=10)
    connection.executescript(
        f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; {schema}"
    )
    return connection
