"""The documents of the index, for programs: to list, add, follow and remove by HTTP, as OpenAPI describes it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Path, Query
from fastapi.responses import JSONResponse, Response
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations

from qa.errors import UploadError
from qa.schema import AcceptedObject, CatalogueObject, ErrorObject, UploadObject
from qa.service.catalogue import UploadResult
from qa.web.routes.documents import headers_of, status_of

if TYPE_CHECKING:
    from qa.web.routes.documents import CorpusAccess

_MOST: Final = 1_000
_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    403: {"model": ErrorObject, "description": "Whoever asks may not change the documents."},
    404: {"model": ErrorObject, "description": "No file of that name was added."},
    409: {"model": ErrorObject, "description": "There is a document of that name."},
    413: {"model": ErrorObject, "description": "The file is too large."},
    422: {"model": ErrorObject, "description": "The request or the file is not as described."},
    503: {"model": ErrorObject, "description": "Too many files are being sent."},
    507: {"model": ErrorObject, "description": "The server's disk is too full, or cannot be written to."},
}
LIST: Final = {"summary": "What is in the index", "response_model": CatalogueObject}
ADD: Final = {
    "summary": "Add a file, which is the body",
    "status_code": 202,
    "response_model": AcceptedObject,
    "responses": _PROBLEMS,
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
}
RESULT: Final = {"summary": "What became of a file that was added", "response_model": UploadObject}
REMOVE: Final = {
    "summary": "Remove a file that was added",
    "status_code": 202,
    "response_model": AcceptedObject,
    "responses": {status: _PROBLEMS[status] for status in (403, 404, 422, 507)},
}

Facet = Annotated[str, Query(max_length=500, description="Only documents whose metadata state this; empty for all.")]
Name = Annotated[str, Path(max_length=255, description="A file's name.")]


class DocumentsApi:
    """The routes under ``/api/documents``: the same as the page's own, for programs.

    What OpenAPI says about each stands in ``LIST``, ``ADD``, ``RESULT`` and ``REMOVE``.
    """

    def __init__(self, access: CorpusAccess) -> None:
        self._access = access
        self._corpus = access.corpus

    def list(
        self,
        words: Annotated[str, Query(max_length=500, description="Words of title, name or metadata.")] = "",
        kind: Facet = "",
        year: Facet = "",
        speaker: Facet = "",
        country: Facet = "",
        language: Facet = "",
        folder: Annotated[str, Query(max_length=1_000, description="Only documents in it or below it.")] = "",
        first: Annotated[int, Query(ge=0, description="How many documents to leave out.")] = 0,
        most: Annotated[int, Query(ge=0, le=_MOST, description="How many documents to return at most.")] = 100,
    ) -> Response:
        """List the documents, by title, with all files that were skipped."""
        catalogue = self._corpus.catalogue()
        facets = {"kind": kind, "year": year, "speaker": speaker, "country": country, "language": language}
        found = catalogue.find(words, facets, folder.strip("/"))
        uploaded = [file for result in catalogue.uploads.values() for file in result.skipped]
        return JSONResponse(
            {
                "generation": catalogue.generation,
                "built": catalogue.built.isoformat(),
                "sources": list(catalogue.sources),
                "found": len(found),
                "documents": [entry.to_dict() for entry in found[first : first + most]],
                "skipped": [asdict(file) for file in (*catalogue.skipped, *uploaded)],
            }
        )

    async def add(
        self,
        request: Request,
        name: Annotated[str, Query(max_length=1_000, description="The file's name; a folder in it is left out.")],
        replace: Annotated[bool, Query(description="Take the place of a file of that name that was added.")] = False,
    ) -> Response:
        """Add a file; it is indexed in the background, and until then the old index answers."""
        try:
            file, number = await self._access.receive(request, name, replace=replace)
        except UploadError as error:
            return _problem(error)
        return JSONResponse({"file": file, "update": number}, 202)

    def result(
        self,
        file: Name,
        update: Annotated[int | None, Query(ge=0, description="As given when it was added; none for the last.")] = None,
    ) -> Response:
        """Return what became of a file that was added."""
        requested = self._corpus.progress().requested
        status = self._corpus.result(file, requested if update is None else min(update, requested))
        result = status.result or UploadResult(file, documents=0, passages=0)
        return JSONResponse({**asdict(result), "stage": status.stage, "problem": status.problem})

    async def remove(self, file: Name, request: Request) -> Response:
        """Remove a file that was added; answers cite it until the next index is ready."""
        try:
            number = await self._access.remove(request, file)
        except UploadError as error:
            return _problem(error)
        return JSONResponse({"file": file, "update": number}, 202)


def _problem(error: UploadError) -> JSONResponse:
    return JSONResponse({"error": str(error)}, status_of(error), headers_of(error))
