"""Who sent a request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import Scope

_KEY: Final = "visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request: a person who signed in, or a browser.

    ``client`` is the key for rate limits: the user name, else the network address. ``owner`` is the key under which
    conversations are saved; it is empty where there is nobody to save for. ``user`` is the name of the person who
    signed in.
    """

    client: str = ""
    owner: str = ""
    user: str | None = None


NOBODY: Final = Visitor()


def visitor_from(user: str | None, browser: str, client: str) -> Visitor:
    """Return the visitor with this user name, browser cookie and network address; the first two may be missing.

    The cookie of a browser works like a password, so only its digest is stored.
    """
    return Visitor(user or client, f"user {user}" if user else browser_owner(browser) if browser else "", user)


def browser_owner(cookie: str) -> str:
    """Return the ``owner`` of what is saved for a browser with this cookie."""
    return "browser " + hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


def with_visitor(scope: Scope, visitor: Visitor) -> Scope:
    """Return a request's scope that carries the visitor."""
    return {**scope, _KEY: visitor}


def visitor_of(scope: Scope) -> Visitor:
    """Return the visitor that a request's scope carries, ``NOBODY`` without one."""
    visitor = scope.get(_KEY, NOBODY)
    return visitor if isinstance(visitor, Visitor) else NOBODY
