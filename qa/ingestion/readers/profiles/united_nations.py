"""Documents of the United Nations: resolutions and decisions, their drafts, speeches of the General Debate.

The layout of resolutions follows ST/AI/189 and the editorial manual of the Secretariat: a masthead, the name of the
organ, a preamble of unnumbered paragraphs, numbered operative paragraphs with sub-paragraphs (a) and (i), annexes that
number afresh. Speeches are named like ``AFG_72_2017.txt`` in the UN General Debate Corpus (Baturo et al. 2017).
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import iso3166

from qa.ingestion.readers.common.pinpoints import Pinpoints
from qa.ingestion.readers.profiles.profile import Profile, Recognised
from qa.languages.document_words import find_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.ingestion.readers.common.pieces import Piece

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
"""What each line of a masthead states, in the words of a question: encoded with the line, never quoted."""
_LANGUAGES = {"A": "ar", "C": "zh", "E": "en", "F": "fr", "R": "ru", "S": "es"}
"""Letters in brackets after the job number, and the ISO 639-1 code of the language they stand for."""
_RESERVED_CODES = {
    "EU": "European Union", "CSK": "Czechoslovakia", "DDR": "German Democratic Republic", "YUG": "Yugoslavia"
}  # fmt: skip
"""Codes in file names that ISO 3166-1 reserves or has withdrawn."""
_YEAR_BEFORE_FIRST_SESSION = 1945
_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
    *("eighteenth", "nineteenth"),
)
_TENS = ("twent", "thirt", "fort", "fift", "sixt", "sevent", "eight", "ninet")
_ORDINALS = (*_ONES, *_TEENS, *(word for ten in _TENS for word in (f"{ten}ieth", *(f"{ten}y-{one}" for one in _ONES))))
"""The numbers of sessions in words, from the first to the ninety-ninth."""

_SYMBOL = re.compile(r"(?<![\w/])(?:A|S|E|ST|CCPR|CERD|CAT|CRC|CRPD|DP|FCCC|HRI|TD|UNEP)(?:/[A-Z0-9][A-Za-z0-9.()-]*)+")
_JOB_NUMBER = re.compile(r"\d{2}-\d{5}\*{0,3} ?\(([ACEFRS])\)")
_FURNITURE = re.compile(
    r"\d{2}-\d{5}\*{0,3}(?: ?\([A-Z]\))?(?: +\d{6})*\*{0,3}|\*\d{7}\*|please recycle.*"
    r"|[A-Z]{1,5}(?:/[A-Z0-9.()]+){2,}(?:/\w+)*\*{0,3}",
    re.IGNORECASE,
)
"""The job number of the Secretariat, its bar code, and a symbol that stands alone."""
_ORGAN = re.compile(
    r"The (?:General Assembly|Security Council|Economic and Social Council|Human Rights Council|Trusteeship Council"
    r"|(?:[A-Z][\w’'-]+ )?(?:Commission|Committee|Conference|Council|Assembly|Board)(?: [\w’' -]{1,60})?)[,:]?"
)
_ADOPTED = re.compile(r"(?:Resolution|Decision) adopted by ", re.IGNORECASE)
_SESSION = re.compile(r"([A-Z][a-z]+(?:-[a-z]+)?) (?:(?:emergency )?(?:special )?)session")
_AGENDA = re.compile(r"(?:Provisional )?agenda items? ", re.IGNORECASE)
_SPONSORS = re.compile(r"(?P<names>[A-Z].*?):?\*{0,3}:? (?:revised )?draft (?:resolution|decision)s?\*{0,3}", re.DOTALL)
_SEVERAL = re.compile(r",|(?<!Great Britain) and ")
_MEETING = re.compile(r"\d{1,5}(?:st|nd|rd|th) (?:\(resumed\) )?(?:plenary )?meeting")
_PART = re.compile(r"[A-Z]|[IVXL]{1,5}")
_NUMBERED_TITLE = re.compile(r"\d{1,3}/\d{1,4}\b")
_OPERATIVE_VERB = re.compile(r"[A-Z]?[a-z]+(?<!ou)(?<!s)s,?")
_ADVERBS = {"also", "further", "once", "again", "solemnly"}
_NO_VERBS = {"As", "This", "Its", "Whereas"}
_SPEECH = re.compile(r"(?P<code>[A-Z]{2,3})_{1,2}(?P<session>\d{1,3})_(?P<year>\d{4})")

_MAX_MASTHEAD_PIECES = 60
_MAX_MASTHEAD_WORDS = 6
"""A longer paragraph below an adopted resolution's title begins its text."""
_MAX_SPONSORS = 120
"""Characters of the sponsors' names that fit into the title of a draft."""
_MAX_DATE_LINE = 60


