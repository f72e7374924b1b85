"""Counts for monitors: questions by how they ended, answer times, the age of the index; never a question's text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from qa.protocols import Answerer
    from qa.types import Answer

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_1_0_0
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)


class Metrics:
    """The counts of one server. Every label has a handful of values, whatever people ask.

    ``running`` is the number of questions that are being answered.
    """

    def __init__(self, bot: Answerer, built: Callable[[], datetime] | None) -> None:
        self.running = 0
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "qa_questions",
            "Questions, by where they were asked and how they ended: found, the reason why not, or failed.",
            ("interface", "outcome"),
            registry=self._registry,
        )
        self._seconds = Histogram(
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

    def measure(self, interface: str, ask: Callable[[], Answer]) -> Answer:
        """Return the answer of ``ask``, and count it as one that was asked through ``interface``."""
        outcome = "failed"
        self.running += 1
        try:
            with self._seconds.labels(interface).time():
                answer = ask()
            outcome = "found" if answer.found else answer.reason or "nothing-relevant"
        finally:
            self.running -= 1
            self._questions.labels(interface, outcome).inc()
        return answer

    def text(self) -> bytes:
        """Return all counts in the text format of Prometheus."""
        return generate_latest(self._registry)
