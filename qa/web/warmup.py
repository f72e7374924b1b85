"""Loads the bot's models before somebody asks the first question, but not while a page is being opened."""

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

THREAD: Final = "warmup"
QUIET: Final = 0.3
"""Seconds without a request or an unfinished answer, after which no page is being opened."""
MOST: Final = 5.0
"""Seconds after which the models are loaded in any case."""
_SWITCH: Final = 0.001
"""Seconds that the loading thread may hold the interpreter while a request waits: a fifth of Python's default."""


class Warmup:
    """ASGI middleware that asks the bot a question once the server has started and nobody is opening the page.

    The first question loads the models. That takes seconds, in which everything else is slower.
    """

    def __init__(self, app: ASGIApp, bot: Answerer, *, quiet: float = QUIET, most: float = MOST) -> None:
        self._app = app
        self._bot = bot
        self._quiet = quiet
        self._most = most
        self._last = 0.0
        self._unanswered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count it until its answer begins."""
        if scope["type"] == "lifespan":
            self._last = time.monotonic()
            threading.Thread(target=self._load, name=THREAD, daemon=True).start()
            await self._app(scope, receive, send)
            return
        waiting = True
        self._unanswered += 1

        def answered() -> None:
            nonlocal waiting
            self._unanswered -= waiting
            waiting = False
            self._last = time.monotonic()

        async def send_on(message: Message) -> None:
            if waiting:  # an open page keeps a stream, whose answer begins but never ends
                answered()
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            answered()

    def _load(self) -> None:
        end = time.monotonic() + self._most
        while (rest := min(self._quiet_since() + self._quiet, end) - time.monotonic()) > 0:
            time.sleep(rest)
        with _yielding(), contextlib.suppress(Exception):  # if it fails, the first question will say so
            self._bot.ask("What is this about?")

    def _quiet_since(self) -> float:
        """Return since when no request has waited for its answer to begin; that is now if one waits."""
        return time.monotonic() if self._unanswered else self._last


@contextlib.contextmanager
def _yielding() -> Iterator[None]:
    """Have Python switch threads more often, so that waiting threads run sooner."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
