"""Resolutions and their drafts as the United Nations print them: what the masthead states, and how they are cited.

Editing follows ST/AI/189 and the Secretariat's editorial manual: a preamble of unnumbered paragraphs after the organ's
name, operative paragraphs numbered through, sub-paragraphs (a) and (i), annexes that number afresh.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.ingestion.readers.profiles.head import find_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.ingestion.readers.common.pieces import Piece

_LANGUAGES = {"A": "ar", "C": "zh", "E": "en", "F": "fr", "R": "ru", "S": "es"}
_JOB_NUMBER = re.compile(r"\d{2}-\d{5}\*{0,3} ?\(([ACEFRS])\)")
_SYMBOL = re.compile(r"(?<![\w/])(?:A|S|E|ST|CCPR|CERD|CAT|CRC|CRPD|DP|FCCC|HRI|TD|UNEP)(?:/[A-Z0-9][A-Za-z0-9.()-]*)+")
_OPENING = re.compile(
    r"The (?:General Assembly|Security Council|Economic and Social Council|Human Rights Council|Trusteeship Council"
    r"|(?:[A-Z][\w’'-]+ )?(?:Commission|Committee|Conference|Council|Assembly|Board)(?: [\w’' -]{1,60})?)[,:]?"
)
_ADOPTED = re.compile(r"(?:Resolution|Decision) adopted by ", re.IGNORECASE)
_SESSION = re.compile(
    r"(?:(?P<tens>[A-Z][a-z]+ieth|[A-Z][a-z]+)(?:-(?P<ones>[a-z]+))?) (?:(?:emergency )?(?:special )?)session"
)
_AGENDA = re.compile(r"(?:Provisional )?agenda items? ", re.IGNORECASE)
_SPONSORS = re.compile(r"(?P<names>[A-Z].*?):?\*{0,3}:? (?:revised )?draft (?:resolution|decision)s?\*{0,3}", re.DOTALL)
_NUMBERED_TITLE = re.compile(r"\d{1,3}/\d{1,4}\b")
_MASTHEAD_WORDS = 6
"""A line of the masthead may be as short as a paragraph of this many words at most."""
_LONGEST_TITLE = 120
_PART = re.compile(r"[A-Z]|[IVXL]{1,5}")
_MEETING = re.compile(r"\d{1,5}(?:st|nd|rd|th) (?:\(resumed\) )?(?:plenary )?meeting")
_ORDINALS = {
    word: number
    for number, word in enumerate(
        (
            *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
            *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
            *("eighteenth", "nineteenth"),
        ),
        1,
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet"), 2)
}
_LABELS = {
    "title": "title: what this document is about",
    "symbol": "symbol: number and reference of this document",
    "date": "date: when, on which day, in which year this was issued",
    "adopted": "adopted: when, on which day, in which year this was adopted, and by which organ",
    "session": "session: in which session, of which year",
    "agenda": "agenda item: under which item of the agenda",
    "sponsors": "sponsors: which countries, states submitted or tabled this draft",
    "meeting": "meeting: at which plenary meeting, when, on which day, in which year this was adopted",
    "report": "report: on whose recommendation this was adopted",
}


def opening_of(pieces: Sequence[Piece]) -> int | None:
    """Return where the text begins, with the organ's name as a rule, None where this is no resolution or decision."""
    for place, piece in enumerate(pieces[:60]):
        masthead = pieces[:place]
        if is_opening(piece) or (piece.kind == "paragraph" and _OPENING.match(piece.text)):
            return place if _is_masthead(masthead) else None
        long = piece.kind == "paragraph" and len(piece.text.split()) > _MASTHEAD_WORDS and piece.text[0] != "["
        if long and is_adopted(masthead) and (masthead[-1].kind == "heading" or masthead[-1].bold):
            return place
    return None


def _is_masthead(pieces: Sequence[Piece]) -> bool:
    text = " ".join(piece.text for piece in pieces)
    return bool(_SYMBOL.search(text)) or is_adopted(pieces) or "draft resolution" in text.lower()


def is_adopted(pieces: Sequence[Piece]) -> bool:
    """Say whether a masthead states that an organ adopted this."""
    return any(_ADOPTED.match(piece.text) for piece in pieces)


def is_opening(piece: Piece) -> bool:
    """Say whether a piece is only the name of the organ that speaks."""
    return piece.kind != "note" and _OPENING.fullmatch(piece.text) is not None


