"""Files that people add to an index by hand: they lie in a folder of it, which every indexing reads with its sources.

A file is written under a hidden name, which no reader looks at, beside its place, and takes its place whole. What a
killed server left half written is swept by the next one: the lock on it died with its writer.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import tempfile
import threading
import unicodedata
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from qa.errors import NotAdded
from qa.files import sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

FOLDER: Final = "documents"
"""Its name in the folder of an index."""
MOST_BYTES: Final = 100 << 20
"""Of one file."""
MOST_FILES: Final = 10_000
SPARE_BYTES: Final = 512 << 20
"""Of the disk that are left free, for the index that is to be written and for everybody else."""

_INCOMING: Final = ".incoming-"
_LONGEST: Final = 200
"""Bytes of a name in UTF-8: file systems take 255."""
_LONGEST_SUFFIX: Final = 20
_BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the order of letters around and let a name look like another: "exe.pdf" for "fdp.exe"."""


class Incoming:
    """A file that is being written; ``write`` refuses what goes beyond the announced size."""

    def __init__(self, file: FileIO, name: str, size: int) -> None:
        self._file = file
        self.name = name
        self._left = size

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; ``NotAdded`` if there are more than were announced, or the disk does not take them."""
        self._left -= len(chunk)
        if self._left < 0:
            raise NotAdded("broken-off", f"{self.name} is longer than was announced; it was not added")
        rest = memoryview(chunk)
        with _refusing(self.name):
            while rest:
                rest = rest[self._file.write(rest) :]

    def finish(self) -> None:
        """Have everything reach the disk; ``NotAdded`` if something is missing."""
        if self._left:
            raise NotAdded("broken-off", f"{self.name} broke off {self._left:,} bytes before its end; send it again")
        with _refusing(self.name):
            os.fsync(self._file.fileno())


class AddedFiles:
    """The files added to the index in one folder. Threads may share it."""

    def __init__(self, index: Path) -> None:
        self.folder = index / FOLDER
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Return the names of the files that are there, sorted."""
        with suppress(FileNotFoundError):
            return sorted(path.name for path in self.folder.iterdir() if _is_added(path))
        return []

    @contextmanager
    def receive(self, name: str, size: int, *, replace: bool = False) -> Iterator[Incoming]:
        """Give a file to write ``size`` bytes into; at the end it takes its place, after an exception it is gone.

        ``name`` must be a ``safe_name``. One that is there already is replaced only if that is asked for. Raises
        ``NotAdded`` if there are too many bytes or files, or the disk is too full or cannot be written to.
        """
        self.check(name, size, replace=replace)
        with _refusing(name):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, path = tempfile.mkstemp(prefix=_INCOMING, dir=self.folder)
        temporary = self.folder / path
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                incoming = Incoming(file, name, size)
                yield incoming
                incoming.finish()
                with self._lock, _refusing(name):
                    self.check(name, size, replace=replace)
                    temporary.replace(self.folder / name)
            sync(self.folder)
        finally:
            temporary.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Remove a file; ``NotAdded`` if there is none of that name, or its folder cannot be written to."""
        if name not in self.names():
            raise NotAdded("not-there", f"no file called {name} was added here; it cannot be removed here")
        with _refusing(name):
            (self.folder / name).unlink(missing_ok=True)
            sync(self.folder)

    def sweep(self) -> None:
        """Remove what a killed server left half written; what a running one is writing is locked and stays."""
        for path in self.folder.glob(f"{_INCOMING}*") if self.folder.is_dir() else ():
            with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()

    def check(self, name: str, size: int, *, replace: bool) -> None:
        """Refuse a file that ``receive`` would not take, as it does."""
        if size == 0:
            raise NotAdded("empty", f"{name} is empty; there is nothing to add")
        if size > MOST_BYTES:
            raise NotAdded("too-large", f"{name} has {size:,} bytes; the limit is {MOST_BYTES:,}: split the file")
        there = self.names()
        if name in there and not replace:
            raise NotAdded("there-already", f"a file called {name} was added before; replace it, or rename this one")
        if name not in there and len(there) >= MOST_FILES:
            raise NotAdded("too-many", f"{MOST_FILES:,} files were added, which is the limit; remove some first")
        existing = next(folder for folder in (self.folder, *self.folder.parents) if folder.is_dir())
        if shutil.disk_usage(existing).free - size < SPARE_BYTES:
            raise _no_space(name)


def safe_name(name: str) -> str:
    """Return a file's name as it can stand in a folder: no path, no control characters, not hidden, not too long.

    Raises ``NotAdded`` if nothing is left of it.
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    last = re.split(r"[/\\]", text)[-1]
    visible = _BIDI.sub("", "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in last))
    kept = " ".join(visible.split()).lstrip(". ").rstrip(". ")
    if not kept:
        raise NotAdded("no-name", "the file has no name that can be used; rename it and send it again")
    suffix = PurePosixPath(kept).suffix
    if len(suffix.encode()) > _LONGEST_SUFFIX:
        suffix = ""
    stem = kept.removesuffix(suffix).encode()[: _LONGEST - len(suffix.encode())].decode("utf-8", "ignore").rstrip(". ")
    return stem + suffix


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Say of the file called ``name`` what the disk refuses."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no_space(name) from error
        sentence = f"the server cannot write to its folder of added files ({error.strerror}); {name} stays as it was"
        raise NotAdded("not-writable", sentence) from error


def _no_space(name: str) -> NotAdded:
    return NotAdded("no-space", f"the server's disk is too full for {name}; make room there and send it again")


def _is_added(path: Path) -> bool:
    return not path.name.startswith(".") and path.is_file() and not path.is_symlink()
