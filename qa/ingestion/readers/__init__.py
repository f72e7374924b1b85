"""Readers: one module for each file format, chosen by the content of the file and imported when it is needed."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from qa.errors import DocumentError, SourceError
from qa.ingestion.readers.common.limits import MAX_FILE_BYTES, check
from qa.ingestion.readers.detection import SUFFIXES, detect_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.protocols import Reader
    from qa.types import Document

__all__ = ["READERS", "SUFFIXES", "find_files", "read"]

READERS = "readers/6"
"""Version of the readers' output. Change it with every change of output: an index stores the one it was built with."""


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the documents of one trusted file in this process; ``qa.ingestion.sandbox.pool`` reads any file.

    ``name`` is the path relative to the source. Raises ``DocumentError`` if the format is unknown, or if the file is
    empty, too large, unreadable or of another format than its name says.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise DocumentError(name, "too-large", f"{size:,} bytes; the limit is {MAX_FILE_BYTES:,}: split the file")
        reader = cast("Reader", import_module(f"qa.ingestion.readers.{detect_format(path, name)}").read)
        for document in reader(path, name):
            yield check(document, name)
    except OSError as error:
        if error.filename is None:  # an error within the file, such as an archive that is cut off
            raise DocumentError(name, "damaged", f"breaks off or misleads ({error.strerror or error})") from error
        raise DocumentError(name, "unreadable", f"cannot be opened: {error.strerror or error}") from error


def check_source(source: Path) -> None:
    """Raise ``SourceError`` if there is no such file or folder."""
    if not (source.is_file() or source.is_dir()):
        raise SourceError(f"there is no file or folder {source}; name one that exists, e.g. qa index data/documents")


def find_files(source: Path, without: Path | None = None) -> list[tuple[Path, str]]:
    """Return the files of ``source``, a file or a folder, each with the name its document will have, sorted by name.

    Hidden files and folders are left out, as is the folder ``without`` where it lies below ``source``, and links that
    lead out of the folder are not followed. A folder that cannot be listed is among the files: whoever reads it will
    say why, while what lies in it would be missed without a word. Raises ``SourceError`` if there is no such file or
    folder.
    """
    check_source(source)
    if source.is_file():
        return [(source, source.name)]
    root = source.resolve()
    left_out = without and without.resolve()
    found: list[tuple[Path, str]] = []

    def keep(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # gone this moment, as if it had never been there
            found.append((Path(error.filename), Path(error.filename).relative_to(source).as_posix()))

    for folder, folders, files in os.walk(source, onerror=keep):
        folders[:] = [name for name in folders if not name.startswith(".") and Path(folder, name).resolve() != left_out]
        for name in files:
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file() and path.resolve().is_relative_to(root):
                found.append((path, path.relative_to(source).as_posix()))
    return sorted(found, key=lambda pair: pair[1])
