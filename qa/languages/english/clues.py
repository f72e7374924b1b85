"""Words of a question that name documents by country, year, session, symbol or speaker.

The ranking prefers documents whose metadata contain these values. Every passage of such a document counts as containing
them, because one paragraph of Kenya's speech that names Kenya answers no more than the others.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from qa.languages.countries import code_of
from qa.languages.english.entities import entities
from qa.languages.english.persons import UPPER, fold_name
from qa.languages.terms import fold
from qa.languages.united_nations import SESSION, SESSION_HYPHEN, organs
from qa.types import Clue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.types import Fact

_CAPITALISED = re.compile(rf"\b[{UPPER}][^\W\d_]+(?:['’-][^\W\d_]+)*")
ASKS_WHO_SPOKE = re.compile(
    r"\b(?:which|what|whose) (?:\w+ )?(?:states?|country|countries|nations?|governments?|delegations?|"
    r"speakers?|leaders?|presidents?|ministers?|speech(?:es)?)\b|"
    r"\bwho (?:said|told|spoke|called|had been|was it|\w+ed)\b",
    re.IGNORECASE,
)
"""Such a question asks for the speaker: a country that it names is what was spoken of."""
_REPEATS = re.compile(r"(?:\W|(?:and|but|or|so|then|now|(?:what|how) about|in|the|year|session)\b)*", re.IGNORECASE)
"""All that a question says besides clues if it asks the one before it again."""

_SMALL = {"of", "the", "for", "on", "and"}


def clues(question: str) -> tuple[Clue, ...]:
    """Return the parts of a question that may name documents. The documents' metadata decide whether they do."""
    found = []
    question = SESSION_HYPHEN.sub(" ", question)
    asks_who_spoke = ASKS_WHO_SPOKE.search(question) is not None
    for one in entities(question):
        facts: set[Fact] = {(one.kind, value) for value in one.values}
        if one.kind == "number" and SESSION.match(question, one.end):
            facts = {("session", value[1]) for value in one.values if isinstance(value, tuple)}
            facts |= {("session", value) for value in one.values if isinstance(value, float)}
        if one.certain and one.kind != "date" and not (one.kind == "country" and asks_who_spoke):
            found.append(Clue(one.start, one.end, frozenset(facts)))
    taken = [(clue.start, clue.end) for clue in found]
    found.extend(
        Clue(word.start(), word.end(), frozenset({("person", fold_name(word.group()))}))
        for word in _CAPITALISED.finditer(question)
        if not any(start < word.end() and word.start() < end for start, end in taken)
    )
    return tuple(sorted(found, key=lambda clue: clue.start))


def repeats(question: str, clues: Sequence[Clue]) -> bool:
    """Say whether a question only names what the one before it is to be asked of, as in "and in 2018?"."""
    sure = [clue for clue in clues if any(kind != "person" for kind, _ in clue.facts)]
    rest = question
    for clue in reversed(sure):
        rest = f"{rest[: clue.start]} {rest[clue.end :]}"
    return bool(sure) and _REPEATS.fullmatch(rest) is not None


@lru_cache(maxsize=4096)
def facts(metadata: tuple[tuple[str, str], ...]) -> frozenset[Fact]:
    """Return the values that a document's metadata state, comparable with those of a question."""
    facts: set[Fact] = set()
    for key, value in metadata:
        if key == "country":
            code = code_of(value)
            facts |= {("country", code)} if code else _organisation(value)
        elif key == "organisation":
            facts |= _organisation(value)
        elif key in ("year", "date", "dates"):
            facts |= {("year", int(year)) for year in re.findall(r"\b(?:19|20)\d\d\b", value)}
        elif key == "session":
            values = {v for one in entities(value) if one.kind == "number" for v in one.values}
            facts |= {("session", v[1] if isinstance(v, tuple) else v) for v in values}
        elif key == "symbol":
            facts |= {("symbol", v) for one in entities(value) if one.kind == "symbol" for v in one.values}
            facts |= {("organisation", name) for organ in organs(value) for _, name in _organisation(organ)}
        elif key == "speaker":
            words = _CAPITALISED.findall(value)
            facts |= {("person", fold_name(words[-1]))} if words else set()
    return frozenset(facts)


def _organisation(name: str) -> set[Fact]:
    """Return what an organisation may be called: runs of the words of its name, and their initials."""
    words = fold(name).split()
    runs = [words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    initials = {"".join(word[0] for word in run if word not in _SMALL) for run in runs if len(run) > 1}
    return {("organisation", called) for called in {" ".join(run) for run in runs if len(run) > 1} | initials}
