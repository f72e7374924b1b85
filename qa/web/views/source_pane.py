"""A document as the source pane shows it: its text with the cited passage marked, or the image of one of its pages."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qa.errors import FileChanged, PageError
from qa.web.views.address import Address
from qa.web.views.document_text import shown_blocks
from qa.web.views.marks import Hits
from qa.web.views.page_images import file_address, page_of_marks, shown_page
from qa.web.views.scope import scope_address
from qa.web.views.templates import render

if TYPE_CHECKING:
    from markupsafe import Markup

    from qa.protocols import Answerer
    from qa.types import Document
    from qa.web.i18n.words import Words
    from qa.web.views.page_images import DocumentFiles


def view(bot: Answerer, address: str, words: Words, files: DocumentFiles | None = None) -> Markup:
    """Return the document at an address: its title, the tools above it, and its text or one of its pages.

    With ``files`` it can be downloaded, and its pages shown as images. If the document, or the place in it, does
    not exist, the result is a sentence that says so. A page that cannot be shown is replaced by the text, and a passage
    whose words have changed is not marked; a remark above the text says so.
    """
    place = Address.parse(address)
    try:
        document = bot.document(place.document) if place else None
    except KeyError:
        document = None
    if place is None or document is None:
        return notice(words.source_missing, words)
    remarks = []
    if not place.holds_in(document.text):
        remarks.append(words.passage_changed)
        place = replace(place, passage=None, highlights=(), exact=None)
    if not _exists(document, place):
        return notice(words.source_missing, words)
    hits = Hits.of(document.text, place.find, place.hit, place.passage[0] if place.passage else 0)
    path, page = None, None
    try:
        path = files.find(document) if files else None
    except FileChanged:
        remarks.append(words.file_changed)
    if files and path is not None and place.paged and document.pages:
        number = page_of_marks(document, place, hits) if place.page is None else place.page
        try:
            page = shown_page(files.image(path, document, number), number, document, place, hits)
        except PageError as error:
            remarks.append(words.page_problems[error.reason])
    return render(
        "source_document",
        title=document.title,
        document=document,
        words=words,
        remarks=remarks,
        page=page,
        blocks=() if page else shown_blocks(document, place, words, hits),
        find=place.find,
        hits=hits,
        has_file=path is not None,
        scope=scope_address(document.id),
        file_address=file_address(document),
        file_name=PurePosixPath(document.id).name,
    )


def notice(sentence: str, words: Words) -> Markup:
    """Return a sentence that the pane shows instead of a document."""
    return render("source", title=words.source_title, notice=sentence)


def loaded(bot: Answerer) -> tuple[int, Document | None]:
    """Return how many documents a bot has, and the document if it is the only one.

    Another index can be opened between two calls of the bot; they are repeated until they agree.
    """
    while len(ids := bot.document_ids()) == 1:
        with suppress(KeyError):
            return 1, bot.document(ids[0])
    return len(ids), None


def _exists(document: Document, address: Address) -> bool:
    if address.passage is None:
        return True
    start, end = address.passage
    return 0 <= start < end <= len(document.text)
