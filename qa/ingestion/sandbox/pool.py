"""Files read by child processes, so that a file that crashes, hangs or needs too much memory harms no other.

Each child reads one file at a time under the limits of ``restrictions``. It is ended when a file takes too long or
sends too much. After some files a new child takes its place, so that memory that libraries lose does not add up. Small
plain texts are read in this process.
"""

from __future__ import annotations

import json
import os
import selectors
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.ingestion.readers.detection import is_plain_text
from qa.ingestion.sandbox import restrictions
from qa.ingestion.sandbox.processes import LENGTH, end, failure_of, json_message, start
from qa.serialisation import document_from_json
from qa.types import Skipped

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence

    from qa.types import Document

SILENT_SECONDS = 60.0
"""A child that sends nothing for this time is ended: it sends every document and reports its pages. Its processor time
ends sooner. This limit is for a child that waits, and it is long enough for a busy machine."""
MAX_SECONDS = 900.0
"""No file may take longer, even if its child reports progress."""
MAX_OUTPUT = 1 << 30
"""Bytes that a child may send about one file."""
MAX_MESSAGE = 1 << 28
"""Bytes of one message, which holds at most one document."""
_FILES_PER_CHILD = 64
_CHILDREN = 4
_PLAIN_BYTES = 1 << 20
"""A plain text of at most this size is only decoded, so it needs no child."""
_NO_LIMITS = "is read under limits that this system does not have; index it in WSL 2 or in the container"
_DEATHS = {
    "timeout": "takes too much processor time to read",
    "too-large": "needs more memory than a file may take, or is damaged",
}

File = tuple[Path, str]
"""A path and the name of the file relative to its source."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The documents of one file, or why it was skipped; a file may break off after some documents."""

    documents: tuple[Document, ...] = ()
    skipped: Skipped | None = None


def read_all(
    files: Sequence[File], progress: Callable[[int, str], None], workers: int | None = None
) -> Iterator[ReadResult]:
    """Yield the result of every file, in the order of the files.

    ``progress`` is called with the number of files done and the name of a file that begins or is done. ``workers`` is
    the number of children.
    """
    results: dict[int, ReadResult] = {}
    waiting = []
    for number, (path, name) in enumerate(files):
        result = _read_here(path, name)
        if result is None and not restrictions.AVAILABLE:
            result = ReadResult(skipped=Skipped(name, "unsupported", _NO_LIMITS))
        if result:
            results[number] = result
            progress(len(results), name)
        else:
            waiting.append(number)
    if waiting:
        count = workers or min(_CHILDREN, os.cpu_count() or 1, len(waiting))
        with _Pool(files, count) as pool:
            for number, result in pool.run(waiting, lambda name: progress(len(results), name)):
                results[number] = result
                progress(len(results), files[number][1])
    for number in range(len(files)):
        yield results.pop(number)


def _read_here(path: Path, name: str) -> ReadResult | None:
    """Return the result of a small plain text, or of a file that cannot be opened; None for any other file."""
    with suppress(OSError):
        if path.stat().st_size > _PLAIN_BYTES or not is_plain_text(path, name):
            return None
    try:
        return ReadResult(tuple(read(path, name)))
    except DocumentError as error:
        return ReadResult(skipped=Skipped(error.file, error.reason, error.detail))


