"""Files as bytes on a disk: what they are, and when they are safely there."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal, read piece by piece. Raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have the kernel write a file or folder to the disk. An error is never retried: the pages may be lost."""
    if os.name == "nt":  # a folder cannot be opened there, nor a file synced that is open for reading
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
