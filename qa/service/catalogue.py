"""The list of an index's documents, with filters."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from qa.types import DocumentEntry, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

FACETS: Final = ("kind", "year", "speaker", "country", "language")
"""The properties by which documents can be filtered; a document has a facet where its metadata state it."""
RECORD: Final = "record"
"""The kind of a document whose id is not the name of a file."""

_FIELDS: Final = tuple(one.name for one in fields(DocumentEntry))
_YEAR: Final = re.compile(r"\d{4}")
_DATES: Final = ("date", "dates")
"""Metadata of which ``year`` is the facet."""


@dataclass(frozen=True, slots=True)
class Entry(DocumentEntry):
    """A document in the list. ``file`` is the uploaded file that it comes from, None for a document of the sources."""

    file: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the document as ``DocumentObject``, the JSON object of the HTTP API."""
        return {
            "document": self.id,
            "title": self.title,
            "metadata": dict(self.metadata),
            "passages": self.passages,
            "kind": self.facet("kind"),
            "file": self.file,
        }

    def facet(self, name: str) -> str:
        """Return the document's value of a facet, empty where it states none. A ``kind`` is "pdf" or "txt", say."""
        if name == "kind":
            suffix = PurePosixPath(self.id).suffix.lower().removeprefix(".")
            return suffix if suffix.isalnum() and len(suffix) <= len("markdown") else RECORD
        if name == "year":
            year = _YEAR.search(self.metadata.get("date", ""))
            return self.metadata.get("year") or (year[0] if year else "")
        return self.metadata.get(name, "")

    @property
    def folders(self) -> list[str]:
        """The folders that its file is in, from the outermost on: "a" and "a/b" for "a/b/c.txt"."""
        parts = self.id.split("/")[:-1]
        return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]

    def matches(self, words: Sequence[str], facets: Mapping[str, str], folder: str = "") -> bool:
        """Say whether a document is in a folder, has each facet's value, and contains all ``words``.

        Words are case-folded, and looked for in id, title and metadata.
        """
        if folder and not self.id.startswith(f"{folder}/"):
            return False
        if any(self.facet(name) != value for name, value in facets.items()):
            return False
        text = "\n".join((self.id, self.title, *self.metadata.values())).casefold() if words else ""
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What an uploaded file became: its documents and passages, by number, and what of it was skipped."""

    file: str
    documents: int
    passages: int
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """The documents of one generation of an index, sorted by title. Threads may share it.

    ``skipped`` are files of the sources that are not in the index. ``uploads`` holds the results of uploads by file.
    """

    generation: str
    built: datetime
    sources: tuple[str, ...]
    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...] = ()
    uploads: Mapping[str, UploadResult] = field(default_factory=dict)

    def find(self, words: str = "", facets: Mapping[str, str] | None = None, folder: str = "") -> list[Entry]:
        """Return the documents that contain all words, have each facet's value, and are in a folder or below it.

        A facet with an empty value is ignored. Raises ``ValueError`` for a name that is not one of ``facets`` or
        ``further_facets``.
        """
        wanted = {name: value for name, value in (facets or {}).items() if value}
        known = (*FACETS, *self.further_facets)
        if unknown := wanted.keys() - set(known):
            raise ValueError(f"there is no facet {min(unknown)}; there are {', '.join(known)}")
        parts = words.casefold().split()
        return [entry for entry in self.entries if entry.matches(parts, wanted, folder)]

    @cached_property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """For each facet its values, sorted, each with the number of documents. Years are sorted newest first."""
        counted = {name: Counter(filter(None, (e.facet(name) for e in self.entries))) for name in FACETS}
        return {name: dict(sorted(counts.items(), reverse=name == "year")) for name, counts in counted.items()}

    @cached_property
    def further_facets(self) -> Mapping[str, Mapping[str, int]]:
        """What else the metadata state that groups documents, as ``facets``: half as many values as documents, or less.

        A name with a colon is none, as an address parts names from values there.
        """
        counted: dict[str, Counter[str]] = {}
        for entry in self.entries:
            for name, value in entry.metadata.items():
                if value and name not in (*FACETS, *_DATES) and ":" not in name:
                    counted.setdefault(name, Counter())[value] += 1
        return {
            name: dict(sorted(counts.items()))
            for name, counts in sorted(counted.items())
            if 2 * len(counts) <= counts.total()
        }

    @cached_property
    def folders(self) -> Mapping[str, int]:
        """The folders that documents are in, sorted, each with the number of documents in it and below it."""
        return dict(sorted(Counter(folder for entry in self.entries for folder in entry.folders).items()))


def catalogue_of(
    generation: str,
    built: datetime,
    about: Mapping[str, Any],
    documents: Iterable[DocumentEntry],
) -> Catalogue:
    """Return the catalogue of a generation from its manifest and the entries of its documents."""
    files = {document: upload["file"] for upload in about["uploads"] for document in upload["documents"]}
    entries = [Entry(**{name: getattr(one, name) for name in _FIELDS}, file=files.get(one.id)) for one in documents]
    passages = {entry.id: entry.passages for entry in entries}
    uploads = {
        upload["file"]: UploadResult(
            upload["file"],
            len(upload["documents"]),
            sum(passages[document] for document in upload["documents"]),
            tuple(Skipped(upload["file"], reason, detail) for reason, detail in upload["skipped"]),
        )
        for upload in about["uploads"]
    }
    of_sources = len(about["skipped"]) - sum(len(upload.skipped) for upload in uploads.values())
    return Catalogue(
        generation,
        built,
        tuple(about["sources"]),
        tuple(sorted(entries, key=lambda entry: (entry.title.casefold(), entry.id))),
        tuple(Skipped(**file) for file in about["skipped"][:of_sources]),
        uploads,
    )
