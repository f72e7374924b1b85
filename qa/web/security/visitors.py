"""Who is asking: the person signed in or the browser, held against what may be seen and how often may be asked."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response

from qa.web.security.login import COOKIE as SESSION
from qa.web.security.login import Login, TooManyTries
from qa.web.security.refusals import refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from qa.web.i18n.languages import Languages
    from qa.web.security.rates import Rate

PUBLIC: Final = frozenset({"/login", "/health", "/favicon.ico"})
"""What may be had without signing in, where signing in is asked for."""

_BROWSER: Final = "browser"
_YEAR: Final = 365 * 24 * 3600
_STATIC: Final = re.compile(r"/(?:assets|static)/.+")
"""The page's own files: some eighty a visit, from memory or disk, which cost nothing and say nothing."""
_DOCUMENTS: Final = re.compile(r"/(?:api/)?documents(?:/.*)?")
"""Adding and removing documents, counted apart: whoever drops hundreds of files can still ask."""
_MACHINES: Final = ("/api/", "/metrics")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request: ``client`` for counting, ``owner`` of conversations, empty where there is nobody to keep for.

    ``owner`` is a digest for a browser, whose cookie is as good as a password, and a name for somebody signed in.
    """

    client: str = ""
    owner: str = ""
    user: str | None = None


NOBODY: Final = Visitor()


def visitor_of(scope: Scope) -> Visitor:
    """Return who sent a request that came through ``Visitors``."""
    found = scope.get("visitor", NOBODY)
    return found if isinstance(found, Visitor) else NOBODY


class Visitors:
    """ASGI middleware that knows who is asking.

    With ``login``, refuses whatever is not public to whoever is not signed in: a page leads to the login, all else is
    401. Refuses with 429 who asks for more than ``rate`` allows, or ``documents`` of the list of documents. Gives each
    browser a cookie to keep its conversations by, and leads one that prefers another language to the page in it.
    """

    def __init__(
        self, app: ASGIApp, rate: Rate, documents: Rate, languages: Languages, login: Login | None = None
    ) -> None:
        self._app = app
        self._rate = rate
        self._documents = documents
        self._languages = languages
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, refuse it or lead it elsewhere."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookies = _cookies(headers)
        client = scope["client"][0] if scope.get("client") else ""
        try:
            user = await self._login.user(headers, cookies.get(SESSION), client) if self._login else None
        except TooManyTries as error:
            await _later(scope, error.seconds)(scope, receive, send)
            return
        path = self._languages.without_prefix(scope["path"])
        response: Response | None = None
        if self._login and user is None and scope["path"] not in PUBLIC:
            response = _sign_in_first(scope, headers, is_page=path == "/")
        elif not _STATIC.fullmatch(path) and (seconds := self._rate_of(path).wait(user or client)):
            response = _later(scope, seconds)
        elif scope["path"] == "/" and (other := self._preferred_path(headers, cookies)):
            response = RedirectResponse(other + _query(scope), 302)
            response.headers["Vary"] = "Accept-Language, Cookie"
        if response is not None:
            await response(scope, receive, send)
            return
        browser = cookies.get(_BROWSER, "")
        owner = f"user {user}" if user else _digest(browser) if browser else ""
        scope = {**scope, "visitor": Visitor(user or client, owner, user)}
        fresh = not browser and self._login is None and scope["method"] == "GET" and path == "/"
        await self._app(scope, receive, _with_cookie(send, secure=scope["scheme"] == "https") if fresh else send)

    def _rate_of(self, path: str) -> Rate:
        return self._documents if _DOCUMENTS.fullmatch(path) else self._rate

    def _preferred_path(self, headers: Headers, cookies: dict[str, str]) -> str:
        """Return the path of the page in the language that a person chose, or else the browser prefers."""
        if "text/html" not in headers.get("accept", ""):
            return ""
        return self._languages.preferred(cookies.get("language") or headers.get("accept-language", "")).path


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _digest(token: str) -> str:
    return "browser " + hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _sign_in_first(scope: Scope, headers: Headers, *, is_page: bool) -> Response:
    if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        place = scope["path"] if is_page else "/"
        return RedirectResponse("/login?" + urlencode({"next": place + _query(scope)}, quote_via=quote, safe="/"), 303)
    challenge = {}
    if scope["path"].startswith(_MACHINES):  # elsewhere a browser would ask for a password by itself
        challenge["WWW-Authenticate"] = 'Basic realm="Chapter & Verse", charset="UTF-8"'
    return refused(scope, 401, "Sign in first.", challenge)


def _query(scope: Scope) -> str:
    return "?" + scope["query_string"].decode("latin-1") if scope["query_string"] else ""


def _later(scope: Scope, seconds: float) -> Response:
    wait = str(max(1, round(seconds)))
    return refused(scope, 429, f"Too many requests; try again in {wait} s.", {"Retry-After": wait})


def _with_cookie(send: Send, *, secure: bool) -> Send:
    """Return a ``send`` that gives the browser a name of its own, which tells nothing but that it came back."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            response = Response()
            response.set_cookie(
                _BROWSER, secrets.token_urlsafe(24), max_age=_YEAR, httponly=True, samesite="lax", secure=secure
            )
            MutableHeaders(scope=message).append("set-cookie", response.headers["set-cookie"])
        await send(message)

    return sending
