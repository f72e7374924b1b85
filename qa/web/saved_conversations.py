"""The conversations that the server saves, and the users' feedback on the answers."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING, Final

from qa.service import feedback, history
from qa.service.feedback import FeedbackStore
from qa.service.history import ConversationStore, history_before, history_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qa.service.feedback import Verdict
    from qa.service.history import Exchange
    from qa.types import Turn

CONTEXT: Final = 20
"""Turns before a question that the bot is given with it."""


class SavedConversations:
    """Conversations and feedback, both for their owner alone: what belongs to another does not exist."""

    def __init__(self, conversations: ConversationStore, feedback: FeedbackStore) -> None:
        self.conversations = conversations
        self._feedback = feedback

    def close(self) -> None:
        """Close the files."""
        self.conversations.close()
        self._feedback.close()

    def verdicts(self, owner: str, exchanges: Sequence[Exchange]) -> list[Mapping[int | None, Verdict]]:
        """Return, for each answer of a conversation, its owner's verdicts by the number of the citation.

        Under None stands that the owner found no answer there.
        """
        return [
            self._feedback.verdicts(owner, exchange.answer, exchange_history(exchanges, place))
            for place, exchange in enumerate(exchanges)
        ]

    def toggle_verdict(
        self, owner: str, conversation: str, number: int, citation: int | None, *, right: bool = True
    ) -> Mapping[int | None, Verdict]:
        """Note or withdraw a verdict on an answer, and return the verdicts on it as ``verdicts`` does.

        Raises ``KeyError`` if the owner has no such conversation, answer or citation.
        """
        exchanges = self.conversations.exchanges(owner, conversation)
        place = next((place for place, exchange in enumerate(exchanges) if exchange.number == number), None)
        if place is None:
            raise KeyError(number)
        answer, said_before = exchanges[place].answer, exchange_history(exchanges, place)
        self._feedback.toggle(owner, answer, said_before, citation, right=right)
        return self._feedback.verdicts(owner, answer, said_before)


def open_saved_conversations(folder: Path | None) -> SavedConversations:
    """Open what is saved in a folder, in memory without one.

    Where the folder cannot be written to, everything is kept in memory and a line on standard error says so.
    """
    if folder is not None:
        try:
            return SavedConversations(ConversationStore(folder / history.FILE), FeedbackStore(folder / feedback.FILE))
        except sqlite3.Error as error:
            sys.stderr.write(f"Conversations and feedback are lost when the server stops: {error}\n")
    return SavedConversations(ConversationStore(), FeedbackStore())


def question_history(said: Sequence[Turn], *, alone: bool, instead: str | None) -> Sequence[Turn]:
    """Return which turns of a conversation a question is asked with.

    They are none for a question asked ``alone``, and those before another question for one asked ``instead`` of it.
    """
    if alone:
        return ()
    return said if instead is None else history_before(said, instead)


def exchange_history(exchanges: Sequence[Exchange], place: int) -> Sequence[Turn]:
    """Return the turns with which the question at ``place`` of a conversation was asked."""
    said = history_of(exchange.answer for exchange in exchanges[max(place - CONTEXT, 0) : place])[-CONTEXT:]
    return question_history(said, alone=exchanges[place].alone, instead=exchanges[place].instead)
