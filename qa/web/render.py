"""Answers and the words around them to HTML. Pure functions; whatever comes from outside is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.web import strings
from qa.web.markup import Address, escape, marked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.types import Answer, Citation, Document

_LONG_QUESTION = 1_000
"""Characters of a question that are shown; no real question has more."""
_FACTS = 6
"""Entries of a document's metadata that fit under a quotation; the source shows them all."""
_HIGH, _MEDIUM = 0.8, 0.6
"""Probabilities from which confidence is called high, or medium."""


def header(documents: int, only: Document | None) -> str:
    """Return the page's head: name, one line on what it does, and what is loaded, with a link if it is one document."""
    if only is not None:
        link = f'<a href="{escape(str(Address(only.id)))}">{escape(only.title)}</a>'
        corpus = f'<p class="corpus">{escape(strings.ONE_DOCUMENT)} {link}{_facts(only.metadata, only.title)}</p>'
    else:
        corpus = f'<p class="corpus">{escape(strings.documents(documents))}</p>'
    return (
        f'<header class="masthead"><div class="name"><h1>{escape(strings.PRODUCT)}</h1>'
        f"<p>{escape(strings.TAGLINE)}</p></div>{corpus}"
        f'<button type="button" class="quiet" data-clear>{escape(strings.NEW_CONVERSATION)}</button></header>'
    )


def start(examples: Sequence[str]) -> str:
    """Return what stands where the conversation will be: an invitation and questions to click."""
    buttons = "".join(
        f'<li><button type="button" data-example="{number}">{escape(example)}</button></li>'
        for number, example in enumerate(examples)
    )
    offered = f'<h3>{escape(strings.EXAMPLES)}</h3><ul class="examples">{buttons}</ul>' if examples else ""
    return (
        f'<div class="start"><h2>{escape(strings.START_TITLE)}</h2><p>{escape(strings.START_TEXT)}</p>{offered}</div>'
    )


def pending(number: int, question: str) -> str:
    """Return question ``number`` while its answer is being looked for."""
    return _exchange(number, question, f'<p class="searching">{escape(strings.SEARCHING)}<span></span></p>', busy=True)


def problem(number: int, question: str, sentence: str) -> str:
    """Return question ``number`` with one sentence on why there is no answer to show."""
    return _exchange(number, question, f'<p class="verdict failed">{escape(sentence)}</p>')


def answer(number: int, given: Answer) -> str:
    """Return question ``number`` with its answer, or with the reason why there is none."""
    asked_as = ""
    if given.query.strip() and given.query.split() != given.question.split():
        asked_as = f'<p class="asked-as">{escape(strings.ASKED_AS)} <q>{escape(_shortened(given.query))}</q></p>'
    return _exchange(number, given.question, asked_as + (_found(given) if given.found else _not_found(given)))


def announcement(given: Answer) -> str:
    """Return in plain text what a screen reader says when the answer arrives."""
    if not given.found or not given.citations:
        return strings.said_not_found(reason(given))
    first = given.citations[0]
    start, end = first.highlights[0] if first.highlights else (first.start, first.end)
    words = first.quote[max(start - first.start, 0) : end - first.start]
    return strings.said_found(_confidence(given), first.title, first.pinpoint, words)


def reason(given: Answer) -> str:
    """Say in a sentence why nothing was found."""
    return strings.REASONS[given.reason] if given.reason is not None else strings.NO_REASON


def _facts(metadata: Mapping[str, str], title: str) -> str:
    """Return what metadata says beyond the title as one line; names are there for screen readers and as tooltips."""
    entries = [
        (name, value)
        for name, value in metadata.items()
        if value.strip() and value not in title and not (name == "date" and "dates" in metadata)
    ]
    line = "".join(
        f'<span title="{escape(name)}"><span class="unseen">{escape(name)}: </span>{escape(value)}</span>'
        for name, value in entries[:_FACTS]
    )
    return f'<span class="facts">{line}</span>' if line else ""


def _exchange(number: int, question: str, body: str, *, busy: bool = False) -> str:
    heading = escape(_shortened(question)) if question.strip() else f"<em>{escape(strings.NO_QUESTION)}</em>"
    state = ' aria-busy="true"' if busy else ""
    return (
        f'<article class="exchange" id="exchange-{number}" aria-labelledby="question-{number}"{state}>'
        f'<h2 class="question" id="question-{number}" dir="auto">{heading}</h2>{body}</article>'
    )


def _shortened(question: str) -> str:
    if len(question) <= _LONG_QUESTION:
        return question
    return question[:_LONG_QUESTION] + strings.characters(len(question))


def _level(probability: float) -> str:
    return "high" if probability >= _HIGH else "medium" if probability >= _MEDIUM else "low"


def _confidence(given: Answer) -> str:
    return strings.confidence(_level(given.confidence), given.confidence)


def _found(given: Answer) -> str:
    first, *others = given.citations
    more = ""
    if others:
        items = _items(others, first.document)
        more = (
            f'<details class="further"><summary>{escape(strings.further(len(others)))}</summary>'
            f'<ol class="others">{items}</ol></details>'
        )
    return (
        f'<p class="verdict found">{escape(strings.ANSWERED)} '
        f'<span class="confidence" data-level="{_level(given.confidence)}">{escape(_confidence(given))}</span></p>'
        f"{_citation(first, lead=True)}{more}"
    )


def _not_found(given: Answer) -> str:
    nearest = ""
    if given.citations:
        nearest = (
            f'<section class="closest"><h3>{escape(strings.CLOSEST)}</h3>'
            f'<ol class="others">{_items(given.citations)}</ol></section>'
        )
    return (
        f'<div class="verdict missing"><p>{escape(strings.NOT_ANSWERED)}</p>'
        f"<p>{escape(reason(given))}</p></div>{nearest}"
    )


def _items(citations: Sequence[Citation], shown: str | None = None) -> str:
    """Return citations as list items; a document says who, when and where once, ``shown`` has said so already."""
    items = []
    said = {shown}
    for citation in citations:
        items.append(f"<li>{_citation(citation, brief=citation.document in said)}</li>")
        said.add(citation.document)
    return "".join(items)


def _citation(citation: Citation, *, lead: bool = False, brief: bool = False) -> str:
    address = escape(str(Address.of(citation)))
    return (
        f'<figure class="citation{" lead" if lead else ""}">'
        f'<blockquote dir="auto">{marked(citation.quote, citation.start, citation.highlights)}</blockquote>'
        f'<figcaption><a class="cite" href="{address}"><span class="number">[{citation.number}]</span> '
        f'{escape(citation.title)}, <span class="pinpoint">{escape(citation.pinpoint)}</span>'
        f'<span class="unseen"> {escape(strings.OPENS_SOURCE)}</span></a>'
        f"{'' if brief else _facts(citation.metadata, citation.title)}</figcaption></figure>"
    )
