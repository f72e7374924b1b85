"""Locks on files that the kernel holds, on every system: a process that ends leaves none behind."""

from __future__ import annotations

from typing import IO

import portalocker
from portalocker import LockFlags


def lock(file: IO[bytes] | IO[str], *, shared: bool = False, wait: bool = True) -> None:
    """Lock an open file until it is closed.

    Raises ``BlockingIOError`` at once, unless told to ``wait``, if another holds a lock that excludes this one.
    """
    flags = LockFlags.SHARED if shared else LockFlags.EXCLUSIVE
    try:
        portalocker.lock(file, flags if wait else flags | LockFlags.NON_BLOCKING)
    except portalocker.AlreadyLocked as error:
        raise BlockingIOError("another process holds the lock") from error
