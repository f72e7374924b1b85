# ruff: noqa: RUF001 - typographic quotes are meant
"""Every word the interface itself says, in one place; documents speak for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.types import Reason

PRODUCT: Final = "Chapter & Verse"
TAGLINE: Final = "Answers in the documents’ own words, each with its place in the source."

START_TITLE: Final = "What would you like to know?"
START_TEXT: Final = (
    "You get the passage that answers, word for word, and a link to where it stands. "
    "If the documents do not say, you are told so."
)
EXAMPLES: Final = "Try one of these"
NEW_CONVERSATION: Final = "New conversation"
CONVERSATION: Final = "Conversation"

QUESTION_LABEL: Final = "Your question"
QUESTION_PLACEHOLDER: Final = "Ask a question"
ASK: Final = "Ask"
SEARCHING: Final = "Searching the documents"
NO_QUESTION: Final = "(no question)"
ASKED_AS: Final = "Asked as:"

ANSWERED: Final = "Answered in the documents’ own words"
NOT_ANSWERED: Final = "The documents do not answer this."
CLOSEST: Final = "Closest, but probably not an answer"

REASONS: Final[Mapping[Reason, str]] = {
    "nothing-relevant": "No passage comes close enough to be an answer. Other words or a narrower question may help.",
    "empty-question": "There was nothing to look for: please type a question in words.",
    "empty-index": "No documents have been indexed yet. Add some with “qa index”, then ask again.",
    "question-too-long": "The question is too long to be understood as one. Please ask it in a sentence or two.",
    "language-not-covered": "This search does not cover the language of the question. Please ask in English.",
}
NO_REASON: Final = "No passage was found."

FAILED: Final = (
    "Something went wrong while answering this question. Please ask again; if it happens again, "
    "the server’s log says what failed."
)
BUSY: Final = "Too many questions are waiting right now. Please ask again in a moment."

SOURCE: Final = "Source document"
SOURCE_TEXT: Final = "Text of the source document"
OPENS_SOURCE: Final = "(opens the source at this passage)"
CLOSE_SOURCE: Final = "Close"
BACK: Final = "Back to the conversation"
SOURCE_MISSING: Final = "This passage cannot be shown: the document is no longer in the index, or it has changed."
SOURCE_FAILED: Final = "The source could not be opened. Please try again; the server’s log says what failed."
SOURCE_UNREACHABLE: Final = "The source could not be fetched: the server does not answer. Is it still running?"
NO_DOCUMENTS: Final = "No documents have been indexed"
ONE_DOCUMENT: Final = "Searching in"

_LEVELS: Final = {"high": "high confidence", "medium": "medium confidence", "low": "low confidence"}


def confidence(level: str, probability: float) -> str:
    """Say a probability in words, with the number: ``high confidence (93 %)``; never a certainty."""
    percent = min(max(round(100 * probability), 1), 99)
    return f"{_LEVELS[level]} ({percent}\N{NO-BREAK SPACE}%)"


def documents(count: int) -> str:
    """Say how many documents there are to ask."""
    return f"Searching in {count:,} documents" if count else NO_DOCUMENTS


def further(count: int) -> str:
    """Name the passages after the first."""
    return "1 further passage" if count == 1 else f"{count} further passages"


def paragraph(number: int) -> str:
    """Say to a screen reader which paragraph follows."""
    return f"Paragraph {number}"


def characters(count: int) -> str:
    """Say how long a shortened question was."""
    return f"… ({count:,} characters in all)"


def said_found(confidence: str, title: str, pinpoint: str, words: str) -> str:
    """Say an answer to a screen reader: where it stands, then its words."""
    return f"{ANSWERED}, {confidence}. {title}, {pinpoint}: {words}"


def said_not_found(reason: str) -> str:
    """Say to a screen reader that there is no answer."""
    return f"{NOT_ANSWERED} {reason}"
