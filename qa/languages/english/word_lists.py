"""The word lists of English, in ``words.toml``, read once with the first text."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(files("qa.languages.english").joinpath("words.toml").read_text("utf-8"))


@cache
def listed(name: str) -> tuple[str, ...]:
    """Return the words of a list, in order."""
    return tuple(_lists()[name].split())


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(listed(name))


@cache
def any_of(name: str) -> str:
    """Return a pattern that any word of a list matches, the longest first."""
    return "(?:" + "|".join(sorted(map(re.escape, listed(name)), key=len, reverse=True)) + ")"
