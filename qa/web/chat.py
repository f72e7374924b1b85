"""One browser's conversation: what was asked, what is still to be answered, and what the page shows for it.

Nothing here knows Gradio. What the methods return are the values that the page's scripts put on the screen.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from qa.answering.near_duplicates import fold
from qa.service.history import history_before, history_of
from qa.web.security.visitors import NOBODY
from qa.web.views import render, source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.protocols import Answerer
    from qa.types import Answer, Turn
    from qa.web.i18n.words import Words
    from qa.web.routes.history import Kept
    from qa.web.security.rates import Rate
    from qa.web.security.visitors import Visitor
    from qa.web.views.page_images import Facsimiles

logger = logging.getLogger(__name__)

Shown = dict[str, Any]
"""A value for a page's script: JSON, with HTML in it."""

REMEMBERED = 20
"""Turns that are kept as context for the next question."""
_LOOKED_AT = 20
"""Passages asked for: more than are shown, because near-identical ones are shown as one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its number on the page.

    One asked ``alone`` is asked without what was said before, one asked ``instead`` of another without what was said
    since the other was asked.
    """

    number: int
    question: str
    alone: bool = False
    instead: str | None = None

    def history(self, said: Sequence[Turn]) -> Sequence[Turn]:
        """Return what of all that was said it is to be asked with."""
        if self.alone:
            return ()
        return said if self.instead is None else history_before(said, self.instead)


@dataclass(slots=True)
class Conversation:
    """What the server remembers of one browser tab; it is never sent there, and never taken from there.

    ``kept`` is the id under which the conversation is kept, once it is.
    """

    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    waiting: deque[Asked] = field(default_factory=deque)
    asked: int = 0
    kept: str | None = None


