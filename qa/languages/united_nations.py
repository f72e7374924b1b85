"""How the United Nations number their texts: "A/RES/78/115", "resolution 2199 (2015)", "the seventy-third session"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.types import Entity

if TYPE_CHECKING:
    from collections.abc import Iterator

_SYMBOL = re.compile(
    r"\b(?P<organ>[AES])/(?P<rest>(?:[A-Z][\w.]*/)*\d[\w.]*(?:/[\w.]*\d[\w.]*)*)(?:\s?\((?P<of>\d{4})\))?"
    r"|\b(?:UN)?(?:SC|GA)R(?:es)?\.? (?P<short>\d+(?:/\d+)?)\b"
    r"|\b(?P<paired>\d{2}/\d{1,3})\b(?!/)"
    r"|\b(?P<numbered>\d{1,4}(?: [A-Z])?) \((?P<session>\d{4}|[IVXLC]+|[ES]S?-[IVX]+)\)"
    r"|(?:(?<=\b[Rr]esolution )|(?<=\b[Rr]esolutions )|(?<=\b[Rr]es )|(?<=\b[Rr]es\. ))(?P<bare>\d{1,4})\b(?! ?\()"
)
SESSION = re.compile(r"\W*(?:\w+\W+)?session\b", re.IGNORECASE)
"""What follows the number of a session of a body."""
SESSION_HYPHEN = re.compile(r"-(?=session\b)", re.IGNORECASE)
"""What may join the two: "the eightieth-session resolution"."""

_ORGANS = {"A": "General Assembly", "S": "Security Council", "E": "Economic and Social Council"}
"""The organ that each first letter of a symbol stands for."""
_COMMITTEES = {
    f"C.{number}": f"{name} Committee"
    for number, name in enumerate(("First", "Second", "Third", "Fourth", "Fifth", "Sixth"), 1)
}


def symbols(text: str) -> Iterator[Entity]:
    """Yield document symbols and numbers of resolutions; the value is the number that people cite ("78/115")."""
    for match in _SYMBOL.finditer(text):
        if match["organ"]:
            rest = match["rest"].rstrip(".").lower()
            value = rest.removeprefix("res/") if rest.startswith("res/") else f"{match['organ'].lower()}/{rest}"
        else:
            value = (match["short"] or match["paired"] or match["numbered"] or match["bare"]).lower()
        yield Entity("symbol", frozenset({value}), match.start(), match.end())


def organs(symbol: str) -> tuple[str, ...]:
    """Return the organs whose document a symbol names: those of "A/C.1/80/L.22" are the Assembly and a committee."""
    parts = symbol.split("/")
    organ = _ORGANS.get(parts[0])
    committee = _COMMITTEES.get(parts[1]) if organ and parts[0] == "A" and len(parts) > 1 else None
    return tuple(f"{name} of the United Nations" for name in (organ, committee) if name)
