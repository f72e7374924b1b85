"""Pages drawn by child processes, so that a page that crashes, hangs or needs too much memory harms nothing else."""

from __future__ import annotations

import os
import queue
import selectors
import threading
import time
import weakref
from collections import OrderedDict
from contextlib import suppress
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING, Final

from qa.errors import PageError
from qa.ingestion.readers.common.limits import MAX_PAGES
from qa.ingestion.sandbox import restrictions
from qa.ingestion.sandbox.processes import LENGTH, end, failure_of, json_message, start
from qa.viewer.page_image import PageImage

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

_CHILDREN: Final = 2
"""Pages that are drawn at the same time."""
_MAX_SECONDS: Final = 20.0
"""Time for one page, which includes the start of a child on a busy machine, and time to wait for an idle child."""
_PAGES_PER_CHILD: Final = 500
"""A new child takes over after this many pages, so that memory that PDFium loses does not add up."""
_MAX_ANSWER: Final = 1 << 27
_CACHE_BYTES: Final = 1 << 26
"""Size of the cache of images, some 300 pages."""
_SENTENCES: Final = {
    "no-page": "the document has no such page",
    "damaged": "the page cannot be drawn: the file is damaged there",
    "too-large": "the page needs more memory than a page may take",
    "timeout": "the page takes too long to draw",
    "no-limits": "pages are drawn under limits that this system does not have",
    "busy": "too many pages are being drawn right now; try again in a moment",
}

Key = tuple[str, str, int]
"""Path and version of a file, and the number of a page."""


class PageRenderer:
    """Draws pages of PDF files in child processes and caches the latest images. It is thread-safe.

    Children start when they are first needed and end with this object.
    """

    def __init__(self) -> None:
        self._cache: OrderedDict[Key, PageImage] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._idle: queue.LifoQueue[_DrawingProcess] = queue.LifoQueue()  # last in, first out: it has the file open
        children = [_DrawingProcess() for _ in range(_CHILDREN)]
        for child in children:
            self._idle.put(child)
        weakref.finalize(self, _end_all, children)

    def prepare(self) -> None:
        """Start a child, so that the first page does not have to wait for it."""
        if not restrictions.AVAILABLE:
            return
        with suppress(queue.Empty):
            child = self._idle.get_nowait()
            try:
                child.prepare()
            finally:
                self._idle.put(child)

    def render(self, path: Path, version: str, page: int) -> PageImage:
        """Return a page of a PDF, counted from 1.

        ``version`` must change whenever the file does (its digest, for example). Raises ``PageError`` if there is no
        such page, or if it cannot be drawn within the limits on time and memory.
        """
        if not 1 <= page <= MAX_PAGES:
            raise _error("no-page")
        if not restrictions.AVAILABLE:
            raise _error("no-limits")
        key = str(path.absolute()), version, page
        with self._lock:
            if (cached := self._cache.get(key)) is not None:
                self._cache.move_to_end(key)
                return cached
        try:
            child = self._idle.get(timeout=_MAX_SECONDS)
        except queue.Empty:
            raise _error("busy") from None
        try:
            image = child.draw(key)
        finally:
            self._idle.put(child)
        self._add_to_cache(key, image)
        return image

    def _add_to_cache(self, key: Key, image: PageImage) -> None:
        with self._lock:
            if key not in self._cache:
                self._size += _size_of(image)
            self._cache[key] = image
            while self._size > _CACHE_BYTES and len(self._cache) > 1:
                self._size -= _size_of(self._cache.popitem(last=False)[1])


def _size_of(image: PageImage) -> int:
    return len(image.png) + 20 * len(image.characters)


def _error(reason: str) -> PageError:
    reason = reason if reason in _SENTENCES else "damaged"
    return PageError(reason, _SENTENCES[reason])


class _DrawingProcess:
    """A child process, started when it is needed. Only one thread at a time may use it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._drawn = 0

    def prepare(self) -> subprocess.Popen[bytes]:
        """Return the process, started if it does not run."""
        if self._process is None or self._process.poll() is not None or self._drawn >= _PAGES_PER_CHILD:
            self.end()
            self._process, self._drawn = start("qa.viewer.worker"), 0
        return self._process

    def draw(self, key: Key) -> PageImage:
        """Return a page. If a used process dies over it, a new process tries once more."""
        used = self._drawn > 0
        try:
            return self._ask(key)
        except PageError as error:
            if not (used and error.reason in ("damaged", "too-large") and self._process is None):
                raise
        return self._ask(key)

    def _ask(self, key: Key) -> PageImage:
        process = self.prepare()
        self._drawn += 1
        path, version, page = key
        try:
            if process.stdin is not None:
                process.stdin.write(json_message({"path": path, "version": version, "page": page}))
            answer = _receive(process)
        except BrokenPipeError:
            answer = b""
        except TimeoutError:
            self.end()
            raise _error("timeout") from None
        if not answer:
            with suppress(TimeoutExpired):
                process.wait(1)
            status = process.poll()
            self.end()
            raise _error(failure_of(status))
        if answer[:1] != b"P":
            raise _error(answer[1:].decode("ascii", "replace"))
        try:
            return PageImage.unpack(answer[1:])
        except ValueError:
            self.end()
            raise _error("damaged") from None

    def end(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            end(process)


def _end_all(children: list[_DrawingProcess]) -> None:
    for child in children:
        child.end()


def _receive(process: subprocess.Popen[bytes]) -> bytes:
    """Return the answer of a child, empty if it has died or sends too much. Raises ``TimeoutError``."""
    if process.stdout is None:
        return b""
    deadline = time.monotonic() + _MAX_SECONDS
    output = process.stdout.fileno()
    received = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            if len(received) >= LENGTH.size:
                size = LENGTH.unpack(received[: LENGTH.size])[0]
                if size > _MAX_ANSWER:
                    return b""
                if len(received) >= LENGTH.size + size:
                    return bytes(received[LENGTH.size :])
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            chunk = os.read(output, 1 << 20)
            if not chunk:
                return b""
            received += chunk
