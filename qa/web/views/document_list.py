"""The list of the documents in the index, with its filters, and the files that were uploaded or skipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from qa.service.scope import MOST
from qa.service.uploads import MOST_BYTES
from qa.web.i18n.facts import facts
from qa.web.views.address import Address
from qa.web.views.scope import facet_name, facet_value, scope_address
from qa.web.views.templates import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markupsafe import Markup

    from qa.service.catalogue import Catalogue, Entry
    from qa.service.corpus import UploadStatus
    from qa.service.scope import Scope
    from qa.service.updates import UpdateState
    from qa.types import Doubt
    from qa.web.i18n.words import Words

AT_ONCE: Final = 50
"""Documents that are listed at once."""
_FACTS: Final = 4
_MOST_VALUES: Final = 500
"""Values with which a facet is a filter; with more, a search is quicker."""
_MOST_SKIPPED: Final = 500
"""Skipped files, and doubts about a document, that are listed; ``qa index --report`` writes all."""
_MOST_REASONS: Final = 3
"""Reasons that are shown for one file of many records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownEntry:
    """A document as the template lists it; ``file`` is None if it was not uploaded."""

    title: str
    id: str
    address: str
    scope: str
    facts: list[str]
    doubts: list[str]
    file: str | None


@dataclass(frozen=True, slots=True)
class _ShownFacet:
    """A filter as the template shows it: the field of the address, its name, and what it says where nothing is chosen.

    An option is the value of the field, its label and the count of documents.
    """

    field: str
    name: str
    all: str
    chosen: str
    options: list[tuple[str, str, int]]


def dialog(words: Words) -> Markup:
    """Return the dialog in which documents are listed, added and removed; its script fills it."""
    return render("documents_dialog", words=words, most_bytes=MOST_BYTES, most_chosen=MOST)


def about(catalogue: Catalogue, words: Words) -> Markup:
    """Return what the index was made from, and when."""
    time = catalogue.built.astimezone().strftime("%Y-%m-%d %H:%M")
    return render("documents_about", words=words, sources=catalogue.sources, time=time)


def filters(catalogue: Catalogue, chosen: Scope, words: Words) -> Markup:
    """Return the search box, and a filter for folders and each facet that is useful or ``chosen``."""
    shown = list(_shown_facets(catalogue, chosen, words))
    return render("documents_filters", words=words, text=chosen.words, facets=shown)


def count(found: int, total: int, words: Words) -> str:
    """Say how many documents the filters leave."""
    whole = words.count(words.listed_count, total)
    if not found:
        return words.no_document_matches
    return whole if found == total else words.listed_of_total.format(count=words.number(found), total=whole)


def entries(listed: Iterable[Entry], words: Words, *, may_change: bool) -> Markup:
    """Return documents as list items, each with the link that opens it."""
    shown = [_shown_entry(entry, words) for entry in listed]
    return render("documents_entries", words=words, entries=shown, may_change=may_change)


def skipped(catalogue: Catalogue, words: Words, *, may_change: bool) -> Markup:
    """Return the files that are not in the index with the reasons; uploaded ones can be removed."""
    uploads = [upload for upload in catalogue.uploads.values() if not upload.documents]
    return render(
        "documents_skipped",
        words=words,
        count=len(uploads) + len(catalogue.skipped),
        uploads=uploads,
        skipped=catalogue.skipped[:_MOST_SKIPPED],
        most_reasons=_MOST_REASONS,
        may_change=may_change,
    )


def result(upload: UploadStatus, words: Words) -> Markup:
    """Return what has become of an uploaded file."""
    return render("documents_result", words=words, upload=upload, most_reasons=_MOST_REASONS)


def stage(state: UpdateState, words: Words) -> str:
    """Say how far an update of the index has come; empty where there is none."""
    if state.activity == "waiting":
        return words.update_waiting
    if state.activity in ("reading", "encoding") and state.total:
        text = words.update_reading if state.activity == "reading" else words.update_encoding
        return text.format(count=state.count, total=state.total)
    return words.update_starting if state.requested > state.done else ""


def _shown_facets(catalogue: Catalogue, chosen: Scope, words: Words) -> Iterator[_ShownFacet]:
    total = len(catalogue.entries)
    folders = {folder: count for folder, count in catalogue.folders.items() if count < total}
    if _is_useful(folders, total) or chosen.folder:
        options = [(folder, f"{folder}/", count) for folder, count in folders.items()]
        yield _ShownFacet("folder", words.folder, words.all_folders, chosen.folder, options)
    wanted = dict(chosen.facets)
    for name, values in {**catalogue.facets, **catalogue.further_facets}.items():
        if _is_useful(values, total) or name in wanted:
            label = facet_name(name, words)
            every = words.all_values.get(name) or words.any_value.format(name=label)
            options = [(f"{name}:{value}", facet_value(name, value, words), count) for value, count in values.items()]
            yield _ShownFacet("filter", label, every, f"{name}:{wanted.get(name, '')}", options)


def _is_useful(values: Mapping[str, int], documents: int) -> bool:
    """Return whether a facet leaves documents out, and has few enough values to choose from."""
    return 0 < len(values) <= _MOST_VALUES and max(values.values()) < documents


def _shown_entry(entry: Entry, words: Words) -> _ShownEntry:
    return _ShownEntry(
        title=entry.title or entry.id,
        id=entry.id,
        address=str(Address(entry.id)),
        scope=scope_address(entry.id),
        facts=[
            facet_value("kind", entry.facet("kind"), words),
            words.count(words.passage_count, entry.passages),
            *(value for _, value in facts(entry.metadata, entry.title, words)[:_FACTS]),
            *([words.added_here] if entry.file else []),
        ],
        doubts=_doubts(entry.doubts, words),
        file=entry.file,
    )


def _doubts(doubts: Sequence[Doubt], words: Words) -> list[str]:
    """Return a sentence for each part of a document that may have been read wrongly."""
    sentences = [(doubt.page, words.doubts.get(doubt.reason, doubt.detail)) for doubt in doubts[:_MOST_SKIPPED]]
    return [
        sentence if page is None else words.reading_doubts_page.format(number=page, doubt=sentence)
        for page, sentence in sentences
    ]
