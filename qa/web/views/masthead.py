"""The head of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa.web.i18n.facts import short_title
from qa.web.i18n.words import PRODUCT
from qa.web.views.address import Address
from qa.web.views.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from qa.types import Document
    from qa.web.i18n.words import Words


def masthead(
    count: int,
    only: Document | None,
    words: Words,
    languages: Iterable[Words] = (),
    *,
    with_sign_out: bool = False,
    with_documents: bool = False,
) -> Markup:
    """Return the head of the page: name, tagline, what is searched, and buttons.

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


def _corpus_values(count: int, only: Document | None, words: Words, *, with_documents: bool) -> dict[str, Any]:
    return {
        "count": count,
        "with_documents": with_documents,
        "label": short_title(only.title or only.id) if only else words.documents(count),
        "full_title": only.title if only else "",
        "address": str(Address(only.id)) if only else "",
    }
