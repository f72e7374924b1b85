"""Questions and answers as the conversation shows them, and as a screen reader says them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from qa.answering.asked_as import asked_as, in_context
from qa.answering.near_duplicates import NearDuplicates, group
from qa.answering.quotation import quotation
from qa.service.scope import ALL
from qa.web.i18n.facts import facts, short_title
from qa.web.i18n.words import PRODUCT
from qa.web.views.address import Address
from qa.web.views.explanation import ShownExplanation, explanation
from qa.web.views.lists import list_summary, shown_list
from qa.web.views.marks import Piece, is_whole, pieces
from qa.web.views.notices import LONG_QUESTION, how_asked, language_notice, notices, shortened
from qa.web.views.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markupsafe import Markup

    from qa.service.feedback import Verdict
    from qa.service.scope import Scope
    from qa.types import Answer, Citation
    from qa.web.i18n.words import Words

MOST: Final = 20
"""Passages that the bot is asked for; near-identical ones are shown as one."""
PREVIEWS: Final = 2
"""Passages below the first that show at once; the others show on demand."""
_FACTS: Final = 4
"""Entries of a document's metadata that are shown below a quotation."""
_CHARACTERS: Final = 260
"""Of a preview; the screen shows two lines of them."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Where an answer is saved, and its reader's feedback by the number of the citation, None for "no answer"."""

    conversation: str
    number: int
    said: Mapping[int | None, Verdict] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Link:
    """A citation as the link that opens its source; ``title`` is empty where there is only one document."""

    title: str
    full_title: str
    pinpoint: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownCitation:
    """A citation as the template shows it; ``elsewhere`` are the citations that say almost the same."""

    number: int
    link: _Link
    quote: list[Piece]
    whole: bool
    preview: str
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
    single: bool = False,
    scope: Scope = ALL,
    asked_of: str = "",
) -> Markup:
    """Return question ``number`` with its answer, or with the reason why there is none.

    A ``saved`` answer has buttons for feedback. ``alone`` is whether it was asked without context, ``meant`` is another
    spelling that the question may have meant, and with a ``single`` document its title is left out.
    It was asked of the documents of ``scope``, which ``asked_of`` names.
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
        asked_of=asked_of,
        searched_for=shortened(completed, words) if completed else None,
        alone=alone,
        meant=meant,
        notices=notices(given, words),
        reason=reason(given, words),
        foreign=language_notice(given, words),
        listed=shown_list(given, words),
        summary=list_summary(given.mentions, words) if given.mentions else None,
        citations=list(_shown_citations(given, words, single=single)),
        previews=MOST if is_list(given) else PREVIEWS,
        answer_link=_link_to(given.question, scope) if has_link else None,
    )


def announcement(given: Answer, words: Words, *, alone: bool = False, meant: str | None = None) -> str:
    """Return as plain text what a screen reader says when the answer arrives; ``alone`` and ``meant`` as above."""
    return " ".join([*how_asked(given, words, alone=alone, meant=meant), *_announced_answer(given, words)])


def reason(given: Answer, words: Words) -> str:
    """Say in a sentence why nothing was found; empty where that is said in the language of the question."""
    if given.reason == "language-not-covered":
        return ""
    return words.no_answer[given.reason] if given.reason is not None else words.no_answer_unexplained


def is_list(given: Answer) -> bool:
    """Return whether the citations are a list: where no passage holds the words, they are the nearest ones."""
    return given.mentions is not None and bool(given.mentions.entries)


def folded(given: Answer) -> list[NearDuplicates]:
    """Return the citations of an answer with near-identical ones as one; those of a list stand each by itself."""
    if is_list(given):
        return [NearDuplicates(citation, ()) for citation in given.citations]
    return group(given.citations, len(given.citations))


def _link_to(question: str, scope: Scope) -> str:
    """Return the query of the address that asks a question of the same documents again."""
    return "?" + "&".join(filter(None, [urlencode({"q": question}), scope.query]))


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
    said = [*said_first(given, words), *notices(given, words)]
    if not given.found or not given.citations:
        return [*said, words.not_answered, *filter(None, [reason(given, words)])]
    first = given.citations[0]
    place = f"{short_title(first.title or first.document)}, {first.pinpoint}"
    return [*said, f"{words.clarity[given.clarity]}.", f"{place}: {_sentence(first)}"]


def _shown_citations(given: Answer, words: Words, *, single: bool) -> Iterator[_ShownCitation]:
    """Yield the citations that are shown; only the first of a document has the facts of its metadata."""
    documents = set()
    for same in folded(given):
        citation = same.first
        is_first = citation.document not in documents
        documents.add(citation.document)
        whole = is_whole((citation.start, citation.end), citation.highlights)
        marked = () if whole else citation.highlights
        yield _ShownCitation(
            number=citation.number,
            link=_link(citation, single=single),
            quote=pieces(citation.quote, citation.start, marked, exact=citation.answer),
            whole=whole,
            preview=_preview(citation),
            quotation=quotation(citation),
            facts=facts(citation.metadata, citation.title, words)[:_FACTS] if is_first and not single else [],
            elsewhere=[_link(other, single=single) for other in same.others],
            elsewhere_summary=_elsewhere_summary(same, words),
            explanation=explanation(citation, given.question, words),
        )


def _link(citation: Citation, *, single: bool) -> _Link:
    title = "" if single else short_title(citation.title or citation.document)
    return _Link(title, citation.title, citation.pinpoint, str(Address.of(citation)))


def _sentence(citation: Citation) -> str:
    start, end = citation.highlights[0] if citation.highlights else (citation.start, citation.end)
    return citation.quote[max(start - citation.start, 0) : end - citation.start]


def _preview(citation: Citation) -> str:
    """Return a quotation from the sentence that answers on."""
    begin = max((citation.highlights[0][0] if citation.highlights else citation.start) - citation.start, 0)
    shown = " ".join(citation.quote[begin : begin + _CHARACTERS].split())
    return f"\N{HORIZONTAL ELLIPSIS} {shown}" if begin else shown


def _elsewhere_summary(same: NearDuplicates, words: Words) -> str:
    """Say in how many other documents a passage stands, or in how many places if a document has several."""
    documents = {citation.document for citation in same.others} - {same.first.document}
    is_one_each = len(documents) == len(same.others)
    return words.count(words.also_in_documents if is_one_each else words.also_in_places, len(same.others))
