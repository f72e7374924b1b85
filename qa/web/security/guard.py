"""The guard in front of the page: who may ask, what may be asked for, how much may be sent, what a page may load.

Plain ASGI, so that streamed answers pass through untouched.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers, MutableHeaders

from qa.service.uploads import MOST_BYTES
from qa.web.security.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from qa.web.i18n.languages import Languages

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names under which a browser on the same machine reaches the server."""

BODY_LIMIT: Final = 1 << 20
"""Bytes of a request's body; the longest question that means anything is a thousandth of it."""
_FILES: Final = re.compile(r"/(?:api/)?documents")
"""Where a body is a file, which may be longer."""

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PAGES: Final = re.compile(
    r"/(?:source|page|file|suggest|theme\.css|favicon\.ico|manifest\.json"
    r"|(?:assets|static)/(?!.*\.\.)[\w@+./ -]{1,200}"
    r"|gradio_api/(?:app_id|heartbeat/\w+|queue/(?:join|data)|run/predict)"
    r"|documents(?:/(?:overview|state|room|result|remove))?"
    r"|feedback|conversations(?:/[\w-]+(?:/title|/delete|\.(?:md|docx|json)))?)?"
)
"""The routes that each language has. Gradio has some sixty more, for uploads, files, proxies, monitoring."""
_SINGLE: Final = re.compile(r"/(?:login|logout|health|metrics|api/(?:ask|openapi\.json|documents(?:/[^/]{1,255})?))")
"""The routes that are there once."""

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
    """ASGI middleware. ``hosts`` are the names, without ports, under which the server may be addressed.

    Refuses with 421 a Host not among them, with 403 a change asked for by a page of another origin, with 404 a route
    the page does not need, with 411 or 413 a body of unknown or excessive length. Every response gets the security
    headers, and every page a fresh nonce on each of its scripts.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], languages: Languages) -> None:
        self._app = app
        self._languages = languages
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
        response = _Response(send)
        if refusal := self._refusal(scope, headers):
            await refusal(scope, receive, response)
            return
        if scope["query_string"] and self._languages.without_prefix(scope["path"]) == "/":
            scope = {**scope, "query_string": _without_page(scope["query_string"])}
        if "text/html" in headers.get("accept", ""):
            # A nonce cannot be put into a page that was compressed on its way.
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        await self._app(scope, receive, response)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return why a request is not served, or None if it is."""
        host = headers.get("host", "")
        path = self._languages.without_prefix(scope["path"])
        if _name(host) not in self._hosts:
            return refused(scope, 421, "This server does not answer to that name.")
        if "transfer-encoding" in headers:  # it would win over a Content-Length beside it (RFC 9112, 6.3)
            return refused(scope, 411, "The request must say how long it is.")
        if scope["method"] not in _SAFE_METHODS:
            if _foreign(headers, host):
                return refused(scope, 403, "Changes can be asked for only from this server's own pages.")
            length = headers.get("content-length", "0" if scope["method"] == "DELETE" else "")
            if not length.isdecimal():
                return refused(scope, 411, "The request must say how long it is.")
            if int(length) > (MOST_BYTES if _FILES.fullmatch(path) else BODY_LIMIT):
                return refused(scope, 413, "The request is too long.")
        if not (_PAGES.fullmatch(path) or _SINGLE.fullmatch(scope["path"])):
            return refused(scope, 404, "There is nothing here.")
        return None


class _Response:
    """Sends one response on with headers added; a page is held back until it is whole and its scripts have a nonce."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._page: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers["Content-Security-Policy"] = _CONTENT_SECURITY.format(nonce=self._nonce)
            if not headers.get("cache-control", "").startswith(("public", "private")):
                headers["Cache-Control"] = "no-store"
            del headers["server"]
            if headers.get("content-type", "").startswith("text/html"):
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
        body = _SCRIPT.sub(b'<script nonce="%b"' % self._nonce.encode("ascii"), b"".join(self._page))
        MutableHeaders(scope=start)["Content-Length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _without_page(query: bytes) -> bytes:
    """Return an address's query without ``page``, which Gradio takes for the name of a page, and fails over others."""
    fields = query.split(b"&")
    return b"&".join(field for field in fields if unquote_to_bytes(field.partition(b"=")[0]) != b"page")


def _name(host: str) -> str:
    """Return a Host header's name without its port, in lower case."""
    return re.sub(r":\d*$", "", host).lower()


def _foreign(headers: Headers, host: str) -> bool:
    """Say whether a browser sent this for a page of another origin; programs send neither header."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != host.lower()
