"""A server that stops without a word about the pages that are open.

A page keeps a stream open for as long as it is shown, by which Gradio knows that it is there. Left to itself, the
stream is cancelled when the server's patience ends, which uvicorn logs as an error with its whole stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn
from gradio.routes import App
from starlette.routing import Mount

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI


class StoppableServer(uvicorn.Server):
    """Ends the streams of open pages once it is told to stop, as Gradio does where it runs the server itself.

    Requests that are still being received and answers that are being worked out are finished, as ever.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._pages = [route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, App)]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then stop as uvicorn does."""
        for page in self._pages:
            page.stop_event.set()
        await super().shutdown(sockets)
