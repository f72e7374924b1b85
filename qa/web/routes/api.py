"""For programs: questions by ``POST /api/ask``, described by OpenAPI, and the routes that a monitor calls."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import anyio
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations

from qa.errors import NoSuchDocument
from qa.schema import AnswerObject, ErrorObject, HealthObject, Question
from qa.types import Turn
from qa.web.chat import log_error, well_formed
from qa.web.metrics import CONTENT_TYPE
from qa.web.security.visitor import visitor_of

if TYPE_CHECKING:
    from qa.protocols import Answerer
    from qa.web.metrics import Metrics
    from qa.web.security.rates import Rate

_PROBLEMS: Final = {
    401: "Nobody is signed in, where that is asked for; WWW-Authenticate says how: HTTP Basic.",
    404: "No document matches the patterns.",
    422: "The request is not as described.",
    429: "Too many questions in a short time; Retry-After says when to go on.",
    500: "The answer failed; the server's log says where.",
    503: "Too many questions are waiting, or the server is stopping.",
}
ASK: Final = {
    "summary": "Ask the documents",
    "response_model": AnswerObject,
    "responses": {status: {"model": ErrorObject, "description": text} for status, text in _PROBLEMS.items()},
}
HEALTH: Final = {"summary": "Whether questions can be answered", "response_model": HealthObject}
METRICS: Final = {"summary": "Counts for Prometheus", "response_class": Response}
_AT_ONCE: Final = 2
"""Questions that are answered at the same time."""
_WAITING: Final = 32
"""Questions that may wait."""


class Api:
    """The routes for programs and monitors. A problem with a request is said in one sentence that does not repeat it.

    What OpenAPI says about each route stands in ``ASK``, ``HEALTH`` and ``METRICS``.
    """

    def __init__(self, bot: Answerer, rate: Rate, metrics: Metrics) -> None:
        self._bot = bot
        self._rate = rate
        self._metrics = metrics
        self._at_once = anyio.CapacityLimiter(_AT_ONCE)
        self._waiting: set[anyio.CancelScope] = set()

    async def ask(self, question: Question, request: Request) -> Response:
        """Answer in the documents' own words, with citations, or say why not and give the nearest passages."""
        if seconds := self._rate.wait(visitor_of(request.scope).client):
            wait = str(max(1, round(seconds)))
            return _problem(429, f"too many questions in a short time; ask again in {wait} s", {"Retry-After": wait})
        if self._at_once.statistics().tasks_waiting >= _WAITING:
            return _problem(503, "too many questions are waiting; ask again in a moment", {"Retry-After": "2"})
        ask = partial(
            self._bot.ask,
            question.question,
            history=[Turn(turn.role, turn.text) for turn in question.history],
            k=question.k,
            documents=question.documents,
            skip=question.skip,
        )
        measured = partial(self._metrics.measure, "api", ask)
        try:
            with anyio.CancelScope() as scope:
                self._waiting.add(scope)
                answer = await anyio.to_thread.run_sync(measured, limiter=self._at_once, abandon_on_cancel=True)
            if scope.cancelled_caught:
                return _problem(503, "the server is stopping; ask again in a moment", {"Retry-After": "10"})
        except NoSuchDocument as error:
            return _problem(404, str(error))
        except Exception as error:  # noqa: BLE001 - any failure in the bot must leave the server working
            log_error("answering a program", error)
            return _problem(500, "the answer failed; the server's log says where")
        finally:
            self._waiting.discard(scope)
        return JSONResponse(answer.to_dict())

    def refuse(self) -> None:
        """Refuse the questions that are not answered yet: the server stops."""
        for scope in tuple(self._waiting):
            scope.cancel()

    def health(self) -> Response:
        """Return whether the index can be read."""
        try:
            self._bot.document_ids()
        except Exception as error:  # noqa: BLE001 - whatever fails, the index cannot be read
            log_error("checking health", error)
            return JSONResponse({"status": "failing"}, 503)
        return JSONResponse({"status": "ok"})

    def metrics(self) -> Response:
        """Return the counts of this server; never a question's text."""
        return Response(self._metrics.text(), media_type=CONTENT_TYPE)


def _problem(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence}, status, headers)


def invalid_request(_request: Request, error: Exception) -> Response:
    """Return which field of a request breaks which rule; FastAPI calls this with its ``RequestValidationError``."""
    found = error.errors()[0] if isinstance(error, RequestValidationError) and error.errors() else {}
    place = ".".join(well_formed(str(part)) for part in found.get("loc", ("body",))[1:]) or "body"
    return _problem(422, f"{place[:200]}: {found.get('msg', 'not as described')}; see /api/openapi.json")
