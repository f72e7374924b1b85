"""The head of a text: the lines above the first paragraph that say whose words these are, where and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.types import Span

_LABELS = {
    "organisation": "organisation: on whose behalf, which organisation the speaker represents",
    "speaker": "speaker: who gave, made or delivered this",
    "office": "office: post, position or function of the speaker",
    "event": "event: at which conference, meeting or occasion this was given; what {event} this was, its name",
    "dates": "date: when, on which day, in which year {text} given, made or delivered",
    "place": "place: where, in which city {text} given, made or delivered",
}
"""What each head line states, in the words of those who ask for it: encoded with the line, never quoted."""
_HELD = {"dates": " and the {event} took place", "place": " and the {event} was held"}
"""What date and place state too where the head names the event."""

MAX_HEAD_BLOCKS = 8
_MAX_LINE = 120
_MAX_HEADING_WORDS = 12
_CLOSED = re.compile(r"[.!?:;,][\"'”’)\]]*$")

_SALUTATION = re.compile(
    r"(?:(?:your|his|her|the|my|mr|mrs|ms|mister|madam|madame|sir|dear|distinguished|honou?rable|esteemed|fellow|all|"
    r"ladies|gentlemen|colleagues|friends|guests|delegates|representatives|participants|members|excellenc(?:y|ies)|"
    r"excellences|majest(?:y|ies)|highness(?:es)?|eminences?|president|chair(?:man|woman|person|s)?|moderator|"
    r"secretary-general|ministers?|ambassadors?|heads|states?|governments?|nations?|united|general|assembly|council|"
    r"of|and|the|&)\b[\s.,*_]*)+[,:!.]?",
    re.IGNORECASE,
)

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_DATES = re.compile(
    rf"(?P<first>\d{{1,2}})(?:\s*(?:-|–|—|to|and)\s*(?P<last>\d{{1,2}}))?\s+(?P<month>{_MONTH}),?\s+(?P<year>\d{{4}})"
    rf"|(?P<month2>{_MONTH})\s+(?P<first2>\d{{1,2}})(?:\s*(?:-|–|—|to|and)\s*(?P<last2>\d{{1,2}}))?,\s*(?P<year2>\d{{4}})",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"\b(?P<text>statement|remarks|address|speech|intervention|message|lecture|keynote|presentation|letter)\s+"
    r"(?:delivered\s+|given\s+|made\s+)?(?:by|from)\s+(?:the\s+)?(?P<name>\S.*)",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:conference|congress|session|summit|meeting|forum|symposium|seminar|workshop|debate|colloquium|assembly|"
    r"dialogue|briefing|hearing)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:secretary|minister|president|director|ambassador|representative|commissioner|chair|chief|head|rapporteur|"
    r"envoy|coordinator|judge|prosecutor|officer|professor|spokes(?:man|woman|person))\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:united nations|office|organi[sz]ation|ministry|department|council|committee|commission|agency|mission|"
    r"embassy|institute|university|foundation|court|union|bank|programme|fund|government)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One line of the head: its span, and what it states, a label for each key of the metadata."""

    start: int
    end: int
    states: Mapping[str, str]


def is_salutation(block: str) -> bool:
    """Say whether a block only greets ("Ladies and gentlemen,")."""
    lines = [line.strip(" *_") for line in block.splitlines() if line.strip(" *_")]
    return bool(lines) and all(
        len(line) <= 100 and line.endswith((",", ":", "!")) and _SALUTATION.fullmatch(line) for line in lines
    )


def is_title_like(block: str) -> bool:
    """Say whether every line of a block is short and none ends as a sentence does."""
    lines = [line.strip(" *_#") for line in block.splitlines() if line.strip(" *_#")]
    return bool(lines) and all(len(line) <= _MAX_LINE and not _CLOSED.search(line) for line in lines)


