"""Who sends a request, whether they may use its route, and how often."""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response

from qa.web.security.error_response import error_response, not_found, too_many_requests
from qa.web.security.sessions import COOKIE as SESSION
from qa.web.security.sessions import TooManyTries
from qa.web.security.visitor import visitor_from, with_visitor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from qa.web.i18n.languages import Languages
    from qa.web.routing import Route, RouteTable
    from qa.web.security.rates import Rate
    from qa.web.security.sessions import Sessions
    from qa.web.security.visitor import Visitor

_BROWSER: Final = "browser"
_YEAR: Final = 365 * 24 * 3600
_CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="Chapter & Verse", charset="UTF-8"'}


class AccessControl:
    """ASGI middleware that finds out who sends a request and refuses what they may not do.

    With ``sessions``, only people who have signed in may use routes that are not open: a page leads to the sign-in
    form, everything else is answered with status 401. Status 429 refuses a client that sends more requests than the
    rate in ``rates`` that its route names. A browser gets a cookie that its conversations are saved by, and is led
    from ``/`` to the page in the language that it prefers.
    """

    def __init__(
        self,
        app: ASGIApp,
        routes: RouteTable,
        rates: Mapping[str, Rate],
        languages: Languages,
        sessions: Sessions | None = None,
    ) -> None:
        self._app = app
        self._routes = routes
        self._languages = languages
        self._rates = rates
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, refuse it or redirect it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        route = self._routes.find(scope["method"], scope["path"])
        if route is None:  # the guard has refused it; without a guard nobody must get through
            await not_found(scope)(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookies = _cookies(headers)
        client = scope["client"][0] if scope.get("client") else ""
        try:
            user = await self._sessions.user(headers, cookies.get(SESSION), client) if self._sessions else None
        except TooManyTries as error:
            await too_many_requests(scope, error.seconds)(scope, receive, send)
            return
        visitor = visitor_from(user, cookies.get(_BROWSER, ""), client)
        if response := self._other_response(scope, route, visitor, headers, cookies):
            await response(scope, receive, send)
            return
        if route.page and not visitor.owner and self._sessions is None:
            send = _with_browser_cookie(send, secure=scope["scheme"] == "https")
        await self._app(with_visitor(scope, visitor), receive, send)

    def _other_response(
        self, scope: Scope, route: Route, visitor: Visitor, headers: Headers, cookies: Mapping[str, str]
    ) -> Response | None:
        """Return the refusal or redirection of a request, None if its route may answer."""
        if self._sessions and visitor.user is None and not route.open:
            return _sign_in_first(scope, route, headers)
        if route.rate is not None and (seconds := self._rates[route.rate].wait(visitor.client)):
            return too_many_requests(scope, seconds)
        if scope["path"] == "/" and "text/html" in headers.get("accept", ""):
            prefix = self._languages.preferred(cookies.get("language") or headers.get("accept-language", "")).path
            if prefix:
                return RedirectResponse(prefix + _query(scope), 302, {"Vary": "Accept-Language, Cookie"})
        return None


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _sign_in_first(scope: Scope, route: Route, headers: Headers) -> Response:
    """Return the way to the sign-in form for people, a refusal for scripts and programs.

    Only programs get a challenge: with one, a browser would ask for a password by itself.
    """
    if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        place = scope["path"] if route.page else "/"
        return RedirectResponse("/login?" + urlencode({"next": place + _query(scope)}, quote_via=quote, safe="/"), 303)
    return error_response(scope, 401, "Sign in first.", _CHALLENGE if route.for_programs else None)


def _query(scope: Scope) -> str:
    return "?" + scope["query_string"].decode("latin-1") if scope["query_string"] else ""


def _with_browser_cookie(send: Send, *, secure: bool) -> Send:
    """Return a ``send`` that gives the browser a cookie with a random value."""

    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            response = Response()
            response.set_cookie(
                _BROWSER, secrets.token_urlsafe(24), max_age=_YEAR, httponly=True, samesite="lax", secure=secure
            )
            MutableHeaders(scope=message).append("set-cookie", response.headers["set-cookie"])
        await send(message)

    return send_with_cookie
