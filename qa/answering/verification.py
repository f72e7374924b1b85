"""Say what a question takes for granted that the passage contradicts.

"What did the 2005 Strategy say?", asked of a passage about the Strategy of 2006, must not be answered as if nothing
were wrong. Compared are numbers, years, dates, document symbols, countries and persons, by value, with the passage and
with what its document states of itself (title, heading, metadata).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.languages.terms import fold
from qa.types import Premise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qa.protocols import Language
    from qa.types import Entity, Value

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MOST = 5
"""Of what the passage has instead, no more is said."""
_BESIDE = 30
"""A country so few characters from a person's name tells where that person is from."""


def unmet_premises(
    question: str, passage: str, stated: Iterable[str], metadata: Mapping[str, str], language: Language
) -> tuple[Premise, ...]:
    """Return the things a question names that a passage contradicts, in the order of the question.

    ``stated`` are title and heading: they confirm a premise, but are not said to stand in the passage.
    """
    named = language.entities(question)
    if not named:
        return ()
    everything = "\n".join([passage, *stated, *metadata.values()])
    here = [one for one in language.entities(passage) if not _is_own_number(one, passage)]
    known = language.entities(everything)
    facts = language.facts(metadata)
    met = [
        one
        for one in named
        if any((one.kind, value) in facts for value in one.values)
        or _is_met(one, question[one.start : one.end], known, everything)
        or (one.kind == "country" and _tells_of_person(one, question, known))
    ]
    unmet = []
    for one in named:
        if one in met or not one.certain:
            continue
        instead: dict[frozenset[Value], str] = {}
        for other in here:
            if other.kind == one.kind and other.certain and _is_ordinal(other) <= _is_ordinal(one):
                instead.setdefault(other.values, passage[other.start : other.end])
        if instead:
            found = tuple(dict.fromkeys(instead.values()))[:_MOST]
            unmet.append(Premise(one.kind, question[one.start : one.end], one.start, one.end, found))
    return tuple(unmet)


def _is_own_number(one: Entity, passage: str) -> bool:
    """Say whether a number is that of the paragraph itself: "6. Decides that …"."""
    return one.kind == "number" and one.start == 0 and passage[one.end : one.end + 1] in (".", ")")


def _is_ordinal(one: Entity) -> bool:
    return one.kind == "number" and any(isinstance(value, tuple) for value in one.values)


def _is_met(one: Entity, asked: str, known: Sequence[Entity], text: str) -> bool:
    """Say whether a text names what a question names, written there as ``asked``."""
    if asked.isdigit() and re.search(rf"(?<![\w.,/-]){re.escape(asked)}(?![\w-]|[.,/]\d)", text):
        return True  # "2199 resolution subject", of resolution 2199
    same = [other for other in known if other.kind == one.kind]
    if one.kind == "date":
        days = {value for other in same for value in other.values if isinstance(value, tuple)}
        return one.values <= days | {(month, 0) for month, _ in days}
    if one.kind == "person":
        return _is_named(one, asked, same, text)
    return any(_agree(one, other) for other in same)


def _is_named(one: Entity, asked: str, persons: Iterable[Entity], text: str) -> bool:
    """Say whether a text has a person's family name, two parts of the name, or one as the whole name ("Mr. Xi")."""
    words = {part for word in _WORD.findall(text) for part in re.split(r"['’]s$|-", fold(word))}
    parts = {fold(word) for word in _WORD.findall(asked)}
    alone = {value for other in persons if " " not in text[other.start : other.end] for value in other.values}
    return not one.values.isdisjoint(words) or not parts.isdisjoint(alone) or len(parts & words) > 1


def _agree(one: Entity, other: Entity) -> bool:
    """Say whether two entities of a kind may be the same: a value in common, or one within the other's bounds."""
    own, theirs = _plain(one), _plain(other)
    return not own.isdisjoint(theirs) or _within(own, other.bounds) or _within(theirs, one.bounds)


def _plain(one: Entity) -> set[object]:
    """Return the values of an entity, ordinals as plain numbers."""
    return {value[1] if isinstance(value, tuple) else value for value in one.values}


def _within(values: Iterable[object], bounds: tuple[float, float] | None) -> bool:
    return bounds is not None and any(
        isinstance(value, int | float) and bounds[0] <= value <= bounds[1] for value in values
    )


def _tells_of_person(country: Entity, question: str, known: Sequence[Entity]) -> bool:
    """Say whether a country stands beside the name of a person whom the text names: few texts say where one is from."""
    persons = {value for one in known if one.kind == "person" for value in one.values}
    beside = question[max(0, country.start - _BESIDE) : country.end + _BESIDE]
    return any(fold(word) in persons for word in _WORD.findall(beside))