def recognise(pieces: Sequence[Piece], furniture: Sequence[str]) -> Recognised | None:
    """Read the masthead of a resolution, decision or draft, and label its pieces; None for another document."""
    start = _start_of(pieces)
    if start is None:
        return None
    masthead, first = pieces[:start], pieces[start]
    pinpoints = _ResolutionPinpoints()
    for piece in masthead:
        pinpoints.heading(piece)
    if not _is_organ(first) and _is_adopted(masthead):
        pinpoints.begin_preamble()
    pinpoints.numbered = pinpoints.resolved or _is_organ(first)
    title, metadata = _read_masthead(masthead, furniture)
    return Recognised(title, metadata, start, pinpoints)


def recognise_file_name(name: str) -> Recognised | None:
    """Read country, session and year from the name of a speech; None if the session did not meet in that year."""
    match = _SPEECH.fullmatch(PurePosixPath(name).stem)
    if match is None or int(match["session"]) + _YEAR_BEFORE_FIRST_SESSION != int(match["year"]):
        return None
    country = _country(match["code"])
    if country is None:
        return None
    session = int(match["session"])
    ending = "th" if session % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(session % 10, "th")
    title = f"{country}, {session}{ending} session, {match['year']}"
    return Recognised(title, {"country": country, "session": str(session), "year": match["year"]})


def _country(code: str) -> str | None:
    """Return the name of a country as it is spoken: "Republic of Korea" for "Korea, Republic of"."""
    country = iso3166.countries_by_alpha3.get(code)
    name, _, first = (str(country.name) if country else "").partition(", ")
    return _RESERVED_CODES.get(code) or f"{first} {name}".strip() or None


def _start_of(pieces: Sequence[Piece]) -> int | None:
    """Return the position of the first piece below the masthead, None if this is no resolution, decision or draft."""
    for position, piece in enumerate(pieces[:_MAX_MASTHEAD_PIECES]):
        masthead = pieces[:position]
        if _is_organ(piece) or (piece.kind == "paragraph" and _ORGAN.match(piece.text)):
            text = " ".join(piece.text for piece in masthead)
            known = _SYMBOL.search(text) or _is_adopted(masthead) or "draft resolution" in text.lower()
            return position if known else None
        long = piece.kind == "paragraph" and len(piece.text.split()) > _MAX_MASTHEAD_WORDS and piece.text[0] != "["
        if long and _is_adopted(masthead) and (masthead[-1].kind == "heading" or masthead[-1].bold):
            return position
    return None


def _is_adopted(masthead: Sequence[Piece]) -> bool:
    """Say whether a masthead states that an organ adopted the document."""
    return any(_ADOPTED.match(piece.text) for piece in masthead)


def _is_organ(piece: Piece) -> bool:
    """Say whether a piece is only the name of the organ that speaks: "The General Assembly,"."""
    return piece.kind != "note" and _ORGAN.fullmatch(piece.text) is not None


def _is_part(piece: Piece) -> bool:
    """Say whether a piece is the letter or numeral of one part of a resolution."""
    return piece.kind == "heading" and _PART.fullmatch(piece.text) is not None


