"""The documents of the index, for the page: to list, to add to and to remove."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import anyio
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from qa.errors import UploadError
from qa.service.scope import Scope
from qa.service.uploads import refuse_unreadable
from qa.web.security.visitor import visitor_of
from qa.web.views import document_list, source_pane
from qa.web.views.masthead import corpus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from starlette.requests import Request

    from qa.protocols import Answerer
    from qa.service.corpus import Corpus
    from qa.service.updates import UpdateState
    from qa.web.i18n.words import Words

_STATUS: Final = {
    "not-allowed": 403,
    "not-there": 404,
    "there-already": 409,
    "from-a-folder": 409,
    "too-large": 413,
    "busy": 503,
    "no-space": 507,
    "not-writable": 507,
}
"""The status of a refusal by its reason; 422 for all others."""

_AT_ONCE: Final = 4
"""Files that are received at the same time."""
_SILENT: Final = 60
"""Seconds without a byte after which the server stops waiting for the rest of a file."""


class CorpusAccess:
    """The corpus that a server answers from, and who may change it: ``editors`` by name, everybody with None."""

    def __init__(self, corpus: Corpus, editors: Collection[str] | None = None) -> None:
        self.corpus = corpus
        self._editors = editors
        self._receiving = 0

    def may_change(self, request: Request) -> bool:
        """Return whether the visitor who sent a request may add and remove documents."""
        return self._editors is None or visitor_of(request.scope).user in self._editors

    def check(self, request: Request) -> None:
        """Raise ``UploadError`` if the visitor who sent a request may not add and remove documents."""
        if not self.may_change(request):
            raise UploadError("not-allowed", "this server does not let you add or remove documents")

    async def receive(self, request: Request, name: str, *, replace: bool) -> tuple[str, int]:
        """Add the file that is a request's body, and return the name that it has here and the number of its update.

        The guard has made sure that the request announces its length. Raises ``UploadError`` if the file is refused.
        """
        self.check(request)
        receiving = self.corpus.receive(name, int(request.headers["content-length"]), replace=replace)
        with self._one_of_few():
            try:
                async with contextmanager_in_threadpool(receiving) as upload:
                    chunks = request.stream()
                    while True:
                        with anyio.fail_after(_SILENT):
                            chunk = await anext(chunks, None)
                        if chunk is None:
                            break
                        await run_in_threadpool(upload.write, chunk)
            except (ClientDisconnect, TimeoutError) as error:
                raise UploadError("broken-off", f"{name} broke off; send it again") from error
        return upload.name, self.corpus.update()

    async def remove(self, request: Request, name: str) -> int:
        """Remove a file that was added, and return the number of the update. Raises ``UploadError``."""
        self.check(request)
        return await run_in_threadpool(self.corpus.remove, name)

    @contextmanager
    def _one_of_few(self) -> Iterator[None]:
        """Count a file while it is received; raises ``UploadError`` where there are too many."""
        if self._receiving >= _AT_ONCE:
            raise UploadError("busy", "too many files are being sent; try again in a moment")
        self._receiving += 1
        try:
            yield
        finally:
            self._receiving -= 1


class DocumentRoutes:
    """The routes under ``/documents``, by which the page lists, adds and removes documents."""

    def __init__(self, access: CorpusAccess, bot: Answerer) -> None:
        self._access = access
        self._corpus = access.corpus
        self._bot = bot

    def list(self, request: Request, words: Words) -> Response:
        """Return the documents of a choice, a part of them from the number ``first`` on, as HTML in JSON."""
        catalogue = self._corpus.catalogue()
        found = Scope.parse(request.url.query).entries(catalogue)
        first = _number(request.query_params.get("first", ""))
        shown = found[first : first + document_list.AT_ONCE]
        may = self._access.may_change(request)
        return JSONResponse(
            {
                "html": document_list.entries(shown, words, may_change=may),
                "count": document_list.count(len(found), len(catalogue.entries), words),
                "found": len(found),
                "next": first + len(shown) if first + len(shown) < len(found) else None,
            }
        )

    def overview(self, request: Request, words: Words) -> Response:
        """Return what stands around the list: what was indexed and when, the filters, and the skipped files."""
        catalogue = self._corpus.catalogue()
        may = self._access.may_change(request)
        return JSONResponse(
            {
                "may": may,
                "about": document_list.about(catalogue, words),
                "filters": document_list.filters(catalogue, Scope.parse(request.url.query), words),
                "skipped": document_list.skipped(catalogue, words, may_change=may),
            }
        )

    def state(self, request: Request, words: Words) -> Response:
        """Return which generation answers, and how far the next one has come."""
        progress = self._corpus.progress()
        generation = self._corpus.generation()  # read first: the page asks again, and then hears of a newer one
        count, only = source_pane.loaded(self._bot)
        stage = document_list.stage(progress, words)
        return JSONResponse(
            {
                "generation": generation,
                "corpus": corpus(count, only, words, with_documents=True),
                "ready": words.update_done.format(documents=words.count(words.listed_count, count)),
                "may": self._access.may_change(request),
                "busy": bool(stage),
                "stage": stage,
                "share": progress.count / progress.total if progress.total and progress.activity != "waiting" else None,
                "done": progress.done,
                "file": progress.file,
                "problem": _failed(progress, words) if progress.problem and not stage else None,
            }
        )

    async def check(self, request: Request, words: Words) -> Response:
        """Return why a file of this name, size and beginning would be refused, before the page sends it."""
        query, beginning = request.query_params, await request.body()
        name, size = query.get("name", ""), _number(query.get("size", ""))
        try:
            self._access.check(request)
            await run_in_threadpool(self._corpus.check, name, size, replace="replace" in query)
            await run_in_threadpool(refuse_unreadable, name, beginning)
        except UploadError as error:
            return JSONResponse(_refusal(error, words))
        return JSONResponse({})

    async def add(self, request: Request, words: Words) -> Response:
        """Add the file that is the request's body."""
        query = request.query_params
        try:
            file, number = await self._access.receive(request, query.get("name", ""), replace="replace" in query)
        except UploadError as error:
            return JSONResponse(_refusal(error, words), status_of(error), headers_of(error))
        return JSONResponse({"file": file, "number": number}, 202)

    def result(self, request: Request, words: Words) -> Response:
        """Return what became of a file that was added."""
        query = request.query_params
        result = self._corpus.result(query.get("file", ""), _number(query.get("number", "")))
        return JSONResponse({"stage": result.stage, "html": document_list.result(result, words)})

    async def remove(self, request: Request, words: Words) -> Response:
        """Remove a file that was added."""
        try:
            number = await self._access.remove(request, request.query_params.get("file", ""))
        except UploadError as error:
            return JSONResponse(_refusal(error, words), status_of(error), headers_of(error))
        return JSONResponse({"number": number}, 202)


def _refusal(error: UploadError, words: Words) -> dict[str, Any]:
    return {"reason": error.reason, "error": words.refusals.get(error.reason, str(error))}


def status_of(error: UploadError) -> int:
    """Return the HTTP status of a refusal."""
    return _STATUS.get(error.reason, 422)


def headers_of(error: UploadError) -> dict[str, str]:
    """Return the headers of a refusal: when to come again, if too many files are being sent."""
    return {"Retry-After": "5"} if error.reason == "busy" else {}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _failed(state: UpdateState, words: Words) -> str:
    """Return why the last update failed."""
    why = words.update_problems.get(state.error, words.update_problems["other"])
    return f"{words.update_failed} {why.format(problem=state.problem)}"
