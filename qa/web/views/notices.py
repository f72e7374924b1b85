"""What is said before an answer: how the question was asked, and why the answer may not be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qa.answering.asked_as import asked_as
from qa.languages.english_only import english_only

if TYPE_CHECKING:
    from qa.languages.english_only import Sentence
    from qa.types import Answer, Premise, SourceAsked
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


def notices(given: Answer, words: Words) -> list[str]:
    """Return a sentence for each reason to doubt an answer.

    No document may be by those whose words are asked for, which is said first. The closest passage may lack something
    that the question takes for granted.
    """
    absent = [_absence_notice(source, author, words) for source, author in given.absent_sources]
    if not given.citations:
        return absent
    return [
        *absent,
        *(_premise_notice(premise, words) for premise in given.premises),
    ]


def language_notice(given: Answer, words: Words) -> Sentence | None:
    """Return what is said to somebody who asks in a language that the search does not cover, in that language."""
    if not given.language:
        return None
    return english_only(given.language, shared=bool(given.citations), otherwise=words.language)


def _absence_notice(source: SourceAsked, author: str, words: Words) -> str:
    if author:
        return words.no_document_by_source.format(source=author, name=source.name)
    return words.no_document_by[source.kind].format(name=source.name)


def _premise_notice(premise: Premise, words: Words) -> str:
    asked = words.quoted.format(text=premise.text)
    if not premise.found:
        return words.premise_missing.format(asked=asked)
    found = ", ".join(words.quoted.format(text=text) for text in premise.found)
    return words.premise_differs.format(asked=asked, found=found)
