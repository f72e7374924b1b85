"""A document as the source pane shows it: its text with the cited passage marked to the letter, or the page itself."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qa.errors import FileChanged, PageError
from qa.web.views.blocks import text
from qa.web.views.markup import Address, escape
from qa.web.views.page_images import file_address, home, sheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from qa.protocols import Answerer
    from qa.types import Document
    from qa.viewer import PageImage
    from qa.web.i18n.words import Words
    from qa.web.views.page_images import Facsimiles


def view(bot: Answerer, address: str, words: Words, facsimiles: Facsimiles | None = None) -> str:
    """Return the document that an address names: title, ways to see and to have it, and its text or one of its pages.

    An address of no document, or of a place beyond its end, gives a sentence that says so. A page that cannot be shown
    gives one above the text, and a passage that has other words by now gives one instead of its marks. ``facsimiles``
    has the files, where there are any.
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
        place = replace(place, passage=None, highlights=())
    if not _within(document, place):
        return notice(words.source_missing, words)
    path = None
    try:
        path = facsimiles.find(document) if facsimiles else None
    except FileChanged:
        remarks.append(words.file_changed)
    if facsimiles and path is not None and place.paged and document.pages:
        number = home(document, place) if place.page is None else place.page
        try:
            picture = facsimiles.picture(path, document, number)
            tools = _tools(document, path, place, words, (number, picture))
            return _titled(document.title, _said(remarks) + sheet(picture, number, document, place, words), tools)
        except PageError as error:
            remarks.append(words.page_problems[error.reason])
    body = _said(remarks) + _metadata(document) + text(document, place, words)
    return _titled(document.title, body, _tools(document, path, place, words))


def loaded(bot: Answerer) -> tuple[int, Document | None]:
    """Return how many documents a bot has, and the one that is the only one.

    Another index may take over between two questions to the bot, so they are put until the answers agree.
    """
    while len(ids := bot.document_ids()) == 1:
        with suppress(KeyError):
            return 1, bot.document(ids[0])
    return len(ids), None


def notice(sentence: str, words: Words) -> str:
    """Return a sentence as what the pane shows in a document's place."""
    return _titled(words.source_title, f'<p class="notice" tabindex="-1">{escape(sentence)}</p>')


def _titled(title: str, body: str, tools: str = "") -> str:
    return f'<h2 dir="auto">{escape(title)}</h2><div class="tools">{tools}</div><div>{body}</div>'


def _said(remarks: Iterable[str]) -> str:
    return "".join(f'<p class="remark" role="note">{escape(remark)}</p>' for remark in remarks)


def _within(document: Document, address: Address) -> bool:
    if address.passage is None:
        return True
    start, end = address.passage
    return 0 <= start < end <= len(document.text)


def _metadata(document: Document) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in document.metadata.items()
    )
    return f'<dl class="metadata">{rows}</dl>' if rows else ""


def _tools(
    document: Document, path: Path | None, address: Address, words: Words, page: tuple[int, PageImage] | None = None
) -> str:
    """Return the controls above a document: text or page, turning pages, the file itself; those that it can have."""
    if path is None:
        return ""
    parts = []
    if document.pages:
        parts.append(
            f'<div class="switch" role="group" aria-label="{escape(words.view_label)}">'
            f"{_choice('text', words.text_view, pressed=page is None)}"
            f"{_choice('page', words.page_view, pressed=page is not None)}</div>"
        )
    if page is not None:
        parts.append(_turning(*page, home(document, address), words))
    name = escape(PurePosixPath(document.id).name)
    parts.append(
        f'<a class="take" href="{escape(file_address(document))}" title="{name}" download>{escape(words.download)}</a>'
    )
    return "".join(parts)


def _choice(view: str, label: str, *, pressed: bool) -> str:
    state = "true" if pressed else "false"
    return f'<button type="button" data-view="{view}" aria-pressed="{state}">{escape(label)}</button>'


def _turning(number: int, picture: PageImage, marked: int, words: Words) -> str:
    """Return the controls of the page that is shown, with its number."""
    before = number - 1 if number > 1 else None
    after = number + 1 if number < picture.pages else None
    back = _turn("back", before, f'<span aria-hidden="true">&lsaquo;</span>{_unseen(words.previous_page)}')
    on = _turn("on", after, f'<span aria-hidden="true">&rsaquo;</span>{_unseen(words.next_page)}')
    shown = words.page_of_count.format(number=number, count=picture.pages)
    return (
        f'<div class="turning" role="group" aria-label="{escape(words.pages_label)}" data-shown="{number}">{back}'
        f'<span class="number">{escape(shown)}</span>{on}</div>'
        f'<button type="button" class="quiet" data-larger aria-pressed="false">{escape(words.larger_page)}</button>'
        + (_turn("home", marked, escape(words.to_passage.format(number=marked))) if number != marked else "")
    )


def _turn(name: str, page: int | None, label: str) -> str:
    """Return a button that turns to a page; where there is none it stays, so that the focus does."""
    where = 'aria-disabled="true"' if page is None else f'data-page="{page}"'
    return f'<button type="button" class="quiet" data-turn="{name}" {where}>{label}</button>'


def _unseen(label: str) -> str:
    return f'<span class="unseen">{escape(label)}</span>'
