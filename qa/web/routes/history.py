"""What a visitor has kept on the server: conversations to open, rename, delete and export, and words on answers."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.responses import HTMLResponse, JSONResponse, Response

from qa.service.history import history_before, history_of
from qa.web.security.visitors import visitor_of
from qa.web.views.markup import escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from fastapi import FastAPI
    from starlette.requests import Request

    from qa.service.feedback import FeedbackStore
    from qa.service.history import Conversation, ConversationStore, Exchange
    from qa.types import Turn
    from qa.web.i18n.words import Words

FORMATS: Final = {
    "md": ("Markdown", "text/markdown; charset=utf-8"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "json": ("JSON", "application/json"),
}
_CONTEXT: Final = 20
"""Turns before a question that belong to it, as many as it was asked with."""


class Kept:
    """Conversations and feedback, each for its owner alone; what is another's is not there."""

    def __init__(self, conversations: ConversationStore, feedback: FeedbackStore) -> None:
        self.conversations = conversations
        self._feedback = feedback

    def add_to(self, app: FastAPI, words: Words) -> None:
        """Add the routes of the page in one language to an application."""
        view = _View(self, words)
        prefix = f"/{words.path}conversations"
        app.add_route(prefix, view.list, methods=["GET"])
        app.add_route(f"{prefix}/{{conversation}}/title", view.rename, methods=["POST"])
        app.add_route(f"{prefix}/{{conversation}}/delete", view.delete, methods=["POST"])
        app.add_route(f"{prefix}/{{conversation}}.{{form}}", view.export, methods=["GET"])
        app.add_route(f"/{words.path}feedback", view.feedback, methods=["POST"])

    def said(self, owner: str, exchanges: Sequence[Exchange]) -> list[frozenset[int | None]]:
        """Return what an owner has said of each answer of a conversation."""
        return [
            frozenset(self._feedback.verdicts(owner, exchange.answer, self.history(exchanges, place)))
            for place, exchange in enumerate(exchanges)
        ]

    def comment(self, owner: str, conversation: str, number: int, citation: int | None) -> frozenset[int | None]:
        """Take a word on an answer, or take it back, and return what now stands; ``KeyError`` if there is no such."""
        exchanges = self.conversations.exchanges(owner, conversation)
        place = next((place for place, exchange in enumerate(exchanges) if exchange.number == number), None)
        if place is None:
            raise KeyError(number)
        answer, history = exchanges[place].answer, self.history(exchanges, place)
        self._feedback.toggle(owner, answer, history, citation)
        return frozenset(self._feedback.verdicts(owner, answer, history))

    @staticmethod
    def history(exchanges: Sequence[Exchange], place: int) -> Sequence[Turn]:
        """Return the turns with which the question at ``place`` was asked."""
        asked = exchanges[place]
        if asked.alone:
            return ()
        said = history_of(exchange.answer for exchange in exchanges[max(place - _CONTEXT, 0) : place])[-_CONTEXT:]
        return said if asked.instead is None else history_before(said, asked.instead)


