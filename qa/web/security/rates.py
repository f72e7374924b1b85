"""How often: a rate for whoever asks, and a growing wait for whoever guesses passwords."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_REMEMBERED: Final = 10_000
"""Clients that are remembered; beyond that those are forgotten that need not wait."""


class Rate:
    """Lets each client do something ``per_minute`` times a minute, ``burst`` times at once.

    The generic cell rate algorithm (ITU-T I.371): one number a client, and no queue.
    """

    def __init__(self, per_minute: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 60 / per_minute
        self._slack = self._interval * (burst - 1)
        self._clock = clock
        self._due: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, client: str) -> float:
        """Count one more by ``client`` and return 0, or the seconds after which it may be tried again."""
        with self._lock:
            now = self._clock()
            due = max(self._due.get(client, now), now)
            if (early := due - self._slack - now) > 0:
                return early
            self._due[client] = due + self._interval
            if len(self._due) > _REMEMBERED:
                self._due = {name: due for name, due in self._due.items() if due > now}
            return 0.0


class Backoff:
    """Makes whoever fails wait, twice as long each time: ``free`` failures cost nothing, none more than ``most`` s."""

    def __init__(self, free: int, most: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = free
        self._most = most
        self._clock = clock
        self._failures: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Return the seconds for which ``key`` may not try, 0 if it may; a try counts as failed until it succeeds.

        Counting before the outcome is known keeps many tries at once from all being free.
        """
        with self._lock:
            now = self._clock()
            count, until = self._failures.get(key, (0, now))
            if until > now:
                return until - now
            if now - until > self._most:  # long quiet: begin anew
                count = 0
            pause = 0.0 if count < self._free else min(2.0 ** (count - self._free), self._most)
            self._failures[key] = (count + 1, now + pause)
            if len(self._failures) > _REMEMBERED:
                self._failures = {k: v for k, v in self._failures.items() if v[1] > now - self._most}
            return 0.0

    def succeeded(self, key: str) -> None:
        """Forget the failures of ``key``."""
        with self._lock:
            self._failures.pop(key, None)
