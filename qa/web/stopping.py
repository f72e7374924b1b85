"""A server that stops without a word about the pages that are open.

A page keeps a stream open for as long as it is shown. Left to itself, the stream is cancelled when the server's
patience ends, which uvicorn logs as an error with its whole stack.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class StoppableServer(uvicorn.Server):
    """Tells whoever listens whether the client is still there that it is gone, once the server is told to stop.

    Requests that are still being received and answers that are being worked out are finished, as ever.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopped = asyncio.Event()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End open streams, then stop as uvicorn does."""
        self._stopped.set()
        await super().shutdown(sockets)

    def told(self, app: ASGIApp) -> ASGIApp:
        """Return an application with the clients of its streams gone when this server stops."""

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                receive = self._until_stopped(receive)
            await app(scope, receive, send)

        return application

    def _until_stopped(self, receive: Receive) -> Receive:
        received = False

        async def next_message() -> Message:
            nonlocal received
            if not received:
                message = await receive()
                received = not message.get("more_body", False)
                return message
            heard, stopped = asyncio.ensure_future(receive()), asyncio.ensure_future(self._stopped.wait())
            try:
                await asyncio.wait((heard, stopped), return_when=asyncio.FIRST_COMPLETED)
                return heard.result() if heard.done() else {"type": "http.disconnect"}
            finally:
                heard.cancel()
                stopped.cancel()

        return next_message
