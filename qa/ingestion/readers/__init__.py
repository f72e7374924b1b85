"""Readers: one module for each file format, chosen by the content of the file and imported when it is needed."""

from __future__ import annotations

import hashlib
import os
from importlib import import_module
from typing import TYPE_CHECKING, cast

from qa.errors import DocumentError
from qa.ingestion.readers.common.limits import MAX_FILE_BYTES, check
from qa.ingestion.readers.detection import SUFFIXES, detect_format

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader
    from pathlib import Path

    from qa.protocols import Reader
    from qa.types import Document

__all__ = ["READERS_VERSION", "SUFFIXES", "read"]

READERS_VERSION = "readers/10"
"""Version of the readers' output. Change it with every change of output: an index stores the one it was built with."""


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the documents of one trusted file in this process; ``qa.ingestion.sandbox.pool`` reads any file.

    ``name`` is the path relative to the source. Raises ``DocumentError`` if the format is unknown, or if the file is
    empty, too large, unreadable, of another format than its name says, or changes while it is read.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FILE_BYTES:
                detail = f"{size:,} bytes; the limit is {MAX_FILE_BYTES:,}: split the file"
                raise DocumentError(name, "too-large", detail)
            before = _state(file)
            reader = cast("Reader", import_module(f"qa.ingestion.readers.{detect_format(path, name)}").read)
            last = error = None
            try:
                for document in reader(path, name):
                    if last is not None:
                        yield last
                        last = None
                    last = check(document, name)
            except DocumentError as found:
                error = found
            if _state(file) != before or not os.path.samestat(path.stat(), os.fstat(file.fileno())):
                raise DocumentError(name, "unreadable", "changed while it was read; index again when it is at rest")
            if last is not None:
                yield last
            if error is not None:
                raise error
    except OSError as error:
        if error.filename is None:  # an error within the file, such as an archive that is cut off
            raise DocumentError(name, "damaged", f"breaks off or misleads ({error.strerror or error})") from error
        raise DocumentError(name, "unreadable", f"cannot be opened: {error.strerror or error}") from error


def _state(file: BufferedReader) -> tuple[int, int, str]:
    """Return size, time of change and SHA-256 of an open file: one of them differs when it is written."""
    found = os.fstat(file.fileno())
    file.seek(0)
    return found.st_size, found.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest()
