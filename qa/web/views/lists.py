"""Lists of all that mention something: a line a document, and below it the words that match with what stands around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from qa.web.views.address import Address
from qa.web.views.marks import Piece, pieces

if TYPE_CHECKING:
    from qa.types import Answer, Citation, MentioningDocument, Mentions
    from qa.web.i18n.words import Words

LINES: Final = 20
"""Lines of a list that show at once; the others show on demand."""
MOST_LINES: Final = 60
"""Lines of a list that the bot is asked for."""
_BEFORE, _AFTER = 80, 160
"""Characters of a passage shown before the first word that matches, and after it."""


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage of a list: the words that match as marks, to the letter, and where they stand."""

    number: int
    pinpoint: str
    address: str
    excerpt: list[Piece]
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document of a list; ``more`` says how many of its passages are not shown, empty where all are."""

    document: str
    title: str
    passages: list[ShownPassage]
    more: str


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list as the template shows it; ``rest`` is what shows on demand."""

    summary: str
    first: list[ShownDocument]
    rest: list[ShownDocument]


def shown_list(given: Answer, words: Words) -> ShownList | None:
    """Return an answer that is a list by words; None where passages are shown whole, as those of an open list are."""
    mentions = given.mentions
    if mentions is None or mentions.match == "nearest" or not given.found:
        return None
    by_number = {citation.number: citation for citation in given.citations}
    shown = [_document(entry, [by_number[n] for n in entry.citations], words) for entry in mentions.entries]
    return ShownList(list_summary(mentions, words), shown[:LINES], shown[LINES:])


def list_summary(mentions: Mentions, words: Words) -> str:
    """Say what is listed, of how much, and whether it is all."""
    if mentions.match == "nearest":
        return words.list_nearest
    joint = words.list_or if mentions.match == "any" else words.list_and
    sought = f" {joint} ".join(words.quoted.format(text=word) for word in mentions.words)
    searched = words.count(words.listed_count, mentions.searched)
    if not mentions.passages:
        return words.list_none.format(searched=searched, words=sought)
    found = words.list_found.format(
        documents=words.number(mentions.documents),
        searched=searched,
        passages=words.count(words.passage_count, mentions.passages),
    )
    if mentions.shown == mentions.lines:
        return words.list_all.format(found=found, words=sought)
    return words.list_first.format(found=found, words=sought, shown=words.number(mentions.shown))


def _document(entry: MentioningDocument, citations: list[Citation], words: Words) -> ShownDocument:
    rest = entry.passages - len(citations)
    more = words.count(words.list_more_passages, rest) if rest else ""
    return ShownDocument(entry.document, entry.title or entry.document, [_passage(one) for one in citations], more)


def _passage(citation: Citation) -> ShownPassage:
    quote, first = citation.quote, citation.highlights[0][0] - citation.start
    start = quote.rfind(" ", 0, first - _BEFORE) + 1 if first > _BEFORE else 0
    end = quote.rfind(" ", first, first + _AFTER) if first + _AFTER < len(quote) else len(quote)
    end = max(end, citation.highlights[0][1] - citation.start)
    excerpt = pieces(quote[start:end], citation.start + start, citation.highlights)
    return ShownPassage(
        citation.number, citation.pinpoint, str(Address.of(citation)), excerpt, start > 0, end < len(quote)
    )
