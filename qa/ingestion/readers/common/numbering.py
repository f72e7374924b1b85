"""Printed numbers of paragraphs ("5.", "(b)", "(ii)"): read, put in order, and written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MARK = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,3})\.(?=\s)"
    r"|(?P<decimal>\d{1,3}(?:\.\d{1,3}){1,3})(?=\s)"
    r"|\((?P<item>\d{1,3}|[a-z]{1,5}|[A-Z]{1,3})\)(?=\s)"
    r"|(?P<letter>[a-zA-Z]|[ivxlc]{2,5})[.)](?=\s)"
)
_NUMERALS = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MAX_SKIPPED = 2
"""Up to this many numbers of one list may be missing."""


def marks_of(text: str) -> tuple[str | None, list[str]]:
    """Return the number at the start of a paragraph and the marks after it: "1. (a) …" gives "1" and ["a"]."""
    number: str | None = None
    items: list[str] = []
    position = 0
    while (match := _MARK.match(text, position)) and not (items and match.lastgroup != "item"):
        mark = match[match.lastgroup or 0]
        if match.lastgroup in ("number", "decimal"):
            if number is not None:
                break
            number = mark
        else:
            items.append(mark)
        position = match.end() + 1
    return number, items


def values(mark: str) -> dict[str, int]:
    """Return the possible values of a mark by kind of numeral: "i" is the ninth letter or roman one."""
    if mark.isdigit():
        return {"digit": int(mark)}
    if "." in mark:
        return {}
    found = {}
    lower = mark.lower()
    case = "upper" if mark.isupper() else "lower"
    if len(set(lower)) == 1 and len(lower) <= 2:  # a … z, aa, bb …
        found[f"{case} letter"] = ord(lower[0]) - ord("a") + 1 + 26 * (len(lower) - 1)
    if lower in _ROMAN:
        found[f"{case} roman"] = _ROMAN[lower]
    return found


@dataclass(slots=True)
class Items:
    """The nested lists of sub-paragraphs below one paragraph: kind of numeral, value and mark of the last of each."""

    levels: list[tuple[str, int, str]] = field(default_factory=list)

    def place(self, mark: str, *, opens: bool = False) -> list[str] | None:
        """Take the next mark; return the marks from the outermost list to it, None if it fits no list.

        ``opens`` says that the text before ends with a colon: then "(i)" after "(h)" begins a new list.
        """
        possible = values(mark)
        first = next((kind for kind, value in possible.items() if value == 1), None)
        continued = self._next_of(possible, 1)
        if continued is None and first is None:
            continued = self._next_of(possible, 1 + _MAX_SKIPPED)
        if continued is not None and not (opens and first is not None):
            depth, kind = continued
            self.levels[depth:] = [(kind, possible[kind], mark)]
        elif first is not None:
            same = next((depth for depth, (kind, _, _) in enumerate(self.levels) if kind == first), len(self.levels))
            self.levels[same:] = [(first, 1, mark)]
        else:
            return None
        return [mark for _, _, mark in self.levels]

    def _next_of(self, possible: dict[str, int], step: int) -> tuple[int, str] | None:
        """Return depth and kind of the innermost list that one of the values continues by at most ``step``."""
        for depth in range(len(self.levels) - 1, -1, -1):
            kind, value, _ = self.levels[depth]
            if value < possible.get(kind, 0) <= value + step:
                return depth, kind
        return None


def write(number: int, kind: str) -> str:
    """Return a number in a kind of numeral: "5", "e", "V"."""
    if kind.endswith("letter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if kind.startswith("upper") else letter
    if kind.endswith("roman"):
        numeral = ""
        for value, letters in _NUMERALS:
            numeral += letters * (number // value)
            number %= value
        return numeral.upper() if kind.startswith("upper") else numeral
    return str(number)


_ROMAN = {write(number, "lower roman"): number for number in range(1, 100)}
