"""The documents of the index as the page lists them. Pure functions; whatever comes from outside is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qa.answering.quotation import facts
from qa.service.catalogue import FACETS, RECORD
from qa.service.uploads import MOST_BYTES
from qa.web.views.markup import Address, escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.service.catalogue import Catalogue, Entry
    from qa.service.corpus import UploadStatus
    from qa.service.updates import UpdateState
    from qa.types import Doubt, Skipped
    from qa.web.i18n.words import Words

AT_ONCE: Final = 50
"""Documents that are shown before more are asked for."""
_FACTS: Final = 4
_CHOICES: Final = 500
"""Values that a facet offers; beyond that words find more quickly."""
_SKIPPED: Final = 500
"""Files, and doubts of a document, that are listed; ``qa index --report`` writes all."""
_REASONS: Final = 3
"""Of one file that are said: each of many records can have one."""


def dialog(words: Words) -> str:
    """Return the dialog in which documents are looked through, added and removed; its script fills it."""
    said = {
        "unlisted": words.documents_failed,
        "unsent": words.upload_failed,
        "sending": words.upload_sending,
        "waiting": words.upload_waiting,
        "reading": words.upload_reading,
        "removed": words.removed,
        "removing": words.removing,
        "folder": words.folder_dropped,
        "forbidden": words.changes_not_allowed,
        "toolarge": words.refusals["too-large"],
    }
    sentences = "".join(f' data-{name}="{escape(sentence)}"' for name, sentence in said.items())
    return (
        f'<dialog aria-labelledby="documents-title" data-limit="{MOST_BYTES}"{sentences}>'
        f'<div class="bar"><h2 id="documents-title">{escape(words.documents_title)}</h2>'
        f'<button type="button" class="quiet" data-leave-documents>{escape(words.close)}</button></div>'
        '<div class="about"></div>'
        f'<section class="adding" aria-label="{escape(words.add_documents)}" hidden><p class="drop">'
        f'{escape(words.drop_files)} <label class="quiet">{escape(words.choose_files)}'
        '<input type="file" multiple class="unseen"></label>'
        f'<span class="limits">{escape(words.file_limits.format(megabytes=MOST_BYTES >> 20))}</span></p>'
        '<ul class="uploads"></ul></section>'
        f'<p class="forbidden" hidden>{escape(words.changes_not_allowed)}</p>'
        '<p class="updating" hidden><span class="stage"></span><progress aria-label="'
        f'{escape(words.update_starting)}"></progress></p><p class="problem" hidden></p><div class="skipped"></div>'
        '<form class="filters" role="search"></form><p class="count"></p><div class="list"></div>'
        f'<button type="button" class="quiet" data-more hidden>{escape(words.show_more)}</button>'
        '<div class="unseen" role="status"></div>'
        '<template><li class="upload"><bdi class="name"></bdi> <progress max="1" value="0"></progress>'
        f'<span class="said"></span> <button type="button" class="act" data-replace hidden>{escape(words.replace_file)}'
        "</button></li></template></dialog>"
    )


def about(catalogue: Catalogue, words: Words) -> str:
    """Say of what and when the index was made."""
    when = catalogue.built.astimezone().strftime("%Y-%m-%d %H:%M")
    sources = ", ".join(catalogue.sources)
    return f"<p>{escape(words.index_sources.format(sources=sources))} {escape(words.index_time.format(time=when))}</p>"


def filters(catalogue: Catalogue, chosen: Mapping[str, str], text: str, words: Words) -> str:
    """Return what there is to filter by: words, and each facet that tells documents apart, or by which one filters."""
    label = escape(words.documents_search_label)
    fields = [f'<input type="search" name="words" aria-label="{label}" placeholder="{label}" value="{escape(text)}">']
    for facet in FACETS:
        values = catalogue.facets[facet]
        kept = chosen.get(facet, "")
        if not _tells_apart(values, len(catalogue.entries)) and not kept:
            continue
        options = "".join(
            f'<option value="{escape(value)}"{" selected" if value == kept else ""}>'
            f"{escape(_value(facet, value, words))} ({count})</option>"
            for value, count in values.items()
        )
        fields.append(
            f'<select name="{facet}" aria-label="{escape(words.facets[facet])}">'
            f'<option value="">{escape(words.all_values[facet])}</option>{options}</select>'
        )
    return "".join(fields)


def _tells_apart(values: Mapping[str, int], documents: int) -> bool:
    """Say whether a facet's values leave something out, and are few enough to choose from."""
    return 0 < len(values) <= _CHOICES and max(values.values()) < documents


def count(found: int, total: int, words: Words) -> str:
    """Say how many documents a filter left."""
    whole = words.count(words.listed_count, total)
    if not found:
        return words.no_document_matches
    return whole if found == total else words.listed_of_total.format(count=found, total=whole)


