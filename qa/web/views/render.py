"""Answers and the words around them to HTML. Pure functions; whatever comes from outside is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from qa.answering.near_duplicates import fold
from qa.answering.quotation import facts, quotation
from qa.web.i18n.words import PRODUCT
from qa.web.views.how_asked import LONG_QUESTION, how_asked, said_how_asked, shortened
from qa.web.views.markup import Address, escape, marked
from qa.web.views.notices import doubts, notices, why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qa.answering.near_duplicates import Fold
    from qa.types import Answer, Citation, Document
    from qa.web.i18n.words import Words

SHOWN = 5
"""Passages of an answer that are shown, near-identical ones counted once."""
_FACTS = 6
"""Entries of a document's metadata that fit under a quotation; the source shows them all."""
_HIGH, _MEDIUM = 0.8, 0.6
"""Probabilities from which confidence is called high, or medium."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Where an answer is kept, and what its reader has said of it: numbers of right citations, None for no answer."""

    conversation: str
    number: int
    said: frozenset[int | None] = frozenset()


def header(
    documents: int,
    only: Document | None,
    words: Words,
    languages: Iterable[Words] = (),
    *,
    signed_in: bool = False,
    listed: bool = False,
) -> str:
    """Return the page's head: name, one line on what it does, what is loaded, and what can be opened.

    ``languages`` are those of the server; the page links to the others.
    Where the documents are ``listed``, a button opens their list.
    """
    return (
        f'<header class="masthead"><div class="name"><h1>{escape(PRODUCT)}</h1>'
        f"<p>{escape(words.tagline)}</p></div>{corpus(documents, only, words)}"
        f"<nav>{_documents(words) if listed else ''}"
        f'<button type="button" class="quiet" data-conversations aria-haspopup="dialog">'
        f"{escape(words.history_title)}</button>"
        f'<button type="button" class="quiet" data-clear>{escape(words.new_conversation)}</button>'
        f"{_sign_out(words) if signed_in else ''}{_languages(words, languages)}</nav></header>"
    )


def corpus(documents: int, only: Document | None, words: Words) -> str:
    """Return what is loaded, with a link if it is one document."""
    if only is None:
        return f'<p class="corpus">{escape(words.documents(documents))}</p>'
    link = f'<a href="{escape(str(Address(only.id)))}">{escape(only.title)}</a>'
    return f'<p class="corpus">{escape(words.one_document)} {link}{_facts(only.metadata, only.title)}</p>'


def _documents(words: Words) -> str:
    label = escape(words.documents_title)
    return f'<button type="button" class="quiet" data-documents aria-haspopup="dialog">{label}</button>'


def _sign_out(words: Words) -> str:
    where = f"{'../' if words.path else ''}logout"
    return f'<button type="button" class="quiet" data-leave="{where}">{escape(words.sign_out)}</button>'


def _languages(words: Words, languages: Iterable[Words]) -> str:
    """Return links to the page in the other languages; its script keeps the rest of the address."""
    return "".join(
        f'<a class="language" href="{"../" if words.path else ""}{other.path}" hreflang="{other.language}" '
        f'lang="{other.language}">{escape(other.name)}</a>'
        for other in languages
        if other.language != words.language
    )


def start(examples: Sequence[str], words: Words) -> str:
    """Return what stands where the conversation will be: an invitation and questions to click."""
    buttons = "".join(
        f'<li><button type="button" data-example="{number}">{escape(example)}</button></li>'
        for number, example in enumerate(examples)
    )
    offered = f'<h3>{escape(words.examples_title)}</h3><ul class="examples">{buttons}</ul>' if examples else ""
    return (
        f'<div class="start"><h2>{escape(words.welcome_title)}</h2><p>{escape(words.welcome_text)}</p>{offered}</div>'
    )


def pending(number: int, question: str, words: Words) -> str:
    """Return question ``number`` while its answer is being looked for."""
    return _exchange(
        number, question, f'<p class="searching">{escape(words.searching)}<span></span></p>', words, busy=True
    )


