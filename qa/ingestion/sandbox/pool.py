"""Files read by child processes: a file that crashes, hangs or swells takes its child along and nothing else.

Each child reads one file at a time under the limits of ``sandbox``. It is given up when a file takes too long, says too
much, or after some files, so that none inherits another's memory. What is small and plain text is read right here.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.ingestion.readers.detection import is_plain_text
from qa.ingestion.sandbox.child import LENGTH, decode_document, encode
from qa.ingestion.sandbox.processes import command_for
from qa.types import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qa.types import Document

SILENT_SECONDS = 60.0
"""A file that gives no sign of life for so long is given up: a document, or a page, is such a sign. Processor time runs
out sooner; this is for one that waits, and generous for the sake of machines that are busy with something else."""
MOST_SECONDS = 900.0
"""No file may take longer, however many signs of life it gives."""
MOST_OUTPUT = 1 << 30
MOST_FRAME = 1 << 28
"""What a child may say of one file, and of one document, in bytes."""
_FILES_A_CHILD = 64
_WORKERS = 4
_PLAIN_BYTES = 1 << 20
"""A plain text up to this size is only decoded, so it needs no child."""

File = tuple[Path, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: its documents, or why there are none."""

    documents: tuple[Document, ...] = ()
    skipped: Skipped | None = None


def read_all(
    files: Sequence[File], progress: Callable[[int, str], None], workers: int | None = None
) -> Iterator[Outcome]:
    """Yield the outcome of every file, in their order.

    ``progress`` is called with the number of files done and the name of one that is being read.
    """
    outcomes: dict[int, Outcome] = {}
    waiting = []
    for number, (path, name) in enumerate(files):
        if _is_read_here(path, name):
            outcomes[number] = _read_here(path, name)
            progress(len(outcomes), name)
        else:
            waiting.append(number)
    if waiting:
        count = workers or min(_WORKERS, os.cpu_count() or 1, len(waiting))
        with _Pool(files, count) as pool:
            for number, outcome in pool.run(waiting, lambda name: progress(len(outcomes), name)):
                outcomes[number] = outcome
                progress(len(outcomes), files[number][1])
    for number in range(len(files)):
        yield outcomes.pop(number)


def start(module: str) -> subprocess.Popen[bytes]:
    """Start a child that runs ``main`` of a module of ours, with pipes to it and nothing else from here."""
    return subprocess.Popen(  # noqa: S603 - this interpreter, with our own words
        command_for(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
        bufsize=0,
    )


def _is_read_here(path: Path, name: str) -> bool:
    """Say whether a file is a small plain text, or cannot even be opened."""
    try:
        return path.stat().st_size <= _PLAIN_BYTES and is_plain_text(path, name)
    except OSError:
        return True


def _read_here(path: Path, name: str) -> Outcome:
    try:
        return Outcome(tuple(read(path, name)))
    except DocumentError as error:
        return Outcome(skipped=Skipped(error.file, error.reason, error.detail))


class _Pool:
    """Children and the files they are reading."""

    def __init__(self, files: Sequence[File], count: int) -> None:
        self._files = files
        self._count = count
        self._selector = selectors.DefaultSelector()
        self._children: list[_Child] = []

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *exception: object) -> None:
        for child in self._children:
            child.end()
        self._selector.close()

    def run(self, numbers: list[int], begin: Callable[[str], None]) -> Iterator[tuple[int, Outcome]]:
        """Yield the outcome of each file as it comes; a file whose used child died is read once more by a new one."""
        waiting = list(reversed(numbers))
        while waiting or any(child.busy for child in self._children):
            self._assign(waiting, begin)
            for child in self._ready():
                number, used = child.number, child.files > 1
                outcome = child.receive()
                if outcome is None:
                    continue
                if child.dead:
                    self._remove(child)
                    if used and outcome.skipped is not None and outcome.skipped.reason != "timeout":
                        waiting.append(number)
                        continue
                yield number, outcome

    def _assign(self, waiting: list[int], begin: Callable[[str], None]) -> None:
        for old in [child for child in self._children if not child.busy and child.files >= _FILES_A_CHILD]:
            self._remove(old)
        while waiting:
            child = next((child for child in self._children if not child.busy), None)
            if child is None:
                if len(self._children) >= self._count:
                    return
                child = _Child()
                self._children.append(child)
                self._selector.register(child.output, selectors.EVENT_READ, child)
            number = waiting.pop()
            begin(self._files[number][1])
            child.ask(number, *self._files[number])

    def _ready(self) -> list[_Child]:
        """Wait for answers, and give up on the children whose time is over."""
        deadline = min((child.deadline for child in self._children if child.busy), default=time.monotonic())
        events = self._selector.select(max(0.0, deadline - time.monotonic()))
        ready: list[_Child] = [key.data for key, _ in events]
        now = time.monotonic()
        for child in self._children:
            if child.busy and child.deadline <= now and child not in ready:
                child.give_up("timeout", "takes too long to read")
                ready.append(child)
        return ready

    def _remove(self, child: _Child) -> None:
        self._selector.unregister(child.output)
        self._children.remove(child)
        child.end()


