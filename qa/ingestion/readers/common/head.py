"""The head of a text: the lines above the first paragraph that name the speaker, the occasion, the date and place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.ingestion.readers import profiles
from qa.ingestion.readers.common.dates import find_date

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
"""What each head line states, in the words of a question: encoded with the line, never quoted."""
_EVENT_LABELS = {"dates": " and the {event} took place", "place": " and the {event} was held"}
"""What date and place state as well if the head names the event."""

_MAX_BLOCKS = 8
_MAX_LINE = 120
_MAX_SALUTATION_LINE = 100
_MAX_HEADING_WORDS = 12
_MAX_PLACE = 60
_CLOSED = re.compile(r"[.!?:;,][\"'”’)\]]*$")
_ADDRESSEES = (
    r"your|his|her|the|my|mr|mrs|ms|mister|madam|madame|sir|dear|distinguished|honou?rable|esteemed|fellow|all|"
    r"ladies|gentlemen|colleagues|friends|guests|delegates|representatives|participants|members|excellenc(?:y|ies)|"
    r"excellences|majest(?:y|ies)|highness(?:es)?|eminences?|president|chair(?:man|woman|person|s)?|moderator|"
    r"ministers?|ambassadors?|heads|states?|governments?|of|and|the|&"
)
_ORGANISATIONS = (
    r"office|organi[sz]ation|ministry|department|council|committee|commission|agency|mission|embassy|institute|"
    r"university|foundation|court|union|bank|programme|fund|government"
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


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One line of the head: its span, and a label for each key of the metadata that it states."""

    start: int
    end: int
    states: Mapping[str, str]


def is_salutation(block: str) -> bool:
    """Say whether every line of a block only greets: "Ladies and gentlemen,"."""
    lines = [line.strip(" *_") for line in block.splitlines() if line.strip(" *_")]
    return bool(lines) and all(
        len(line) <= _MAX_SALUTATION_LINE and line.endswith((",", ":", "!")) and _salutation().fullmatch(line)
        for line in lines
    )


def _salutation() -> re.Pattern[str]:
    words = "|".join([_ADDRESSEES, *(profile.addressees for profile in profiles.PROFILES)])
    return re.compile(rf"(?:(?:{words})\b[\s.,*_]*)+[,:!.]?", re.IGNORECASE)  # re keeps what it has compiled


def _organisation() -> re.Pattern[str]:
    words = "|".join([_ORGANISATIONS, *(profile.organisations for profile in profiles.PROFILES)])
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


def is_title_like(block: str) -> bool:
    """Say whether every line of a block is short and none ends like a sentence."""
    lines = [line.strip(" *_#") for line in block.splitlines() if line.strip(" *_#")]
    return bool(lines) and all(len(line) <= _MAX_LINE and not _CLOSED.search(line) for line in lines)


def is_bare_heading(block: str) -> bool:
    """Say whether a block without any mark of a heading is one: a short line that does not end like a sentence."""
    one_line = "\n" not in block and len(block.split()) <= _MAX_HEADING_WORDS and is_title_like(block)
    return one_line and block[:1].isalnum() and not block[:1].islower()


def head_length(blocks: list[str]) -> int:
    """Return how many of the first blocks are the head: title-like, with a text below them.

    A single line is a heading and no head.
    """
    count = 0
    while count < min(len(blocks), _MAX_BLOCKS + 1) and is_title_like(blocks[count]):
        count += 1
    if count == len(blocks) or count > _MAX_BLOCKS:
        return 0
    lines = sum(len(block.strip().splitlines()) for block in blocks[:count])
    return count if lines > 1 else 0


def read_head(text: str, lines: list[Span]) -> tuple[list[HeadLine], dict[str, str]]:
    """Return the lines of a head with their labels, and the metadata they state.

    Keys of the metadata are organisation, speaker, office, event, dates, place and ``date`` (the last day in ISO 8601).
    A key that no line states is absent.
    """
    metadata: dict[str, str] = {}
    stated: list[tuple[str, ...]] = []
    for start, end in lines:
        stated.append(_read_line(text[start:end], metadata, stated[-1] if stated else ()))
    labels = _labels(text[lines[0][0] : lines[-1][1]] if lines else "", metadata)
    head = [HeadLine(*line, {key: labels[key] for key in keys}) for line, keys in zip(lines, stated, strict=True)]
    return head, metadata


def _labels(head: str, metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the label of each key, with the head's own words for the text ("letter") and the event ("summit")."""
    text = _SPEAKER.search(head)
    event = _EVENT.search(metadata.get("event", ""))
    noun = text["text"].lower() if text else "text"
    nouns = {
        "text": f"these {noun} were" if noun == "remarks" else f"this {noun} was",
        "event": event.group().lower() if event else "event",
    }
    return {
        key: (label + (_EVENT_LABELS.get(key, "") if event else "")).format(**nouns) for key, label in _LABELS.items()
    }


def _read_line(line: str, metadata: dict[str, str], previous: tuple[str, ...]) -> tuple[str, ...]:
    """Add what a line states to ``metadata`` and return the keys; ``previous`` are those of the line before."""
    if (written := find_date(line)) and "dates" not in metadata:
        metadata["dates"] = written.text
        if written.iso:
            metadata["date"] = written.iso
        place = (line[: written.start] + line[written.end :]).strip(" ,;()–—-*_")
        if place and len(place) <= _MAX_PLACE and not _EVENT.search(place):
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
        ("organisation", _organisation(), True),
        ("office", _OFFICE, "speaker" in metadata),
    ):
        if fits and key not in metadata and pattern.search(line):
            metadata[key] = line
            return (key,)
    return ()
