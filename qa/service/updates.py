"""Updates of an index in the background, one at a time, while the bot answers from the current generation."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from qa.errors import IndexBusy, QAError

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.protocols import Progress
    from qa.service.reloading_bot import ReloadingBot
    from qa.types import IndexReport

    RunUpdate = Callable[[Progress], IndexReport]
    """Updates an index, reports progress, and returns the report; raises ``QAError``."""

_log = logging.getLogger(__name__)

POLL_SECONDS: Final = 2.0
"""Time between two checks whether another process has published a generation, or still writes one."""


@dataclass(frozen=True, slots=True)
class UpdateState:
    """The state of updates. Requests are numbered; all requests up to ``done`` have been run, successfully or not.

    ``activity`` is "reading" or "encoding" during a run, "waiting" while another process writes the index, and empty
    otherwise. ``file`` is the file that is being read; ``count`` of ``total`` is the progress. ``report`` comes from
    the last successful run. ``problem`` is one sentence: why the last run failed, or why a generation that another
    process published cannot be opened; ``error`` is the class of that error. Requests from ``failed_from`` to ``done``
    failed and have not been repeated.
    """

    requested: int = 0
    done: int = 0
    activity: str = ""
    file: str = ""
    count: int = 0
    total: int = 0
    report: IndexReport | None = None
    problem: str | None = None
    error: str = ""
    failed_from: int | None = None


class Updater:
    """Runs updates on request and lets the bot follow its index. Requests made during a run share the next run.

    Use it as a context. On exit it calls ``stop``, which may break off a run, and waits for the run to end. ``notify``
    is called with the state after each run.
    """

    def __init__(
        self,
        bot: ReloadingBot,
        run: RunUpdate,
        *,
        stop: Callable[[], None] | None = None,
        notify: Callable[[UpdateState], None] | None = None,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._bot = bot
        self._run = run
        self._stop = stop
        self._notify = notify
        self._poll_seconds = poll_seconds
        self._changed = threading.Condition()
        self._state = UpdateState()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="updater", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._stop is not None:
            self._stop()
        self._thread.join()

    def request(self) -> int:
        """Request an update from the sources as they are now, and return the number of the request."""
        with self._changed:
            self._state = replace(self._state, requested=self._state.requested + 1)
            self._changed.notify_all()
            return self._state.requested

    def state(self) -> UpdateState:
        """Return the state of updates."""
        return self._state

    def wait(self, number: int, seconds: float) -> bool:
        """Wait until a request is done; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state.done >= number, seconds)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._ended or self._state.requested > self._state.done, self._poll_seconds
                )
                if self._ended:
                    return
                requested = self._state.requested
            if requested > self._state.done:
                self._update(requested)
            else:
                self._follow()

    def _follow(self) -> None:
        """Let the bot open a generation that another process published; an error is the problem until it is over."""
        problem, name = None, ""
        try:
            fresh = self._bot.refresh()
        except Exception as error:  # noqa: BLE001 - the old generation answers, and the next check may succeed
            fresh, problem, name = False, _sentence(error), type(error).__name__
        before = self._state
        if before.failed_from is not None and not fresh:
            return  # nothing new since the run that failed
        with self._changed:
            self._state = replace(self._state, problem=problem, error=name, failed_from=None)
        if problem not in (None, before.problem):
            self._tell()

    def _update(self, requested: int) -> None:
        """Run once for all requests up to ``requested``; wait instead while another process writes the index."""
        report, problem, name = None, None, ""
        try:
            report = self._run(self._progress)
            self._bot.refresh()
        except IndexBusy as error:
            with self._changed:
                self._state = replace(
                    self._state, activity="waiting", file="", problem=str(error), error=type(error).__name__
                )
                self._changed.wait_for(lambda: self._ended, self._poll_seconds)
            return
        except Exception as error:  # noqa: BLE001 - the old generation answers, and later requests still run
            problem, name = _sentence(error), type(error).__name__
        with self._changed:
            before = self._state
            if problem is None:
                self._state = UpdateState(before.requested, requested, report=report)
            else:
                first = before.failed_from or before.done + 1
                self._state = UpdateState(
                    before.requested, requested, report=before.report, problem=problem, error=name, failed_from=first
                )
            self._changed.notify_all()
        self._tell()

    def _tell(self) -> None:
        """Call ``notify`` and ignore its errors: its output may be closed."""
        if self._notify is None or self._ended:
            return
        try:
            self._notify(self._state)
        except Exception:  # noqa: BLE001 - later updates must still run
            _log.exception("nobody could be told how the update went")

    def _progress(self, what: str, done: int, total: int) -> None:
        activity, _, file = what.partition(" ")
        with self._changed:
            self._state = replace(self._state, activity=activity, file=file, count=done, total=total, problem=None)


def _sentence(error: Exception) -> str:
    if isinstance(error, QAError):
        return str(error)
    return f"the index could not be brought up to date: {type(error).__name__}: {error}"
