"""The word lists of English, read from ``words.toml`` on first use."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(files("qa.languages.english").joinpath("words.toml").read_text("utf-8"))


@cache
def listed(name: str) -> tuple[str, ...]:
    """Return the words of a list, in order."""
    found = _lists()[name]
    return tuple(found.split() if isinstance(found, str) else found)


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(listed(name))


def table(name: str) -> Mapping[str, Any]:
    """Return the entries of a table."""
    return _lists()[name]  # type: ignore[no-any-return]


def values(name: str) -> Mapping[str, float]:
    """Return the words of a table with their values."""
    return table(name)


@cache
def any_of(name: str) -> str:
    """Return a regular expression that matches any word of a list; longer words are tried first."""
    return "(?:" + "|".join(sorted(map(re.escape, listed(name)), key=len, reverse=True)) + ")"


@cache
def before(name: str) -> re.Pattern[str]:
    """Return a pattern for a text that ends with a word of a list, and with an article or a currency after it."""
    return re.compile(rf"\b{any_of(name)}\s+(?:(?:the|an?)\s+)?[$€£]?$", re.IGNORECASE)
