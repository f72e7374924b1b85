"""Dates as English texts write them: "4-5 April 2018", "April 4, 2018"."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    rf"(?P<first>\d{{1,2}})(?:\s*(?:-|–|—|to|and)\s*(?P<last>\d{{1,2}}))?\s+(?P<month>{_MONTH}),?\s+(?P<year>\d{{4}})"
    rf"|(?P<month2>{_MONTH})\s+(?P<first2>\d{{1,2}})(?:\s*(?:-|–|—|to|and)\s*(?P<last2>\d{{1,2}}))?,\s*(?P<year2>\d{{4}})",
    re.IGNORECASE,
)


class WrittenDate(NamedTuple):
    """A date in a text: its span, its letters, and its last day in ISO 8601 (None if the calendar has no such day)."""

    start: int
    end: int
    text: str
    iso: str | None


def find_date(text: str) -> WrittenDate | None:
    """Return the first date in a text."""
    match = _DATE.search(text)
    if match is None:
        return None
    day = match["last"] or match["first"] or match["last2"] or match["first2"]
    month = _MONTHS.index((match["month"] or match["month2"]).capitalize()) + 1
    try:
        iso = date(int(match["year"] or match["year2"]), month, int(day)).isoformat()
    except ValueError:
        iso = None
    return WrittenDate(*match.span(), match.group(), iso)