def problem(number: int, question: str, sentence: str, words: Words) -> str:
    """Return question ``number`` with one sentence on why there is no answer to show."""
    return _exchange(number, question, f'<p class="verdict failed">{escape(sentence)}</p>', words)


def answer(
    number: int,
    given: Answer,
    words: Words,
    saved: Saved | None = None,
    *,
    alone: bool = False,
    meant: str | None = None,
) -> str:
    """Return question ``number`` with its answer, or with the reason why there is none.

    What is ``saved`` can be commented on. ``alone`` says that it was asked without what was said before, ``meant`` is
    what it may have been meant to say.
    """
    above = how_asked(given, words, alone=alone, meant=meant) + notices(given, words)
    body = _found(given, words, saved) if given.found else _not_found(given, words, saved)
    return _exchange(number, given.question, above + body + _below(given, words, saved), words, saved=saved)


def announcement(given: Answer, words: Words, *, alone: bool = False, meant: str | None = None) -> str:
    """Return in plain text what a screen reader says when the answer arrives; the rest is as in ``answer``."""
    return " ".join([*said_how_asked(given, words, alone=alone, meant=meant), _said(given, words)])


def _said(given: Answer, words: Words) -> str:
    if not given.found or not given.citations:
        return f"{words.not_answered} {reason(given, words)}"
    first = given.citations[0]
    start, end = first.highlights[0] if first.highlights else (first.start, first.end)
    sentence = first.quote[max(start - first.start, 0) : end - first.start]
    said = f"{verdict(given, words)}, {confidence(given, words)}. {first.title}, {first.pinpoint}: {sentence}"
    return " ".join([*doubts(given, words), said])


def reason(given: Answer, words: Words) -> str:
    """Say in a sentence why nothing was found."""
    return words.no_answer[given.reason] if given.reason is not None else words.no_answer_unexplained


def _facts(metadata: Mapping[str, str], title: str) -> str:
    """Return what metadata says beyond the title as one line; names are there for screen readers and as tooltips."""
    line = "".join(
        f'<span title="{escape(name)}"><span class="unseen">{escape(name)}: </span>{escape(value)}</span>'
        for name, value in facts(metadata, title)[:_FACTS]
    )
    return f'<span class="facts">{line}</span>' if line else ""


def _exchange(
    number: int, question: str, body: str, words: Words, *, busy: bool = False, saved: Saved | None = None
) -> str:
    heading = escape(shortened(question, words)) if question.strip() else f"<em>{escape(words.empty_question)}</em>"
    state = ' aria-busy="true"' if busy else ""
    kept = f' data-conversation="{escape(saved.conversation)}" data-number="{saved.number}"' if saved else ""
    return (
        f'<article class="exchange" id="exchange-{number}" aria-labelledby="question-{number}"{state}{kept}>'
        f'<h2 class="question" id="question-{number}" dir="auto">{heading}</h2>{body}</article>'
    )


def _below(given: Answer, words: Words, saved: Saved | None) -> str:
    """Return what can be done with an answer as a whole: say that there is none here, and pass its address on."""
    nothing = _verdict(words.no_answer_here, None, saved) if saved else ""
    link = ""
    if given.question.strip() and len(given.question) <= LONG_QUESTION:
        address = escape("?" + urlencode({"q": given.question}))
        link = f'<button type="button" class="act" data-link="{address}">{escape(words.copy_link)}</button>'
    return f'<p class="actions below">{nothing}{link}</p>' if nothing or link else ""


def _verdict(label: str, number: int | None, saved: Saved) -> str:
    """Return a button by which a reader says something of an answer, or takes it back."""
    pressed = "true" if number in saved.said else "false"
    citation = "" if number is None else f' data-citation="{number}"'
    return f'<button type="button" class="act" data-verdict{citation} aria-pressed="{pressed}">{escape(label)}</button>'


