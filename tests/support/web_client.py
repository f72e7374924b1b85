"""Clients of a web application in this process, and the routes that it has."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

HERE = "http://127.0.0.1"
SECRET = "correct horse battery"


class Clock:
    """A clock whose time a test sets."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def client_of(app, address="127.0.0.1"):
    """Return a client with an address of its own that follows no redirections."""
    return TestClient(
        app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False, client=(address, 50_000)
    )


def routes_of(app):
    """Yield the path, an example of it and the methods of every route of an application, mounted ones included."""

    def walk(routes, prefix):
        for route in routes:
            path = prefix + getattr(route, "path", "")
            router = getattr(route, "original_router", None) or getattr(route, "app", None)  # FastAPI's, or a mount's
            inner = getattr(router, "routes", None)
            if inner:
                yield from walk(inner, path.rstrip("/"))
            elif hasattr(route, "path"):
                yield path, getattr(route, "methods", None) or {"GET", "POST"}

    for path, methods in walk(app.routes, ""):
        example = re.sub(r"\{[^}]*\}", "x", path.replace("{api_name}", "predict").replace("{ending}", "md"))
        yield path or "/", example or "/", sorted(methods - {"HEAD", "OPTIONS"})
