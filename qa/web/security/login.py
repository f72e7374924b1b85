"""Signing in: sessions that expire, in the server's memory alone, and a wait that grows with wrong passwords."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import anyio
from starlette.responses import HTMLResponse, RedirectResponse, Response

from qa.web.i18n.words import PRODUCT
from qa.web.security.rates import Backoff
from qa.web.views.markup import escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import Headers
    from starlette.requests import Request

    from qa.web.i18n.languages import Languages
    from qa.web.i18n.words import Words
    from qa.web.security.accounts import Accounts

COOKIE: Final = "session"
_IDLE: Final = 12 * 3600
"""Seconds after which a session that is not used ends."""
_LONGEST: Final = 7 * 24 * 3600
"""Seconds after which any session ends."""
_AT_ONCE: Final = 2
"""Passwords that are checked at the same time; each takes 64 MiB and all of a core."""


@dataclass(slots=True)
class _Session:
    user: str
    began: float
    used: float


class TooManyTries(Exception):
    """Too many wrong passwords; ``seconds`` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s to wait")
        self.seconds = max(1, round(seconds))


class Login:
    """Checks passwords and keeps sessions. ``clock`` counts seconds."""

    def __init__(self, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = accounts
        self._clock = clock
        self._sessions: dict[bytes, _Session] = {}
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._clients = Backoff(free=5, most=900, clock=clock)
        # A name must not be locked for long by somebody who does not know its password.
        self._names = Backoff(free=10, most=60, clock=clock)
        self._checking = anyio.CapacityLimiter(_AT_ONCE)

    async def user(self, headers: Headers, cookie: str | None, client: str) -> str | None:
        """Return who sent a request, by session or by HTTP Basic; None if nobody is known by it.

        Raises ``TooManyTries``.
        """
        if cookie and (user := self._user(cookie)):
            return user
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        if user := self._user(encoded):
            return user
        try:
            name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        if not await self.check(name, password, client):
            return None
        self._open(encoded, name)
        return name

    async def sign_in(self, name: str, password: str, client: str) -> str | None:
        """Return the token of a new session, None if the password is wrong; raises ``TooManyTries``."""
        if not await self.check(name, password, client):
            return None
        token = secrets.token_urlsafe(32)
        self._open(token, name)
        return token

    async def check(self, name: str, password: str, client: str) -> bool:
        """Say whether a password is right, unless too many were wrong: then raises ``TooManyTries``."""
        if seconds := self._clients.wait(client) or self._names.wait(name[:64]):
            raise TooManyTries(seconds)
        verify = partial(self._accounts.verify, name, password)
        if not await anyio.to_thread.run_sync(verify, limiter=self._checking):
            return False
        self._clients.succeeded(client)
        self._names.succeeded(name[:64])
        return True

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(self._digest(token), None)

    def _digest(self, token: str) -> bytes:
        """Return what a token or password is remembered as: useless to whoever sees it."""
        return hmac.digest(self._key, token.encode("utf-8", "replace"), hashlib.sha256)

    def _open(self, token: str, user: str) -> None:
        with self._lock:
            now = self._clock()
            self._sessions = {key: held for key, held in self._sessions.items() if not _ended(held, now)}
            self._sessions[self._digest(token)] = _Session(user, now, now)

    def _user(self, token: str) -> str | None:
        with self._lock:
            session = self._sessions.get(self._digest(token))
            if session is None or _ended(session, now := self._clock()):
                return None
            session.used = now
            return session.user


def _ended(session: _Session, now: float) -> bool:
    return now - session.used > _IDLE or now - session.began > _LONGEST


def set_cookie(response: Response, request: Request, token: str) -> None:
    """Give the session's token to the browser, out of reach of scripts and of other sites' requests.

    Lax, not Strict: an address of an answer, followed from a letter, is to find its reader signed in. What changes
    anything is refused to other sites by the guard.
    """
    response.set_cookie(
        COOKIE, token, max_age=_LONGEST, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


def show(request: Request, languages: Languages) -> HTMLResponse:
    """Return the page to sign in at."""
    return _page(_words(request, languages), "", 200)


async def enter(request: Request, login: Login, languages: Languages) -> Response:
    """Sign somebody in who sent the form, and lead to where they were going."""
    words = _words(request, languages)
    form = await request.form(max_files=0, max_fields=4)
    client = request.client.host if request.client else ""
    try:
        token = await login.sign_in(str(form.get("name", "")), str(form.get("password", "")), client)
    except TooManyTries as error:
        refused = _page(words, words.sign_in_wait.format(seconds=words.number(error.seconds)), 429)
        refused.headers["Retry-After"] = str(error.seconds)
        return refused
    if token is None:
        return _page(words, words.sign_in_failed, 401)
    response = RedirectResponse(_next(request, languages), 303)
    set_cookie(response, request, token)
    return response


def leave(request: Request, login: Login) -> Response:
    """Sign somebody out."""
    login.sign_out(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("login", 303)
    response.delete_cookie(COOKIE)
    return response


def _words(request: Request, languages: Languages) -> Words:
    return languages.preferred(request.cookies.get("language") or request.headers.get("accept-language", ""))


def _next(request: Request, languages: Languages) -> str:
    """Return where to go on: to a page of ours, whatever the address says."""
    wanted = request.query_params.get("next", "/")
    is_page = languages.without_prefix(wanted.partition("?")[0]) == "/"
    return wanted if is_page and not re.search(r"[\r\n]", wanted) else "/"


def _page(words: Words, problem: str, status: int) -> HTMLResponse:
    from qa.web.page import STYLES

    said = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    return HTMLResponse(
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(f"{words.sign_in} · {PRODUCT}")}</title><link rel="icon" href="favicon.ico">'
        f"<style>{STYLES}</style></head>"
        f'<body class="login"><main><h1>{escape(PRODUCT)}</h1><p>{escape(words.sign_in_text)}</p>{said}'
        f'<form method="post"><label for="name">{escape(words.user_name)}</label>'
        '<input id="name" name="name" autocomplete="username" autocapitalize="none" required autofocus>'
        f'<label for="password">{escape(words.password)}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>'
        f"<button>{escape(words.sign_in)}</button></form></main></body></html>",
        status,
        # Under no-referrer a browser would say that the form comes from nowhere, and the guard refuses such.
        {"Referrer-Policy": "same-origin"},
    )
