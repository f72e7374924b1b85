"""The documents that questions are asked of, where they are not asked of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from qa.web.i18n.facts import short_title
from qa.web.views.templates import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from qa.protocols import Answerer
    from qa.web.i18n.words import Words

MOST: Final = 50
"""Documents that one address may choose."""


def scope_address(documents: Sequence[str]) -> str:
    """Return the query of the address at which questions are asked of these documents."""
    return "?" + urlencode([("documents", document) for document in documents], quote_via=quote)


def label(bot: Answerer, documents: Sequence[str], words: Words) -> str:
    """Return the title of a single document, or how many there are; empty where all are asked."""
    if len(documents) != 1:
        return words.documents(len(documents)) if documents else ""
    try:
        title = bot.document(documents[0]).title
    except KeyError:
        title = ""
    return short_title(title or documents[0])


def head(shown: str, words: Words) -> Markup:
    """Return what the head of the page says of chosen documents, with the way back to all."""
    return render("scope", words=words, label=shown)
