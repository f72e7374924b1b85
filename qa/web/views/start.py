"""What the page shows before the first question: an invitation, questions to ask, and where to go on."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

from qa.web.views.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def welcome(words: Words) -> Markup:
    """Return the invitation to ask, which stands above the question box."""
    return render("welcome", words=words)


def beginnings(examples: Sequence[str], words: Words, *, with_documents: bool) -> Markup:
    """Return what stands below the box: ``examples`` to click, recent conversations, and that files can be dropped.

    The scripts fill in the conversations, and show the last where this person may add documents.
    """
    return render("beginnings", words=words, examples=examples, with_documents=with_documents)


def questions_from_headings(bot: Answerer) -> tuple[str, ...]:
    """Return questions made from the headings of documents spread over all, from titles where there are none."""
    ids = bot.document_ids()
    found: dict[str, None] = {}
    by_document = [_headings(bot, name) for name in ids[:: -(-len(ids) // _DOCUMENTS) or 1]]
    for heading in chain.from_iterable(zip_longest(*by_document)):
        if heading is not None:
            found[heading if heading.endswith("?") else f"What is said about {heading}?"] = None
        if len(found) == _QUESTIONS:
            break
    return tuple(found)


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
