"""The file that a document was read from: found again below the indexed sources, and known by its content."""

from __future__ import annotations

import threading
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from qa.errors import FileChanged
from qa.files import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REMEMBERED: Final = 10_000
"""Files whose content is known from an earlier look."""

_Seen = tuple[str, int, int, int]
"""A file as far as a look at its folder tells: path, inode, size, time of its last change."""


class Files:
    """Finds files below ``sources`` (files and folders, as they were indexed), and nowhere else; threads may share it.

    A file is read once to know its content (SHA-256), and again only if inode, size or time of change differ.
    """

    def __init__(self, sources: Sequence[str | Path]) -> None:
        self._sources = [Path(source).absolute() for source in sources]
        self._digests: dict[_Seen, str] = {}
        self._lock = threading.Lock()

    def find(self, name: str, digest: str) -> Path | None:
        """Return the file of the document called ``name``, None where there is none, as for a record of a larger file.

        Raises ``FileChanged`` if there is a file of that name whose SHA-256 is not ``digest``.
        """
        changed = False
        for path in self._candidates(name):
            try:
                if self._digest(path) == digest:
                    return path
            except OSError:  # it may not be read, or has gone this moment
                continue
            changed = True
        if changed:
            raise FileChanged(f"the file {name} has changed since it was indexed; run qa index again")
        return None

    def _candidates(self, name: str) -> Iterator[Path]:
        """Yield the files of that name that lie within a source once every link is followed."""
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or any(part.startswith(".") for part in parts):
            return  # hidden files are not indexed either, and ".." leads out
        for source in self._sources:
            try:
                root = source.resolve(strict=True)
                path = (root if root.is_file() else root.joinpath(*parts)).resolve(strict=True)
            except (OSError, RuntimeError, ValueError):  # nothing there, links in a circle, no name that could be
                continue
            is_source = path == root and source.name == name
            if path.is_file() and (is_source or (path != root and path.is_relative_to(root))):
                yield path

    def _digest(self, path: Path) -> str:
        found = path.stat()
        seen = str(path), found.st_ino, found.st_size, found.st_mtime_ns
        with self._lock:
            if (known := self._digests.get(seen)) is not None:
                return known
        digest = digest_of(path)
        with self._lock:
            if len(self._digests) >= _REMEMBERED:
                self._digests.clear()
            self._digests[seen] = digest
        return digest