def is_bare_heading(block: str) -> bool:
    """Say whether a block of one line, set as any other, can only be a heading: short, and not closed."""
    one_line = "\n" not in block and len(block.split()) <= _MAX_HEADING_WORDS and is_title_like(block)
    return one_line and block[:1].isalnum() and not block[:1].islower()


def head_length(blocks: list[str]) -> int:
    """Return how many of the first blocks are the head: title-like, and followed by a text.

    One title-like block alone is a heading, not a head, unless it holds several lines.
    """
    count = 0
    while count < min(len(blocks), MAX_HEAD_BLOCKS + 1) and is_title_like(blocks[count]):
        count += 1
    if count == len(blocks) or count > MAX_HEAD_BLOCKS:
        return 0
    lines = sum(len(block.strip().splitlines()) for block in blocks[:count])
    return count if lines > 1 else 0


def read_head(text: str, lines: list[Span]) -> tuple[list[HeadLine], dict[str, str]]:
    """Return the head's lines with what each states, and the metadata: organisation, speaker, office, event, dates,
    place, and ``date``, the last day in ISO 8601. What is not stated is absent.
    """  # noqa: D205
    metadata: dict[str, str] = {}
    stated: list[tuple[str, ...]] = []
    for start, end in lines:
        stated.append(_states(text[start:end], metadata, stated[-1] if stated else ()))
    labels = _labels(text[lines[0][0] : lines[-1][1]] if lines else "", metadata)
    head = [HeadLine(*line, {key: labels[key] for key in keys}) for line, keys in zip(lines, stated, strict=True)]
    return head, metadata


def _labels(head: str, metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the label of each key, in the head's own words for what it stands over and for the event."""
    text = _SPEAKER.search(head)
    event = _EVENT.search(metadata.get("event", ""))
    noun = text["text"].lower() if text else "text"
    nouns = {
        "text": f"these {noun} were" if noun == "remarks" else f"this {noun} was",
        "event": event.group().lower() if event else "event",
    }
    return {key: (label + (_HELD.get(key, "") if event else "")).format(**nouns) for key, label in _LABELS.items()}


def _states(line: str, metadata: dict[str, str], previous: tuple[str, ...]) -> tuple[str, ...]:
    """Enter what a line states into ``metadata`` and return the keys."""
    if (dates := _DATES.search(line)) and "dates" not in metadata:
        metadata["dates"] = dates.group()
        if day := _iso_date(dates):
            metadata["date"] = day
        place = (line[: dates.start()] + line[dates.end() :]).strip(" ,;()–—-*_")
        if place and len(place) <= 60 and not _EVENT.search(place):
            metadata["place"] = place
            return "dates", "place"
        return ("dates",)
    if (speaker := _SPEAKER.search(line)) and "speaker" not in metadata:
        name, _, office = speaker["name"].partition(", ")
        metadata["speaker"] = name
        if office:
            metadata["office"] = office
            return "speaker", "office"
        return ("speaker",)
    for key, pattern, fits in (
        ("office", _OFFICE, previous == ("speaker",)),
        ("event", _EVENT, True),
        ("organisation", _ORGANISATION, True),
        ("office", _OFFICE, "speaker" in metadata),
    ):
        if fits and key not in metadata and pattern.search(line):
            metadata[key] = line
            return (key,)
    return ()


def find_date(text: str) -> tuple[str, str] | None:
    """Return the first date in a text as written, and its last day as ISO 8601."""
    for match in _DATES.finditer(text):
        if day := _iso_date(match):
            return match.group(), day
    return None


def _iso_date(match: re.Match[str]) -> str | None:
    """Return the last day of a matched date as ISO 8601, or None if the calendar has no such day."""
    day = match["last"] or match["first"] or match["last2"] or match["first2"]
    month = (match["month"] or match["month2"]).capitalize()
    try:
        return date(int(match["year"] or match["year2"]), _MONTHS.index(month) + 1, int(day)).isoformat()
    except ValueError:
        return None
