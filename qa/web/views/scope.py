"""The documents that questions are asked of, where they are not asked of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.service.catalogue import RECORD
from qa.service.scope import Scope
from qa.web.i18n.facts import short_title
from qa.web.views.templates import render

if TYPE_CHECKING:
    from markupsafe import Markup

    from qa.protocols import Answerer
    from qa.web.i18n.words import Words


def scope_address(document: str) -> str:
    """Return the query of the address at which questions are asked of a document."""
    return f"?{Scope(documents=(document,)).query}"


def label(bot: Answerer, scope: Scope, words: Words, count: int | None = None) -> str:
    """Return what is chosen, in a few words: the title of a single document, how many there are, or the filter.

    ``count`` is how many documents a filter leaves, where that is known. Empty where all documents are asked.
    """
    named = [_title(bot, scope.documents[0])] if len(scope.documents) == 1 else []
    if len(scope.documents) > 1:
        named = [words.documents(len(scope.documents))]
    filtered = [
        *([f"{scope.folder}/"] if scope.folder else []),
        *(facet_value(name, value, words) for name, value in scope.facets),
        *([words.quoted.format(text=scope.words)] if scope.words else []),
    ]
    counted = f" ({words.documents(count)})" if filtered and count is not None else ""
    return " \N{MIDDLE DOT} ".join([*named, *filtered]) + counted


def described(scope: Scope, words: Words) -> str:
    """Return what is chosen in full, for an export: every document by its id, every property by its name."""
    filtered = [
        *([f"{words.folder}: {scope.folder}/"] if scope.folder else []),
        *(f"{facet_name(name, words)}: {facet_value(name, value, words)}" for name, value in scope.facets),
        *([words.quoted.format(text=scope.words)] if scope.words else []),
    ]
    return ", ".join([*scope.documents, *filtered])


def head(shown: str, words: Words) -> Markup:
    """Return what the head of the page says of chosen documents, with the way back to all."""
    return render("scope", words=words, label=shown)


def facet_name(facet: str, words: Words) -> str:
    """Return the name of a facet as people read it; what the interface has no word for stays as documents have it."""
    known = words.facets.get(facet) or words.metadata_names.get(facet.replace(" ", "-"))
    return known or facet[:1].upper() + facet[1:].replace("-", " ").replace("_", " ")


def facet_value(facet: str, value: str, words: Words) -> str:
    """Return the value of a facet as people read it: a file format in capitals."""
    if facet != "kind":
        return value
    return words.record_kind if value == RECORD else value.upper()


def _title(bot: Answerer, document: str) -> str:
    try:
        title = bot.document(document).title
    except KeyError:
        title = ""
    return short_title(title or document)
