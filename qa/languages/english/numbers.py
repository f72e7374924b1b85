"""Finds numbers and years, written in digits or words, and their values."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from text_to_num import find_numbers

from qa.languages.english.word_lists import before, values
from qa.types import Entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.types import Value

_TOKEN = re.compile(
    r"\b(?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?=-[^\W\d_])"  # "the two-State solution"
    r"|[^\W\d_]+(?:[-'’][^\W\d_]+)*"
    r"|\d{1,3}(?:[ \xa0\u202f]\d{3})+(?![\d.,])"  # "2 000", as the United Nations write it
    r"|\d+(?:[.,]\d+)*(?:st|nd|rd|th|bn|m|k)?\b|\d+(?:[.,]\d+)*|[^\w\s]"
)
_DIGITS = re.compile(
    r"(?P<digits>\d{1,3}(?:[, \xa0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<suffix>st|nd|rd|th|bn|m|k)?"
)
_GROUPS = re.compile(r"[, \xa0\u202f]")
_NO_NUMBER = {"first", "second", "seconds", "third", "a", "an"}
"""Words that text2num takes for numbers and that are as often none."""
_DECADE = re.compile(r"\b(?P<year>1[6-9]\d0|20\d0)['’]?s\b")
_OF_WHOLE = re.compile(
    r"\b(?P<part>two|three|four|five|six|seven|eight|nine|\d)(?: in | out of )"
    r"(?P<whole>three|four|five|six|seven|eight|nine|ten|100|10|\d)\b"
)
_SMALL = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}  # noqa: SIM905
_AGO = re.compile(r" (?:days?|weeks?|months?|years?|decades?) (?:ago|before|earlier|later|after)\b", re.IGNORECASE)
"""What follows a number that tells how far something is from another time: sums are not checked."""
_LIMIT = 1.5
"""How much more or less than a limit people mean by "over 70" or "almost 300", as a factor."""
_ROUND = 0.1
"""How far a number after "about" may be from what it stands for, as a share of it."""


class Token(NamedTuple):
    """A word, number or punctuation mark, and where it stands."""

    text: str
    start: int
    end: int


class Number(NamedTuple):
    """A number, from one token to another, both included; ``ordinal`` for "seventh"."""

    first: int
    last: int
    value: float
    ordinal: bool


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text in order."""
    return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def numbers(text: str) -> Iterator[Entity]:
    """Yield years and other numbers, but not "one". If two overlap, the first one yielded is right."""
    yield from _decades(text)
    yield from _fractions(text)
    tokens = tokens_of(text)
    for first, last, value, ordinal in read_numbers(tokens):
        word, start, end = tokens[first].text, tokens[first].start, tokens[last].end
        if word.isdigit() and len(word) == 4 and first == last and 1600 <= value <= 2100:
            yield Entity("year", frozenset({int(value)}), start, end)
        elif value not in {0, 1} or word.isdigit():
            following = tokens[last + 1].text.lower() if last + 1 < len(tokens) else ""
            scaled = value * values("units").get(following, 1)
            own: frozenset[Value] = frozenset({("nth", value) if ordinal else scaled})
            bounds = None if ordinal else _bounds(text[:start], scaled)
            yield Entity("number", own, start, end, bounds, certain=_AGO.match(text, end) is None)


def _decades(text: str) -> Iterator[Entity]:
    """Yield decades as years: "the 1990s", "the nineties"."""
    for match in _DECADE.finditer(text):
        year = int(match["year"])
        yield Entity("year", frozenset({year}), match.start(), match.end(), (year, year + 9))
    for match in re.finditer(rf"\b(?:{'|'.join(values('decades'))})\b", text, re.IGNORECASE):
        year = int(values("decades")[match.group().lower()])
        yield Entity("year", frozenset({year}), match.start(), match.end(), (year, year + 9))


def _fractions(text: str) -> Iterator[Entity]:
    """Yield parts of a whole as per cent, and parts of a million and the like."""
    for match in _fraction().finditer(text):
        share = values("fractions")[(match["of"] or match["alone"]).lower()]
        unit = (match["unit"] or match["units"] or "").lower()
        whole = values("times").get(unit) or values("units").get(unit) or 100
        yield _share(text, match, share * whole * _SMALL.get((match["times"] or "one").lower(), 1))
    for match in _OF_WHOLE.finditer(text):
        part, of = (float(_SMALL.get(match[name]) or match[name]) for name in ("part", "whole"))
        if part < of:
            yield _share(text, match, 100 * part / of)


def _share(text: str, match: re.Match[str], value: float) -> Entity:
    """Return a part of a whole, which is always a little round."""
    bounds = _bounds(text[: match.start()], value, _ROUND * value)
    return Entity("number", frozenset({value}), match.start(), match.end(), bounds)


@cache
def _fraction() -> re.Pattern[str]:
    unit = rf"(?:(?: of)?(?: an?|-a)?[ -](?P<unit>{'|'.join((*values('times'), *values('units')))})\b)"
    times = "a|one|two|three|four|five|six|seven|eight|nine"
    return re.compile(
        rf"\b(?:(?P<times>{times})[ -](?P<of>{'|'.join(values('fractions'))})s?\b{unit}?"
        rf"|(?P<alone>half|quarter){unit.replace('<unit>', '<units>')})",
        re.IGNORECASE,
    )


def _bounds(text_before: str, value: float, near: float = 0.0) -> tuple[float, float] | None:
    """Return the limits of a number: by the word before it, else ``near`` around it; None if it is exact."""
    if before("at_least").search(text_before):
        return value, value * _LIMIT
    if before("at_most").search(text_before):
        return value / _LIMIT, value
    near = value * _ROUND if before("about").search(text_before) else near
    return (value - near, value + near) if near else None


def read_numbers(tokens: Sequence[Token]) -> Iterator[Number]:
    """Yield every number in digits or words; those in words after those in digits."""
    times = values("times")
    for place, (word, _, _) in enumerate(tokens):
        if not (match := _DIGITS.fullmatch(word)) or (place and tokens[place - 1].text in ("'", "’")):
            continue  # '08 is a year, but of which century?
        suffix = match["suffix"] or ""
        following = tokens[place + 1].text.lower() if place + 1 < len(tokens) else ""
        value = float(_GROUPS.sub("", match["digits"])) * (times.get(suffix) or times.get(following, 1.0))
        last = place + 1 if following in times else place
        yield Number(place, last, value, suffix in {"st", "nd", "rd", "th"})
    for found in find_numbers([_Word(token.text) for token in tokens], "en", 0):
        if tokens[found.start].text.lower() not in _NO_NUMBER:
            yield Number(found.start, found.end - 1, float(found.value), bool(found.is_ordinal))


class _Word:
    """A token as text2num wants it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def text(self) -> str:
        return self._text

    def nt_separated(self, previous: _Word) -> bool:  # noqa: ARG002 - text2num's protocol
        return False

    def not_a_number_part(self) -> bool:
        return not self._text[0].isalpha()
