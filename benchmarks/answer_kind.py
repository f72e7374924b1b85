"""Say whether a passage holds the kind of thing asked for: a sign tried for refusing, and not used.

A date for *when*, a number for *how many*, a name for *who* or *where*, that the question did not bring itself. The
kinds are coarse (Li and Roth 2002 have six and fifty). ``python -m benchmarks.calibrate`` shows what it would add.
"""

from __future__ import annotations

import re

_ASKED = {
    "number": re.compile(
        r"\bhow (?:many|much|old|long|far|tall|big|large|high|deep|often|fast|wide|heavy)\b|\b(?:what|which) (?:number|"
        r"percentage|percent|proportion|share|amount|population|age|rate|size|height|length|distance|speed|cost|price)\b"
    ),
    "date": re.compile(
        r"\bwhen\b|\b(?:what|which) (?:\w+ )?(?:years?|dates?|days?|months?|centur(?:y|ies)|decades?|era|period|time)\b"
    ),
    "name": re.compile(
        r"\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:\w+ )?(?:person|people|man|woman|author|president|minister|"
        r"leader|speaker|country|countries|nations?|state|city|cities|place|region|organi[sz]ation|company|body|agency)\b"
    ),
}
_HELD = {
    "number": re.compile(
        r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundreds?|thousands?|"
        r"millions?|billions?|dozens?|half|third|quarter|twice|once|several)\b",
        re.IGNORECASE,
    ),
    "date": re.compile(
        r"\b(?:1[0-9]|20)\d\d(?:s|\b)|\b(?:january|february|march|april|may|june|july|august|september|october|november|"
        r"december)\b|\b\w+(?:th|st|nd|rd) century\b|\byears? ago\b|\b\d+ (?:bc|ad|bce|ce)\b|\b\d\d?\d?s\b",
        re.IGNORECASE,
    ),
    "name": re.compile(r"(?<![.!?:] )(?<!^)\b(?:[A-Z][\w'’-]+|[A-Z]{2,})\b"),
}


def lacks_kind(question: str, passage: str) -> bool:
    """Say whether a question asks for a kind of thing of which the passage holds nothing new."""
    lower = question.lower()
    kind = next((kind for kind, pattern in _ASKED.items() if pattern.search(lower)), None)
    return kind is not None and all(found.group().lower() in lower for found in _HELD[kind].finditer(passage))
