"""The conversation in one browser tab: questions, their answers, and what the page shows of them.

Nothing here knows Gradio. The methods of ``Chat`` return what the page's scripts show.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath
from traceback import extract_tb
from typing import TYPE_CHECKING, Any, Final

from qa.errors import NoSuchDocument
from qa.service.history import history_of
from qa.service.scope import ALL, MOST
from qa.web.saved_conversations import CONTEXT, question_history
from qa.web.security.visitor import NOBODY
from qa.web.views import answers, scope
from qa.web.views.lists import MOST_LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.protocols import Answerer
    from qa.service.catalogue import Catalogue
    from qa.service.scope import Scope
    from qa.types import Answer, Turn
    from qa.web.i18n.words import Words
    from qa.web.metrics import Metrics
    from qa.web.saved_conversations import SavedConversations
    from qa.web.security.rates import Rate
    from qa.web.security.visitor import Visitor

logger = logging.getLogger(__name__)

PageUpdate = dict[str, Any]
"""What a script of the page shows: JSON, with HTML in it."""

AT_ONCE: Final = 2
"""Questions that are answered at the same time."""
MOST_WAITING: Final = 32
"""Questions that may wait for their turn."""
_MOST_PENDING: Final = 8
"""Questions of one tab that may wait for their answers."""
_MOST_CHARACTERS: Final = 4_000
"""Of a question that are kept: more than the bot takes."""


@dataclass(frozen=True, slots=True)
class PendingQuestion:
    """A question that waits for its answer; ``number`` counts the questions on the page.

    One that is asked ``alone`` gets no history. One that is asked ``instead`` of an earlier question gets the history
    of that one. It is asked of the documents of ``scope``.
    """

    number: int
    question: str
    alone: bool = False
    instead: str | None = None
    scope: Scope = ALL


@dataclass(slots=True)
class TabState:
    """What the server remembers of one browser tab. It never goes to the browser, and nothing in it comes from there.

    ``saved_as`` is the id of the saved conversation, None before the first answer is saved.
    Questions are asked of the documents of ``scope``.
    """

    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=CONTEXT))
    pending: deque[PendingQuestion] = field(default_factory=deque)
    questions: int = 0
    saved_as: str | None = None
    scope: Scope = ALL


class Chat:
    """Chats with one bot in one language. An error inside the bot becomes one sentence and one line in the log.

    Answers are saved in ``saved`` and counted in ``metrics``, if these are given; ``rate`` limits the questions of each
    visitor. With a ``catalogue`` questions can be asked of a folder, or of what a filter leaves.
    """

    def __init__(
        self,
        bot: Answerer,
        words: Words,
        examples: Sequence[str] = (),
        *,
        saved: SavedConversations | None = None,
        rate: Rate | None = None,
        metrics: Metrics | None = None,
        catalogue: Callable[[], Catalogue] | None = None,
    ) -> None:
        self.bot = bot
        self.words = words
        self.examples = tuple(examples)
        self._saved = saved
        self._rate = rate
        self._metrics = metrics
        self._catalogue = catalogue
        self._counted = ("", 0)

    def enter(
        self,
        question: str,
        tab: TabState,
        visitor: Visitor = NOBODY,
        *,
        alone: bool = False,
        instead: str | None = None,
    ) -> PageUpdate:
        """Put a question into the queue and return it as the page shows it until ``answer`` has been called.

        ``alone`` and ``instead`` are as in ``PendingQuestion``. For a visitor who asks too often the result is a
        sentence that says so, and the question is not in the queue.
        """
        question = well_formed(question[:_MOST_CHARACTERS])
        instead = None if instead is None else well_formed(instead[:_MOST_CHARACTERS])
        tab.questions += 1
        if self._rate and self._rate.wait(visitor.client):
            return self._problem(tab.questions, question, self.words.too_many_questions)
        if len(tab.pending) >= _MOST_PENDING:
            return self._problem(tab.questions, question, self.words.queue_full)
        tab.pending.append(PendingQuestion(tab.questions, question, alone, instead, tab.scope))
        return _exchange(tab.questions, answers.pending(tab.questions, question, self.words))

    def answer(self, tab: TabState, visitor: Visitor = NOBODY) -> PageUpdate | None:
        """Answer the question that has waited longest and return it with its answer, None if no question waits.

        The answer is saved, and the result holds the fields of an address that opens it again.
        """
        if not tab.pending:
            return None
        asked = tab.pending.popleft()
        number, question = asked.number, asked.question
        history = question_history(tuple(tab.turns), alone=asked.alone, instead=asked.instead)
        try:
            within = self._within(asked.scope)
            if asked.scope and not within:
                return self._problem(number, question, self.words.scope_missing)
            ask = partial(self._ask, question, history, within)
            answer = _renumbered(self._metrics.measure("chat", ask) if self._metrics else ask())
            saved = self._save(answer, asked, tab, visitor)
            meant = self._corrected(answer)
            label = scope.label(self.bot, asked.scope, self.words, len(within))
            html = answers.answer(
                number,
                answer,
                self.words,
                saved,
                alone=asked.alone,
                meant=meant,
                single=self._is_single(answer),
                scope=asked.scope,
                asked_of=label,
            )
            said = answers.announcement(answer, self.words, alone=asked.alone, meant=meant)
            update = _exchange(number, html, f"{self.words.only_in} {label}. {said}" if label else said)
            update |= self._scope(tab)
        except NoSuchDocument:
            return self._problem(number, question, self.words.scope_missing)
        except Exception as error:  # noqa: BLE001 - any failure in the bot must leave the page working
            log_error("answering", error)
            return self._problem(number, question, self.words.answer_failed)
        if _is_question(answer):
            tab.turns.extend(history_of([answer]))
            update["address"] = {"q": question, **({"conversation": saved.conversation} if saved else {})}
        return update

    def refuse(self, tab: TabState) -> PageUpdate | None:
        """Return the question that was entered last, as one for which the queue had no place."""
        if not tab.pending:
            return None
        asked = tab.pending.pop()
        return self._problem(asked.number, asked.question, self.words.queue_full)

    def clear(self, tab: TabState) -> PageUpdate:
        """Begin a new conversation. Numbers go on, so that ids on the page stay unique."""
        tab.turns.clear()
        tab.pending.clear()
        tab.saved_as = None
        tab.scope = ALL
        return {"start": tab.questions} | self._scope(tab)

    def open(
        self, tab: TabState, conversation: str, question: str, visitor: Visitor, wanted: Scope = ALL
    ) -> PageUpdate:
        """Return what an address names: a saved conversation, else a question, which is then asked.

        Questions are asked of the documents that are ``wanted``; where there are none of them, they are asked of all,
        and that is said. A conversation that is opened without a choice goes on with its own.

        If the visitor has no such conversation and there is no question, the result is a sentence that says so.
        """
        self.clear(tab)
        notice = self.words.conversation_missing if conversation or not wanted else None
        gone: PageUpdate = {}
        if wanted and (problem := self._choose(tab, wanted)):
            notice = problem
            gone = {"notice": notice}
        try:
            saved = self._saved if conversation else None
            exchanges = saved.conversations.exchanges(visitor.owner, conversation) if saved else ()
        except KeyError:
            exchanges = ()
        except Exception as error:  # noqa: BLE001 - a damaged file must leave the page working
            log_error("opening a conversation", error)
            exchanges, notice = (), self.words.conversation_failed
        if exchanges and saved:
            tab.saved_as = conversation
            past = [exchange.answer for exchange in exchanges]
            tab.turns.extend(history_of(past))
            shown = []
            ids = set(self.bot.document_ids())
            for exchange, verdicts in zip(exchanges, saved.verdicts(visitor.owner, exchanges), strict=True):
                tab.questions += 1
                where = answers.Saved(conversation, exchange.number, verdicts)
                answer = exchange.answer
                shown.append(
                    answers.answer(
                        tab.questions,
                        answer,
                        self.words,
                        where,
                        alone=exchange.alone,
                        single=len(ids) == 1 and all(citation.document in ids for citation in answer.citations),
                        scope=exchange.scope,
                        asked_of=scope.label(self.bot, exchange.scope, self.words),
                    )
                )
            if not wanted:
                self._choose(tab, exchanges[-1].scope)
            address = {"q": past[-1].question, "conversation": conversation}
            opened = {"exchanges": shown, "announcement": self.words.conversation_opened, "address": address}
            return opened | gone | self._scope(tab)
        if question:
            return self.enter(question, tab, visitor) | {"alone": True} | gone | self._scope(tab)
        return {"start": tab.questions, **({"notice": notice} if notice else {})} | self._scope(tab)

    def _choose(self, tab: TabState, wanted: Scope) -> str | None:
        """Ask questions of documents from now on; return a sentence, and ask all, where that cannot be."""
        if len(wanted.documents) > MOST:
            return self.words.most_chosen.format(count=self.words.number(MOST))
        within = self._within(wanted)
        tab.scope = wanted if wanted.is_filter else replace(wanted, documents=within)
        if wanted and not within:
            tab.scope = ALL
            return self.words.scope_missing
        return None

    def _ask(self, question: str, history: Sequence[Turn], within: tuple[str, ...]) -> Answer:
        """Return the answer, of a list with all the lines that the page shows on demand."""
        answer = self.bot.ask(question, history=history, k=answers.MOST, documents=within)
        if answer.mentions and answer.mentions.lines > answers.MOST:
            return self.bot.ask(question, history=history, k=MOST_LINES, documents=within)
        return answer

    def _within(self, wanted: Scope) -> tuple[str, ...]:
        """Return the documents of a choice that are there; none for all documents."""
        return wanted.within(self.bot.document_ids(), self._catalogue and self._catalogue()) if wanted else ()

    def _scope(self, tab: TabState) -> PageUpdate:
        """Return what the head of the page says of the documents that questions are asked of."""
        if not tab.scope:
            return {"scope": "", "chosen": ""}
        label = scope.label(self.bot, tab.scope, self.words, len(self._within(tab.scope)))
        return {"scope": scope.head(label, self.words), "chosen": tab.scope.query}

    def _is_single(self, answer: Answer) -> bool:
        """Return whether the index holds one document alone; it is counted once a generation."""
        if self._counted[0] != answer.generation:
            self._counted = answer.generation, len(self.bot.document_ids())
        return self._counted[1] == 1

    def _corrected(self, answer: Answer) -> str | None:
        """Return the question with its spelling corrected, None if it seems right."""
        try:
            return self.bot.spelling(answer.question) if _is_question(answer) else None
        except Exception as error:  # noqa: BLE001 - a suggestion that cannot be made must not cost an answer
            log_error("looking for a spelling", error)
            return None

    def _save(self, answer: Answer, asked: PendingQuestion, tab: TabState, visitor: Visitor) -> answers.Saved | None:
        """Save an answer for a visitor whom the server knows; one that cannot be saved is shown all the same."""
        if not (self._saved and visitor.owner and _is_question(answer)):
            return None
        try:
            tab.saved_as, number = self._saved.conversations.add(
                visitor.owner,
                tab.saved_as,
                answer,
                alone=asked.alone,
                instead=asked.instead,
                scope=asked.scope,
            )
        except Exception as error:  # noqa: BLE001 - a full disk must not cost an answer
            log_error("saving an answer", error)
            return None
        return answers.Saved(tab.saved_as, number)

    def _problem(self, number: int, question: str, sentence: str) -> PageUpdate:
        return _exchange(number, answers.problem(number, question, sentence, self.words), sentence)


def _exchange(number: int, html: str, announcement: str = "") -> PageUpdate:
    return {"id": f"exchange-{number}", "html": html, "announcement": announcement}


def _is_question(answer: Answer) -> bool:
    """Return whether an answer belongs to the conversation: it does not if the text was no question."""
    return answer.remark is None and answer.reason not in ("empty-question", "question-too-long")


def _renumbered(answer: Answer) -> Answer:
    """Return an answer whose citations are numbered as the page shows them: near-identical ones after the first."""
    same = answers.folded(answer)
    ordered = [one.first for one in same] + [other for one in same for other in one.others]
    citations = (replace(citation, number=number) for number, citation in enumerate(ordered, 1))
    return replace(answer, citations=tuple(citations))


def well_formed(text: str) -> str:
    """Return a text with lone surrogates replaced: JSON can carry them, UTF-8 cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def log_error(action: str, error: Exception) -> None:
    """Log what failed and where, without the error's message: it could repeat the question."""
    frames = " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__))
    logger.error("%s failed: %s at %s", action, type(error).__name__, frames)
