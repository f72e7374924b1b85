"""Values of spreadsheet cells as a program prints them, by their number formats (ECMA-376, part 1, 18.8.30).

Scientific notation, fractions and conditions are not printed by format: their values come plain.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

_SYSTEM_DATES = {"mm-dd-yy": "%Y-%m-%d", "m/d/yy h:mm": "%Y-%m-%d %H:%M"}
"""Formats that each program prints in its own country's way, here by ISO 8601."""
_SECTION = re.compile(r'(?:^|;)((?:"[^"]*"|\\.|[^;"\\])*)')
_ALL_SECTIONS = 4
"""Of a format: for positive numbers, negative ones, zero and text."""
_EXACT = 1e15
"""Below it a cell holds every digit of a number."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<gap>_.)|(?P<fill>\*.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]'
    r"|\[(?P<elapsed>[hms]+)\]|\[(?P<code>[^\]]*)\]|(?P<half>AM/PM|A/P)|(?P<general>General)"
    r"|(?P<digits>[#0?](?:[#0?,.]*[#0?,])?|\.[#0?]+)|(?P<clock>(?i:y+|m+|d+|h+|s+))|(?P<percent>%)|(?P<text>@)|(?P<letter>.)",
    re.DOTALL,
)
_LITERALS = ("quoted", "escaped", "currency", "letter")
_Token = tuple[str, str]


def printed(value: object, code: str) -> str:
    """Return the value of a cell as it is printed with a number format."""
    if isinstance(value, bool):
        return str(value).upper()
    sections = _SECTION.findall(code or "General")[:4]
    if isinstance(value, datetime | date | time | timedelta):
        return _date(value, code, sections[0])
    if isinstance(value, int | float):
        return _number(value, sections)
    return "" if len(sections) == _ALL_SECTIONS and not sections[-1] else str(value)


def _tokens(section: str) -> list[_Token]:
    return [(match.lastgroup or "letter", match[match.lastgroup or "letter"]) for match in _TOKEN.finditer(section)]


def _number(value: float, sections: list[str]) -> str:
    place = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    tokens = _tokens(sections[place])
    kinds = [kind for kind, _ in tokens]
    plain = "elapsed" in kinds or "clock" in kinds or kinds.count("digits") > 1 or abs(value) >= _EXACT
    if plain or any(kind == "code" and text[:1] in "<>=" for kind, text in tokens):
        return _plain(value)
    amount = Decimal(format(abs(value) if place == 1 else value, ".15g")) * 100 ** kinds.count("percent")
    parts = [_piece(kind, text, amount) for kind, text in tokens]
    negative = amount < 0 and any(letter in "123456789" for part in parts for letter in part)
    return ("-" if negative else "") + "".join(parts).strip()


def _piece(kind: str, text: str, amount: Decimal) -> str:
    if kind == "digits":
        return _digits(text, abs(amount))
    if kind in ("general", "text"):
        return _plain(float(abs(amount)))
    return text if kind in (*_LITERALS, "percent") else " " if kind == "gap" else ""


def _digits(pattern: str, amount: Decimal) -> str:
    """Return an amount by a pattern such as ``#,##0.00`` or ``0.0,,``, where commas at the end divide by thousands."""
    bare = pattern.rstrip(",")
    amount /= 1000 ** (len(pattern) - len(bare))
    whole, _, decimals = bare.partition(".")
    rounded = amount.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    least = whole.replace(",", "").lstrip("#?")
    before = before.lstrip("0").zfill(len(least))
    if "," in whole:
        before = f"{int(before or 0):,}".rjust(len(before)) if before else ""
    while after and decimals[len(after) - 1] in "#?" and after.endswith("0"):
        after = after[:-1]
    return before + (f".{after}" if after else "." if decimals and "0" in decimals else "")


def _plain(value: float) -> str:
    """Return a number as the format General prints it."""
    return str(int(value)) if float(value).is_integer() else format(value, ".10g")


def _date(value: datetime | date | time | timedelta, code: str, section: str) -> str:
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if "s" in section else "")
    if code in _SYSTEM_DATES:
        return value.strftime(_SYSTEM_DATES[code])
    tokens = _tokens(section)
    clock = [text.lower() for kind, text in tokens if kind == "clock"]
    if isinstance(value, time) and any(text[0] in "yd" for text in clock):
        return value.isoformat()
    half = any(kind == "half" for kind, _ in tokens)
    parts, at = [], 0
    for kind, text in tokens:
        if kind == "clock":
            minute = text.lower() in ("m", "mm") and (clock[at - 1 : at] or "x")[0][0] == "h"
            minute = minute or (text.lower() in ("m", "mm") and (clock[at + 1 : at + 2] or "x")[0][0] == "s")
            parts.append(_clock(value, text.lower(), minute=minute, half=half))
            at += 1
        elif kind == "half":
            parts.append(value.strftime("%p"))
        elif kind in _LITERALS:
            parts.append(text)
    return "".join(parts).strip() or value.isoformat()


def _clock(value: datetime | date | time, text: str, *, minute: bool, half: bool) -> str:
    """Return one part of a date or time: year, month, day, hour, minute or second."""
    if text[0] == "y":
        return value.strftime("%Y" if len(text) > 2 else "%y")
    if minute:
        number = getattr(value, "minute", 0)
    elif text[0] == "m" and len(text) > 2:
        return value.strftime("%B")[:1] if len(text) == 5 else value.strftime("%b" if len(text) == 3 else "%B")
    elif text[0] == "d" and len(text) > 2:
        return value.strftime("%a" if len(text) == 3 else "%A")
    else:
        number = getattr(value, {"m": "month", "d": "day", "h": "hour", "s": "second"}[text[0]], 0)
        if text[0] == "h" and half:
            number = number % 12 or 12
    return f"{number:0{min(len(text), 2)}}"
