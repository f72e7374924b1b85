"""Immutable generations of an index, published by one atomic rename.

::

    DIR/
      CURRENT                 {"format", "generation", "manifest_sha256"}: replaced by rename, the only commit point
      writer.lock             held by the one writer; its content is for the message only
      generations/
        000042-9f3a1c/        immutable: MANIFEST.json, with the size and SHA-256 of every other file, and those files

A folder within a generation is kept for the next by hard links: its bytes are neither written nor hashed again.
A reader never waits for a writer. It opens the generation that CURRENT names and keeps its files open, so a later
generation does not disturb it. While it opens them it holds a shared lock: a writer may publish the next generation
meanwhile, but not remove this one. The layout follows Lucene's segments file and LevelDB's CURRENT. A checksum covers
every byte, because neither FAISS nor SQLite would notice a flipped one.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from qa.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexNotFound
from qa.files import digest_of, sync
from qa.index.locks import lock

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

FORMAT = 4
_MANIFEST = "MANIFEST.json"
_OPEN_TRIES = 5


@dataclass(frozen=True, slots=True)
class Generation:
    """A verified generation; ``about`` is the description that its writer stored.

    ``files`` has the size and SHA-256 of each file, by its path within the generation.
    """

    path: Path
    about: dict[str, Any]
    files: dict[str, dict[str, Any]]

    @property
    def name(self) -> str:
        """Its number and a random suffix: ``000042-9f3a1c``."""
        return self.path.name


class Writer:
    """The one process that may publish into an index folder; made by ``writing``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = root / "generations"
        self._kept: dict[str, dict[str, Any]] = {}

    def begin(self) -> Path:
        """Return a new empty folder for the files of a generation."""
        self.clean()
        self._kept = {}
        folder = self._folder / f".writing-{secrets.token_hex(4)}"
        folder.mkdir()
        return folder

    def keep(self, generation: Generation, part: str, folder: Path) -> None:
        """Take a folder of an earlier generation over into ``folder``, one from ``begin``, as it is."""
        (folder / part).mkdir()
        for name, written in generation.files.items():
            if Path(name).parent == Path(part):
                _link(generation.path / name, folder / name)
                self._kept[name] = written

    def publish(self, folder: Path, about: Mapping[str, Any]) -> Generation:
        """Make a folder from ``begin`` the current generation; its manifest contains ``about``.

        The old generation stays current until the last rename.
        """
        manifest = _manifest(folder, about, self._kept)
        (folder / _MANIFEST).write_bytes(manifest)
        for path in sorted(folder.rglob("*"), reverse=True):  # a folder after its files
            if path.relative_to(folder).as_posix() not in self._kept:
                sync(path)
                if path.is_file():
                    path.chmod(0o400)
        sync(folder)
        final = self._folder / f"{self._next_number():06d}-{secrets.token_hex(3)}"
        folder.rename(final)
        sync(self._folder)
        generation = _verified(final, hashlib.sha256(manifest).hexdigest(), self._kept)
        self._point_to(final.name, manifest)
        self.clean()
        return generation

    def _point_to(self, name: str, manifest: bytes) -> None:
        """Replace CURRENT: the commit."""
        digest = hashlib.sha256(manifest).hexdigest()
        pointer = self.root / f".CURRENT-{secrets.token_hex(4)}"
        pointer.write_text(json.dumps({"format": FORMAT, "generation": name, "manifest_sha256": digest}) + "\n")
        sync(pointer)
        pointer.replace(self.root / "CURRENT")
        sync(self.root)

    def _next_number(self) -> int:
        numbers = [int(name[:6]) for name in _names(self._folder)]
        return max(numbers, default=0) + 1

    def clean(self) -> None:
        """Remove leftovers of a killed writer, and all generations but the current one.

        If CURRENT cannot be read, nothing is removed until the next generation is complete.
        """
        self._folder.mkdir(exist_ok=True)
        for path in self.root.glob(".CURRENT-*"):
            path.unlink(missing_ok=True)
        kept: set[str] = set()
        if (self.root / "CURRENT").is_file():
            try:
                kept = {str(_pointer(self.root)["generation"])}
            except (IndexDamaged, IndexMismatch):
                kept = set(_names(self._folder))
        for path in self._folder.iterdir():  # a file that some program left there is not ours
            if path.is_dir() and path.name not in kept and not _is_being_opened(path):
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def writing(root: Path) -> Iterator[Writer]:
    """Hold the folder's writer lock. Raises ``IndexBusy`` at once if another process holds it.

    The kernel holds the lock, so a killed writer leaves none behind.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / "writer.lock").open("a+") as held:
        try:
            lock(held, wait=False)
        except BlockingIOError as error:
            holder = ""
            with suppress(OSError):  # Windows lets nobody read what is locked
                held.seek(0)
                holder = held.read().strip()
            holder = holder or "another process"
            raise IndexBusy(f"{root} is being written by {holder}; wait until it has finished") from error
        held.truncate(0)
        held.write(f"process {os.getpid()} since {time.strftime('%Y-%m-%d %H:%M:%S')}")
        held.flush()
        writer = Writer(root)
        try:
            yield writer
        finally:
            writer.clean()
            held.truncate(0)


@contextmanager
def reading(root: Path) -> Iterator[Generation]:
    """Check every byte of the current generation, and keep it from being removed while its files are opened.

    Raises ``IndexNotFound`` if nothing was built, ``IndexDamaged`` if a byte is not as it was written, and
    ``IndexMismatch`` if this version does not read the format.
    """
    for _ in range(_OPEN_TRIES):
        pointer = _pointer(root)
        path = root / "generations" / str(pointer["generation"])
        with ExitStack() as held:
            try:
                lock(held.enter_context(_open(path / _MANIFEST)), shared=True)
                generation = _verified(path, str(pointer["manifest_sha256"]))
            except IndexDamaged:
                if _pointer(root) == pointer:
                    raise
                continue  # a writer has replaced and removed it meanwhile: look again
            yield generation
            return
    raise IndexBusy(f"{root} is being rewritten over and over; try again")


def current(root: str | Path) -> str:
    """Return the name of the current generation without checking it. Raises what ``reading`` raises."""
    return str(_pointer(Path(root))["generation"])


def _pointer(root: Path) -> dict[str, Any]:
    """Return what CURRENT says."""
    path = root / "CURRENT"
    if not path.is_file():
        raise IndexNotFound(f"there is no index in {root}; build one: qa index data/documents --to {root}")
    try:
        pointer = json.loads(path.read_text("utf-8"))
        keys = set(pointer)
    except (ValueError, TypeError) as error:
        raise _damaged(path, "does not name a generation") from error
    if not isinstance(pointer, dict):
        raise _damaged(path, "does not name a generation")
    if pointer.get("format", FORMAT) != FORMAT:
        raise IndexMismatch(
            f"{root} has index format {pointer['format']}, this version reads {FORMAT}; build it again with qa index"
        )
    if keys != {"format", "generation", "manifest_sha256"}:
        raise _damaged(path, "does not name a generation")
    return dict(pointer)


def _verified(path: Path, manifest_sha256: str, kept: Collection[str] = ()) -> Generation:
    """Return the generation. Raises ``IndexDamaged`` unless every file has the bytes that were written.

    Of ``kept`` files, which were verified under another name, only the size is looked at.
    """
    with _open(path / _MANIFEST) as file:
        manifest = file.read()
    if hashlib.sha256(manifest).hexdigest() != manifest_sha256:
        raise _damaged(path / _MANIFEST, "is not as it was written")
    content = json.loads(manifest)
    for name, written in content["files"].items():
        file = path / name
        if not file.is_file():
            raise _damaged(file, "is missing")
        if file.stat().st_size != written["bytes"] or (name not in kept and digest_of(file) != written["sha256"]):
            raise _damaged(file, "is not as it was written")
    return Generation(path, content["about"], content["files"])


def _open(path: Path) -> BinaryIO:
    """Open a file that must be there."""
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise _damaged(path, "cannot be read") from error


def _is_being_opened(path: Path) -> bool:
    """Say whether a reader is about to open the files of a generation."""
    try:
        with (path / _MANIFEST).open("rb") as file:
            lock(file, wait=False)
    except FileNotFoundError:
        return False  # it was never finished
    except BlockingIOError:
        return True
    return False


def _damaged(path: Path, what: str) -> IndexDamaged:
    return IndexDamaged(f"the index is damaged: {path} {what}; build it again from the documents with qa index")


def _manifest(folder: Path, about: Mapping[str, Any], kept: Mapping[str, dict[str, Any]]) -> bytes:
    """Return the manifest of the files in a folder; what is said of ``kept`` files stays."""
    listing = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        listing[name] = kept.get(name) or {"bytes": path.stat().st_size, "sha256": digest_of(path)}
    content = {"format": FORMAT, "about": dict(about), "files": listing}
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


def _link(source: Path, target: Path) -> None:
    """Give a file a second name or, where the disk has no hard links, copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
        sync(target)


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name[:6].isdigit() and path.is_dir()]
