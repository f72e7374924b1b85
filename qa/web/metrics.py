"""Counts for monitors: questions by how they ended, answer times, the age of the index; never a question's text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from qa.protocols import Answerer
    from qa.types import Answer, Document, Turn

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_1_0_0
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)


class Metrics:
    """The counts of one server. Every label has a handful of values, whatever people ask."""

    def __init__(self, bot: Answerer, built: Callable[[], datetime] | None) -> None:
        self._registry = CollectorRegistry()
        self.questions = Counter(
            "qa_questions",
            "Questions, by where they were asked and how they ended: found, the reason why not, or failed.",
            ("interface", "outcome"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "qa_answer_seconds",
            "Time from question to answer.",
            ("interface",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        documents = Gauge("qa_index_documents", "Documents in the index.", registry=self._registry)
        documents.set_function(lambda: len(bot.document_ids()))
        if built is not None:
            age = Gauge("qa_index_age_seconds", "Time since the index was built.", registry=self._registry)
            age.set_function(lambda: time.time() - built().timestamp())
        ProcessCollector(registry=self._registry)

    def render(self) -> bytes:
        """Return all counts in the text format of Prometheus."""
        return generate_latest(self._registry)


class MonitoredBot:
    """A bot whose answers are counted in ``metrics`` as those of one ``interface``."""

    def __init__(self, bot: Answerer, metrics: Metrics, interface: str) -> None:
        self._bot = bot
        self._questions = metrics.questions
        self._seconds = metrics.seconds.labels(interface)
        self._interface = interface

    def ask(self, question: str, *, history: Iterable[Turn] = (), k: int = 5, documents: Sequence[str] = ()) -> Answer:
        """Answer a question and count how that went; see ``Answerer``."""
        outcome = "failed"
        try:
            with self._seconds.time():
                given = self._bot.ask(question, history=history, k=k, documents=documents)
            outcome = "found" if given.found else given.reason or "nothing-relevant"
        finally:
            self._questions.labels(self._interface, outcome).inc()
        return given

    def document_ids(self) -> list[str]:
        """Return the ids of the indexed documents, sorted."""
        return self._bot.document_ids()

    def document(self, document_id: str) -> Document:
        """Return a document with its text; ``KeyError`` if the index has none of that id."""
        return self._bot.document(document_id)

    def file(self, document: Document) -> Path | None:
        """Return the file a document was read from, None where there is none; see ``Answerer``."""
        return self._bot.file(document)

    def suggestions(self, typed: str, *, offered: Iterable[str] = (), k: int = 6) -> list[str]:
        """Return questions that begin with, or resemble, what is being typed."""
        return self._bot.suggestions(typed, offered=offered, k=k)

    def spelling(self, question: str) -> str | None:
        """Return the question as it may have been meant, None where nothing in it seems misspelt."""
        return self._bot.spelling(question)
