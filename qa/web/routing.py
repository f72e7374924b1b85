"""What a server answers to: one table, from which the application gets its routes and the guard its allow-list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI

    from qa.web.i18n.languages import Languages

Handler = Callable[..., Any]
"""Takes a request and returns a response, or an awaitable of one."""

BODY_LIMIT: Final = 1 << 20
"""Bytes of a request's body; the longest question that makes sense is a thousandth of it."""
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_ANY_VALUE: Final = r"[^/]{1,255}"
"""What a parameter of a path may be, unless its route says otherwise."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    """Written as for Starlette: ``/documents/{file}``."""
    handler: Handler | None = None
    """None where Gradio or FastAPI answers."""
    _: KW_ONLY
    localized: bool = False
    """It exists for each language of the interface, at ``/source`` and ``/fr/source``; the handler gets ``words``."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Regular expressions that parameters of the path must match."""
    open: bool = False
    """It answers to everybody, even where people must sign in."""
    for_programs: bool = False
    """Its refusal tells programs to sign in by HTTP Basic."""
    rate: Literal["requests", "documents"] | None = "requests"
    """The rate limit that counts its requests."""
    body_limit: int = BODY_LIMIT
    """In bytes."""
    page: bool = False
    """People open it in a browser."""
    streamed: bool = False
    """Its response is passed on as it comes."""
    immutable: bool = False
    """What is at its path never changes, so browsers may keep it."""
    openapi: Mapping[str, Any] | None = None
    """FastAPI's options for a route that OpenAPI describes."""

    def paths(self, languages: Languages) -> list[str]:
        """Return the paths at which the route exists."""
        return [f"/{words.path}{self.path[1:]}" for words in languages] if self.localized else [self.path]

    def answers(self, method: str) -> bool:
        """Return whether the route answers to a method; a route for GET answers to HEAD as well."""
        return method == self.method or (method == "HEAD" and self.method == "GET")


class RouteTable:
    """The routes of a server in the ``languages`` of its interface. Whatever is not in it must be refused."""

    def __init__(self, routes: Iterable[Route], languages: Languages) -> None:
        self._routes = tuple(routes)
        self._languages = languages
        self._patterns = [
            (re.compile("|".join(_pattern(path, route.parameters) for path in route.paths(languages))), route)
            for route in self._routes
        ]

    def find(self, method: str, path: str) -> Route | None:
        """Return the route of a request, None if the table has none."""
        for pattern, route in self._patterns:
            if route.answers(method) and pattern.fullmatch(path):
                return route
        return None

    def add_to(self, app: FastAPI) -> None:
        """Add every route that has a handler to an application."""
        for route in self._routes:
            if route.handler is None:
                continue
            if route.openapi is not None:
                app.add_api_route(route.path, route.handler, methods=[route.method], **route.openapi)
            elif route.localized:
                for path, words in zip(route.paths(self._languages), self._languages, strict=True):
                    app.add_route(path, partial(route.handler, words=words), methods=[route.method])
            else:
                app.add_route(route.path, route.handler, methods=[route.method])


def _pattern(path: str, parameters: Mapping[str, str]) -> str:
    """Return the regular expression of a path's template."""
    pieces = _PARAMETER.split(path)
    for place in range(1, len(pieces), 2):
        pieces[place] = f"(?:{parameters.get(pieces[place], _ANY_VALUE)})"
    pieces[::2] = map(re.escape, pieces[::2])
    return "".join(pieces)