def read_masthead(pieces: Sequence[Piece], furniture: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Label what stands above the opening, and return the title and the metadata it states."""
    metadata: dict[str, str] = {}
    for line in furniture:
        if job := _JOB_NUMBER.match(line):
            metadata["language"] = _LANGUAGES[job[1]]
    title: list[Piece] = []
    sponsors = ""
    after_agenda = False
    for piece in pieces:
        if piece.kind == "note":
            continue
        if is_part(piece):
            break
        stated = _state(piece, metadata)
        sponsors = piece.text if stated == "sponsors" else sponsors
        if stated is None and (piece.kind == "heading" or piece.bold) and not after_agenda:
            goes_on = bool(title) and _NUMBERED_TITLE.match(title[0].text) is not None
            title = [*title, piece] if goes_on else [piece]
        after_agenda = stated == "agenda"
        piece.kind, piece.label = "head", _LABELS.get(stated or "")
    for piece in title:
        piece.label = _LABELS["title"]
    if "date" in metadata:
        metadata["year"] = metadata["date"][:4]
    return " ".join(piece.text for piece in title) or _title_of_draft(sponsors, metadata), metadata


def _title_of_draft(sponsors: str, metadata: dict[str, str]) -> str:
    """Return what a draft without a title is called: by its symbol, and by its sponsors where they are few."""
    name = sponsors if len(sponsors) <= _LONGEST_TITLE else "Draft resolution"
    return f"{metadata['symbol']}. {name}" if name and "symbol" in metadata else name


def is_part(piece: Piece) -> bool:
    """Say whether a piece is the letter or numeral of a part of a resolution that has several."""
    return piece.kind == "heading" and _PART.fullmatch(piece.text) is not None


def _state(piece: Piece, metadata: dict[str, str]) -> str | None:
    """Enter what one piece of the masthead states into ``metadata`` and return its kind."""
    text = piece.text
    if "symbol" not in metadata and (symbol := _SYMBOL.search(text)) and not text.startswith("["):
        metadata["symbol"] = symbol.group()
        return "symbol"
    if _ADOPTED.match(text):
        _enter_date(text, metadata)
        return "adopted"
    if text.startswith("["):
        return "report"
    if (session := _SESSION.match(text)) and (number := _ordinal(session)):
        metadata["session"] = str(number)
        return "session"
    if _AGENDA.match(text):
        metadata["agenda item"] = _AGENDA.sub("", text)
        return "agenda"
    if sponsors := _SPONSORS.fullmatch(text):
        names = sponsors["names"].strip("*: ")
        metadata["sponsors"] = names
        if not re.search(r",| and ", names.replace("Great Britain and", "")):
            metadata["country"] = names
        return "sponsors"
    if "date" not in metadata and len(text) < 60 and _enter_date(text, metadata):
        return "date"
    return None


def _enter_date(text: str, metadata: dict[str, str]) -> bool:
    found = find_date(text)
    if found is None:
        return False
    metadata["dates"], metadata["date"] = found
    return True


def _ordinal(match: re.Match[str]) -> int:
    """Return the number of a session written out: "Seventy-eighth" is 78."""
    first, second = match["tens"].lower(), match["ones"]
    if second is None:
        stem = first.removesuffix("ieth")
        return _ORDINALS.get(first) or (_TENS.get(stem, 0) if stem != first else 0)
    return _TENS.get(first.removesuffix("y"), 0) + _ORDINALS.get(second, 0)


def is_meeting(piece: Piece) -> bool:
    """Say whether a piece names the meeting at which the resolution was adopted."""
    return _MEETING.match(piece.text) is not None


def label_meeting(piece: Piece) -> None:
    """Make a head line of the meeting that adopted the resolution."""
    piece.kind, piece.label = "head", _LABELS["meeting"]


def is_operative(piece: Piece) -> bool:
    """Say whether an unnumbered paragraph acts ("Decides to …") instead of explaining ("Recalling …").

    Operative paragraphs begin with a verb in the third person, in italics, after words such as "Also" and "Further".
    """
    words = piece.text.split()[:4]
    verb = next((word for word in words if word.lower() not in ("also", "further", "once", "again", "solemnly")), "")
    if words and words[0].endswith("ly") and len(words) > 1:
        verb = words[1]
    return bool(re.fullmatch(r"[A-Z]?[a-z]+(?<!ou)(?<!s)s,?", verb)) and verb not in ("As", "This", "Its", "Whereas")
