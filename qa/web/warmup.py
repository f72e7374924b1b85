"""What a bot loads with its first question, loaded before a person asks it, but after the page they open."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from qa.protocols import Answerer

QUIET: Final = 0.3
"""Seconds without a request that came or waited for its answer, after which no page is being opened."""
MOST: Final = 5.0
"""Seconds after which waiting for that ends."""
_SWITCH: Final = 0.001
"""Seconds that loading holds the interpreter while a request waits for it: a fifth of Python's own."""


class Waking:
    """ASGI middleware that asks a bot something once the server has started and nobody is opening the page.

    Loading the model takes seconds, and the interpreter from whatever else is done meanwhile.
    """

    def __init__(self, app: ASGIApp, bot: Answerer, *, quiet: float = QUIET, most: float = MOST) -> None:
        self._app = app
        self._bot = bot
        self._quiet = quiet
        self._most = most
        self._last = 0.0
        self._unanswered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and note what waits for an answer."""
        if scope["type"] == "lifespan":
            self._last = time.monotonic()
            threading.Thread(target=self._wake, name="waking", daemon=True).start()
            await self._app(scope, receive, send)
            return
        waiting = True
        self._unanswered += 1

        def answered() -> None:
            nonlocal waiting
            self._unanswered -= waiting
            waiting = False
            self._last = time.monotonic()

        async def passed(message: Message) -> None:
            if waiting:  # a page that is open keeps a stream, which is never done
                answered()
            await send(message)

        try:
            await self._app(scope, receive, passed)
        finally:
            answered()

    def _wake(self) -> None:
        end = time.monotonic() + self._most
        while (rest := min(self._quiet_from() + self._quiet, end) - time.monotonic()) > 0:
            time.sleep(rest)
        with _giving_way(), contextlib.suppress(Exception):  # if it fails, the first question will say so
            self._bot.ask("What is this about?")

    def _quiet_from(self) -> float:
        """Return since when no request waits for its answer to begin: since now, where one does."""
        return time.monotonic() if self._unanswered else self._last


@contextlib.contextmanager
def _giving_way() -> Iterator[None]:
    """Have threads that wait for the interpreter get it sooner."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
