"""How a question was searched for: whether what was said before took part, and as which question."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.types import Answer


def in_context(answer: Answer) -> bool:
    """Return whether what was said before changed the search."""
    return bool(answer.query.strip()) and answer.query.split() != answer.question.split()


def asked_as(answer: Answer) -> str | None:
    """Return the question completed from what was said, as one question.

    None where it was searched for as asked, or where an earlier question only stands before it.
    """
    asked = answer.question.split()
    joined = answer.query.split()[-len(asked) :] == asked
    return answer.query if in_context(answer) and not joined else None
