"""What is in an index, document by document, and which of them a filter leaves."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from qa.types import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from qa.types import Doubt

FACETS: Final = ("kind", "year", "speaker", "country", "language")
"""By what documents can be filtered besides words, where their metadata state it."""
RECORD: Final = "record"
"""The kind of a document whose id is no file's name."""

_YEAR: Final = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as a list shows it. ``file`` is the file it came of, if that was added by hand."""

    document: str
    title: str
    metadata: Mapping[str, str]
    passages: int
    doubts: tuple[Doubt, ...] = ()
    file: str | None = None

    def facet(self, name: str) -> str:
        """Return what the document has of a facet, empty where it states nothing: ``kind`` is "pdf" or "txt"."""
        if name == "kind":
            suffix = PurePosixPath(self.document).suffix.lower().removeprefix(".")
            return suffix if suffix.isalnum() and len(suffix) <= len("markdown") else RECORD
        if name == "year":
            found = self.metadata.get("year") or _YEAR.findall(self.metadata.get("date", ""))[:1]
            return found if isinstance(found, str) else "".join(found)
        return self.metadata.get(name, "")

    def matches(self, words: Sequence[str], facets: Mapping[str, str]) -> bool:
        """Say whether all words stand in id, title or metadata, whatever their case, and all facets are as given."""
        if any(self.facet(name) != value for name, value in facets.items()):
            return False
        text = "\n".join((self.document, self.title, *self.metadata.values())).casefold() if words else ""
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file that was added by hand: its documents with their passages, and what was skipped of it."""

    file: str
    documents: int
    passages: int
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """What one generation of an index holds, by title. Threads may share it.

    ``skipped`` are files of the sources that are not in it, ``added`` says by name what came of those added by hand.
    """

    generation: str
    built: datetime
    sources: tuple[str, ...]
    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...] = ()
    added: Mapping[str, Outcome] = field(default_factory=dict)

    def find(self, words: str = "", facets: Mapping[str, str] | None = None) -> list[Entry]:
        """Return the documents that a filter leaves: those with all its words and with each facet's value.

        A facet of an empty value does not count; one that is not among ``FACETS`` raises ``ValueError``.
        """
        wanted = {name: value for name, value in (facets or {}).items() if value}
        if unknown := wanted.keys() - set(FACETS):
            raise ValueError(f"there is no facet {min(unknown)}; there are {', '.join(FACETS)}")
        parts = words.casefold().split()
        return [entry for entry in self.entries if entry.matches(parts, wanted)]

    @cached_property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """What there is to filter by: for each facet its values, in order, with the number of documents."""
        counted = {name: Counter(filter(None, (e.facet(name) for e in self.entries))) for name in FACETS}
        return {name: dict(sorted(counts.items(), reverse=name == "year")) for name, counts in counted.items()}


def catalogue_of(
    generation: str,
    built: datetime,
    about: Mapping[str, Any],
    listing: Iterable[tuple[str, str, Mapping[str, str], tuple[Doubt, ...], int]],
) -> Catalogue:
    """Return the catalogue of a generation, of what its manifest says and its store lists."""
    files = {document: added["file"] for added in about.get("added", ()) for document in added["documents"]}
    entries = [
        Entry(document, title, metadata, passages, doubts, files.get(document))
        for document, title, metadata, doubts, passages in listing
    ]
    passages = {entry.document: entry.passages for entry in entries}
    added = {
        one["file"]: Outcome(
            one["file"],
            len(one["documents"]),
            sum(passages[document] for document in one["documents"]),
            tuple(Skipped(one["file"], reason, detail) for reason, detail in one["skipped"]),
        )
        for one in about.get("added", ())
    }
    own = len(about["skipped"]) - sum(len(outcome.skipped) for outcome in added.values())
    return Catalogue(
        generation,
        built,
        tuple(about["sources"]),
        tuple(sorted(entries, key=lambda entry: (entry.title.casefold(), entry.document))),
        tuple(Skipped(**one) for one in about["skipped"][:own]),
        added,
    )
