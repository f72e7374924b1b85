"""The documents of the index: the routes by which the page and programs list them, add to them and remove them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import anyio
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from qa.errors import UploadError
from qa.service.catalogue import FACETS
from qa.web.security.visitors import visitor_of
from qa.web.views import listing, render, source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from fastapi import FastAPI
    from starlette.requests import Request

    from qa.protocols import Answerer
    from qa.service.corpus import Corpus
    from qa.web.i18n.words import Words

STATUS: Final = {
    "not-allowed": 403,
    "not-there": 404,
    "there-already": 409,
    "from-a-folder": 409,
    "too-large": 413,
    "busy": 503,
    "no-space": 507,
    "not-writable": 507,
}
"""The status of a refusal by its reason, 422 for all others."""

_AT_ONCE: Final = 4
"""Files that are taken in at the same time."""
_SILENT: Final = 60
"""Seconds without a byte after which a file that is being sent is given up."""


class Documents:
    """The corpus behind the routes. ``editors`` may change it: with None everybody, else those signed in by name."""

    def __init__(self, corpus: Corpus, editors: Collection[str] | None = None) -> None:
        self.corpus = corpus
        self._editors = editors
        self._taking = 0

    def add_to(self, app: FastAPI, bot: Answerer, words: Words) -> None:
        """Add the routes of the page in one language to an application."""
        view = _View(self, bot, words)
        prefix = f"/{words.path}documents"
        app.add_route(prefix, view.list, methods=["GET"])
        app.add_route(prefix, view.add, methods=["POST"])
        app.add_route(f"{prefix}/overview", view.overview, methods=["GET"])
        app.add_route(f"{prefix}/state", view.state, methods=["GET"])
        app.add_route(f"{prefix}/room", view.room, methods=["GET"])
        app.add_route(f"{prefix}/result", view.result, methods=["GET"])
        app.add_route(f"{prefix}/remove", view.remove, methods=["POST"])

    def may_change(self, request: Request) -> bool:
        """Say whether whoever sent a request may add and remove documents."""
        return self._editors is None or visitor_of(request.scope).user in self._editors

    def check(self, request: Request) -> None:
        """Refuse a change by somebody who may make none."""
        if not self.may_change(request):
            raise UploadError("not-allowed", "this server does not let you add or remove documents")

    async def take(self, request: Request, name: str, *, replace: bool) -> tuple[str, int]:
        """Take in the file that a request's body is; return the name it was given and the number of its update.

        Its size is the one announced, which the guard has seen to. Raises ``UploadError`` if it is refused.
        """
        self.check(request)
        receiving = self.corpus.receive(name, int(request.headers["content-length"]), replace=replace)
        with self._place():
            try:
                async with contextmanager_in_threadpool(receiving) as incoming:
                    chunks = request.stream()
                    while True:
                        with anyio.fail_after(_SILENT):
                            chunk = await anext(chunks, None)
                        if chunk is None:
                            break
                        await run_in_threadpool(incoming.write, chunk)
            except (ClientDisconnect, TimeoutError) as error:
                raise UploadError("broken-off", f"{name} broke off; send it again") from error
        return incoming.name, self.corpus.update()

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Hold one of the places for files that are being taken in."""
        if self._taking >= _AT_ONCE:
            raise UploadError("busy", "too many files are being sent; try again in a moment")
        self._taking += 1
        try:
            yield
        finally:
            self._taking -= 1


class _View:
    """The page's routes, with the words of one language."""

    def __init__(self, documents: Documents, bot: Answerer, words: Words) -> None:
        self._documents = documents
        self._corpus = documents.corpus
        self._bot = bot
        self._words = words

    def list(self, request: Request) -> Response:
        """Return the documents that a filter leaves, from a place in their list on, as HTML in JSON."""
        catalogue = self._corpus.catalogue()
        found = catalogue.find(request.query_params.get("words", ""), facets_of(request))
        first = _number(request.query_params.get("first", ""))
        shown = found[first : first + listing.AT_ONCE]
        return JSONResponse(
            {
                "html": listing.entries(shown, self._words, may_change=self._documents.may_change(request)),
                "count": listing.count(len(found), len(catalogue.entries), self._words),
                "next": first + len(shown) if first + len(shown) < len(found) else None,
            }
        )

    def overview(self, request: Request) -> Response:
        """Return what stands around the list: what the index was made of, filters, files that were skipped."""
        catalogue = self._corpus.catalogue()
        text = request.query_params.get("words", "")
        may = self._documents.may_change(request)
        return JSONResponse(
            {
                "may": may,
                "about": listing.about(catalogue, self._words),
                "filters": listing.filters(catalogue, facets_of(request), text, self._words),
                "skipped": listing.skipped(catalogue, self._words, may_change=may),
            }
        )

    def state(self, request: Request) -> Response:
        """Return which generation answers, and how far the next has come."""
        progress = self._corpus.progress()
        generation = self._corpus.generation()  # first: of a newer one the next look will tell
        count, only = source.loaded(self._bot)
        said = listing.stage(progress, self._words)
        return JSONResponse(
            {
                "generation": generation,
                "corpus": render.corpus(count, only, self._words),
                "ready": self._words.update_done.format(documents=self._words.count(self._words.listed_count, count)),
                "may": self._documents.may_change(request),
                "busy": bool(said),
                "stage": said,
                "share": progress.count / progress.total if progress.total and progress.activity != "waiting" else None,
                "done": progress.done,
                "file": progress.file,
                "problem": f"{self._words.update_failed} {progress.problem}" if progress.problem and not said else None,
            }
        )

    def room(self, request: Request) -> Response:
        """Say whether a file would be taken, before it is sent."""
        given = request.query_params
        try:
            self._documents.check(request)
            self._corpus.check(given.get("name", ""), _number(given.get("size", "")), replace="replace" in given)
        except UploadError as error:
            return JSONResponse(self._refusal(error))
        return JSONResponse({})

    async def add(self, request: Request) -> Response:
        """Take in a file."""
        given = request.query_params
        try:
            file, number = await self._documents.take(request, given.get("name", ""), replace="replace" in given)
        except UploadError as error:
            return JSONResponse(self._refusal(error), STATUS.get(error.reason, 422))
        return JSONResponse({"file": file, "number": number}, 202)

    def result(self, request: Request) -> Response:
        """Say what has become of a file that was taken in."""
        given = request.query_params
        result = self._corpus.result(given.get("file", ""), _number(given.get("number", "")))
        return JSONResponse({"stage": result.stage, "html": listing.result(result, self._words)})

    async def remove(self, request: Request) -> Response:
        """Remove a file that was added."""
        try:
            self._documents.check(request)
            number = await run_in_threadpool(self._corpus.remove, request.query_params.get("file", ""))
        except UploadError as error:
            return JSONResponse(self._refusal(error), STATUS.get(error.reason, 422))
        return JSONResponse({"number": number}, 202)

    def _refusal(self, error: UploadError) -> dict[str, Any]:
        return {"reason": error.reason, "error": self._words.refusals.get(error.reason, str(error))}


def facets_of(request: Request) -> dict[str, str]:
    """Return what a request asks of each facet."""
    return {name: request.query_params.get(name, "") for name in FACETS}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
