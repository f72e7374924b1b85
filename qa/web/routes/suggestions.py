"""What a question that is being typed may become: headings of the documents, examples, the visitor's own questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse

from qa.web.chat import log_error, well_formed
from qa.web.security.visitor import visitor_of
from qa.web.views import templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from qa.protocols import Answerer
    from qa.service.history import ConversationStore
    from qa.web.i18n.words import Words

_EARLIER: Final = 200
"""Questions asked before that are offered again."""


class Suggestions:
    """The route ``/suggest``; ``examples`` are those of each language. What is typed is neither logged nor saved."""

    def __init__(self, bot: Answerer, conversations: ConversationStore, examples: Mapping[str, Sequence[str]]) -> None:
        self._bot = bot
        self._conversations = conversations
        self._examples = examples

    def list(self, request: Request, words: Words) -> Response:
        """Return the suggestions for what is typed as the options of a list box; none is another visitor's question."""
        examples = self._examples.get(words.language, ())
        typed = well_formed(request.query_params.get("q", ""))
        try:
            earlier = self._conversations.questions(visitor_of(request.scope).owner, _EARLIER)
            found = self._bot.suggestions(typed, offered=[*earlier, *examples])
        except Exception as error:  # noqa: BLE001 - typing goes on without suggestions
            log_error("suggesting", error)
            earlier, found = [], []
        kinds = dict.fromkeys(examples, "") | {
            " ".join(text.split()): words.suggestion_asked_before for text in earlier
        }
        options = [(text, kinds.get(text, words.suggestion_from_documents)) for text in found]
        return HTMLResponse(templates.render("suggestions", options=options, words=words))
