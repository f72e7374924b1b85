"""Entities, which a question can get right or wrong: numbers, years, dates, document symbols, countries, persons.

An entity's value is the same however it is written: "thirty-five" and "35", "28 and 29 June" and "June 28-29", "UNSCR
2199" and "resolution 2199 (2015)", "Kenyan" and "Kenya".
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from qa.languages.countries import countries
from qa.languages.english.dates import dates
from qa.languages.english.numbers import numbers
from qa.languages.english.persons import persons
from qa.languages.united_nations import symbols

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.types import Entity


@lru_cache(maxsize=512)
def entities(text: str) -> tuple[Entity, ...]:
    """Return the entities of a text, in order; no two overlap."""
    found: list[Entity] = []
    for kind in (symbols, dates, numbers, countries, persons):
        _add(found, kind(text))
    return tuple(sorted(found, key=lambda one: one.start))


def _add(found: list[Entity], more: Iterable[Entity]) -> None:
    """Add what does not overlap anything found before."""
    for one in more:
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
