"""The guard in front of the server: it refuses requests that no route needs, and adds the security headers.

It is plain ASGI, so that streamed answers pass through untouched.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers, MutableHeaders

from qa.web.routing import BODY_LIMIT
from qa.web.security.connections import TimelyBody
from qa.web.security.error_response import error_response, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from qa.web.routing import Route, RouteTable

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names under which a browser on the same machine reaches the server."""

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PREVIEW: Final = re.compile(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*')
"""What Gradio's page says of itself to sites that show links with a preview."""
_SCRIPT: Final = re.compile(rb"<script\b", re.IGNORECASE)
_CONTENT_SECURITY: Final = "; ".join(
    (
        "default-src 'none'",
        # Gradio compiles the templates and scripts of its HTML component with Function(), hence unsafe-eval; they are
        # ours alone, values from documents are passed to them as arguments.
        "script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware that refuses every request that is not for a route of ``routes``.

    ``hosts`` are the names, without ports, under which the server may be addressed. Refusals have these statuses: 421
    for another host name, 403 for a change that a page of another origin asks for, 411 for a body of unknown length,
    413 for one longer than its route takes, 408 for
    one that comes too slowly, 404 for everything that is not in the table. Every response gets the
    security headers, and every HTML page a fresh nonce on each of its scripts.
    """

    def __init__(self, app: ASGIApp, routes: RouteTable, hosts: Iterable[str] = LOOPBACK) -> None:
        self._app = app
        self._routes = routes
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page uses no websocket
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        route = self._routes.find(scope["method"], scope["path"])
        response = _Response(send, route)
        if refusal := self._refusal(scope, headers, route):
            await refusal(scope, receive, response)
            return
        if route is not None and route.page:
            scope = {**scope, "query_string": _without_page(scope["query_string"])}
        if "text/html" in headers.get("accept", ""):
            # A nonce cannot be put into a page that was compressed on its way.
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        body = TimelyBody(receive)
        response.body = body
        try:
            await self._app(scope, body, response)
        except Exception:
            if not body.is_slow:
                raise
        if body.is_slow and not response.begun:
            response.body = None
            slow = error_response(scope, 408, "The request came too slowly.", {"Connection": "close"})
            await slow(scope, receive, response)

    def _refusal(self, scope: Scope, headers: Headers, route: Route | None) -> Response | None:
        """Return why a request is refused, None if it is served."""
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            return error_response(scope, 421, "This server does not answer to that name.")
        if "transfer-encoding" in headers:  # it would win over a Content-Length beside it (RFC 9112, 6.3)
            return error_response(scope, 411, "The request must say how long it is.")
        if scope["method"] not in _SAFE_METHODS:
            if _is_foreign(headers, host):
                return error_response(scope, 403, "Changes can be asked for only from this server's own pages.")
            length = headers.get("content-length", "0" if scope["method"] == "DELETE" else "")
            if not length.isdecimal():
                return error_response(scope, 411, "The request must say how long it is.")
            if int(length) > (route.body_limit if route else BODY_LIMIT):
                return error_response(scope, 413, "The request is too long.")
        if route is None:
            return not_found(scope)
        return None


class _Response:
    """Sends one response on with the security headers.

    An HTML page is held back until it is complete and its scripts have a nonce, unless its route is streamed.
    """

    def __init__(self, send: Send, route: Route | None) -> None:
        self._send = send
        self._streamed = route is not None and route.streamed
        self._immutable = route is not None and route.immutable
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._page: list[bytes] = []
        self.body: TimelyBody | None = None
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if self.body and self.body.is_slow and not self.begun:
            return  # what the application makes of a body that broke off
        self.begun = True
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers["Content-Security-Policy"] = _CONTENT_SECURITY.format(nonce=self._nonce)
            if self._immutable and message["status"] == 200:
                headers["Cache-Control"] = "private, max-age=31536000, immutable"
            elif not headers.get("cache-control", "").startswith(("public", "private")):
                headers["Cache-Control"] = "no-store"
            del headers["server"]
            if headers.get("content-type", "").startswith("text/html") and not self._streamed:
                self._start = message
            else:
                await self._send(message)
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._page.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._send_page(self._start)

    async def _send_page(self, start: Message) -> None:
        page = _PREVIEW.sub(b"", b"".join(self._page))
        body = _SCRIPT.sub(b'<script nonce="%b"' % self._nonce.encode("ascii"), page)
        MutableHeaders(scope=start)["Content-Length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _without_page(query: bytes) -> bytes:
    """Return a query without the field ``page``: Gradio takes it for the name of one of its pages, and fails."""
    fields = query.split(b"&")
    return b"&".join(field for field in fields if unquote_to_bytes(field.partition(b"=")[0]) != b"page")


def _name(host: str) -> str:
    """Return a Host header's name without its port, in lower case."""
    return re.sub(r":\d*$", "", host).lower()


def _is_foreign(headers: Headers, host: str) -> bool:
    """Return whether a browser sent a request for a page of another origin; programs send neither header."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != host.lower()
