"""Limits on connections and on what comes over them slowly: in number and in time."""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from starlette.types import Message, Receive

HEAD_SECONDS: Final = 10.0
"""For the head of a request to arrive, from the connection or from its first byte on."""
_SHARE: Final = 2
"""A half of the files that this process may have open may be connections."""
_MOST: Final = 2_000
_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_SILENT_SECONDS: Final = 30.0
"""A body may pause so long, and need not be fast before that."""
_BYTES_PER_SECOND: Final = 10_000


class TimelyProtocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """A connection that is closed if the head of a request does not arrive in time.

    Beyond the number that may be open, the one that has waited longest for a request is closed at once.
    """

    _waiting: OrderedDict[TimelyProtocol, asyncio.TimerHandle] = OrderedDict()  # noqa: RUF012 - shared on purpose

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio's
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > _most_connections():
            longest = next(iter(self._waiting))
            longest._stop_waiting()  # noqa: SLF001 - of the same class
            longest.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes, and note whether they complete the head of a request."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self not in self._waiting and not self.transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting[self] = asyncio.get_running_loop().call_later(HEAD_SECONDS, self._expire)

    def _stop_waiting(self) -> None:
        if timer := self._waiting.pop(self, None):
            timer.cancel()

    def _expire(self) -> None:
        self._waiting.pop(self, None)
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_TOO_SLOW)
            self.transport.close()


def _most_connections() -> int:
    if os.name != "posix":
        return _MOST
    import resource

    return min(_MOST, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // _SHARE)


class TimelyBody:
    """A ``receive`` that gives a request's body, and ``is_slow`` once that pauses or drips for too long.

    The application is then told that the client has gone.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._begun = asyncio.get_running_loop().time()
        self._bytes = 0
        self._complete = False
        self.is_slow = False

    async def __call__(self) -> Message:
        """Return the next part of the body."""
        if self._complete:
            return await self._receive()
        if not self.is_slow:
            try:
                message = await asyncio.wait_for(self._receive(), _SILENT_SECONDS)
            except TimeoutError:
                self.is_slow = True
            else:
                self._bytes += len(message.get("body", b""))
                self._complete = not message.get("more_body", False)
                seconds = asyncio.get_running_loop().time() - self._begun
                self.is_slow = (
                    not self._complete and seconds > _SILENT_SECONDS and self._bytes < seconds * _BYTES_PER_SECOND
                )
                if not self.is_slow:
                    return message
        return {"type": "http.disconnect"}
