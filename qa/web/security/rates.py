"""Rate limits for requests, and waits that grow with wrong passwords."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_REMEMBERED: Final = 10_000
"""Clients that are remembered. Beyond that, those that need not wait are forgotten."""


class Rate:
    """Allows each client ``per_minute`` requests a minute, and ``burst`` of them at once. ``clock`` returns seconds.

    This is the generic cell rate algorithm (ITU-T I.371), which needs one number for each client.
    """

    def __init__(self, per_minute: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 60 / per_minute
        self._slack = self._interval * (burst - 1)
        self._clock = clock
        self._due: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, client: str) -> float:
        """Return 0 and count a request by ``client``, or return the seconds to wait and count nothing."""
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
    """Makes a client wait after failures, twice as long after each.

    The first ``free`` failures cost nothing, and no wait is longer than ``most`` seconds. ``clock`` returns seconds.
    """

    def __init__(self, free: int, most: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = free
        self._most = most
        self._clock = clock
        self._failures: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Return 0 and count a failure of ``key``, or return the seconds to wait and count nothing.

        The failure is counted before the result of the try is known: otherwise many tries at once would all be free.
        ``succeeded`` takes it back.
        """
        with self._lock:
            now = self._clock()
            count, until = self._failures.get(key, (0, now))
            if until > now:
                return until - now
            if now - until > self._most:  # the last failure is long ago
                count = 0
            pause = 0.0 if count < self._free else min(2.0 ** (count - self._free), self._most)
            self._failures[key] = (count + 1, now + pause)
            if len(self._failures) > _REMEMBERED:
                self._failures = {k: v for k, v in self._failures.items() if v[1] > now - self._most}
            return 0.0

    def succeeded(self, key: str) -> None:
        """Forget all failures of ``key``."""
        with self._lock:
            self._failures.pop(key, None)
