"""What a file's name states: the last resort, for a text that says nothing of itself.

Speeches of the General Debate circulate as ``AFG_72_2017.txt`` (UN General Debate Corpus, Baturo et al. 2017): the
country, the session, the year.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import iso3166

_SPEECH = re.compile(r"(?P<code>[A-Z]{2,3})_{1,2}(?P<session>\d{1,3})_(?P<year>\d{4})")
_FIRST_SESSION = 1946
_RESERVED = {
    "EU": "European Union",
    "CSK": "Czechoslovakia",
    "DDR": "German Democratic Republic",
    "YUG": "Yugoslavia",
}
"""Codes that ISO 3166-1 reserves or has withdrawn."""


def read_filename(name: str) -> tuple[str | None, dict[str, str]]:
    """Return the title and the metadata (``country``, ``session``, ``year``) that a file's name states, if it does.

    A code that no country has, or a session that did not meet in that year, means that the name is of another kind.
    """
    match = _SPEECH.fullmatch(PurePosixPath(name).stem)
    if match is None or int(match["session"]) + _FIRST_SESSION - 1 != int(match["year"]):
        return None, {}
    country = _country(match["code"])
    if country is None:
        return None, {}
    session = int(match["session"])
    title = f"{country}, {_ordinal(session)} session, {match['year']}"
    return title, {"country": country, "session": str(session), "year": match["year"]}


def _country(code: str) -> str | None:
    """Return the name of a country in the order in which it is spoken: "Republic of Korea"."""
    if code in _RESERVED:
        return _RESERVED[code]
    country = iso3166.countries_by_alpha3.get(code)
    if country is None:
        return None
    name, _, first = str(country.name).partition(", ")
    return f"{first} {name}" if first else name


def _ordinal(number: int) -> str:
    """Return ``72nd`` for 72."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
