"""One browser's conversation: what was asked, what is still to be answered, and what the page shows for it.

Nothing here knows Gradio. What the methods return are the values that the page's scripts put on the screen.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from pathlib import PurePath
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from qa.types import Turn
from qa.web import render, source
from qa.web.visitors import NOBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.protocols import Answerer
    from qa.types import Answer
    from qa.web.limits import Rate
    from qa.web.strings import Words
    from qa.web.visitors import Visitor

logger = logging.getLogger(__name__)

Shown = dict[str, Any]
"""A value for a page's script: JSON, with HTML in it."""

_REMEMBERED = 20
"""Turns that are kept as context for the next question."""


@dataclass(slots=True)
class Conversation:
    """What the server remembers of one browser tab; it is never sent there, and never taken from there."""

    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    waiting: deque[tuple[int, str]] = field(default_factory=deque)
    asked: int = 0


class Chat:
    """The conversations with one bot. Whatever fails inside the bot becomes one sentence and one line in the log."""

    def __init__(
        self,
        bot: Answerer,
        words: Words,
        examples: Sequence[str] = (),
        *,
        rate: Rate | None = None,
        signed_in: bool = False,
    ) -> None:
        self._bot = bot
        self._signed_in = signed_in
        self._rate = rate
        self.words = words
        self.examples = tuple(examples)

    def header(self) -> str:
        """Return the page's head as HTML."""
        ids = self._bot.document_ids()
        only = self._bot.document(ids[0]) if len(ids) == 1 else None
        return render.header(len(ids), only, self.words, signed_in=self._signed_in)

    def enter(self, question: str, conversation: Conversation, visitor: Visitor = NOBODY) -> Shown:
        """Take a question in and return it as it looks while its answer is being looked for.

        A visitor who asks too often gets a sentence instead.
        """
        question = well_formed(question)
        conversation.asked += 1
        if self._rate and self._rate.wait(visitor.client):
            return self._problem(conversation.asked, question, self.words.too_many)
        conversation.waiting.append((conversation.asked, question))
        return _exchange(conversation.asked, render.pending(conversation.asked, question, self.words))

    def answer(self, conversation: Conversation) -> Shown | None:
        """Answer the question that has waited longest and return it with its answer; None if none waits."""
        if not conversation.waiting:
            return None
        number, question = conversation.waiting.popleft()
        try:
            given = self._bot.ask(question, history=tuple(conversation.turns))
            shown = _exchange(number, render.answer(number, given, self.words), render.announcement(given, self.words))
        except Exception as error:  # noqa: BLE001 - any failure in the bot must leave the page working
            logged("answering", error)
            return self._problem(number, question, self.words.failed)
        _remember(conversation, question, given)
        return shown

    def refuse(self, conversation: Conversation) -> Shown | None:
        """Return the question entered last as one that found no place in the queue."""
        if not conversation.waiting:
            return None
        return self._problem(*conversation.waiting.pop(), self.words.busy)

    def clear(self, conversation: Conversation) -> Shown:
        """Forget the conversation; ids on the page stay unique because the numbers go on."""
        conversation.turns.clear()
        conversation.waiting.clear()
        return {"start": conversation.asked}

    def source(self, address: str) -> str:
        """Return as HTML the document and passage that a citation's address names, or a sentence on why it cannot."""
        try:
            return source.view(self._bot, address, self.words)
        except Exception as error:  # noqa: BLE001 - any failure in the bot must leave the page working
            logged("opening a source", error)
            return source.notice(self.words.source_failed, self.words)

    def _problem(self, number: int, question: str, sentence: str) -> Shown:
        return _exchange(number, render.problem(number, question, sentence, self.words), sentence)


def _exchange(number: int, html: str, announcement: str = "") -> Shown:
    return {"id": f"exchange-{number}", "html": html, "announcement": announcement}


def _remember(conversation: Conversation, question: str, given: Answer) -> None:
    if given.reason in ("empty-question", "question-too-long"):
        return
    conversation.turns.append(Turn("user", question))
    if given.found and given.citations:
        conversation.turns.append(Turn("assistant", given.citations[0].quote))


def well_formed(text: str) -> str:
    """Replace half characters (lone surrogates), which JSON can carry and UTF-8 cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def logged(doing: str, error: Exception) -> None:
    """Log what failed and where, without the error's message: it could repeat the question."""
    frames = " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__))
    logger.error("%s failed: %s at %s", doing, type(error).__name__, frames)
