"""An index brought up to date in the background, one run at a time, while questions are answered from the old one."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from qa.errors import IndexBusy, QAError

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.protocols import Progress
    from qa.service.reloading_bot import LiveBot
    from qa.types import IndexReport

    Run = Callable[[Progress], IndexReport]
    """Brings an index up to date, says how far it has come, and returns what it did; raises ``QAError``."""

_log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
"""Between two glances at whether another process has published a generation, or still writes one."""


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far updating has come. Requests are numbered; all up to ``done`` are dealt with, well or not.

    ``what`` is "reading" or "encoding" while a run is under way, "waiting" while another process writes the index, and
    empty where there is nothing to do; ``file`` the one being read. ``report`` is of the last run that went well,
    ``problem`` why the last one did not, or why what another process published cannot answer, in a sentence. Requests
    from ``failed_from`` up to ``done`` are those that no run has dealt with well yet.
    """

    asked: int = 0
    done: int = 0
    what: str = ""
    file: str = ""
    count: int = 0
    total: int = 0
    report: IndexReport | None = None
    problem: str | None = None
    failed_from: int | None = None


class Updater:
    """Runs updates when asked to, and has the bot follow its index. Requests made during a run share the next one.

    Leaving this as a context calls ``end``, which may have a run that is under way break off, and waits for that run.
    """

    def __init__(
        self,
        bot: LiveBot,
        run: Run,
        *,
        end: Callable[[], None] | None = None,
        tell: Callable[[Progressed], None] | None = None,
        look: float = LOOK_SECONDS,
    ) -> None:
        self._bot = bot
        self._run = run
        self._end = end
        self._tell = tell
        self._look = look
        self._changed = threading.Condition()
        self._state = Progressed()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="updater", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._end is not None:
            self._end()
        self._thread.join()

    def request(self) -> int:
        """Have the index brought up to date with what lies in its sources now, and return the request's number."""
        with self._changed:
            self._state = replace(self._state, asked=self._state.asked + 1)
            self._changed.notify_all()
            return self._state.asked

    def state(self) -> Progressed:
        """Return how far updating has come."""
        return self._state

    def wait(self, number: int, seconds: float) -> bool:
        """Wait until a request is dealt with; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state.done >= number, seconds)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._state.asked > self._state.done, self._look)
                if self._ended:
                    return
                asked = self._state.asked
            if asked > self._state.done:
                self._update(asked)
            else:
                self._follow()

    def _follow(self) -> None:
        """Have the bot answer from what another process published; what hinders it is the problem until it is over."""
        problem: str | None = None
        try:
            fresh = self._bot.refresh()
        except Exception as error:  # noqa: BLE001 - whatever fails, the old index answers, and the next glance may succeed
            fresh, problem = False, _sentence(error)
        before = self._state
        if before.failed_from is not None and not fresh:
            return  # nothing new has come since the run that failed
        with self._changed:
            self._state = replace(self._state, problem=problem, failed_from=None)
        if problem not in (None, before.problem):
            self._say()

    def _update(self, asked: int) -> None:
        """Run once for all requests up to ``asked``, again and again as long as another process writes the index."""
        report, problem = None, None
        try:
            report = self._run(self._progress)
            self._bot.refresh()
        except IndexBusy as error:
            with self._changed:
                self._state = replace(self._state, what="waiting", file="", problem=str(error))
                self._changed.wait_for(lambda: self._ended, self._look)
            return
        except Exception as error:  # noqa: BLE001 - whatever fails, the old index stays, and later requests are dealt with
            problem = _sentence(error)
        with self._changed:
            before = self._state
            if problem is None:
                self._state = Progressed(before.asked, asked, report=report)
            else:
                first = before.failed_from or before.done + 1
                self._state = Progressed(before.asked, asked, report=before.report, problem=problem, failed_from=first)
            self._changed.notify_all()
        self._say()

    def _say(self) -> None:
        """Tell how it went, to somebody who may be gone: standard error, say, that nobody reads any more."""
        if self._tell is None or self._ended:
            return
        try:
            self._tell(self._state)
        except Exception:  # noqa: BLE001 - whoever is told must not end the updates to come
            _log.exception("nobody could be told how the update went")

    def _progress(self, what: str, done: int, total: int) -> None:
        what, _, file = what.partition(" ")
        with self._changed:
            self._state = replace(self._state, what=what, file=file, count=done, total=total, problem=None)


def _sentence(error: Exception) -> str:
    if isinstance(error, QAError):
        return str(error)
    return f"the index could not be brought up to date: {type(error).__name__}: {error}"
