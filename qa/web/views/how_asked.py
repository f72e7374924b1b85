"""How a question was asked, and how else it may be: in the light of what was said, alone, or in another spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qa.web.views.markup import escape

if TYPE_CHECKING:
    from qa.types import Answer
    from qa.web.i18n.words import Words

LONG_QUESTION: Final = 1_000
"""Characters of a question that are shown; no real question has more."""


def shortened(question: str, words: Words) -> str:
    """Return a question as it is shown."""
    if len(question) <= LONG_QUESTION:
        return question
    return question[:LONG_QUESTION] + words.shortened_question.format(count=words.number(len(question)))


def how_asked(given: Answer, words: Words, *, alone: bool, meant: str | None) -> str:
    """Return what history made of a question, or that none was used, and what it may have been ``meant`` to say.

    Each other way of asking is a button.
    """
    lines = []
    if leant(given):
        query = f'<q dir="auto">{escape(shortened(given.query, words))}</q>'
        lines.append(
            f"{escape(words.searched_for)} {query} {_button(given.question, words.ask_without_context, 'data-alone')}"
        )
    elif alone:
        lines.append(escape(words.asked_without_context))
    if meant is not None:
        how = "data-alone" if alone else f'data-instead="{escape(given.question)}"'
        lines.append(f"{escape(words.did_you_mean)} {_button(meant, meant, how)}")
    return "".join(f'<p class="asked-as">{line}</p>' for line in lines)


def said_how_asked(given: Answer, words: Words, *, alone: bool, meant: str | None) -> list[str]:
    """Return the same in plain text, for a screen reader."""
    said = []
    if leant(given):
        said.append(f"{words.searched_for} {words.quoted.format(text=shortened(given.query, words))}.")
    elif alone:
        said.append(words.asked_without_context)
    if meant is not None:
        said.append(f"{words.did_you_mean} {words.quoted.format(text=meant)}")
    return said


def leant(given: Answer) -> bool:
    """Say whether what was said before changed what was searched for."""
    return bool(given.query.strip()) and given.query.split() != given.question.split()


def _button(question: str, label: str, how: str) -> str:
    """Return a button that asks a question; ``how`` is an attribute for the page's script."""
    asks = f'data-ask="{escape(question)}" {how}'
    return f'<button type="button" class="again" {asks} dir="auto">{escape(label)}</button>'
