"""A server that stops without errors while pages are open.

Every open page keeps a stream open, by which Gradio knows that the page is there. If nobody ends these streams, uvicorn
cancels them after a while and logs an error with a traceback for each.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import uvicorn
from gradio.routes import App
from starlette.routing import Mount

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

PATIENCE: Final = 1.5
"""Seconds for questions under way to be answered when the server is told to stop."""


class StoppableServer(uvicorn.Server):
    """Ends the streams of open pages when it is told to stop, as Gradio does in its own server.

    Requests under way are finished first, as by uvicorn. After ``PATIENCE`` seconds ``app.state.refuse`` is called.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._refuse = app.state.refuse
        self._pages = [route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, App)]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then stop as uvicorn does."""
        for page in self._pages:
            page.stop_event.set()
        asyncio.get_running_loop().call_later(PATIENCE, self._refuse)
        await super().shutdown(sockets)