def _level(probability: float) -> str:
    return "high" if probability >= _HIGH else "medium" if probability >= _MEDIUM else "low"


def verdict(given: Answer, words: Words) -> str:
    """Say that the documents answer, or only that they may."""
    return words.answered if given.likely else words.possible_answer


def confidence(given: Answer, words: Words) -> str:
    """Say how sure an answer is, in words and with the number."""
    return words.confidence_percent(_level(given.confidence), given.confidence)


def _found(given: Answer, words: Words, saved: Saved | None) -> str:
    first, *others = fold(given.citations, SHOWN)
    more = ""
    if others:
        items = _items(others, given, words, saved, first.first.document)
        more = (
            f'<details class="further"><summary>{escape(words.count(words.more_passages, len(others)))}</summary>'
            f'<ol class="others">{items}</ol></details>'
        )
    sure = escape(confidence(given, words))
    return (
        f'<p class="verdict found">{escape(verdict(given, words))} '
        f'<span class="confidence" data-level="{_level(given.confidence)}">{sure}</span></p>'
        f"{_citation(first, given, words, saved, lead=True)}{more}"
    )


def _not_found(given: Answer, words: Words, saved: Saved | None) -> str:
    nearest = ""
    if given.citations:
        nearest = (
            f'<section class="closest"><h3>{escape(words.closest)}</h3>'
            f'<ol class="others">{_items(fold(given.citations, SHOWN), given, words, saved)}</ol></section>'
        )
    return (
        f'<div class="verdict missing"><p>{escape(words.not_answered)}</p>'
        f"<p>{escape(reason(given, words))}</p></div>{nearest}"
    )


def _items(folds: Sequence[Fold], given: Answer, words: Words, saved: Saved | None, shown: str | None = None) -> str:
    """Return citations as list items; a document says who, when and where once, ``shown`` has said so already."""
    items = []
    said = {shown}
    for folded in folds:
        document = folded.first.document
        items.append(f"<li>{_citation(folded, given, words, saved, brief=document in said)}</li>")
        said.add(document)
    return "".join(items)


def _citation(
    folded: Fold, given: Answer, words: Words, saved: Saved | None, *, lead: bool = False, brief: bool = False
) -> str:
    citation = folded.first
    right = _verdict(words.right_passage, citation.number, saved) if saved else ""
    return (
        f'<figure class="citation{" lead" if lead else ""}">'
        f'<blockquote dir="auto">{marked(citation.quote, citation.start, citation.highlights)}</blockquote>'
        f"<figcaption>{_link(citation, words)}"
        f"{'' if brief else _facts(citation.metadata, citation.title)}{_also(folded, words)}"
        f'<span class="actions"><button type="button" class="act" data-copy="{escape(quotation(citation))}">'
        f"{escape(words.copy_quotation)}</button>{right}</span>"
        f"{why(citation, given.question, words)}</figcaption></figure>"
    )


def _link(citation: Citation, words: Words) -> str:
    """Return a citation as the link that opens its source."""
    return (
        f'<a class="cite" href="{escape(str(Address.of(citation)))}"><span class="number">[{citation.number}]</span> '
        f'<bdi>{escape(citation.title)}</bdi>, <span class="pinpoint">{escape(citation.pinpoint)}</span>'
        f'<span class="unseen"> {escape(words.opens_source)}</span></a>'
    )


def _also(folded: Fold, words: Words) -> str:
    """Return where else a passage stands, folded away and each place within reach."""
    if not folded.others:
        return ""
    documents = {citation.document for citation in folded.others} - {folded.first.document}
    elsewhere = words.also_in_documents if len(documents) == len(folded.others) else words.also_in_places
    summary = words.count(elsewhere, len(folded.others))
    places = "".join(f"<li>{_link(citation, words)}</li>" for citation in folded.others)
    return f'<details class="also"><summary>{escape(summary)}</summary><ul>{places}</ul></details>'
