"""Sessions of people who have signed in: they are kept in memory and expire, and wrong passwords cost waiting time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import anyio

from qa.web.security.rates import Backoff

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import Headers

    from qa.web.security.accounts import Accounts

COOKIE: Final = "session"
"""The cookie that holds the token of a session."""
MAX_AGE: Final = 7 * 24 * 3600
"""Seconds after which every session ends."""
_IDLE: Final = 12 * 3600
"""Seconds after which a session that nobody uses ends."""
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


class Sessions:
    """Checks passwords and keeps a session for each person who has signed in. ``clock`` returns seconds."""

    def __init__(self, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = accounts
        self._clock = clock
        self._sessions: dict[bytes, _Session] = {}
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._clients = Backoff(free=5, most=900, clock=clock)
        # Somebody who does not know a password must not be able to lock its owner out for long.
        self._names = Backoff(free=10, most=60, clock=clock)
        self._checking = anyio.CapacityLimiter(_AT_ONCE)

    async def user(self, headers: Headers, cookie: str | None, client: str) -> str | None:
        """Return the name of the person who sent a request with a session's cookie or HTTP Basic, None without either.

        Raises ``TooManyTries`` after too many wrong passwords.
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
        """Return the token of a new session, None if the password is wrong.

        Raises ``TooManyTries`` after too many wrong passwords.
        """
        if not await self.check(name, password, client):
            return None
        token = secrets.token_urlsafe(32)
        self._open(token, name)
        return token

    async def check(self, name: str, password: str, client: str) -> bool:
        """Return whether a password is right; raises ``TooManyTries`` after too many wrong ones."""
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
        """Return the key under which a session is kept, from which its token cannot be found out."""
        return hmac.digest(self._key, token.encode("utf-8", "replace"), hashlib.sha256)

    def _open(self, token: str, user: str) -> None:
        with self._lock:
            now = self._clock()
            self._sessions = {key: one for key, one in self._sessions.items() if not _ended(one, now)}
            self._sessions[self._digest(token)] = _Session(user, now, now)

    def _user(self, token: str) -> str | None:
        with self._lock:
            session = self._sessions.get(self._digest(token))
            if session is None or _ended(session, now := self._clock()):
                return None
            session.used = now
            return session.user


def _ended(session: _Session, now: float) -> bool:
    return now - session.used > _IDLE or now - session.began > MAX_AGE
