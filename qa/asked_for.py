"""The kind of thing a question asks for, and whether a passage holds any: a number for *how many*, a date for *when*.

A passage that gives no number does not say how many, however much it is about the same thing. The kinds are coarse
(Li and Roth 2002 have six and fifty), are told by words, and only where that is sure: a kind that is not seen costs
nothing, one that is wrongly missed an answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.countries import mentions
from qa.named import MONTHS, NO_NAMES, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.types import Kind

_COUNT = re.compile(
    r"\bhow many (?!times\b)|\bhow much (?:money|time|funding|aid)\b"
    r"|\bhow much\b.*\b(?:cost|pay|paid|spend|spent|earn)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\bhow (?:many times|often|frequently|old|long|tall)\b"
    r"|\b(?:what|which)(?: (?:is|was|are|were)|'s)?(?: (?:the|its|his|her|their))?(?: [\w-]+){0,2} (?:number|"
    r"percentage|proportion|population|budget|salary|revenue|temperature)(?= (?:of|for|in|on|at)\b|\W*$)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^(?:\W*(?:and|but|so|since|until|by|from)\W+)?(?:(?:roughly|exactly|about) )?"
    r"when (?:was|were|did|will|has|have|had)\b(?!.*\b(?:what|which|who|where|how)\b)"
    r"|\b(?:what|which) (?:\w+ )?(?:years?|dates?|days?|months?|centur(?:y|ies)|decades?)\b",
    re.IGNORECASE,
)
"""Not *when is*, *does* or *may*: such questions may ask for a condition."""
_ROLES = (
    "president|minister|leader|head|chief|chair(?:man|woman|person)?|director|king|queen|emperor|pope|governor|mayor|"
    "ambassador|envoy|secretary(?:-general)?|founder|author|speaker|commander|captain|general|coach|owner|inventor|"
    "winner|chancellor|representative|spokes(?:man|woman|person)|rapporteur|editor|manager"
)
_WHO = re.compile(
    rf"\bwho(?:'s| is| was| became| will be| has been| serve[sd] as) (?:[\w'’-]+ ){{0,5}}?(?:{_ROLES})\b"
    r"|\bwho (?:wrote|invented|discovered|composed|painted|won)\b",
    re.IGNORECASE,
)
_COUNTRY = re.compile(
    r"\b(?:what|which) (?:(?:other|member|[a-z]+(?:an|ern|ish)) )?(?:country|nation)\b", re.IGNORECASE
)
_CITY = re.compile(r"\b(?:what|which) (?:\w+ )?(?:city|town|capital|village)\b", re.IGNORECASE)

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("number", _COUNT),
    ("number", _MEASURE),
    ("date", _WHEN),
    ("person", _WHO),
    ("country", _COUNTRY),
    ("city", _CITY),
)

_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_NUMBER_WORD = re.compile(
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|twice|once|double|several|both|"
    r"single|percent|unlimited",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|hourly|daily|weekly|monthly|yearly|"
    r"annual(?:ly)?|biannual(?:ly)?|biennial(?:ly)?|quarterly|every|each|always|never|regularly|rarely|often|until|since|"
    r"permanent(?:ly)?|indefinitely|forever",
    re.IGNORECASE,
)
"""What says how long or how often without a number."""
_PLACE_IN_ORDER = re.compile(r"\d+(?:st|nd|rd|th)|(?:1[6-9]|20)\d\d", re.IGNORECASE)
"""Ordinals and years: numbers, but no answer to how many there are."""
_ROMAN = re.compile(r"[IVX]{2,}")
_DATE_WORD = re.compile(
    rf"{'|'.join(MONTHS)}|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|centur(?:y|ies)|decades?|era|ago|today|yesterday|"
    r"tomorrow|beginning|start|end|outset|sessions?|season",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w’'-]*")
_BEGINS = re.compile(r"[.!?:;\n][\"”’)]?\s+$|[\"“‘(]$")
"""What stands before the first word of a sentence, which is capitalised whatever it is."""


def lacking_kind(question: str, passage: str) -> Kind | None:
    """Return the kind of thing that a question asks for, if a passage holds nothing of it that the question did not.

    None where it holds some, and where no kind is sure.
    """
    kind = next((kind for kind, pattern in _PATTERNS if pattern.search(question)), None)
    return kind if kind and next(_held(kind, question, passage), None) is None else None


def _held(kind: Kind, question: str, passage: str) -> Iterator[str]:
    """Yield what a passage holds of a kind and the question does not."""
    own = {match.group().lower() for match in _TOKEN.finditer(question)}
    if kind == "number":
        counts = bool(_COUNT.search(question))
        yield from (word for word in _new(passage, own) if _is_number(word, count=counts))
    elif kind == "date":
        yield from (word for word in _new(passage, own) if word[0].isdigit() or _DATE_WORD.fullmatch(word))
    else:
        known = {mention.code for mention in mentions(question)}
        countries = list(mentions(passage))
        yield from (passage[m.start : m.end] for m in countries if m.code not in known)
        own |= {word.lower() for m in countries for word in passage[m.start : m.end].split()}
        yield from (passage[n.start : n.end] for n in named(passage) if n.kind == "person" and not n.values & own)
        yield from _names(own, passage)


def _new(passage: str, own: set[str]) -> Iterator[str]:
    return (match.group() for match in _TOKEN.finditer(passage) if match.group().lower() not in own)


def _is_number(word: str, *, count: bool) -> bool:
    if count and (_PLACE_IN_ORDER.fullmatch(word) or _ROMAN.fullmatch(word)):
        return False
    said = _NUMBER_WORD.fullmatch(word) or _ROMAN.fullmatch(word) or (not count and _DURATION.fullmatch(word))
    return bool(said) or any(letter.isdigit() for letter in word)


def _names(own: set[str], passage: str) -> Iterator[str]:
    """Yield the capitalised words within a passage's sentences that are no part of a body's name nor the question's.

    Short of a list of all names any of them may be one, of a person, a country or a city.
    """
    for match in _CAPITALISED.finditer(passage):
        word = match.group().lower()
        first = not match.start() or _BEGINS.search(passage[max(0, match.start() - 4) : match.start()])
        known = {word, word.removesuffix("s"), f"{word}s"} & (own | NO_NAMES)
        acronym = match.group().isupper() and len(word) > 1
        if not (first or known or acronym):
            yield match.group()
