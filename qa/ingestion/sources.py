"""Sources to documents: every file is read, with what was skipped, what is doubtful and what was uploaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qa.errors import SourceError
from qa.files import digest_of
from qa.ingestion.readers import find_files
from qa.ingestion.sandbox.pool import ReadResult, read_all
from qa.types import Doubtful, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from qa.ingestion.sandbox.pool import File
    from qa.protocols import Progress
    from qa.types import Document

UPLOADS = "documents"
"""The folder of an index that holds uploaded files."""

Known = tuple["Mapping[str, str]", "Callable[[str], Document]"]
"""Digests of documents that were read before, by id, and a function that returns one of them."""


@dataclass(slots=True)
class Reading:
    """The documents of the sources, in the order of the files, and what could not be read or trusted.

    ``uploads`` has an entry for each uploaded file: its documents, and what of it was skipped and why. The latter
    stands at the end of ``skipped``, too.
    """

    documents: list[Document] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    uploads: list[dict[str, Any]] = field(default_factory=list)


def read_sources(paths: Sequence[Path], uploads: Path, known: Known | None, progress: Progress) -> Reading:
    """Read every file of the sources, and of the folder ``uploads`` if it exists.

    The index, which contains ``uploads``, is never part of a source, even if it lies below one. A file with the bytes
    and the name of a ``known`` document is not read again. Raises ``SourceError`` if a source does not exist or nothing
    in the sources can be read, whatever was uploaded.
    """
    own = [file for path in paths for file in find_files(path, without=uploads.parent)]
    files = own + (find_files(uploads) if uploads.is_dir() else [])
    reading = Reading()
    seen: set[str] = set()
    for place, ((_, name), result) in enumerate(zip(files, _results(files, known, progress), strict=True)):
        if place == len(own):
            _check(reading, paths)
        kept, skipped = _take(result, name, seen)
        reading.documents += kept
        reading.skipped += skipped
        for document in kept:
            reading.doubtful += _doubtful(document)
        if place >= len(own):
            why = [[one.reason, one.detail] for one in skipped]
            reading.uploads.append({"file": name, "documents": [document.id for document in kept], "skipped": why})
    progress("reading", len(files), len(files))
    _check(reading, paths)
    return reading


def _check(reading: Reading, paths: Sequence[Path]) -> None:
    """Refuse sources that hold nothing: more often a mistyped path or an unmounted disk than a wish."""
    if not reading.documents:
        where = ", ".join(str(path) for path in paths)
        reasons = "; ".join(f"{s.file}: {s.detail}" for s in reading.skipped[:3])
        raise SourceError(f"nothing to index in {where}: {reasons or 'it holds no files'}; the index was left as it is")


def _take(result: ReadResult, name: str, seen: set[str]) -> tuple[list[Document], list[Skipped]]:
    """Return the documents of a file that no file before it holds, and what was skipped of it."""
    kept, skipped = [], []
    for document in result.documents:
        if document.id in seen:
            detail = f"another source holds a document called {document.id} too"
            skipped.append(Skipped(name, "same-name", detail))
        else:
            seen.add(document.id)
            kept.append(document)
    if result.skipped is not None:
        skipped.append(result.skipped)
    return kept, skipped


def _results(files: Sequence[File], known: Known | None, progress: Progress) -> Iterator[ReadResult]:
    """Yield what came of every file, in their order."""
    digests, document = known or ({}, _nothing)
    settled: dict[int, ReadResult] = {}
    for place, (path, name) in enumerate(files):
        if not _is_text(name):
            settled[place] = ReadResult(skipped=_misnamed(name))
        elif name in digests and digests[name] == _digest(path):
            settled[place] = ReadResult((document(name),))
    left = [file for place, file in enumerate(files) if place not in settled]
    count = len(files) - len(left)
    fresh = read_all(left, lambda done, name: progress(f"reading {name}", count + done, len(files)))
    for place in range(len(files)):
        yield settled.pop(place) if place in settled else next(fresh)


def _nothing(document_id: str) -> Document:
    raise KeyError(document_id)


def _is_text(name: str) -> bool:
    """Say whether a file's name is text: what is not UTF-8 on the disk comes as halves of surrogate pairs."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def _misnamed(name: str) -> Skipped:
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Skipped(
        shown, "unreadable", "has a name that is not text in UTF-8, by which nobody could cite it; rename it"
    )


def _digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, None if it cannot be read: its reader will say why."""
    try:
        return digest_of(path)
    except OSError:
        return None


def _doubtful(document: Document) -> list[Doubtful]:
    """Return what of a document is not to be trusted, a line for each kind of doubt."""
    pages: dict[tuple[str, str], list[int]] = {}
    for doubt in document.doubts:
        pages.setdefault((doubt.reason, doubt.detail), []).extend([] if doubt.page is None else [doubt.page])
    return [Doubtful(document.id, reason, detail, tuple(found)) for (reason, detail), found in pages.items()]
