"""The file that a document was read from: found in the sources by its name, and checked by its digest."""

from __future__ import annotations

import threading
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from qa.errors import FileChanged
from qa.files import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAX_DIGESTS: Final = 10_000
"""Files whose digest is kept in memory."""

_FileState = tuple[str, int, int, int]
"""Path, inode, size and time of change: a file with the same state has the same digest."""


class Files:
    """Finds files below ``sources`` (the indexed files and folders) and nowhere else. It is thread-safe.

    A file is read to compute its digest, and read again only if its inode, size or time of change differs.
    """

    def __init__(self, sources: Sequence[str | Path]) -> None:
        self._sources = [Path(source).absolute() for source in sources]
        self._digests: dict[_FileState, str] = {}
        self._lock = threading.Lock()

    def find(self, name: str, digest: str) -> Path | None:
        """Return the file with this name and SHA-256, None if there is no file of that name (a record has none).

        Raises ``FileChanged`` if every file of that name has another digest.
        """
        changed = False
        for path in self._candidates(name):
            try:
                if self._digest(path) == digest:
                    return path
            except OSError:  # not readable, or removed this moment
                continue
            changed = True
        if changed:
            raise FileChanged(f"the file {name} has changed since it was indexed; run qa index again")
        return None

    def _candidates(self, name: str) -> Iterator[Path]:
        """Yield the files of that name that are within a source after every link is followed."""
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or any(part.startswith(".") for part in parts):
            return  # hidden files are not indexed, and ".." leads out
        for source in self._sources:
            try:
                root = source.resolve(strict=True)
                path = (root if root.is_file() else root.joinpath(*parts)).resolve(strict=True)
            except (OSError, RuntimeError, ValueError):  # no such file, a circle of links, an impossible name
                continue
            is_source = path == root and source.name == name
            if path.is_file() and (is_source or (path != root and path.is_relative_to(root))):
                yield path

    def _digest(self, path: Path) -> str:
        stat = path.stat()
        state = str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns
        with self._lock:
            if (known := self._digests.get(state)) is not None:
                return known
        digest = digest_of(path)
        with self._lock:
            if len(self._digests) >= _MAX_DIGESTS:
                self._digests.clear()
            self._digests[state] = digest
        return digest