class _View:
    """The routes, with the words of one language."""

    def __init__(self, kept: Kept, words: Words) -> None:
        self._kept = kept
        self._words = words

    def list(self, request: Request) -> Response:
        """Return the visitor's conversations as HTML."""
        found = self._kept.conversations.of(visitor_of(request.scope).owner)
        if not found:
            return HTMLResponse(f'<p class="none">{escape(self._words.history_empty)}</p>')
        return HTMLResponse(f"<ul>{''.join(self._item(conversation) for conversation in found)}</ul>")

    async def rename(self, request: Request) -> Response:
        """Give a conversation another title and return the title it now has."""
        body = await _body(request)
        owner, key = visitor_of(request.scope).owner, request.path_params["conversation"]
        try:
            self._kept.conversations.rename(owner, key, str(body.get("title", "")))
            return JSONResponse({"title": self._kept.conversations.title(owner, key)})
        except KeyError:
            return self._missing()

    def delete(self, request: Request) -> Response:
        """Forget a conversation."""
        try:
            self._kept.conversations.delete(visitor_of(request.scope).owner, request.path_params["conversation"])
        except KeyError:
            return self._missing()
        return Response(status_code=204)

    def export(self, request: Request) -> Response:
        """Return a conversation as a file to keep."""
        from qa.web.routes import export

        owner, key = visitor_of(request.scope).owner, request.path_params["conversation"]
        form = request.path_params["form"]
        if form not in FORMATS:
            return self._missing()
        try:
            title, exchanges = (
                self._kept.conversations.title(owner, key),
                self._kept.conversations.exchanges(owner, key),
            )
        except KeyError:
            return self._missing()
        write = {"md": export.markdown, "docx": export.docx, "json": export.json}[form]
        content = write(title, exchanges, self._words)
        return Response(content, media_type=FORMATS[form][1], headers={"Content-Disposition": _attached(title, form)})

    async def feedback(self, request: Request) -> Response:
        """Take a word on an answer, or take it back, and return what now stands."""
        body = await _body(request)
        conversation, number, citation = body.get("conversation"), body.get("number"), body.get("citation")
        if not (isinstance(conversation, str) and isinstance(number, int) and isinstance(citation, int | None)):
            return JSONResponse({"error": self._words.feedback_failed}, 422)
        try:
            said = self._kept.comment(visitor_of(request.scope).owner, conversation, number, citation)
        except KeyError:
            return self._missing()
        return JSONResponse({"right": sorted(n for n in said if n is not None), "none": None in said})

    def _missing(self) -> JSONResponse:
        return JSONResponse({"error": self._words.conversation_missing}, 404)

    def _item(self, conversation: Conversation) -> str:
        words, key, title = self._words, escape(conversation.id), escape(conversation.title)
        exports = "".join(
            f'<a href="conversations/{key}.{form}" download '
            f'aria-label="{escape(words.export_as)} {name}: {title}">{name}</a>'
            for form, (name, _) in FORMATS.items()
        )
        facts = f"{_day(conversation.changed)} · {words.count(words.question_count, conversation.questions)}"
        return (
            f'<li data-conversation="{key}"><div class="row">'
            f'<button type="button" class="open" data-open dir="auto">{title}</button>'
            f'<span class="when">{escape(facts)}</span></div>'
            f'<form class="rename" hidden><label class="unseen" for="title-{key}">'
            f"{escape(words.conversation_title_label)}</label>"
            f'<input id="title-{key}" name="title" value="{title}" maxlength="120" dir="auto">'
            f'<button class="act">{escape(words.save)}</button>'
            f'<button type="button" class="act" data-cancel>{escape(words.cancel)}</button></form>'
            f'<div class="tools"><button type="button" class="act" data-rename aria-label="{escape(words.rename)}: '
            f'{title}">{escape(words.rename)}</button>'
            f'<button type="button" class="act" data-delete aria-label="{escape(words.delete)}: {title}">'
            f"{escape(words.delete)}</button>"
            f'<span class="sure" hidden><button type="button" class="act danger" data-sure>'
            f"{escape(words.delete_confirm)}</button>"
            f'<button type="button" class="act" data-cancel>{escape(words.cancel)}</button></span>'
            f'<span class="exports">{escape(words.export_as)} {exports}</span></div></li>'
        )


async def _body(request: Request) -> dict[str, Any]:
    """Return a request's JSON object, empty if it has none."""
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _day(time: datetime) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def _attached(title: str, form: str) -> str:
    """Return a header that saves a file under the conversation's title, in plain letters for old browsers."""
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in title)
    name = " ".join(kept.split())[:80] or "conversation"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip() or "conversation"
    return f"attachment; filename=\"{plain}.{form}\"; filename*=UTF-8''{quote(f'{name}.{form}')}"
