"""What is refused before a route is reached: in a sentence for people, in the API's own shape for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response
    from starlette.types import Scope

_API: Final = "/api/"


def refused(scope: Scope, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return why a request is not served; below ``/api/`` as the JSON object that its description names."""
    if scope["path"].startswith(_API):
        return JSONResponse({"error": sentence}, status, headers)
    return PlainTextResponse(f"{sentence}\n", status, headers)
