"""What is said of a document: a title of one line, and its metadata in words, nothing twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.web.i18n.words import Words

_MOST_TITLE: Final = 64
"""Characters of a short title."""
_LEAST_TITLE: Final = 16
_BORDER: Final = re.compile(r"[,;:(\u2013\u2014]\s*|\s+")
"""Where a title can be cut: before a clause, or else between words."""
_DATES: Final = ("dates", "date", "year")
_ONE_DAY: Final = re.compile(r"\d{1,2} [^\W\d]+ \d{4}")
"""A date as documents write it; what is longer ("4-5 April 2018") stays as it is written."""
_UNSAID: Final = ("language",)


def short_title(title: str) -> str:
    """Return a title of at most ``_MOST_TITLE`` characters, cut before a clause or, with dots, between words."""
    if len(title) <= _MOST_TITLE:
        return title
    borders = [border for border in _BORDER.finditer(title, _LEAST_TITLE) if border.start() < _MOST_TITLE]
    clauses = [border.start() for border in borders if border[0].strip()]
    if clauses:
        return title[: clauses[-1]].rstrip()
    return title[: borders[-1].start() if borders else _MOST_TITLE - 1].rstrip() + "\u2026"


def facts(metadata: Mapping[str, str], title: str, words: Words) -> list[tuple[str, str]]:
    """Return metadata as names and values in words, the date last; what was said before or in the title is left out."""
    said = [title]
    found = []
    for name in sorted(metadata, key=lambda name: _DATES.index(name) if name in _DATES else -1):
        value = metadata[name].strip()
        if name in _UNSAID or (name == "date" and "dates" in metadata) or any(_says(text, value) for text in said):
            continue
        day = metadata.get("date", "") if name == "date" or _ONE_DAY.fullmatch(value) else ""
        key = name.replace(" ", "-")
        shown = words.metadata_values.get(key, "{value}").format(value=words.date(day) if day else value)
        found.append((words.metadata_names.get(key, name), shown))
        said.append(value)
    return found


def _says(text: str, value: str) -> bool:
    """Return whether a text holds a value as words of its own."""
    return re.search(rf"(?<!\w){re.escape(value.casefold())}(?!\w)", text.casefold()) is not None
