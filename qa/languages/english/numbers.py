"""Numbers in digits, words and Roman numerals, by value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from text_to_num import find_numbers

from qa.types import Entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
_TIMES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "bn": 1e9}
_UNITS = {"decade": 10, "decades": 10, "dozen": 12, "dozens": 12}
_FRACTIONS = {"half": 50.0, "third": 33.0, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
"""As per cent."""
_FRACTION = re.compile(r"\b(?:a|one)[ -](?P<of>half|third|quarter|fifth|tenth)\b")
ROMAN = re.compile(r"\b(?=[IVX]{2,})(X{0,3})(IX|IV|V?I{0,3})\b")
_ROMANS = {"I": 1, "V": 5, "X": 10}
_NO_NUMBER = {"first", "second", "seconds", "third", "a", "an"}
"""Words that text2num takes for numbers and that are as often none."""


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
    """Yield years and other numbers, in digits, words and Roman numerals; none for "one"."""
    tokens = tokens_of(text)
    for first, last, value, ordinal in read_numbers(tokens):
        word, start, end = tokens[first].text, tokens[first].start, tokens[last].end
        if word.isdigit() and len(word) == 4 and first == last and 1600 <= value <= 2100:
            yield Entity("year", frozenset({int(value)}), start, end)
        elif value not in {0, 1} or word.isdigit():
            following = tokens[last + 1].text.lower() if last + 1 < len(tokens) else ""
            scaled = value * _UNITS.get(following, 1)
            yield Entity("number", frozenset({("nth", value)} if ordinal else {value, scaled}), start, end)
    for fraction in _FRACTION.finditer(text):
        yield Entity("number", frozenset({_FRACTIONS[fraction["of"]]}), fraction.start(), fraction.end())
    for match in ROMAN.finditer(text):
        yield Entity("number", frozenset({("nth", float(_roman(match.group())))}), match.start(), match.end())


def read_numbers(tokens: Sequence[Token]) -> Iterator[Number]:
    """Yield every number in digits or words; those in words after those in digits."""
    for place, (word, _, _) in enumerate(tokens):
        if not (match := _DIGITS.fullmatch(word)) or (place and tokens[place - 1].text in ("'", "’")):
            continue  # '08 is a year, but of which century?
        suffix = match["suffix"] or ""
        following = tokens[place + 1].text.lower() if place + 1 < len(tokens) else ""
        times = _TIMES.get(suffix) or _TIMES.get(following, 1.0)
        last = place + 1 if following in _TIMES else place
        yield Number(place, last, float(_GROUPS.sub("", match["digits"])) * times, suffix in {"st", "nd", "rd", "th"})
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


def _roman(numeral: str) -> int:
    values = [_ROMANS[letter] for letter in numeral]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