class _Pool:
    """Children and the files they read."""

    def __init__(self, files: Sequence[File], count: int) -> None:
        self._files = files
        self._count = count
        self._selector = selectors.DefaultSelector()
        self._children: list[_ReaderProcess] = []

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *exception: object) -> None:
        for child in self._children:
            end(child.process)
        self._selector.close()

    def run(self, numbers: list[int], begin: Callable[[str], None]) -> Iterator[tuple[int, ReadResult]]:
        """Yield the result of each file when it is known; if a used child dies over a file, a new one tries again.

        ``begin`` is called with the name of each file that begins.
        """
        waiting = list(reversed(numbers))
        while waiting or any(child.busy for child in self._children):
            self._assign(waiting, begin)
            for child in self._ready():
                number, used = child.number, child.files > 1
                result = child.receive()
                if result is None:
                    continue
                if child.dead:
                    self._remove(child)
                    if used and result.skipped is not None and result.skipped.reason != "timeout":
                        waiting.append(number)
                        continue
                yield number, result

    def _assign(self, waiting: list[int], begin: Callable[[str], None]) -> None:
        """Give waiting files to idle children, and start children up to their number."""
        for old in [child for child in self._children if not child.busy and child.files >= _FILES_PER_CHILD]:
            self._remove(old)
        while waiting:
            child = next((child for child in self._children if not child.busy), None)
            if child is None:
                if len(self._children) >= self._count:
                    return
                child = _ReaderProcess()
                self._children.append(child)
                self._selector.register(child.output, selectors.EVENT_READ, child)
            number = waiting.pop()
            begin(self._files[number][1])
            child.ask(number, *self._files[number])

    def _ready(self) -> list[_ReaderProcess]:
        """Wait for messages; return the children that sent some or whose time is over."""
        deadline = min((child.deadline for child in self._children if child.busy), default=time.monotonic())
        events = self._selector.select(max(0.0, deadline - time.monotonic()))
        ready: list[_ReaderProcess] = [key.data for key, _ in events]
        now = time.monotonic()
        for child in self._children:
            if child.busy and child.deadline <= now and child not in ready:
                child.refuse("timeout", "takes too long to read")
                ready.append(child)
        return ready

    def _remove(self, child: _ReaderProcess) -> None:
        self._selector.unregister(child.output)
        self._children.remove(child)
        end(child.process)


@dataclass(slots=True)
class _ReaderProcess:
    """One process, the file it reads, and what it has sent about it."""

    number: int = -1
    files: int = 0
    busy: bool = False
    dead: bool = False
    deadline: float = 0.0
    process: subprocess.Popen[bytes] = field(default_factory=lambda: start("qa.ingestion.sandbox.child"))
    _last_deadline: float = 0.0
    _received: int = 0
    _name: str = ""
    _buffer: bytearray = field(default_factory=bytearray)
    _documents: list[Document] = field(default_factory=list)
    _refusal: Skipped | None = None

    @property
    def output(self) -> int:
        """The file descriptor of the child's standard output."""
        if self.process.stdout is None:
            raise ValueError("the child has no output")
        return self.process.stdout.fileno()

    def ask(self, number: int, path: Path, name: str) -> None:
        """Begin to read a file."""
        self.number, self._name, self.busy, self.files = number, name, True, self.files + 1
        self._documents, self._refusal, self._received = [], None, 0
        self._buffer.clear()
        self._last_deadline = time.monotonic() + MAX_SECONDS
        self._extend_deadline()
        if self.process.stdin is not None:
            try:
                self.process.stdin.write(json_message({"path": str(path.absolute()), "name": name}))
            except BrokenPipeError:
                return  # receive() will find the end of its output

    def receive(self) -> ReadResult | None:
        """Read what the child has sent; return the result once it is known."""
        if self._refusal is None:
            chunk = os.read(self.output, 1 << 16)
            if chunk:
                self._buffer += chunk
                self._received += len(chunk)
                return self._take()
            status = self.process.wait()
            reason = failure_of(status)
            self.refuse(reason, _DEATHS.get(reason, f"its reader broke off (status {status})"))
        self.busy = False
        return ReadResult(skipped=self._refusal)

    def _take(self) -> ReadResult | None:
        """Take whole messages from the buffer."""
        while len(self._buffer) >= LENGTH.size:
            size = LENGTH.unpack(self._buffer[: LENGTH.size])[0]
            if size > MAX_MESSAGE or self._received > MAX_OUTPUT:
                self.refuse("too-large", "holds more text than a file may")
                self.busy = False
                return ReadResult(skipped=self._refusal)
            if len(self._buffer) < LENGTH.size + size:
                return None
            answer = json.loads(bytes(self._buffer[LENGTH.size : LENGTH.size + size]))
            del self._buffer[: LENGTH.size + size]
            self._extend_deadline()
            if "document" in answer:
                self._documents.append(document_from_json(answer["document"]))
            elif "pages" not in answer:
                self.busy = False
                return ReadResult(tuple(self._documents), Skipped(*answer["refused"]) if "refused" in answer else None)
        return None

    def _extend_deadline(self) -> None:
        self.deadline = min(time.monotonic() + SILENT_SECONDS, self._last_deadline)

    def refuse(self, reason: str, detail: str) -> None:
        """Give up the file, and the child with it."""
        self.dead = True
        self._refusal = Skipped(self._name, reason, detail)
