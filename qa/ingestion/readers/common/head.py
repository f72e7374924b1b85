"""The head of a text: the lines above the first paragraph that name the speaker, the occasion, the date and place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.ingestion.readers import profiles
from qa.languages.document_words import document_words, find_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.languages.document_words import HeadWords
    from qa.types import Span

_MAX_BLOCKS = 8
_MAX_LINE = 120
_MAX_SALUTATION_LINE = 100
_MAX_HEADING_WORDS = 12
_MAX_PLACE = 60
_MAX_PARTICLE = 3
"""Longest word in small letters within a name: "Rio de Janeiro"."""
_CLOSED = re.compile(r"[.!?:;,][\"'”’)\]]*$")


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
    words = "|".join([document_words().salutation, *(profile.addressees for profile in profiles.PROFILES)])
    return re.compile(rf"(?:(?:{words})\b[\s.,*_]*)+[,:.!]?", re.IGNORECASE)  # re keeps what it has compiled


def _names_organisation(line: str, words: HeadWords) -> bool:
    return words.organisation.search(line) is not None or any(
        profile.organisations.search(line) for profile in profiles.PROFILES
    )


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
    A key that no line states is absent. Of the known languages, the one in whose words the head states most is used.
    """
    read = [_read_head(text, lines, words) for words in document_words().heads]
    return max(read, key=lambda found: len(found[1]))


def _read_head(text: str, lines: list[Span], words: HeadWords) -> tuple[list[HeadLine], dict[str, str]]:
    metadata: dict[str, str] = {}
    stated: list[tuple[str, ...]] = []
    for start, end in lines:
        stated.append(_read_line(text[start:end], words, metadata, stated[-1] if stated else ()))
    labels = _labels(text[lines[0][0] : lines[-1][1]] if lines else "", words, metadata)
    head = [HeadLine(*line, {key: labels[key] for key in keys}) for line, keys in zip(lines, stated, strict=True)]
    return head, metadata


def _labels(head: str, words: HeadWords, metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the label of each key, with the head's own words for the text ("letter") and the event ("summit")."""
    text = words.speaker.search(head)
    event = words.event.search(metadata.get("event", ""))
    noun = text["text"].lower() if text else "text"
    nouns = {
        "text": words.nouns.get(noun, words.nouns["texts"]).format(noun),
        "event": event.group().lower() if event else words.nouns["event"],
    }
    return {
        key: (label + (words.event_labels.get(key, "") if event else "")).format(**nouns)
        for key, label in words.labels.items()
    }


def _place(before: str, after: str) -> str:
    """Return the place of a dateline, given what stands before and after its date; "" if it is not surely a place.

    A comma parts it from the date: "Moscow, 4 April 2018", "4 April 2018, New York". Its words are names, and no days.
    """
    place = before.removesuffix(",") if not after else after.removeprefix(",").strip() if not before else ""
    words = re.findall(r"[^\W\d_]+", place)
    parted = before.endswith(",") or after.startswith(",")
    named = bool(words) and words[0][0].isupper() and all(w[0].isupper() or len(w) <= _MAX_PARTICLE for w in words)
    if not (parted and named) or len(place) > _MAX_PLACE or re.search(r"[\d:]", place):
        return ""
    return "" if document_words().weekdays & {word.lower() for word in words} else place


def _read_line(line: str, words: HeadWords, metadata: dict[str, str], previous: tuple[str, ...]) -> tuple[str, ...]:
    """Add what a line states to ``metadata`` and return the keys; ``previous`` are those of the line before."""
    if (written := find_date(line)) and "dates" not in metadata:
        metadata["dates"] = written.text
        if written.iso:
            metadata["date"] = written.iso
        place = _place(line[: written.start].strip(" *_"), line[written.end :].strip(" *_"))
        if place and not words.event.search(place):
            metadata["place"] = place
            return "dates", "place"
        return ("dates",)
    if (speaker := words.speaker.search(line)) and "speaker" not in metadata:
        name, _, office = speaker["name"].partition(", ")
        metadata["speaker"] = name
        if office:
            metadata["office"] = office
            return "speaker", "office"
        return ("speaker",)
    office = words.office.search(line) is not None
    for key, fits in (
        ("office", office and previous == ("speaker",)),
        ("event", words.event.search(line) is not None),
        ("organisation", _names_organisation(line, words)),
        ("office", office and "speaker" in metadata),
    ):
        if fits and key not in metadata:
            metadata[key] = line
            return (key,)
    return ()