@dataclass(slots=True)
class _Child:
    """One process, the file it is reading, and what it has said of it."""

    number: int = -1
    files: int = 0
    busy: bool = False
    dead: bool = False
    deadline: float = 0.0
    _latest: float = 0.0
    _said: int = 0
    _name: str = ""
    _buffer: bytearray = field(default_factory=bytearray)
    _documents: list[Document] = field(default_factory=list)
    _refusal: Skipped | None = None
    _process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self._process = start("qa.ingestion.sandbox.child")

    @property
    def output(self) -> int:
        """The descriptor to wait for."""
        if self._process.stdout is None:
            raise ValueError("the child has no output")
        return self._process.stdout.fileno()

    def ask(self, number: int, path: Path, name: str) -> None:
        """Begin to read a file."""
        self.number, self._name, self.busy, self.files = number, name, True, self.files + 1
        self._documents, self._refusal, self._said = [], None, 0
        self._buffer.clear()
        self._latest = time.monotonic() + MOST_SECONDS
        self._live()
        if self._process.stdin is not None:
            try:
                self._process.stdin.write(encode({"path": str(path.absolute()), "name": name}))
            except BrokenPipeError:
                return  # the end of its output says the same

    def receive(self) -> Outcome | None:
        """Take in what the child has said; return the outcome once it is known."""
        if self._refusal is None:
            chunk = os.read(self.output, 1 << 16)
            if chunk:
                self._buffer += chunk
                self._said += len(chunk)
                return self._take()
            self._died()
        self.busy = False
        return Outcome(skipped=self._refusal)

    def _take(self) -> Outcome | None:
        """Take whole frames from the buffer."""
        while len(self._buffer) >= LENGTH.size:
            size = LENGTH.unpack(self._buffer[: LENGTH.size])[0]
            if size > MOST_FRAME or self._said > MOST_OUTPUT:
                self.give_up("too-large", "holds more text than a file may")
                self.busy = False
                return Outcome(skipped=self._refusal)
            if len(self._buffer) < LENGTH.size + size:
                return None
            frame = json.loads(bytes(self._buffer[LENGTH.size : LENGTH.size + size]))
            del self._buffer[: LENGTH.size + size]
            self._live()
            if "document" in frame:
                self._documents.append(decode_document(frame["document"]))
            elif "alive" not in frame:
                return self._finish(frame)
        return None

    def _finish(self, frame: dict[str, Any]) -> Outcome:
        self.busy = False
        if "refused" in frame:
            return Outcome(tuple(self._documents), Skipped(*frame["refused"]))
        return Outcome(tuple(self._documents))

    def _live(self) -> None:
        self.deadline = min(time.monotonic() + SILENT_SECONDS, self._latest)

    def _died(self) -> None:
        """Say why the child is no more."""
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            self._refuse("timeout", "takes too much processor time to read")
        elif code in (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL):
            self._refuse("too-large", "needs more memory than a file may take, or is damaged")
        else:
            self._refuse("damaged", f"its reader broke off (status {code})")

    def _refuse(self, reason: str, detail: str) -> None:
        self.dead = True
        self._refusal = Skipped(self._name, reason, detail)

    def give_up(self, reason: str, detail: str) -> None:
        """End the process because of what it does with its file."""
        self._refuse(reason, detail)
        self.end()

    def end(self) -> None:
        """End the process and all it may have started."""
        if self._process.poll() is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                self._process.kill()
            self._process.wait()
        if self.dead:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
