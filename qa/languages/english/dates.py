"""Days and months in any notation. Their years are separate entities."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from qa.languages.document_words import months_of
from qa.languages.english.numbers import read_numbers, tokens_of
from qa.languages.english.word_lists import before, listed, words
from qa.types import Entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qa.languages.english.numbers import Number, Token
    from qa.types import Value

_ISO_DATE = re.compile(r"\b(?P<year>(?:1[6-9]|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b")
_NUMERIC = re.compile(
    r"(?<![\w/.-])(?P<one>\d{1,2})(?P<mark>[./-])(?:(?P<two>\d{1,2})(?P=mark))?(?P<year>(?:19|20)\d\d)(?![\w/-])"
    r"|(?<![\w/.-])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\w/-])"
)


def dates(text: str) -> Iterator[Entity]:
    """Yield dates as ``(month, day)``, months as ``(month, 0)``."""
    for match in _ISO_DATE.finditer(text):
        yield Entity("date", frozenset({(int(match["month"]), int(match["day"]))}), match.start(), match.end())
    for match in _NUMERIC.finditer(text):
        one, two = int(match["one"] or match["first"]), int(match["two"] or match["second"] or 0)
        read: frozenset[Value] = frozenset((m, d) for m, d in ((one, two), (two, one)) if 1 <= m <= 12 and d <= 31)
        if read:
            end = match.start("year") - 1 if match["year"] else match.end()
            yield Entity("date", read, match.start(), end, certain=bool(match["year"]) and len(read) == 1)
    tokens = tokens_of(text)
    numbers = {number.first: number for number in read_numbers(tokens)}
    for match in _month().finditer(text):
        place = next(i for i, token in enumerate(tokens) if token.start <= match.start() < token.end)
        month = listed("months_short").index(match.group()[:3].lower()) + 1
        before_it, first = _days(tokens, numbers, place, -1)
        after_it, last = _days(tokens, numbers, place, 1)
        days = before_it or after_it
        if not days and match.group() == "May":
            continue  # "may" at the beginning of a sentence
        values: frozenset[Value] = frozenset((month, day) for day in days) or frozenset({(month, 0)})
        start = tokens[first].start if before_it else match.start()
        end = match.end() if before_it or not after_it else tokens[last].end
        yield Entity("date", values, start, end, certain=not before("limits_date").search(text[:start]))


@cache
def _month() -> re.Pattern[str]:
    names = "|".join(name.capitalize() for name in (*months_of("en"), *listed("months_short"), "sept"))
    return re.compile(rf"\b(?:{names})\b")


def _days(tokens: Sequence[Token], numbers: Mapping[int, Number], place: int, step: int) -> tuple[list[int], int]:
    """Return the days that stand before or after a month, and the place of the farthest."""
    days: list[int] = []
    reached = place
    place += step
    if 0 <= place < len(tokens) and tokens[place].text.lower() == ("of" if step < 0 else "."):
        place += step
    while 0 <= place < len(tokens):
        number = numbers.get(place)
        if number and 1 <= number.value <= 31 and number.value == int(number.value):
            days.append(int(number.value))
            reached = place
        elif tokens[place].text.lower() not in words("joins_days") | {"the"} or not days:
            break
        place += step
    return days, reached
