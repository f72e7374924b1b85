"""Sources to documents: the files of folders are found and read, with a reason for each file that is not."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import SourceError
from qa.files import digest_of
from qa.ingestion.sandbox.pool import ReadResult, read_all
from qa.types import Doubtful, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from qa.ingestion.sandbox.pool import File
    from qa.protocols import Progress
    from qa.types import Document

UPLOADS = "documents"
"""The folder of an index that holds uploaded files."""

_MOST_DETAIL = 300
"""Characters of the words of an error."""

Known = tuple["Mapping[str, str]", "Callable[[str], Document]"]
"""Digests of documents of an earlier index by id, and a function that returns the document with an id."""


@dataclass(slots=True)
class SourceContent:
    """The content of sources: documents in the order of the files, and files and pages with a problem.

    ``uploads`` has an entry for each uploaded file: the ids of its documents and the reasons why it was skipped.
    """

    documents: list[Document] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    uploads: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, document: Document, error: Exception) -> None:
        """Skip a document that was read and cannot be indexed."""
        detail = f"cannot be indexed ({type(error).__name__}: {error})"[:_MOST_DETAIL]
        self.documents = [each for each in self.documents if each is not document]
        self.doubtful = [each for each in self.doubtful if each.file != document.id]
        upload = next((one for one in self.uploads if document.id in one["documents"]), None)
        if upload is None:
            self.skipped.insert(0, Skipped(document.id, "damaged", detail))  # before those of uploads
        else:
            self.skipped.append(Skipped(upload["file"], "damaged", detail))
            upload["documents"].remove(document.id)
            upload["skipped"].append(["damaged", detail])


def read_sources(paths: Sequence[Path], uploads: Path, known: Known | None, progress: Progress) -> SourceContent:
    """Read every file of the sources, then every file of the folder ``uploads`` if there is one.

    The index, which is the parent folder of ``uploads``, is left out of a source that contains it. A file with the
    bytes and name of a ``known`` document is not read again. Raises ``SourceError`` if a source does not exist or if no
    file of the sources can be read.
    """
    files = [file for path in paths for file in find_files(path, without=uploads.parent)]
    uploads_start = len(files)
    files += find_files(uploads) if uploads.is_dir() else []
    content = SourceContent()
    seen: set[str] = set()
    for position, ((_, name), result) in enumerate(zip(files, _read(files, known, progress), strict=True)):
        if position == uploads_start:
            _check(content, paths)
        documents, skipped = _take(result, name, seen)
        content.documents += documents
        content.skipped += skipped
        for document in documents:
            content.doubtful += _doubtful(document)
        if position >= uploads_start:
            reasons = [[one.reason, one.detail] for one in skipped]
            content.uploads.append({"file": name, "documents": [each.id for each in documents], "skipped": reasons})
    progress("reading", len(files), len(files))
    _check(content, paths)
    return content


def check_source(source: Path) -> None:
    """Raise ``SourceError`` if there is no such file or folder."""
    if not (source.is_file() or source.is_dir()):
        raise SourceError(f"there is no file or folder {source}; name one that exists, e.g. qa index data/documents")


def find_files(source: Path, without: Path | None = None) -> list[tuple[Path, str]]:
    """Return the files of a file or folder, sorted by name; a name is the path relative to the folder.

    Hidden files and folders and the folder ``without`` are left out. What cannot be read is in the result like a file,
    so that reading it gives the reason: a folder that cannot be listed, a link out of the source, a pipe.
    Raises ``SourceError`` if there is no such source.
    """
    check_source(source)
    if source.is_file():
        return [(source.resolve(), source.name)]
    left_out = without and without.resolve()
    found: list[tuple[Path, str]] = []

    def keep(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # not for a folder that was removed this moment
            found.append((Path(error.filename), Path(error.filename).relative_to(source).as_posix()))

    for folder, folders, files in os.walk(source, onerror=keep):
        folders[:] = [name for name in folders if not name.startswith(".") and Path(folder, name).resolve() != left_out]
        links = [name for name in folders if Path(folder, name).is_symlink()]  # which os.walk does not follow
        for name in (*files, *links):
            path = Path(folder, name)
            if not name.startswith("."):
                found.append((path, path.relative_to(source).as_posix()))
    return sorted(found, key=lambda pair: pair[1])


def _check(content: SourceContent, paths: Sequence[Path]) -> None:
    """Raise ``SourceError`` if the sources hold nothing: the cause is often a wrong path or an unmounted disk."""
    if not content.documents:
        where = ", ".join(str(path) for path in paths)
        reasons = "; ".join(f"{s.file}: {s.detail}" for s in content.skipped[:3])
        raise SourceError(f"nothing to index in {where}: {reasons or 'it holds no files'}; the index was left as it is")


def _take(result: ReadResult, name: str, seen: set[str]) -> tuple[list[Document], list[Skipped]]:
    """Return the documents of a file whose ids are new, and what was skipped; add the ids to ``seen``."""
    documents, skipped = [], []
    for document in result.documents:
        if document.id in seen:
            detail = f"another source holds a document called {document.id} too"
            skipped.append(Skipped(name, "same-name", detail))
        else:
            seen.add(document.id)
            documents.append(document)
    return documents, skipped if result.skipped is None else [*skipped, result.skipped]


def _read(files: Sequence[File], known: Known | None, progress: Progress) -> Iterator[ReadResult]:
    """Yield the result of every file, in the order of the files; known files are not read again."""
    results: dict[int, ReadResult] = {}
    for position, (path, name) in enumerate(files):
        if any("\ud800" <= letter <= "\udfff" for letter in name):  # Python's form of a name that is not UTF-8
            results[position] = ReadResult(skipped=_misnamed(name))
        elif reason := _no_file(path, name):
            results[position] = ReadResult(skipped=Skipped(name, "unreadable", reason))
        elif known and name in known[0] and known[0][name] == _digest(path):
            results[position] = ReadResult((known[1](name),))
    others = [file for position, file in enumerate(files) if position not in results]
    count = len(results)
    fresh = read_all(others, lambda done, name: progress(f"reading {name}", count + done, len(files)))
    for position in range(len(files)):
        yield results.pop(position) if position in results else next(fresh)


def _misnamed(name: str) -> Skipped:
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Skipped(
        shown, "unreadable", "has a name that is not text in UTF-8, by which nobody could cite it; rename it"
    )


def _no_file(path: Path, name: str) -> str | None:
    """Return why something in a source is no file that may be read, None if it is one."""
    if path.is_symlink():
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return "is a link that leads nowhere; remove it, or put the file there"
        if target.is_dir():
            return "is a link to a folder; name that folder as a source of its own"
        if not target.is_relative_to(path.parents[name.count("/")].resolve()):
            return "is a link that leads out of the source; name the file as a source of its own"
    if path.exists() and not path.is_file() and not path.is_dir():
        return "is a pipe, a socket or a device, and no file"
    return None


def _digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, None if it cannot be read."""
    try:
        return digest_of(path)
    except OSError:
        return None


def _doubtful(document: Document) -> list[Doubtful]:
    """Return the doubts about a document, one for each reason with all its pages."""
    pages: dict[tuple[str, str], list[int]] = {}
    for doubt in document.doubts:
        pages.setdefault((doubt.reason, doubt.detail), []).extend([] if doubt.page is None else [doubt.page])
    return [Doubtful(document.id, reason, detail, tuple(found)) for (reason, detail), found in pages.items()]
