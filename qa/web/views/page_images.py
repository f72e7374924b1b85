"""The page itself: pages of PDFs as pictures with the quoted words marked on them, and the files to take along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from qa.errors import PageError
from qa.types import page_at
from qa.viewer import PageRenderer, boxes, parts_on
from qa.web.views.markup import escape

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from qa.protocols import Answerer
    from qa.types import Document, Span
    from qa.viewer import Box, PageImage
    from qa.web.i18n.words import Words
    from qa.web.views.markup import Address

_SHOWN_AS: Final = ("passage", "answer")


class Facsimiles:
    """Pages and files of the documents that one bot knows; requests for them and for pictures come from many threads.

    ``renderer`` draws the pages.
    """

    def __init__(self, bot: Answerer, renderer: PageRenderer | None = None) -> None:
        self._bot = bot
        self._renderer = renderer or PageRenderer()

    def find(self, document: Document) -> Path | None:
        """Return a document's file as it was indexed; ``FileChanged`` if it is another by now."""
        path = self._bot.file(document)
        if path is not None and document.pages:
            self._renderer.prepare()
        return path

    def picture(self, path: Path, document: Document, number: int) -> PageImage:
        """Return a page of a document whose file was found; ``PageError`` if there is none or it cannot be drawn."""
        if not document.pages:
            raise PageError("no-page", "the document has no pages")
        return self._renderer.render(path, document.digest, number)


def file_address(document: Document) -> str:
    """Return where a document's file can be had, as seen from the page."""
    return "file?" + urlencode({"document": document.id}, quote_via=quote)


def version_of(document: Document) -> str:
    """Return what tells the version of a document's file from others, in the address of its pages."""
    return document.digest[:16]


def home(document: Document, address: Address) -> int:
    """Return the page on which what an address marks begins: the first answering sentence, or else the passage."""
    spans = _marked(address)[::-1]
    start = next((min(starts) for part in spans if (starts := [start for start, _ in part])), 0)
    return page_at(document.pages, start) or document.pages[0][1]


def sheet(picture: PageImage, number: int, document: Document, address: Address, words: Words) -> str:
    """Return a page as HTML: its picture with the passage and, stronger, the answering words marked on it."""
    groups = _marked(address)
    placed = boxes(document, number, picture, [span for group in groups for span in group])
    passage = [box for part in placed[: len(groups[0])] for box in part]
    answer = [box for part in placed[len(groups[0]) :] for box in part]
    marks = "".join(
        f'<i class="{name}" style="{_place(box, picture)}"></i>'
        for name, group in zip(_SHOWN_AS, (passage, answer), strict=True)
        for box in group
    )
    source = "page?" + urlencode(
        {"document": document.id, "page": number, "version": version_of(document)}, quote_via=quote
    )
    alt = words.page_image.format(number=number, title=document.title)
    return (
        f'<figure class="sheet"><div class="paper"><img src="{escape(source)}" width="{round(picture.width)}" '
        f'height="{round(picture.height)}" alt="{escape(alt)}">'
        f'<div class="marks" aria-hidden="true">{marks}</div></div>'
        f'<figcaption class="unseen">{_said(document, number, groups[1] or groups[0], words)}</figcaption></figure>'
    )


def _marked(address: Address) -> tuple[list[Span], list[Span]]:
    """Return what is to be marked: the passage, and the answering sentences within it."""
    if address.passage is None:
        return [], []
    begin, stop = address.passage
    within = [(max(start, begin), min(end, stop)) for start, end in address.highlights]
    return [address.passage], [(start, end) for start, end in within if start < end]


def _place(box: Box, picture: PageImage) -> str:
    """Return where a box lies as shares of the page, so that it holds at every size."""
    left, top = 100 * box.left / picture.width, 100 * box.top / picture.height
    width, height = 100 * (box.right - box.left) / picture.width, 100 * (box.bottom - box.top) / picture.height
    return f"left:{left:.3f}%;top:{top:.3f}%;width:{width:.3f}%;height:{height:.3f}%"


def _said(document: Document, number: int, spans: Iterable[Span], words: Words) -> str:
    """Return the marked words of a page for whoever does not see it."""
    parts = parts_on(document, number)
    here = [
        document.text[max(start, begin) : min(end, until)]
        for start, end in spans
        for begin, until in parts
        if max(start, begin) < min(end, until)
    ]
    if not here:
        return escape(words.nothing_marked)
    return f"{escape(words.marked_on_page)} " + " … ".join(f'<q dir="auto">{escape(text)}</q>' for text in here)
