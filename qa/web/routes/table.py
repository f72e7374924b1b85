"""Everything that a server answers to: our own routes, and the few of Gradio's that the page needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import FileResponse

from qa.service.uploads import MOST_BYTES
from qa.web import assets
from qa.web.routes.api import ASK, HEALTH, METRICS
from qa.web.routes.conversations import FORMATS
from qa.web.routes.documents_api import ADD, LIST, REMOVE, RESULT
from qa.web.routes.sign_in import go_to_page
from qa.web.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from qa.web.i18n.words import Words
    from qa.web.routes.api import Api
    from qa.web.routes.conversations import ConversationRoutes
    from qa.web.routes.documents import DocumentRoutes
    from qa.web.routes.documents_api import DocumentsApi
    from qa.web.routes.sign_in import SignIn
    from qa.web.routes.sources import Sources
    from qa.web.routes.suggestions import Suggestions

_FILE: Final = {"path": r"(?!.*\.\.)[\w@+./ -]{1,200}"}
_HASHED: Final = {"file": r"[\w.-]+-[\w-]{8,9}\.\w+"}
"""A name with a digest of the file's content: one name never has other content."""
_CONVERSATION: Final = {"conversation": r"[\w-]+", "ending": "|".join(FORMATS)}

GRADIO: Final = (
    Route("GET", "/", localized=True, page=True),
    Route("GET", "/theme.css", localized=True),
    Route("GET", "/manifest.json", localized=True),
    # A visit asks for some eighty of these files. They are the same for everybody, so no rate counts them.
    Route("GET", "/assets/{file}", localized=True, parameters=_HASHED, rate=None, immutable=True),
    Route("GET", "/assets/{path}", localized=True, parameters=_FILE, rate=None),
    Route("GET", "/static/{path}", localized=True, parameters=_FILE, rate=None),
    Route("GET", "/gradio_api/app_id", localized=True),
    Route("GET", "/gradio_api/heartbeat/{session}", localized=True, parameters={"session": r"\w+"}, streamed=True),
    Route("POST", "/gradio_api/queue/join", localized=True),
    Route("GET", "/gradio_api/queue/data", localized=True, streamed=True),
    Route("POST", "/gradio_api/run/predict", localized=True),
)
"""The routes of Gradio that the page uses. It has some sixty more: for uploads, files, proxies, monitoring."""


def sign_in_routes(sign_in: SignIn | None) -> tuple[Route, ...]:
    """Return the routes to sign in and out; without ``sign_in`` they lead to the page, as Gradio has its own there."""
    if sign_in is None:
        return Route("GET", "/login", go_to_page), Route("GET", "/logout", go_to_page)
    return (
        Route("GET", "/login", sign_in.form, open=True),
        Route("POST", "/login", sign_in.sign_in, open=True),
        Route("POST", "/logout", sign_in.sign_out),
    )


def api_routes(api: Api) -> tuple[Route, ...]:
    """Return the routes for programs and monitors."""
    return (
        Route("POST", "/api/ask", api.ask, for_programs=True, openapi=ASK),
        Route("GET", "/api/openapi.json", for_programs=True),
        Route("GET", "/health", api.health, open=True, openapi=HEALTH),
        Route("GET", "/metrics", api.metrics, for_programs=True, openapi=METRICS),
    )


def page_routes(sources: Sources, conversations: ConversationRoutes, suggestions: Suggestions) -> tuple[Route, ...]:
    """Return the routes that the page's scripts use."""
    one = "/conversations/{conversation}"
    return (
        Route("GET", "/favicon.ico", _icon, localized=True, open=True),
        Route("GET", "/source", sources.show, localized=True),
        Route("GET", "/page", sources.page, localized=True),
        Route("GET", "/file", sources.file, localized=True),
        Route("GET", "/suggest", suggestions.list, localized=True),
        Route("GET", "/conversations", conversations.list, localized=True),
        Route("GET", f"{one}.{{ending}}", conversations.export, localized=True, parameters=_CONVERSATION),
        Route("POST", f"{one}/title", conversations.rename, localized=True, parameters=_CONVERSATION),
        Route("POST", f"{one}/delete", conversations.delete, localized=True, parameters=_CONVERSATION),
        Route("POST", "/feedback", conversations.feedback, localized=True),
    )


def document_routes(page: DocumentRoutes, api: DocumentsApi) -> tuple[Route, ...]:
    """Return the routes by which the page and programs list, add and remove documents.

    They have a rate limit of their own, so that somebody who sends hundreds of files can still ask questions.
    """
    return (
        Route("GET", "/documents", page.list, localized=True, rate="documents"),
        Route("POST", "/documents", page.add, localized=True, rate="documents", body_limit=MOST_BYTES),
        Route("GET", "/documents/overview", page.overview, localized=True, rate="documents"),
        Route("GET", "/documents/state", page.state, localized=True, rate="documents"),
        Route("POST", "/documents/room", page.check, localized=True, rate="documents"),
        Route("GET", "/documents/result", page.result, localized=True, rate="documents"),
        Route("POST", "/documents/remove", page.remove, localized=True, rate="documents"),
        Route("GET", "/api/documents", api.list, for_programs=True, rate="documents", openapi=LIST),
        Route(
            "POST", "/api/documents", api.add, for_programs=True, rate="documents", body_limit=MOST_BYTES, openapi=ADD
        ),
        Route("GET", "/api/documents/{file}", api.result, for_programs=True, rate="documents", openapi=RESULT),
        Route("DELETE", "/api/documents/{file}", api.remove, for_programs=True, rate="documents", openapi=REMOVE),
    )


def _icon(_request: Request, words: Words) -> Response:
    del words  # the icon is the same in every language
    return FileResponse(assets.ICON)
