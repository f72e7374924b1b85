"""A corpus of a few lines of text with a fast encoder, whose updates can be held back."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from word_encoder import WordEncoder

import qa
from qa.index.build import update_index
from qa.service.corpus import Corpus
from qa.service.reloading_bot import ReloadingBot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = 30
"""Seconds after which something that must happen counts as not happening."""
WORDS = "leave days sick note doctor travel rail cost heron pond fish"
TEXTS = {
    "leave.txt": "Annual leave is thirty days.\n\nSick leave needs a doctor.",
    "travel.txt": "Travel by rail.",
    "image.png": "\x89PNG",
}


class HeldUpdate:
    """An update that waits before each run until ``go`` is released; ``failing`` makes the next one fail."""

    def __init__(self, root, encoder):
        self._root, self._encoder = root, encoder
        self.go = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        self.runs = 0
        self.failing = None

    def __call__(self, progress):
        self.runs += 1
        self.begun.release()
        assert self.go.acquire(timeout=LONG)
        if self.failing:
            failing, self.failing = self.failing, None
            raise failing
        return update_index(self._root, encoder=self._encoder, progress=progress)


class Gate:
    """An update in this process that waits while the gate is shut; ``failing`` makes one fail with it."""

    def __init__(self, root: Path, encoder: object) -> None:
        self._root, self._encoder = root, encoder
        self._open = threading.Event()
        self._open.set()
        self.failing: Exception | None = None

    def __call__(self, progress):
        progress("reading", 0, 1)
        assert self._open.wait(30)
        if self.failing:
            failing, self.failing = self.failing, None
            raise failing
        return update_index(self._root, encoder=self._encoder, progress=progress)

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Hold updates back while this is entered."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()


@contextmanager
def small_corpus(folder: Path, texts: dict[str, str] | None = None, encoder: object = None) -> Iterator[Corpus]:
    """Index some texts and give the corpus, with its ``bot``, ``gate`` and the folder of its ``source``."""
    encoder = encoder or WordEncoder("leave days sick doctor travel rail heron pond fish")
    source = folder / "source"
    source.mkdir()
    for name, text in (texts or TEXTS).items():
        (source / name).write_text(text)
    qa.build_index(source, folder / "index", encoder=encoder)
    bot = ReloadingBot(folder / "index", encoder=encoder)
    gate = Gate(folder / "index", encoder)
    with Corpus(bot, run=gate) as corpus:
        corpus.bot, corpus.gate, corpus.source = bot, gate, source
        yield corpus


def upload(corpus, name, text, **options) -> int:
    """Upload a file and return the number of its update."""
    content = text if isinstance(text, bytes) else text.encode()
    with corpus.receive(name, len(content), **options) as file:
        file.write(content)
    return corpus.update()


def wait_until(is_true) -> None:
    """Wait until something is true, or fail."""
    ticking = threading.Event()
    for _ in range(LONG * 50):
        if is_true():
            return
        ticking.wait(0.02)
    raise AssertionError("it did not become true")
