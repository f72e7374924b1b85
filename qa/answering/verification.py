"""Say what a question takes for granted that the passage contradicts or lacks.

"What did the 2005 Strategy say?", asked of a passage about the Strategy of 2006, must not be answered as if nothing
were wrong. Compared are numbers, years, dates, document symbols, countries and persons, by value, with the passage and
with what its document states of itself (title, heading, metadata).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.languages.countries import code_of, mentions
from qa.languages.english.entities import entities
from qa.languages.english.persons import NAME, fold_name
from qa.languages.english.word_lists import any_of
from qa.types import Premise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qa.types import Entity, Value

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_PLACE = re.compile(r"\b(?:paragraphs?|paras?\.?|pages?|pp?\.) $", re.IGNORECASE)
_TO_SAY = re.compile(r"\b(?:name|list|give|tell|cite)(?: me)?(?: at least)? $", re.IGNORECASE)
_LENGTH = re.compile(r" (?:sentences?|words?|lines?|bullets?)\b", re.IGNORECASE)
"""What stands about a number that is no premise: where to look, or how much to say."""
_SPAN = re.compile(r"\b(?:since|after|before|between|until|till|from|by)(?: the)? $", re.IGNORECASE)
"""What stands before a year that only bounds a time: a passage within it need not name it."""
_TITLED = re.compile(rf"\b(?i:{any_of('titles')})\.?\s+({NAME})(?!\s+{NAME})")
_ORDINALS = {2: "second", 3: "third"}
"""Ordinals that are as often no number, and are not read as one."""
_MOST = 5
"""Of what the passage has instead, no more is said."""


def unmet_premises(
    question: str, passage: str, stated: Iterable[str] = (), metadata: Mapping[str, str] | None = None
) -> tuple[Premise, ...]:
    """Return the things a question names that a passage contradicts or lacks, in the order of the question.

    ``stated`` are title and heading: they confirm a premise, but are not said to stand in the passage.
    """
    asked = entities(question)
    if not asked:
        return ()
    context = "\n".join([*stated, *(metadata or {}).values()])
    everything = f"{passage}\n{context}"
    known = entities(everything)
    unmet = []
    for one in asked:
        if not _is_no_premise(one, question) and not _met(
            one, question[one.start : one.end], known, everything, metadata or {}
        ):
            instead: dict[frozenset[Value], str] = {}
            for other in entities(passage):
                if other.kind == one.kind:
                    instead.setdefault(other.values, passage[other.start : other.end])
            found = tuple(dict.fromkeys(instead.values()))[:_MOST]
            unmet.append(Premise(one.kind, question[one.start : one.end], one.start, one.end, found))
    return tuple(unmet)


def _is_no_premise(one: Entity, question: str) -> bool:
    """Say whether a number or year only tells where to look, how much to say, or since when."""
    before, after = question[: one.start], question[one.end :]
    if one.kind == "year":
        return bool(_SPAN.search(before))
    told = _PLACE.search(before) or _TO_SAY.search(before) or _LENGTH.match(after)
    return one.kind == "number" and told is not None


def _met(one: Entity, asked: str, known: Iterable[Entity], text: str, metadata: Mapping[str, str]) -> bool:
    """Say whether a text names what a question names, written there as ``asked``."""
    values: set[Value] = set().union(*(k.values for k in known if k.kind == one.kind))
    if one.kind == "year":
        return bool(one.values & (values | {int(year) for year in _YEAR.findall(text)}))
    if one.kind == "date":
        days = {value for value in values if isinstance(value, tuple)}
        months = {(month, 0) for month, _ in days}
        return one.values <= days | months
    if one.kind == "number":
        if asked.isdigit() and re.search(rf"(?<![\w.,/-]){asked}(?![\w-]|[.,/]\d)", text):
            return True  # "2199 resolution subject", of resolution 2199
        for nth in (int(value[1]) for value in one.values if isinstance(value, tuple)):
            if nth in _ORDINALS and re.search(rf"\b{_ORDINALS[nth]}\b", text, re.IGNORECASE):
                return True  # "World War II", of the Second World War
        plain = {value[1] if isinstance(value, tuple) else value for value in values}
        return any((value[1] if isinstance(value, tuple) else value) in plain for value in one.values)
    if one.kind == "country":
        own = {code_of(metadata["country"])} if "country" in metadata else set()
        return bool(one.values & (values | own | {mention.code for mention in mentions(text)}))
    if one.kind == "person":
        titled = {fold_name(match[1]) for match in _TITLED.finditer(text)}
        own = {fold_name(word) for word in _WORD.findall(asked)}
        words = {part for word in _WORD.findall(text) for part in (fold_name(word), *fold_name(word).split("-"))}
        return bool(one.values & words or own & titled)
    return bool(one.values & values)