def _read_masthead(masthead: Sequence[Piece], furniture: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Make head lines of the pieces of a masthead; return the title and the metadata they state."""
    metadata: dict[str, str] = {}
    for line in furniture:
        if job := _JOB_NUMBER.match(line):
            metadata["language"] = _LANGUAGES[job[1]]
    title: list[Piece] = []
    sponsors = ""
    stated: str | None = None
    for piece in masthead:
        if piece.kind == "note":
            continue
        if _is_part(piece):
            break
        follows_agenda = stated == "agenda"
        stated = _read_line(piece.text, metadata)
        if stated == "sponsors":
            sponsors = piece.text
        if stated is None and (piece.kind == "heading" or piece.bold) and not follows_agenda:
            continued = title and _NUMBERED_TITLE.match(title[0].text)
            title = [*title, piece] if continued else [piece]
        piece.kind, piece.label = "head", _LABELS.get(stated or "")
    for piece in title:
        piece.label = _LABELS["title"]
    if "date" in metadata:
        metadata["year"] = metadata["date"][:4]
    name = " ".join(piece.text for piece in title)
    if not name and sponsors:
        name = sponsors if len(sponsors) <= _MAX_SPONSORS else "Draft resolution"
        name = f"{metadata['symbol']}. {name}" if "symbol" in metadata else name
    return name, metadata


def _read_line(text: str, metadata: dict[str, str]) -> str | None:
    """Add what one line of a masthead states to ``metadata``; return the key of its label."""
    if "symbol" not in metadata and (symbol := _SYMBOL.search(text)) and not text.startswith("["):
        metadata["symbol"] = symbol.group()
        return "symbol"
    if _ADOPTED.match(text):
        _read_date(text, metadata)
        return "adopted"
    if text.startswith("["):
        return "report"
    if (session := _SESSION.match(text)) and session[1].lower() in _ORDINALS:
        metadata["session"] = str(_ORDINALS.index(session[1].lower()) + 1)
        return "session"
    if agenda := _AGENDA.match(text):
        metadata["agenda item"] = text[agenda.end() :]
        return "agenda"
    if sponsors := _SPONSORS.fullmatch(text):
        names = metadata["sponsors"] = sponsors["names"].strip("*: ")
        if not _SEVERAL.search(names):
            metadata["country"] = names
        return "sponsors"
    if "date" not in metadata and len(text) < _MAX_DATE_LINE and _read_date(text, metadata):
        return "date"
    return None


def _read_date(text: str, metadata: dict[str, str]) -> bool:
    """Add the date in a line to ``metadata``, and say whether there is one."""
    found = find_date(text)
    if found is None or found.iso is None:
        return False
    metadata["dates"], metadata["date"] = found.text, found.iso
    return True


def _is_operative(text: str) -> bool:
    """Say whether an unnumbered paragraph acts ("Decides to …") and does not only explain ("Recalling …").

    An operative paragraph begins with a verb in the third person, sometimes after words such as "Also" or "Further".
    """
    words = text.split()[:4]
    verb = next((word for word in words if word.lower() not in _ADVERBS), "")
    if words and words[0].endswith("ly") and len(words) > 1:
        verb = words[1]
    return _OPERATIVE_VERB.fullmatch(verb) is not None and verb not in _NO_VERBS


class _ResolutionPinpoints(Pinpoints):
    """Cites resolutions as the United Nations do: "preambular para. 2", "part B, op. para. 5 (a)"."""

    def __init__(self) -> None:
        super().__init__()
        self.resolved = False
        self._part = ""
        self._next_part = ""
        self._preambular: int | None = None
        self._operative = 0

    def heading(self, piece: Piece) -> bool:
        """Take a heading; a letter alone may be that of the next part."""
        if _is_part(piece):
            self._next_part = piece.text
        if not super().heading(piece):
            return False
        self._part, self._preambular, self._operative = "", None, 0
        return True

    def begin_preamble(self) -> None:
        """Begin a preamble, of a new part if its letter stands above."""
        self.resolved = True
        self._part, self._next_part = self._next_part, ""
        self._restart()
        self._preambular, self._operative = 0, 0

    def takes(self, piece: Piece) -> bool:
        """Take the name of the organ, which begins a preamble, and the meeting that adopted the resolution."""
        if _is_organ(piece):
            piece.kind = "salutation"
            self.begin_preamble()
        elif self.resolved and piece.kind == "paragraph" and _MEETING.match(piece.text):
            piece.kind, piece.label = "head", _LABELS["meeting"]
        else:
            return False
        return True

    @property
    def _within(self) -> str:
        part = f"part {self._part}" if self._part and not self._annex else ""
        return ", ".join(each for each in (super()._within, part) if each)

    @property
    def _in_body(self) -> bool:
        """Whether paragraphs belong to the resolution itself, and not to an annex or article."""
        return self.resolved and not self._annex and not self._article

    def _is_next(self, mark: str) -> bool:
        """Take every operative number: a number may be missing where the reader lost a paragraph."""
        return (self._in_body and "." not in mark) or super()._is_next(mark)

    def _name_of(self, number: str) -> str:
        return f"op. para. {number}" if self._in_body else super()._name_of(number)

    def _begin_numbered(self, piece: Piece, number: str) -> None:
        super()._begin_numbered(piece, number)
        self._preambular, self._operative = None, 0

    def _begin_unnumbered(self, piece: Piece) -> None:
        """Count the paragraphs of a preamble, and operative paragraphs that carry no number."""
        acts = _is_operative(piece.text)
        if self._preambular is not None and acts and not piece.text.endswith(","):
            self._preambular, self._operative = None, 1
            self._begin(piece, "op. chapeau" if piece.text.endswith(":") else "op. para. 1")
        elif self._preambular is not None:
            self._preambular += 1
            self._begin(piece, f"preambular para. {self._preambular}")
        elif self._operative and acts:
            self._operative += 1
            self._begin(piece, f"op. para. {self._operative}")
        else:
            super()._begin_unnumbered(piece)


UNITED_NATIONS = Profile(
    recognise,
    recognise_file_name,
    addressees="secretary-general|united|nations?|general|assembly|council",
    organisations=re.compile(r"\bunited nations\b", re.IGNORECASE),
    furniture=_FURNITURE,
    number=re.compile(r"\d{1,3}/\d{1,4}\."),
    italic_text=re.compile(r"(?:The [A-Z]|\d).*", re.DOTALL),
)
