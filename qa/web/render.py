"""Answers and the words around them to HTML. Pure functions; whatever comes from outside is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.web.markup import Address, escape, marked
from qa.web.strings import LANGUAGES, PRODUCT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.types import Answer, Citation, Document
    from qa.web.strings import Words

_LONG_QUESTION = 1_000
"""Characters of a question that are shown; no real question has more."""
_FACTS = 6
"""Entries of a document's metadata that fit under a quotation; the source shows them all."""
_HIGH, _MEDIUM = 0.8, 0.6
"""Probabilities from which confidence is called high, or medium."""


def header(documents: int, only: Document | None, words: Words, *, signed_in: bool = False) -> str:
    """Return the page's head: name, one line on what it does, and what is loaded, with a link if it is one document."""
    if only is not None:
        link = f'<a href="{escape(str(Address(only.id)))}">{escape(only.title)}</a>'
        corpus = f'<p class="corpus">{escape(words.one_document)} {link}{_facts(only.metadata, only.title)}</p>'
    else:
        corpus = f'<p class="corpus">{escape(words.documents(documents))}</p>'
    return (
        f'<header class="masthead"><div class="name"><h1>{escape(PRODUCT)}</h1>'
        f"<p>{escape(words.tagline)}</p></div>{corpus}"
        f'<nav><button type="button" class="quiet" data-clear>{escape(words.new_conversation)}</button>'
        f"{_sign_out(words) if signed_in else ''}{_languages(words)}</nav></header>"
    )


def _sign_out(words: Words) -> str:
    where = f"{'../' if words.path else ''}logout"
    return f'<button type="button" class="quiet" data-leave="{where}">{escape(words.sign_out)}</button>'


def _languages(words: Words) -> str:
    """Return links to the page in the other languages; its script keeps the rest of the address."""
    return "".join(
        f'<a class="language" href="{"../" if words.path else ""}{other.path}" hreflang="{other.language}" '
        f'lang="{other.language}">{escape(other.name)}</a>'
        for other in LANGUAGES.values()
        if other is not words
    )


def start(examples: Sequence[str], words: Words) -> str:
    """Return what stands where the conversation will be: an invitation and questions to click."""
    buttons = "".join(
        f'<li><button type="button" data-example="{number}">{escape(example)}</button></li>'
        for number, example in enumerate(examples)
    )
    offered = f'<h3>{escape(words.examples)}</h3><ul class="examples">{buttons}</ul>' if examples else ""
    return f'<div class="start"><h2>{escape(words.start_title)}</h2><p>{escape(words.start_text)}</p>{offered}</div>'


def pending(number: int, question: str, words: Words) -> str:
    """Return question ``number`` while its answer is being looked for."""
    return _exchange(
        number, question, f'<p class="searching">{escape(words.searching)}<span></span></p>', words, busy=True
    )


def problem(number: int, question: str, sentence: str, words: Words) -> str:
    """Return question ``number`` with one sentence on why there is no answer to show."""
    return _exchange(number, question, f'<p class="verdict failed">{escape(sentence)}</p>', words)


def answer(number: int, given: Answer, words: Words) -> str:
    """Return question ``number`` with its answer, or with the reason why there is none."""
    asked_as = ""
    if given.query.strip() and given.query.split() != given.question.split():
        asked_as = f'<p class="asked-as">{escape(words.asked_as)} <q>{escape(_shortened(given.query, words))}</q></p>'
    body = _found(given, words) if given.found else _not_found(given, words)
    return _exchange(number, given.question, asked_as + body, words)


def announcement(given: Answer, words: Words) -> str:
    """Return in plain text what a screen reader says when the answer arrives."""
    if not given.found or not given.citations:
        return words.said_not_found(reason(given, words))
    first = given.citations[0]
    start, end = first.highlights[0] if first.highlights else (first.start, first.end)
    sentence = first.quote[max(start - first.start, 0) : end - first.start]
    return words.said_found(_confidence(given, words), first.title, first.pinpoint, sentence)


def reason(given: Answer, words: Words) -> str:
    """Say in a sentence why nothing was found."""
    return words.reasons[given.reason] if given.reason is not None else words.no_reason


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


def _exchange(number: int, question: str, body: str, words: Words, *, busy: bool = False) -> str:
    heading = escape(_shortened(question, words)) if question.strip() else f"<em>{escape(words.no_question)}</em>"
    state = ' aria-busy="true"' if busy else ""
    return (
        f'<article class="exchange" id="exchange-{number}" aria-labelledby="question-{number}"{state}>'
        f'<h2 class="question" id="question-{number}" dir="auto">{heading}</h2>{body}</article>'
    )


def _shortened(question: str, words: Words) -> str:
    if len(question) <= _LONG_QUESTION:
        return question
    return question[:_LONG_QUESTION] + words.characters(len(question))


def _level(probability: float) -> str:
    return "high" if probability >= _HIGH else "medium" if probability >= _MEDIUM else "low"


def _confidence(given: Answer, words: Words) -> str:
    return words.confidence(_level(given.confidence), given.confidence)


def _found(given: Answer, words: Words) -> str:
    first, *others = given.citations
    more = ""
    if others:
        items = _items(others, words, first.document)
        more = (
            f'<details class="further"><summary>{escape(words.further(len(others)))}</summary>'
            f'<ol class="others">{items}</ol></details>'
        )
    confidence = escape(_confidence(given, words))
    return (
        f'<p class="verdict found">{escape(words.answered)} '
        f'<span class="confidence" data-level="{_level(given.confidence)}">{confidence}</span></p>'
        f"{_citation(first, words, lead=True)}{more}"
    )


def _not_found(given: Answer, words: Words) -> str:
    nearest = ""
    if given.citations:
        nearest = (
            f'<section class="closest"><h3>{escape(words.closest)}</h3>'
            f'<ol class="others">{_items(given.citations, words)}</ol></section>'
        )
    return (
        f'<div class="verdict missing"><p>{escape(words.not_answered)}</p>'
        f"<p>{escape(reason(given, words))}</p></div>{nearest}"
    )


def _items(citations: Sequence[Citation], words: Words, shown: str | None = None) -> str:
    """Return citations as list items; a document says who, when and where once, ``shown`` has said so already."""
    items = []
    said = {shown}
    for citation in citations:
        items.append(f"<li>{_citation(citation, words, brief=citation.document in said)}</li>")
        said.add(citation.document)
    return "".join(items)


def _citation(citation: Citation, words: Words, *, lead: bool = False, brief: bool = False) -> str:
    address = escape(str(Address.of(citation)))
    return (
        f'<figure class="citation{" lead" if lead else ""}">'
        f'<blockquote dir="auto">{marked(citation.quote, citation.start, citation.highlights)}</blockquote>'
        f'<figcaption><a class="cite" href="{address}"><span class="number">[{citation.number}]</span> '
        f'{escape(citation.title)}, <span class="pinpoint">{escape(citation.pinpoint)}</span>'
        f'<span class="unseen"> {escape(words.opens_source)}</span></a>'
        f"{'' if brief else _facts(citation.metadata, citation.title)}</figcaption></figure>"
    )
