"""Pages drawn by child processes: a page that crashes, hangs or swells takes its child along and nothing else."""

from __future__ import annotations

import os
import queue
import selectors
import signal
import subprocess
import threading
import time
import weakref
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from qa.errors import PageError
from qa.ingestion.readers.common.limits import MAX_PAGES
from qa.ingestion.sandbox.child import LENGTH, encode
from qa.ingestion.sandbox.pool import start
from qa.viewer.picture import Picture

if TYPE_CHECKING:
    from pathlib import Path

_AT_ONCE: Final = 2
"""Pages that are drawn at the same time."""
_PATIENCE: Final = 20.0
"""Seconds for which a page may be drawn, by a child of low priority that may have to be started on a busy machine, and
for which a request may wait for its turn."""
_PAGES_A_CHILD: Final = 500
"""After so many a child makes room for a fresh one, so that no file's leavings pile up."""
_MOST_ANSWER: Final = 1 << 27
_KEPT_BYTES: Final = 1 << 26
"""Pictures that are kept for the next who turns to the page: some 300."""
_SENTENCES: Final = {
    "no-page": "the document has no such page",
    "damaged": "the page cannot be drawn: the file is damaged there",
    "too-large": "the page needs more memory than a page may take",
    "timeout": "the page takes too long to draw",
    "busy": "too many pages are being drawn right now; try again in a moment",
}

Key = tuple[str, str, int]


class Studio:
    """Draws pages of files, ``_AT_ONCE`` at a time, and remembers the latest; threads may share it.

    Children are started when they are first needed and end with this object.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Picture] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._idle: queue.LifoQueue[_Painter] = queue.LifoQueue()  # the one that has the file open goes first
        painters = [_Painter() for _ in range(_AT_ONCE)]
        for painter in painters:
            self._idle.put(painter)
        weakref.finalize(self, _end, painters)

    def prepare(self) -> None:
        """Have a child started, so that the first page is not kept waiting for one."""
        try:
            painter = self._idle.get_nowait()
        except queue.Empty:
            return
        try:
            painter.prepare()
        finally:
            self._idle.put(painter)

    def picture(self, path: Path, version: str, page: int) -> Picture:
        """Return a page of a PDF, counted from 1.

        ``version`` is to be another whenever the file is. Raises ``PageError`` if there is no such page, or if it
        cannot be drawn within the limits on time and memory.
        """
        if not 1 <= page <= MAX_PAGES:
            raise PageError("no-page", _SENTENCES["no-page"])
        key = str(path.absolute()), version, page
        with self._lock:
            if (known := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return known
        try:
            painter = self._idle.get(timeout=_PATIENCE)
        except queue.Empty:
            raise PageError("busy", _SENTENCES["busy"]) from None
        try:
            picture = painter.draw(key)
        finally:
            self._idle.put(painter)
        self._keep(key, picture)
        return picture

    def _keep(self, key: Key, picture: Picture) -> None:
        with self._lock:
            if key not in self._kept:
                self._size += _weight(picture)
            self._kept[key] = picture
            while self._size > _KEPT_BYTES and len(self._kept) > 1:
                self._size -= _weight(self._kept.popitem(last=False)[1])


def _weight(picture: Picture) -> int:
    return len(picture.png) + 20 * len(picture.letters)


class _Painter:
    """A child process and the pipes to it, started when it is needed; one thread at a time may use it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._drawn = 0

    def prepare(self) -> subprocess.Popen[bytes]:
        """Return the child, started if it is not running."""
        if self._process is None or self._process.poll() is not None or self._drawn >= _PAGES_A_CHILD:
            self.end()
            self._process, self._drawn = start("qa.viewer.painter"), 0
        return self._process

    def draw(self, key: Key) -> Picture:
        """Return a page; a used child that dies over it is replaced by a new one, which tries once more."""
        used = self._drawn > 0
        try:
            return self._ask(key)
        except PageError as error:
            if not (used and error.reason in ("damaged", "too-large") and self._process is None):
                raise
        return self._ask(key)

    def _ask(self, key: Key) -> Picture:
        process = self.prepare()
        self._drawn += 1
        path, version, page = key
        try:
            if process.stdin is not None:
                process.stdin.write(encode({"path": path, "version": version, "page": page}))
            answer = _read(process)
        except BrokenPipeError:
            answer = b""
        except TimeoutError:
            self.end()
            raise PageError("timeout", _SENTENCES["timeout"]) from None
        if not answer:
            reason = self._why_ended(process)
            raise PageError(reason, _SENTENCES[reason])
        if answer[:1] == b"P":
            try:
                return Picture.unpack(answer[1:])
            except ValueError:  # the child is out of its mind
                self.end()
                raise PageError("damaged", _SENTENCES["damaged"]) from None
        reason = answer[1:].decode("ascii", "replace")
        raise PageError(reason if reason in _SENTENCES else "damaged", _SENTENCES.get(reason, _SENTENCES["damaged"]))

    def _why_ended(self, process: subprocess.Popen[bytes]) -> str:
        """Make sure that the child is no more, and return the reason why."""
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
        status = process.poll()
        self.end()
        if status == -signal.SIGXCPU:
            return "timeout"
        return "too-large" if status in (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL) else "damaged"

    def end(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _end(painters: list[_Painter]) -> None:
    for painter in painters:
        painter.end()


def _read(process: subprocess.Popen[bytes]) -> bytes:
    """Return what a child answers, nothing if it has died or says too much; ``TimeoutError`` if it takes too long."""
    if process.stdout is None:
        return b""
    deadline = time.monotonic() + _PATIENCE
    output = process.stdout.fileno()
    received = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            if len(received) >= LENGTH.size:
                size = LENGTH.unpack(received[: LENGTH.size])[0]
                if size > _MOST_ANSWER:
                    return b""
                if len(received) >= LENGTH.size + size:
                    return bytes(received[LENGTH.size :])
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            chunk = os.read(output, 1 << 20)
            if not chunk:
                return b""
            received += chunk
