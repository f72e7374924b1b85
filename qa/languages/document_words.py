"""How documents in the known languages say what is what: dates, salutations, head lines, numbered divisions.

The words of a language stand in ``documents/CODE.toml``; adding that file adds the language. Readers ask for all.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class WrittenDate(NamedTuple):
    """A date in a text: its span, its letters, and its last day in ISO 8601 (None if the calendar has no such day)."""

    start: int
    end: int
    text: str
    iso: str | None


@dataclass(frozen=True, slots=True)
class HeadWords:
    """The words of one language in the lines above a speech or letter.

    ``speaker`` has the groups ``text`` ("statement") and ``name``. ``labels`` say by key of the metadata what a line
    states, ``event_labels`` what it states as well below the name of an event, both with ``{text}`` and ``{event}``.
    """

    speaker: re.Pattern[str]
    event: re.Pattern[str]
    office: re.Pattern[str]
    organisation: re.Pattern[str]
    labels: Mapping[str, str]
    event_labels: Mapping[str, str]
    nouns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """What the known languages say, as patterns.

    ``articles`` are the printed names of articles with their abbreviations; the other texts are regular expressions.
    ``heads`` are kept apart by language, because a head is in one.
    """

    months: Mapping[str, int]
    date: re.Pattern[str]
    weekdays: frozenset[str]
    salutation: str
    divisions: str
    annexes: str
    articles: Mapping[str, str]
    page: str
    of: str
    goes_on: str
    generic_headings: frozenset[str]
    heads: tuple[HeadWords, ...]


def find_date(text: str) -> WrittenDate | None:
    """Return the first date in a text: "4-5 April 2018", "April 4, 2018"."""
    words = document_words()
    match = words.date.search(text)
    if match is None:
        return None
    day = match["last"] or match["first"] or match["last2"] or match["first2"]
    month = words.months[(match["month"] or match["month2"]).lower()]
    try:
        iso = date(int(match["year"] or match["year2"]), month, int(day)).isoformat()
    except ValueError:
        iso = None
    return WrittenDate(*match.span(), match.group(), iso)


@cache
def document_words() -> DocumentWords:
    """Return the words of all known languages."""
    languages = list(_languages().values())

    def all_of(key: str, table: str = "") -> str:
        return _any(word for language in languages for word in _words(language, key, table))

    months = {name: month for language in languages for month, name in enumerate(_words(language, "months"), 1)}
    return DocumentWords(
        months,
        _date(_any(months), all_of("joins_days")),
        frozenset(day for language in languages for day in _words(language, "weekdays")),
        all_of("salutation"),
        all_of("divisions"),
        all_of("annexes"),
        {name: short for language in languages for name, short in language.get("articles", {}).items()},
        all_of("page", "lines"),
        all_of("of", "lines"),
        all_of("goes_on", "lines"),
        frozenset(heading for language in languages for heading in _words(language, "generic", "headings")),
        tuple(_head(language) for language in languages if "head" in language),
    )


def months_of(code: str) -> tuple[str, ...]:
    """Return the months of one language, in order."""
    return tuple(_words(_languages()[code], "months"))


@cache
def _languages() -> Mapping[str, Any]:
    """Return what the file of each language holds."""
    folder = files("qa.languages").joinpath("documents")
    found = sorted((file.name, file) for file in folder.iterdir() if file.name.endswith(".toml"))
    return {name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8")) for name, file in found}


def _words(language: Mapping[str, Any], key: str, table: str = "") -> list[str]:
    words = (language.get(table, {}) if table else language).get(key, [])
    return words.split() if isinstance(words, str) else list(words)


def _any(words: Iterable[str]) -> str:
    """Return a regular expression that matches any of some words, nothing if there are none."""
    return "(?:" + ("|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)") + ")"


def _date(month: str, joins: str) -> re.Pattern[str]:
    joined = rf"\s*(?:[-–—]|{joins})\s*"
    return re.compile(
        rf"(?P<first>\d{{1,2}})(?:{joined}(?P<last>\d{{1,2}}))?\s+(?P<month>{month}),?\s+(?P<year>\d{{4}})"
        rf"|(?P<month2>{month})\s+(?P<first2>\d{{1,2}})(?:{joined}(?P<last2>\d{{1,2}}))?,\s*(?P<year2>\d{{4}})",
        re.IGNORECASE,
    )


def _head(language: Mapping[str, Any]) -> HeadWords:
    texts, given, by, the, event, office, organisation = (
        _any(_words(language, key, "head"))
        for key in ("texts", "given", "by", "the", "event", "office", "organisation")
    )
    return HeadWords(
        re.compile(rf"\b(?P<text>{texts})\s+(?:{given}\s+)?{by}\s+(?:{the}\s+)?(?P<name>\S.*)", re.IGNORECASE),
        re.compile(rf"\b{event}\b", re.IGNORECASE),
        re.compile(rf"\b{office}\b", re.IGNORECASE),
        re.compile(rf"\b{organisation}\b", re.IGNORECASE),
        *(language[table] for table in ("labels", "event_labels", "nouns")),
    )