class Chat:
    """The conversations with one bot. Whatever fails inside the bot becomes one sentence and one line in the log."""

    def __init__(
        self,
        bot: Answerer,
        words: Words,
        examples: Sequence[str] = (),
        *,
        languages: Iterable[Words] = (),
        kept: Kept | None = None,
        rate: Rate | None = None,
        signed_in: bool = False,
        listed: bool = False,
        facsimiles: Facsimiles | None = None,
    ) -> None:
        self._bot = bot
        self._facsimiles = facsimiles
        self._kept = kept
        self._rate = rate
        self._signed_in = signed_in
        self.listed = listed
        self.words = words
        self._languages = tuple(languages)
        self.examples = tuple(examples)

    def header(self) -> str:
        """Return the page's head as HTML."""
        return render.header(
            *source.loaded(self._bot), self.words, self._languages, signed_in=self._signed_in, listed=self.listed
        )

    def enter(
        self,
        question: str,
        conversation: Conversation,
        visitor: Visitor = NOBODY,
        *,
        alone: bool = False,
        instead: str | None = None,
    ) -> Shown:
        """Take a question in and return it as it looks while its answer is being looked for.

        ``alone`` and ``instead`` are as in ``Asked``. A visitor who asks too often gets a sentence in its place.
        """
        question = well_formed(question)
        instead = None if instead is None else well_formed(instead)
        conversation.asked += 1
        if self._rate and self._rate.wait(visitor.client):
            return self._problem(conversation.asked, question, self.words.too_many_questions)
        conversation.waiting.append(Asked(conversation.asked, question, alone, instead))
        return _exchange(conversation.asked, render.pending(conversation.asked, question, self.words))

    def answer(self, conversation: Conversation, visitor: Visitor = NOBODY) -> Shown | None:
        """Answer the question that has waited longest and return it with its answer; None if none waits.

        The answer is kept for the visitor, and with it comes the address under which it can be had again.
        """
        if not conversation.waiting:
            return None
        asked = conversation.waiting.popleft()
        number, question = asked.number, asked.question
        try:
            given = self._bot.ask(question, history=asked.history(tuple(conversation.turns)), k=_LOOKED_AT)
            given = _trimmed(given)
            saved = self._save(given, asked, conversation, visitor)
            meant = self._meant(given)
            html = render.answer(number, given, self.words, saved, alone=asked.alone, meant=meant)
            shown = _exchange(number, html, render.announcement(given, self.words, alone=asked.alone, meant=meant))
        except Exception as error:  # noqa: BLE001 - any failure in the bot must leave the page working
            logged("answering", error)
            return self._problem(number, question, self.words.answer_failed)
        if _counts(given):
            conversation.turns.extend(history_of([given]))
            shown["address"] = {"q": question, **({"conversation": saved.conversation} if saved else {})}
        return shown

    def refuse(self, conversation: Conversation) -> Shown | None:
        """Return the question entered last as one that found no place in the queue."""
        if not conversation.waiting:
            return None
        asked = conversation.waiting.pop()
        return self._problem(asked.number, asked.question, self.words.queue_full)

    def clear(self, conversation: Conversation) -> Shown:
        """Forget the conversation; ids on the page stay unique because the numbers go on."""
        conversation.turns.clear()
        conversation.waiting.clear()
        conversation.kept = None
        return {"start": conversation.asked}

    def open(self, conversation: Conversation, kept: str, question: str, visitor: Visitor) -> Shown:
        """Return what an address names: a kept conversation, or else a question, which is asked again.

        Of a conversation that is not there, or is another's, only the question is left; without one, a sentence.
        """
        self.clear(conversation)
        notice = self.words.conversation_missing
        try:
            exchanges = self._kept.conversations.exchanges(visitor.owner, kept) if self._kept and kept else ()
        except KeyError:
            exchanges = ()
        except Exception as error:  # noqa: BLE001 - a damaged file must leave the page working
            logged("opening a conversation", error)
            exchanges, notice = (), self.words.conversation_failed
        if exchanges and self._kept:
            conversation.kept = kept
            answers = [exchange.answer for exchange in exchanges]
            conversation.turns.extend(history_of(answers))
            shown = []
            for exchange, said in zip(exchanges, self._kept.said(visitor.owner, exchanges), strict=True):
                conversation.asked += 1
                saved = render.Saved(kept, exchange.number, said)
                html = render.answer(conversation.asked, exchange.answer, self.words, saved, alone=exchange.alone)
                shown.append(html)
            address = {"q": answers[-1].question, "conversation": kept}
            return {"exchanges": shown, "announcement": self.words.conversation_opened, "address": address}
        if question:
            return self.enter(question, conversation, visitor) | {"alone": True}
        return {"start": conversation.asked, "notice": notice}

    def source(self, address: str) -> str:
        """Return as HTML the document and passage that a citation's address names, or a sentence on why it cannot."""
        try:
            return source.view(self._bot, address, self.words, self._facsimiles)
        except Exception as error:  # noqa: BLE001 - any failure in the bot must leave the page working
            logged("opening a source", error)
            return source.notice(self.words.source_failed, self.words)

    def _meant(self, given: Answer) -> str | None:
        """Return what a question may have been meant to say, if it seems misspelt."""
        try:
            return self._bot.spelling(given.question) if _counts(given) else None
        except Exception as error:  # noqa: BLE001 - a suggestion that cannot be made must not cost an answer
            logged("looking for a spelling", error)
            return None

    def _save(self, given: Answer, asked: Asked, conversation: Conversation, visitor: Visitor) -> render.Saved | None:
        """Keep an answer for a visitor whom the server knows; one that cannot be kept is shown all the same."""
        if not (self._kept and visitor.owner and _counts(given)):
            return None
        try:
            kept, number = self._kept.conversations.add(
                visitor.owner, conversation.kept, given, alone=asked.alone, instead=asked.instead
            )
        except Exception as error:  # noqa: BLE001 - a full disk must not cost an answer
            logged("keeping an answer", error)
            return None
        conversation.kept = kept
        return render.Saved(kept, number)

    def _problem(self, number: int, question: str, sentence: str) -> Shown:
        return _exchange(number, render.problem(number, question, sentence, self.words), sentence)


def _exchange(number: int, html: str, announcement: str = "") -> Shown:
    return {"id": f"exchange-{number}", "html": html, "announcement": announcement}


def _counts(given: Answer) -> bool:
    """Say whether an answer is part of the conversation: what was no question is not."""
    return given.reason not in ("empty-question", "question-too-long")


def _trimmed(given: Answer) -> Answer:
    """Return an answer with those citations only that are shown or folded into one that is."""
    shown = [citation for folded in fold(given.citations, render.SHOWN) for citation in (folded.first, *folded.others)]
    return replace(given, citations=tuple(sorted(shown, key=lambda citation: citation.number)))


def well_formed(text: str) -> str:
    """Replace half characters (lone surrogates), which JSON can carry and UTF-8 cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def logged(doing: str, error: Exception) -> None:
    """Log what failed and where, without the error's message: it could repeat the question."""
    frames = " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__))
    logger.error("%s failed: %s at %s", doing, type(error).__name__, frames)
