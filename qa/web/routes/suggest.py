"""What may be asked, offered while it is typed: headings of the documents, examples, the visitor's own questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse

from qa.web.chat import logged, well_formed
from qa.web.security.visitors import visitor_of
from qa.web.views.markup import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

    from qa.protocols import Answerer
    from qa.web.i18n.words import Words
    from qa.web.routes.history import Kept

_EARLIER: Final = 200
"""Questions asked before that are offered again."""


class Suggest:
    """Answers what is typed with what it may become, as the options of a list box; never logged, never kept."""

    def __init__(self, bot: Answerer, kept: Kept, examples: Sequence[str], words: Words) -> None:
        self._bot = bot
        self._kept = kept
        self._examples = tuple(examples)
        self._words = words

    def add_to(self, app: FastAPI) -> None:
        """Add the route of the page in one language to an application."""
        app.add_route(f"/{self._words.path}suggest", self.options, methods=["GET"])

    def options(self, request: Request) -> HTMLResponse:
        """Return the options for what is typed, none of them another visitor's."""
        typed = well_formed(request.query_params.get("q", ""))
        try:
            earlier = self._kept.conversations.questions(visitor_of(request.scope).owner, _EARLIER)
            found = self._bot.suggestions(typed, offered=[*earlier, *self._examples])
        except Exception as error:  # noqa: BLE001 - typing goes on without suggestions
            logged("suggesting", error)
            earlier, found = [], []
        before = {" ".join(question.split()) for question in earlier}
        options = "".join(self._option(number, text, text in before) for number, text in enumerate(found))
        counted = self._words.count(self._words.suggestion_count, len(found)) if found else ""
        return HTMLResponse(f'<ul data-said="{escape(counted)}">{options}</ul>')

    def _option(self, number: int, text: str, earlier: bool) -> str:
        kind = (
            self._words.suggestion_asked_before
            if earlier
            else ""
            if text in self._examples
            else self._words.suggestion_from_documents
        )
        return (
            f'<li role="option" id="suggestion-{number}" aria-selected="false"><span class="text" dir="auto">'
            f'{escape(text)}</span><span class="kind">{escape(kind)}</span></li>'
        )
