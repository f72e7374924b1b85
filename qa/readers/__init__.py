"""Files to documents: one format a module, found by suffix and loaded on demand."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from qa.errors import DocumentError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.protocols import Reader
    from qa.types import Document

_READERS = {
    ".txt": "plain",
    ".text": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "records",
    ".pdf": "pdf",
}
READERS = "readers/4"
"""To be changed with every change to a reader's output: an index remembers it."""
SUFFIXES = tuple(sorted(_READERS))

MAX_FILE_BYTES = 1 << 30
"""A larger file is refused: it would have to be held in memory several times over."""


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the documents of one file, called ``name``.

    Raises ``DocumentError`` if the format is unknown or the file is empty, too large, unreadable or not what its
    name says.
    """
    module = _READERS.get(path.suffix.lower())
    if module is None:
        known = ", ".join(SUFFIXES)
        raise DocumentError(
            name, "unsupported", f"cannot read {path.suffix or 'files without a suffix'}; known: {known}"
        )
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise DocumentError(name, "too-large", f"{size:,} bytes; the limit is {MAX_FILE_BYTES:,}: split the file")
        reader = cast("Reader", import_module(f"qa.readers.{module}").read)
        yield from reader(path, name)
    except OSError as error:
        raise DocumentError(name, "unreadable", f"cannot be opened: {error.strerror}") from error


def find_files(source: Path) -> list[tuple[Path, str]]:
    """Return the files of ``source``, a file or a folder, each with the name its document will have, sorted by name.

    Hidden files and folders are left out, and links that lead out of the folder are not followed. Raises
    ``SourceError`` if there is no such file or folder.
    """
    if source.is_file():
        return [(source, source.name)]
    if not source.is_dir():
        raise SourceError(f"there is no file or folder {source}; name one that exists, e.g. qa index data/documents")
    root = source.resolve()
    found = []
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file() and path.resolve().is_relative_to(root):
                found.append((path, path.relative_to(source).as_posix()))
    return sorted(found, key=lambda pair: pair[1])
