"""Questions and answers as the conversation shows them, and as a screen reader says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from qa.answering.asked_as import asked_as, in_context
from qa.answering.near_duplicates import group
from qa.answering.quotation import details, quotation
from qa.web.i18n.words import PRODUCT
from qa.web.views.address import Address
from qa.web.views.explanation import ShownExplanation, explanation
from qa.web.views.how_asked import LONG_QUESTION, how_asked, shortened
from qa.web.views.lists import list_summary, shown_list
from qa.web.views.marks import Piece, pieces
from qa.web.views.notices import language_notice, notices
from qa.web.views.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from qa.answering.near_duplicates import NearDuplicates
    from qa.types import Answer, Citation
    from qa.web.i18n.words import Words

SHOWN: Final = 5
"""Passages of an answer that are shown; near-identical ones count as one."""
_FACTS: Final = 6
"""Entries of a document's metadata that are shown below a quotation."""
_HIGH, _MEDIUM = 0.8, 0.6
"""Probabilities from which confidence is called high, or medium."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Where an answer is saved, and its reader's feedback: the numbers of right citations, None for "no answer"."""

    conversation: str
    number: int
    said: frozenset[int | None] = frozenset()


@dataclass(frozen=True, slots=True)
class _Link:
    """A citation as the link that opens its source."""

    number: int
    title: str
    pinpoint: str
    address: str

    @classmethod
    def to(cls, citation: Citation) -> _Link:
        return cls(citation.number, citation.title, citation.pinpoint, str(Address.of(citation)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownCitation:
    """A citation as the template shows it; ``elsewhere`` are the citations that say almost the same."""

    link: _Link
    quote: list[Piece]
    quotation: str
    facts: list[tuple[str, str]]
    elsewhere: list[_Link]
    elsewhere_summary: str
    explanation: ShownExplanation


def pending(number: int, question: str, words: Words) -> Markup:
    """Return question ``number`` while its answer is being looked for."""
    return _exchange("pending", number, question, words, busy=True)


def problem(number: int, question: str, sentence: str, words: Words) -> Markup:
    """Return question ``number`` with a sentence that says why it has no answer."""
    return _exchange("problem", number, question, words, sentence=sentence)


def answer(
    number: int,
    given: Answer,
    words: Words,
    saved: Saved | None = None,
    *,
    alone: bool = False,
    meant: str | None = None,
) -> Markup:
    """Return question ``number`` with its answer, or with the reason why there is none.

    A ``saved`` answer has buttons for feedback. ``alone`` is whether it was asked without context, ``meant`` is another
    spelling that the question may have meant.
    """
    if given.remark:
        reply = words.replies[given.remark]
        return _exchange("remark", number, given.question, words, product=PRODUCT, reply=reply)
    completed = asked_as(given)
    has_link = bool(given.question.strip()) and len(given.question) <= LONG_QUESTION
    return _exchange(
        "answer",
        number,
        given.question,
        words,
        saved=saved,
        answer=given,
        in_context=in_context(given),
        searched_for=shortened(completed, words) if completed else None,
        alone=alone,
        meant=meant,
        foreign=language_notice(given, words),
        listed=shown_list(given, words),
        notices=notices(given, words),
        verdict=verdict(given, words),
        level=_level(given.confidence),
        confidence=confidence(given, words),
        reason=reason(given, words),
        summary=list_summary(given.mentions, words) if given.mentions else None,
        citations=list(_shown_citations(given, words)),
        answer_link="?" + urlencode({"q": given.question}) if has_link else None,
    )


def announcement(given: Answer, words: Words, *, alone: bool = False, meant: str | None = None) -> str:
    """Return as plain text what a screen reader says when the answer arrives; ``alone`` and ``meant`` as above."""
    return " ".join([*how_asked(given, words, alone=alone, meant=meant), *_announced_answer(given, words)])


def verdict(given: Answer, words: Words) -> str:
    """Say that the documents answer, or that they may."""
    return words.possible_answer if given.clarity == "check" else words.answered


def confidence(given: Answer, words: Words) -> str:
    """Say how sure an answer is, in words and as a percentage."""
    return words.confidence_percent(_level(given.confidence), given.confidence)


def reason(given: Answer, words: Words) -> str:
    """Say in a sentence why nothing was found; empty where that is said in the language of the question."""
    if given.reason == "language-not-covered":
        return ""
    return words.no_answer[given.reason] if given.reason is not None else words.no_answer_unexplained


def _exchange(
    template: str,
    number: int,
    question: str,
    words: Words,
    *,
    busy: bool = False,
    saved: Saved | None = None,
    **values: object,
) -> Markup:
    shown = shortened(question, words)
    return render(template, number=number, question=shown, words=words, busy=busy, saved=saved, **values)


def said_first(given: Answer, words: Words) -> list[str]:
    """Return what is said before an answer of its language and of its list."""
    foreign = language_notice(given, words)
    return [*([foreign.text] if foreign else []), *([list_summary(given.mentions, words)] if given.mentions else [])]


def _announced_answer(given: Answer, words: Words) -> list[str]:
    if given.remark:
        return [words.replies[given.remark]]
    if shown_list(given, words):
        return said_first(given, words)
    if not given.found or not given.citations:
        return [*said_first(given, words), words.not_answered, *filter(None, [reason(given, words)])]
    first = given.citations[0]
    start, end = first.highlights[0] if first.highlights else (first.start, first.end)
    sentence = first.quote[max(start - first.start, 0) : end - first.start]
    sure = f"{verdict(given, words)}, {confidence(given, words)}."
    return [*said_first(given, words), *notices(given, words), sure, f"{first.title}, {first.pinpoint}: {sentence}"]


def _level(probability: float) -> str:
    return "high" if probability >= _HIGH else "medium" if probability >= _MEDIUM else "low"


def _shown_citations(given: Answer, words: Words) -> Iterator[_ShownCitation]:
    """Yield the citations that are shown; only the first of a document has the facts of its metadata."""
    documents = set()
    for folded in group(given.citations, SHOWN):
        citation = folded.first
        is_first = citation.document not in documents
        documents.add(citation.document)
        yield _ShownCitation(
            link=_Link.to(citation),
            quote=pieces(citation.quote, citation.start, citation.highlights),
            quotation=quotation(citation),
            facts=details(citation.metadata, citation.title)[:_FACTS] if is_first else [],
            elsewhere=[_Link.to(other) for other in folded.others],
            elsewhere_summary=_elsewhere_summary(folded, words),
            explanation=explanation(citation, asked_as(given) or given.question, words),
        )


def _elsewhere_summary(folded: NearDuplicates, words: Words) -> str:
    """Say in how many other documents a passage stands, or in how many places if a document has several."""
    documents = {citation.document for citation in folded.others} - {folded.first.document}
    is_one_each = len(documents) == len(folded.others)
    return words.count(words.also_in_documents if is_one_each else words.also_in_places, len(folded.others))
