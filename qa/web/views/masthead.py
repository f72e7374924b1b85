"""The head of the page, and what the page shows before the first question."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Final

from qa.web.i18n.facts import short_title
from qa.web.i18n.words import PRODUCT
from qa.web.views.address import Address
from qa.web.views.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markupsafe import Markup

    from qa.protocols import Answerer
    from qa.types import Document
    from qa.web.i18n.words import Words

_QUESTIONS: Final = 3
_DOCUMENTS: Final = 12
"""Documents whose headings are looked at, spread over all."""
_MOST_CHARACTERS: Final = 80
_FEWEST_WORDS: Final = 3
"""Of a heading: with fewer words it seldom says what the text is about ("Introduction")."""


def masthead(
    count: int,
    only: Document | None,
    words: Words,
    languages: Iterable[Words] = (),
    *,
    with_sign_out: bool = False,
    with_documents: bool = False,
) -> Markup:
    """Return the head of the page: name, what is searched, and buttons.

    ``count`` and ``only`` are as in ``corpus``. ``languages`` are those of the server; there is a link to each of the
    others. The buttons to sign out and to list the documents are optional.
    """
    return render(
        "masthead",
        product=PRODUCT,
        words=words,
        others=[other for other in languages if other.language != words.language],
        root="../" if words.path else "",
        with_sign_out=with_sign_out,
        **_corpus_values(count, only, words, with_documents=with_documents),
    )


def corpus(count: int, only: Document | None, words: Words, *, with_documents: bool) -> Markup:
    """Return how many documents are searched, or the title of the ``only`` one; with a list, it is a button."""
    return render("corpus", words=words, **_corpus_values(count, only, words, with_documents=with_documents))


def welcome(words: Words) -> Markup:
    """Return the invitation to ask, which stands above the question box."""
    return render("welcome", words=words)


def beginnings(examples: Sequence[str], words: Words, *, with_documents: bool) -> Markup:
    """Return what stands below the box: ``examples`` to click, recent conversations, and that files can be dropped.

    The scripts fill in the conversations, and show the last where this person may add documents.
    """
    return render("beginnings", words=words, examples=examples, with_documents=with_documents)


def headings_to_ask_about(bot: Answerer) -> tuple[str, ...]:
    """Return headings of documents spread over all, or titles where there are none: a few, each once."""
    ids = bot.document_ids()
    found: dict[str, None] = {}
    by_document = [_headings(bot, name) for name in ids[:: -(-len(ids) // _DOCUMENTS) or 1]]
    for heading in chain.from_iterable(zip_longest(*by_document)):
        if heading is not None:
            found[heading] = None
        if len(found) == _QUESTIONS:
            break
    return tuple(found)


def questions_about(headings: Iterable[str], words: Words) -> tuple[str, ...]:
    """Return a question about each heading; one that is a question already stays as it is."""
    return tuple(one if one.endswith("?") else words.question_about.format(heading=one) for one in headings)


def _corpus_values(count: int, only: Document | None, words: Words, *, with_documents: bool) -> dict[str, Any]:
    return {
        "count": count,
        "with_documents": with_documents,
        "label": short_title(only.title or only.id) if only else words.documents(count),
        "full_title": only.title if only else "",
        "address": str(Address(only.id)) if only else "",
    }


def _headings(bot: Answerer, name: str) -> Iterator[str]:
    try:
        document = bot.document(name)
    except KeyError:  # another index has been opened
        return
    for text in (*_of_kind_heading(document), document.title if document.title != document.id else ""):
        heading = " ".join(text.split()).rstrip(".:;")
        if len(heading.split()) >= _FEWEST_WORDS and len(heading) <= _MOST_CHARACTERS:
            yield heading


def _of_kind_heading(document: Document) -> Iterator[str]:
    return (document.text[block.start : block.end] for block in document.blocks if block.kind == "heading")
