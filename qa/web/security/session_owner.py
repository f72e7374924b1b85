"""Sessions of the page: each belongs to the visitor who used it first, and its requests have the form that it needs."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import QueryParams

from qa.web.security.error_response import error_response, not_found
from qa.web.security.visitor import visitor_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GRADIO: Final = "/gradio_api/"
_HEARTBEAT: Final = "heartbeat/"
_MOST: Final = 10_000
"""Sessions whose owners are remembered; the one that was used longest ago is forgotten first."""


class SessionOwner:
    """ASGI middleware that lets nobody use another visitor's session: to others it does not exist.

    ``inputs`` is the number of values that each of Gradio's events takes. A request with fewer is refused, because
    Gradio writes what it got to the log.
    """

    def __init__(self, app: ASGIApp, inputs: Mapping[int, int]) -> None:
        self._app = app
        self._inputs = inputs
        self._owners: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or refuse it."""
        place = scope["path"].partition(_GRADIO)[2] if scope["type"] == "http" else ""
        session: object = None
        if place.startswith(_HEARTBEAT):
            session = place.removeprefix(_HEARTBEAT)
        elif place == "queue/data":
            session = QueryParams(scope["query_string"]).get("session_hash")
        elif place in ("queue/join", "run/predict"):
            body = await _read(receive)
            if body is None:
                return
            event = self._event(body)
            if event is None:
                await error_response(scope, 422, "The request is not as the page sends it.")(scope, receive, send)
                return
            session, receive = event["session_hash"], _replay(body, receive)
        if isinstance(session, str) and not self._is_own(session, scope):
            await not_found(scope)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _event(self, body: bytes) -> dict[str, Any] | None:
        """Return the event in the body of a request, None if it has not the form of one."""
        try:
            event = json.loads(body)
            enough = len(event["data"]) >= self._inputs[event["fn_index"]]
            return event if enough and isinstance(event["session_hash"], str) else None
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    def _is_own(self, session: str, scope: Scope) -> bool:
        """Say whether a session is the visitor's, who becomes its owner if it has none."""
        visitor = visitor_of(scope)
        owner = self._owners.setdefault(session, visitor.owner or visitor.client)
        self._owners.move_to_end(session)
        if len(self._owners) > _MOST:
            self._owners.popitem(last=False)
        return owner == (visitor.owner or visitor.client)


async def _read(receive: Receive) -> bytes | None:
    """Return the body of a request, None if the client has gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives a body that was read already."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
