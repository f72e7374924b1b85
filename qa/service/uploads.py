"""Files that users upload to an index. They lie in a folder of the index, which every run of indexing reads as well.

An upload is written under a hidden name, which readers ignore, in the same folder, and renamed when it is complete. The
next server removes what a killed one left incomplete: the lock on such a file ended with its process.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import threading
import unicodedata
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from qa.errors import DocumentError, UploadError
from qa.files import sync
from qa.index.locks import lock
from qa.ingestion.readers.detection import OTHER_SUFFIXES, detect_format
from qa.ingestion.sources import UPLOADS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

MOST_BYTES: Final = 100 << 20
"""Of one uploaded file, at most."""
MOST_FILES: Final = 10_000
SPARE_BYTES: Final = 512 << 20
"""Bytes of the disk that stay free, for the next generation of the index and for other programs."""

_CONTAINERS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How ZIP archives and compound files of Office begin."""
_PARTIAL: Final = ".partial-"
_MOST_NAME_BYTES: Final = 200
"""Of a name in UTF-8: file systems accept 255."""
_MOST_SUFFIX_BYTES: Final = 20
_BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that reverse the order of letters, by which a name can look like another: "exe.pdf" for "fdp.exe"."""


class Upload:
    """A file that is being uploaded, of an announced size."""

    def __init__(self, file: FileIO, name: str, size: int) -> None:
        self._file = file
        self.name = name
        self._left = size

    def write(self, chunk: bytes) -> None:
        """Write the next bytes; raises ``UploadError`` beyond the announced size, and if the disk refuses them."""
        self._left -= len(chunk)
        if self._left < 0:
            raise UploadError("broken-off", f"{self.name} is longer than was announced; it was not added")
        rest = memoryview(chunk)
        with _disk_errors(self.name):
            while rest:
                rest = rest[self._file.write(rest) :]

    def finish(self) -> None:
        """Sync the file to the disk; raises ``UploadError`` if bytes are missing."""
        if self._left:
            raise UploadError("broken-off", f"{self.name} broke off {self._left:,} bytes before its end; send it again")
        with _disk_errors(self.name):
            os.fsync(self._file.fileno())


class Uploads:
    """The uploaded files of one index. Threads may share it."""

    def __init__(self, index: Path) -> None:
        self.folder = index / UPLOADS
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Return the names of the uploaded files, sorted."""
        with suppress(FileNotFoundError):
            return sorted(path.name for path in self.folder.iterdir() if _is_upload(path))
        return []

    @contextmanager
    def receive(self, name: str, size: int, *, replace: bool = False) -> Iterator[Upload]:
        """Give an upload to write ``size`` bytes into. At the end it is in place; after an exception it is removed.

        ``name`` must be a ``safe_name``. An existing file is replaced only with ``replace``. Raises ``UploadError`` if
        there are too many bytes or files, or the disk is too full or cannot be written to.
        """
        self.check(name, size, replace=replace)
        with _disk_errors(name):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, path = tempfile.mkstemp(prefix=_PARTIAL, dir=self.folder)
        temporary = self.folder / path
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                lock(file)
                upload = Upload(file, name, size)
                yield upload
                upload.finish()
                if os.name != "nt":
                    self._put_in_place(temporary, name, size, replace=replace)
            if os.name == "nt":  # where an open file cannot be renamed
                self._put_in_place(temporary, name, size, replace=replace)
            sync(self.folder)
        finally:
            temporary.unlink(missing_ok=True)

    def _put_in_place(self, temporary: Path, name: str, size: int, *, replace: bool) -> None:
        with self._lock, _disk_errors(name):
            self.check(name, size, replace=replace)
            temporary.replace(self.folder / name)

    def remove(self, name: str) -> None:
        """Remove a file; raises ``UploadError`` if there is no such file, or its folder cannot be written to."""
        if name not in self.names():
            raise UploadError("not-there", f"no file called {name} was added here; it cannot be removed here")
        with _disk_errors(name):
            (self.folder / name).unlink(missing_ok=True)
            sync(self.folder)

    def sweep(self) -> None:
        """Remove files that a killed server left incomplete. A running server holds a lock on its own."""
        for path in self.folder.glob(f"{_PARTIAL}*") if self.folder.is_dir() else ():
            with suppress(FileNotFoundError, BlockingIOError):
                with path.open("rb") as file:
                    lock(file, wait=False)
                    if os.name != "nt":
                        path.unlink()
                if os.name == "nt":  # where an open file cannot be removed
                    path.unlink()

    def check(self, name: str, size: int, *, replace: bool) -> None:
        """Raise ``UploadError`` for a file that ``receive`` would refuse."""
        if size == 0:
            raise UploadError("empty", f"{name} is empty; there is nothing to add")
        if size > MOST_BYTES:
            raise UploadError("too-large", f"{name} has {size:,} bytes; the limit is {MOST_BYTES:,}: split the file")
        existing = self.names()
        if name in existing and not replace:
            raise UploadError("there-already", f"a file called {name} was added before; replace it, or rename this one")
        if name not in existing and len(existing) >= MOST_FILES:
            raise UploadError("too-many", f"{MOST_FILES:,} files were added, which is the limit; remove some first")
        folder = next(folder for folder in (self.folder, *self.folder.parents) if folder.is_dir())
        if shutil.disk_usage(folder).free - size < SPARE_BYTES:
            raise _no_space(name)


def safe_name(name: str) -> str:
    """Return a name that is safe in a folder: no path, no control characters, not hidden, not too long.

    Raises ``UploadError`` if nothing is left of the name.
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    last = re.split(r"[/\\]", text)[-1]
    visible = _BIDI.sub("", "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in last))
    safe = " ".join(visible.split()).lstrip(". ").rstrip(". ")
    if not safe:
        raise UploadError("no-name", "the file has no name that can be used; rename it and send it again")
    suffix = PurePosixPath(safe).suffix
    if len(suffix.encode()) > _MOST_SUFFIX_BYTES:
        suffix = ""
    stem = safe.removesuffix(suffix).encode()[: _MOST_NAME_BYTES - len(suffix.encode())]
    return stem.decode("utf-8", "ignore").rstrip(". ") + suffix


def refuse_unreadable(name: str, beginning: bytes) -> None:
    """Raise ``UploadError`` for a file that no reader reads, as far as its first bytes tell.

    Of ZIP archives and files of Office they do not tell which kind it is: those are read first.
    """
    if beginning.startswith(_CONTAINERS) and PurePosixPath(name).suffix.lower() in OTHER_SUFFIXES:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "beginning")
        path.write_bytes(beginning)
        try:
            detect_format(path, name)
        except DocumentError as error:
            raise UploadError(error.reason, str(error)) from error


@contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    """Turn an ``OSError`` of the disk into an ``UploadError`` about the file called ``name``."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _no_space(name) from error
        sentence = f"the server cannot write to its folder of added files ({error.strerror}); {name} stays as it was"
        raise UploadError("not-writable", sentence) from error


def _no_space(name: str) -> UploadError:
    return UploadError("no-space", f"the server's disk is too full for {name}; make room there and send it again")


def _is_upload(path: Path) -> bool:
    return not path.name.startswith(".") and path.is_file() and not path.is_symlink()
