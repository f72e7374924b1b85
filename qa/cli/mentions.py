"""Lists for a terminal: a line a document, and one a passage with the words that match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.cli.terminal import MARK, UNMARK, count, inert, render, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.types import Answer, Citation, MentioningDocument, Mentions

_AROUND = 60
"""Characters of a passage before and after the first word that matches, where lines have no length."""


def render_list(answer: Answer, mentions: Mentions, *, columns: int | None) -> str:
    """Return an answer that is a list as text: what is listed, its lines, and how to see more.

    Where no word is looked up, or no passage has any, the passages follow whole, as ``render`` gives them.
    """
    if mentions.match == "nearest" or not answer.found:
        return f"{wrapped(summary(mentions), columns)}\n\n{render(answer, columns=columns)}"
    by_number = {citation.number: citation for citation in answer.citations}
    entries = [_entry(entry, [by_number[number] for number in entry.citations], columns) for entry in mentions.entries]
    parts = (wrapped(summary(mentions), columns), *entries, wrapped(_more(mentions), columns))
    return "\n\n".join(filter(None, parts))


def summary(mentions: Mentions) -> str:
    """Say in a sentence or two what is listed, of how much, and whether it is all."""
    if mentions.match == "nearest":
        return (
            f"The {count(mentions.passages, 'passage')} nearest to the question. What is asked for cannot be looked up "
            "by its words, so there may be others."
        )
    words = (" or " if mentions.match == "any" else " and ").join(f"“{inert(word)}”" for word in mentions.words)
    if not mentions.passages:
        return f"None of {count(mentions.searched, 'document')} has {words}."
    found = f"{mentions.documents:,} of {count(mentions.searched, 'document')}, {count(mentions.passages, 'passage')}"
    if mentions.complete:
        return f"{found}: all that have {words}."
    first, last = mentions.skipped + 1, mentions.skipped + mentions.shown
    what = "documents" if mentions.documents > 1 else "passages"
    return f"{found} have {words}. These are {what} {first} to {last}."


def _entry(entry: MentioningDocument, citations: Sequence[Citation], columns: int | None) -> str:
    title = f"{inert(entry.title or entry.document)} ({inert(entry.document)}), {count(entry.passages, 'passage')}"
    return "\n".join([wrapped(title, columns), *(_passage(citation, columns) for citation in citations)])


def _passage(citation: Citation, columns: int | None) -> str:
    """Return one line: the number, the place, and the words around the first match, to the letter."""
    start, end = citation.highlights[0] if citation.highlights else (citation.start, citation.start)
    start, end = start - citation.start, min(end - citation.start, start - citation.start + _AROUND)
    head = f"  [{citation.number}] {inert(citation.pinpoint)}: "
    room = max(((columns or 2 * _AROUND + end - start + len(head)) - len(head) - (end - start)) // 2 - 1, 10)
    quote = citation.quote
    first = quote.rfind(" ", 0, start - room) + 1 if start > room else 0
    last = end + room
    last = len(quote) if last >= len(quote) else max(quote.rfind(" ", end, last), end)
    pieces = [inert(quote[a:b]).replace("\n", " ") for a, b in ((first, start), (start, end), (end, last))]
    marked = f"{MARK}{pieces[1]}{UNMARK}" if columns and citation.highlights else pieces[1]
    return f"{head}{'…' if first else ''}{pieces[0]}{marked}{pieces[2]}{'…' if last < len(quote) else ''}"


def _more(mentions: Mentions) -> str:
    """Say how to see the lines that follow, and the other passages of a document; empty where there are none."""
    if mentions.match == "nearest" or not mentions.passages:
        return ""
    said = []
    if (next_line := mentions.skipped + mentions.shown) < mentions.lines:
        said.append(f"More: --skip {next_line}.")
    if mentions.documents > 1 and any(entry.passages > len(entry.citations) for entry in mentions.entries):
        said.append("All passages of one document: --document NAME.")
    return " ".join(said)
