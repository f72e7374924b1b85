"""A visitor's saved conversations: to list, rename, delete and export, and to give feedback on."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.responses import HTMLResponse, JSONResponse, Response

from qa.web import export
from qa.web.security.visitor import visitor_of
from qa.web.views import templates

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from qa.web.i18n.words import Words
    from qa.web.saved_conversations import SavedConversations

FORMATS: Final = {
    "md": ("Markdown", "text/markdown; charset=utf-8", export.markdown),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", export.docx),
    "json": ("JSON", "application/json", export.json),
}
"""What a conversation can be exported as, by the ending of the file: name, media type and function that writes it."""


class ConversationRoutes:
    """The routes under ``/conversations``, and ``/feedback``. What belongs to another visitor is answered with 404."""

    def __init__(self, saved: SavedConversations) -> None:
        self._saved = saved
        self._conversations = saved.conversations

    def list(self, request: Request, words: Words) -> Response:
        """Return the visitor's conversations as HTML."""
        found = self._conversations.of(visitor_of(request.scope).owner)
        names = {ending: name for ending, (name, *_) in FORMATS.items()}
        return HTMLResponse(
            templates.render("history_list", conversations=found, words=words, formats=names, minute=_minute)
        )

    async def rename(self, request: Request, words: Words) -> Response:
        """Give a conversation another title and return the title that it has now."""
        body = await _body(request)
        owner, conversation = visitor_of(request.scope).owner, request.path_params["conversation"]
        try:
            self._conversations.rename(owner, conversation, str(body.get("title", "")))
            return JSONResponse({"title": self._conversations.title(owner, conversation)})
        except KeyError:
            return _missing(words)

    def delete(self, request: Request, words: Words) -> Response:
        """Delete a conversation."""
        try:
            self._conversations.delete(visitor_of(request.scope).owner, request.path_params["conversation"])
        except KeyError:
            return _missing(words)
        return Response(status_code=204)

    def export(self, request: Request, words: Words) -> Response:
        """Return a conversation as a file to save."""
        owner, conversation = visitor_of(request.scope).owner, request.path_params["conversation"]
        ending = request.path_params["ending"]
        _, media_type, write = FORMATS[ending]
        further = "further" in request.query_params
        try:
            title = self._conversations.title(owner, conversation)
            exchanges = self._conversations.exchanges(owner, conversation)
        except KeyError:
            return _missing(words)
        headers = {"Content-Disposition": _attachment(title, ending)}
        return Response(write(title, exchanges, words, further=further), media_type=media_type, headers=headers)

    async def feedback(self, request: Request, words: Words) -> Response:
        """Note or withdraw a verdict on an answer, and return the verdicts on it."""
        body = await _body(request)
        conversation, number, citation = body.get("conversation"), body.get("number"), body.get("citation")
        if not (isinstance(conversation, str) and isinstance(number, int) and isinstance(citation, int | None)):
            return JSONResponse({"error": words.feedback_failed}, 422)
        try:
            owner, right = visitor_of(request.scope).owner, body.get("right") is not False
            verdicts = self._saved.toggle_verdict(owner, conversation, number, citation, right=right)
        except KeyError:
            return _missing(words)
        return JSONResponse([{"citation": place, "verdict": verdict} for place, verdict in verdicts.items()])


def _missing(words: Words) -> Response:
    return JSONResponse({"error": words.conversation_missing}, 404)


async def _body(request: Request) -> dict[str, Any]:
    """Return the JSON object in a request's body, an empty one if there is none."""
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _minute(time: datetime) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def _attachment(title: str, ending: str) -> str:
    """Return the header ``Content-Disposition`` that saves a file under a title; old browsers get it in ASCII."""
    allowed = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in title)
    name = " ".join(allowed.split())[:80] or "conversation"
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip() or "conversation"
    return f"attachment; filename=\"{ascii_name}.{ending}\"; filename*=UTF-8''{quote(f'{name}.{ending}')}"
