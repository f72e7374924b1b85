"""The source pane: a document with the cited passage marked in it, its pages as pictures, and its file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from qa.errors import FileChanged, PageError
from qa.web.chat import log_error
from qa.web.views import source_pane
from qa.web.views.page_images import version_of

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from qa.protocols import Answerer
    from qa.types import Document
    from qa.web.i18n.words import Words
    from qa.web.views.page_images import DocumentFiles

_CACHED: Final = 3600
"""Seconds for which a browser may keep the picture of a page."""
_TEMPORARY: Final = frozenset({"busy", "timeout"})


class Sources:
    """The routes ``/source``, ``/page`` and ``/file``."""

    def __init__(self, bot: Answerer, files: DocumentFiles) -> None:
        self._bot = bot
        self._files = files

    def show(self, request: Request, words: Words) -> Response:
        """Return the document and passage that the address names as HTML, or a sentence that says why not."""
        try:
            return HTMLResponse(source_pane.view(self._bot, request.url.query, words, self._files))
        except Exception as error:  # noqa: BLE001 - any failure in the bot must leave the page working
            log_error("opening a source", error)
            return HTMLResponse(source_pane.notice(words.source_failed, words))

    def page(self, request: Request, words: Words) -> Response:
        """Return a page as PNG, of the version of its document that the address names and of no other."""
        del words
        try:
            document, path = self._document_and_file(request)
            if request.query_params.get("version") != version_of(document):
                return _no_page()
            image = self._files.image(path, document, int(request.query_params.get("page", "")))
        except (LookupError, ValueError):
            return _no_page()
        except PageError as error:
            if error.reason in _TEMPORARY:
                return PlainTextResponse(f"{error}.\n", 503, {"Retry-After": "5"})
            return PlainTextResponse(f"{error}.\n", 404 if error.reason == "no-page" else 422)
        # The address holds the file's version, so the picture never becomes wrong. With Vary, a browser does not show
        # it to the next person who signs in there.
        cached = {"Cache-Control": f"private, max-age={_CACHED}", "Vary": "Cookie"}
        return Response(image.png, media_type="image/png", headers=cached)

    def file(self, request: Request, words: Words) -> Response:
        """Return the file of a document as a download, so that no browser shows it as a page of this server."""
        del words
        try:
            document, path = self._document_and_file(request)
        except LookupError:
            return PlainTextResponse("There is no such file.\n", 404)
        return FileResponse(path, media_type="application/octet-stream", filename=PurePosixPath(document.id).name)

    def _document_and_file(self, request: Request) -> tuple[Document, Path]:
        """Return the document that the address names and its file; raises ``LookupError`` if one is missing."""
        document = self._bot.document(request.query_params.get("document", ""))
        try:
            path = self._bot.file(document)
        except FileChanged as error:
            raise LookupError(document.id) from error
        if path is None:
            raise LookupError(document.id)
        return document, path


def _no_page() -> Response:
    return PlainTextResponse("There is no such page.\n", 404)
