"""How a request is refused before it reaches a route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response
    from starlette.types import Scope

_API: Final = "/api/"


def error_response(scope: Scope, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response that refuses a request: a line of text, below ``/api/`` the JSON object ``ErrorObject``."""
    if scope["path"].startswith(_API):
        return JSONResponse({"error": sentence}, status, headers)
    return PlainTextResponse(f"{sentence}\n", status, headers)


def not_found(scope: Scope) -> Response:
    """Return the response with status 404 to a request that is not in the table of routes."""
    return error_response(scope, 404, "There is nothing here.")


def too_many_requests(scope: Scope, seconds: float) -> Response:
    """Return the response with status 429 to a client that may try again after ``seconds``."""
    wait = str(max(1, round(seconds)))
    return error_response(scope, 429, f"Too many requests; try again in {wait} s.", {"Retry-After": wait})
