"""Pages of PDF documents as images with the cited text marked on them, and the files of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from qa.errors import PageError
from qa.types import page_at
from qa.viewer import PageRenderer, boxes, parts_on
from qa.web.views.marks import NO_HITS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from qa.protocols import Answerer
    from qa.types import Document, Span
    from qa.viewer import Box, PageImage
    from qa.web.views.address import Address
    from qa.web.views.marks import Hits


class DocumentFiles:
    """The files of the documents of one bot, and images of their pages. Safe to use from several threads."""

    def __init__(self, bot: Answerer, renderer: PageRenderer | None = None) -> None:
        self._bot = bot
        self._renderer = renderer or PageRenderer()

    def find(self, document: Document) -> Path | None:
        """Return the file of a document; raises ``FileChanged`` if it is not what was indexed."""
        path = self._bot.file(document)
        if path is not None and document.pages:
            self._renderer.prepare()
        return path

    def image(self, path: Path, document: Document, number: int) -> PageImage:
        """Return a page of a document; raises ``PageError`` if it does not exist or cannot be drawn."""
        if not document.pages:
            raise PageError("no-page", "the document has no pages")
        return self._renderer.render(path, document.digest, number)


def file_address(document: Document) -> str:
    """Return the address of a document's file, relative to the page."""
    return "file?" + urlencode({"document": document.id}, quote_via=quote)


def version_of(document: Document) -> str:
    """Return what tells the version of a document's file from others, in the address of its pages."""
    return document.digest[:16]


def page_of_marks(document: Document, address: Address, hits: Hits = NO_HITS) -> int:
    """Return the number of the page on which the current hit begins, or the first highlight, or the passage."""
    passage, highlights = _marked_spans(address)
    start = min((start for start, _ in hits.now or highlights or passage), default=0)
    return page_at(document.pages, start) or document.pages[0][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """A page as the template shows it.

    ``count`` is how many pages the file has and ``marked`` the number of the page with the marks. ``width`` and
    ``height`` are CSS pixels, ``boxes`` the marks as pairs of class and style, ``marked_texts`` the marked text.
    """

    number: int
    count: int
    marked: int
    address: str
    width: int
    height: int
    boxes: list[tuple[str, str]]
    marked_texts: list[str]


def shown_page(image: PageImage, number: int, document: Document, address: Address, hits: Hits = NO_HITS) -> ShownPage:
    """Return a page with the passage, in other colours the highlights of an address, and ``hits`` marked on it."""
    passage, highlights = _marked_spans(address)
    found = [span for span in hits.near if span not in hits.now]
    kinds = ["passage"] * len(passage) + ["answer"] * len(highlights) + ["hit"] * len(found) + ["now"] * len(hits.now)
    placed = boxes(document, number, image, [*passage, *highlights, *found, *hits.now])
    fields = {"document": document.id, "page": number, "version": version_of(document)}
    return ShownPage(
        number=number,
        count=image.pages,
        marked=page_of_marks(document, address),
        address="page?" + urlencode(fields, quote_via=quote),
        width=round(image.width),
        height=round(image.height),
        boxes=[(kind, _style(box, image)) for kind, part in zip(kinds, placed, strict=True) for box in part],
        marked_texts=_texts_on(document, number, highlights or passage),
    )


def _marked_spans(address: Address) -> tuple[list[Span], list[Span]]:
    """Return the passage of an address, as a list of none or one, and the highlights within it."""
    if address.passage is None:
        return [], []
    begin, stop = address.passage
    within = [(max(start, begin), min(end, stop)) for start, end in address.highlights]
    return [address.passage], [(start, end) for start, end in within if start < end]


def _style(box: Box, image: PageImage) -> str:
    """Return the place of a box in percent of the page, so that it is right at every size."""
    left, top = 100 * box.left / image.width, 100 * box.top / image.height
    width, height = 100 * (box.right - box.left) / image.width, 100 * (box.bottom - box.top) / image.height
    return f"left:{left:.3f}%;top:{top:.3f}%;width:{width:.3f}%;height:{height:.3f}%"


def _texts_on(document: Document, number: int, spans: Iterable[Span]) -> list[str]:
    """Return the text of the spans that is on a page."""
    parts = parts_on(document, number)
    return [
        document.text[max(start, begin) : min(end, until)]
        for start, end in spans
        for begin, until in parts
        if max(start, begin) < min(end, until)
    ]
