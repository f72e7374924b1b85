"""How a question was asked: with the conversation as context or without it, and what it may have meant to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qa.answering.asked_as import asked_as

if TYPE_CHECKING:
    from qa.types import Answer
    from qa.web.i18n.words import Words

LONG_QUESTION: Final = 1_000
"""Characters of a question that are shown."""


def shortened(question: str, words: Words) -> str:
    """Return a question, cut to ``LONG_QUESTION`` characters."""
    if len(question) <= LONG_QUESTION:
        return question
    return question[:LONG_QUESTION] + words.shortened_question.format(count=words.number(len(question)))


def how_asked(given: Answer, words: Words, *, alone: bool, meant: str | None) -> list[str]:
    """Return sentences on how a question was asked, for a screen reader or an export.

    ``alone`` is whether it was asked without context, ``meant`` another spelling.
    """
    sentences = []
    if (question := asked_as(given)) is not None:
        sentences.append(f"{words.searched_for} {words.quoted.format(text=shortened(question, words))}.")
    elif alone:
        sentences.append(words.asked_without_context)
    if meant is not None:
        sentences.append(f"{words.did_you_mean} {words.quoted.format(text=meant)}")
    return sentences