def entries(listed: Sequence[Entry], words: Words, *, may_change: bool) -> str:
    """Return documents as list items, each with the link that opens it."""
    return "".join(_entry(entry, words, may_change=may_change) for entry in listed)


def skipped(catalogue: Catalogue, words: Words, *, may_change: bool) -> str:
    """Return the files that are not in the index with their reasons; those added by hand can be removed."""
    added = [outcome for outcome in catalogue.uploads.values() if not outcome.documents]
    items = [
        f'<li data-file="{escape(outcome.file)}"><bdi class="name">{escape(outcome.file)}</bdi> '
        f"{_why(outcome.skipped, words)}{_removal(outcome.file, words) if may_change else ''}</li>"
        for outcome in added
    ]
    items += [
        f'<li><bdi class="name">{escape(one.file)}</bdi> {_why([one], words)}</li>'
        for one in catalogue.skipped[:_SKIPPED]
    ]
    if not items:
        return ""
    title = words.count(words.skipped_files, len(added) + len(catalogue.skipped))
    return (
        f"<details><summary>{escape(title)}</summary>"
        f"<p>{escape(words.skipped_text)}</p><ul>{''.join(items)}</ul></details>"
    )


def result(of: UploadStatus, words: Words) -> str:
    """Say in HTML what has become of a file that was added."""
    if of.stage == "failed":
        return f'<span lang="en">{escape(words.upload_not_indexed.format(problem=of.problem or ""))}</span>'
    if of.result is None:
        return escape(words.upload_waiting if of.stage == "waiting" else words.upload_removed)
    passages = words.count(words.passage_count, of.result.passages)
    if of.result.documents > 1:
        passages = words.upload_indexed_documents.format(
            documents=words.count(words.listed_count, of.result.documents), passages=passages
        )
    else:
        passages = words.upload_indexed.format(passages=passages)
    return f"{escape(passages) if of.result.documents else ''} {_why(of.result.skipped, words)}".strip()


def stage(progress: UpdateState, words: Words) -> str:
    """Say how far an update has come, empty where there is none."""
    if progress.activity == "waiting":
        return words.update_waiting
    if progress.activity in ("reading", "encoding") and progress.total:
        form = words.update_reading if progress.activity == "reading" else words.update_encoding
        return form.format(count=progress.count, total=progress.total)
    return words.update_starting if progress.requested > progress.done else ""


def _entry(entry: Entry, words: Words, *, may_change: bool) -> str:
    stated = [
        _value("kind", entry.facet("kind"), words),
        words.count(words.passage_count, entry.passages),
        *(value for _, value in facts(entry.metadata, entry.title)[:_FACTS]),
        *([words.added_here] if entry.file else []),
    ]
    line = "".join(f"<span><bdi>{escape(value)}</bdi></span>" for value in stated)
    name = f'<bdi class="id">{escape(entry.document)}</bdi>' if entry.document != entry.title else ""
    file = f' data-file="{escape(entry.file)}"' if entry.file else ""
    return (
        f'<li{file}><a class="open" href="{escape(str(Address(entry.document)))}" dir="auto">'
        f'{escape(entry.title or entry.document)}</a>{name}<span class="facts">{line}</span>'
        f"{_doubts(entry.doubts, words)}{_removal(entry.file, words) if may_change and entry.file else ''}</li>"
    )


def _doubts(doubts: Sequence[Doubt], words: Words) -> str:
    if not doubts:
        return ""
    items = "".join(f"<li>{escape(_doubt(doubt, words))}</li>" for doubt in doubts[:_SKIPPED])
    return f'<details class="doubts"><summary>{escape(words.reading_doubts)}</summary><ul>{items}</ul></details>'


def _doubt(doubt: Doubt, words: Words) -> str:
    said = words.doubts.get(doubt.reason, doubt.detail)
    return said if doubt.page is None else words.reading_doubts_page.format(number=doubt.page, doubt=said)


def _why(skips: Sequence[Skipped], words: Words) -> str:
    """Say why something was skipped."""
    return " ".join(
        f'<span class="why">{escape(words.skip_message(one.reason, one.detail))}</span>' for one in skips[:_REASONS]
    )


def _removal(file: str, words: Words) -> str:
    return (
        f'<span class="tools"><button type="button" class="act" data-remove aria-label="'
        f'{escape(words.remove_file.format(file=file))}">{escape(words.remove)}</button>'
        f'<span class="sure" hidden><button type="button" class="act danger" data-sure>{escape(words.remove_confirm)}'
        f'</button><button type="button" class="act" data-keep>{escape(words.cancel)}</button></span></span>'
    )


def _value(facet: str, value: str, words: Words) -> str:
    """Return a facet's value as people read it: a format in capitals."""
    if facet == "kind":
        return words.record_kind if value == RECORD else value.upper()
    return value
