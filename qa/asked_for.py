"""The kind of thing a question asks for, and whether a passage holds any: a number for *how many*, a date for *when*.

A passage that gives no number does not say how many, however much it is about the same thing. The kinds are coarse
(Li and Roth 2002 have six and fifty), are told by words, and only where that is sure: a kind that is not seen costs
nothing, one that is wrongly missed an answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.countries import mentions
from qa.named import NO_NAMES, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.countries import Mention
    from qa.types import Kind

_COUNT = re.compile(r"\bhow (?:many (?!times\b)|much )", re.IGNORECASE)
_MEASURE = re.compile(
    r"\bhow (?:many times|often|old|long|far|tall|big|large|high|deep|fast|wide|heavy|frequently)\b"
    r"|\b(?:what|which)(?: (?:is|was|are|were)|'s)?(?: (?:the|its|his|her|their))?(?: [\w-]+){0,2} (?:number|percent|"
    r"percentage|proportion|population|height|distance|cost|price|budget|salary|revenue|temperature)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^(?:\W*(?:and|but|so|since|until|by|from)\W+)?(?:(?:roughly|exactly|about) )?"
    r"when(?:'s| (?:is|was|are|were|do|does|did|will|would|can|could|has|have|had|shall|should|may|might|must))\b"
    r"(?!.*\b(?:what|which|who|where|how)\b)"
    r"|\b(?:what|which) (?:\w+ )?(?:years?|dates?|days?|months?|centur(?:y|ies)|decades?)\b",
    re.IGNORECASE,
)
_ROLES = (
    "president|minister|leader|head|chief|chair(?:man|woman|person)?|director|king|queen|emperor|pope|governor|mayor|"
    "ambassador|envoy|secretary(?:-general)?|founder|author|speaker|commander|captain|general|coach|owner|inventor|"
    "winner|chancellor|representative|spokes(?:man|woman|person)|rapporteur|editor|manager"
)
_DEEDS = "leads|led|heads|headed|chairs|chaired|founded|wrote|invented|discovered|directed|composed|painted|won"
_WHO = re.compile(
    rf"\bwho(?:'s| is| was| became| will be| has been| serve[sd] as) (?:[\w'’-]+ ){{0,5}}?(?:{_ROLES})\b"
    rf"|\bwho (?:{_DEEDS})\b",
    re.IGNORECASE,
)
_COUNTRY = re.compile(
    r"\b(?:what|which) (?:(?:other|member|[a-z]+(?:an|ern|ish)) )?(?:country|nation)\b", re.IGNORECASE
)
_CITY = re.compile(r"\b(?:what|which) (?:\w+ )?(?:city|town|capital|village)\b", re.IGNORECASE)

_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_NUMBER_WORD = re.compile(
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|twice|once|double|several|both|"
    r"single|percent|unlimited|daily|weekly|monthly|yearly|annually|hourly",
    re.IGNORECASE,
)
_PLACE_IN_ORDER = re.compile(r"\d+(?:st|nd|rd|th)|(?:1[6-9]|20)\d\d", re.IGNORECASE)
"""Ordinals and years: numbers, but no answer to how many there are."""
_ROMAN = re.compile(r"[IVX]{2,}")
_DATE_WORD = re.compile(
    r"january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|spring|summer|autumn|winter|centur(?:y|ies)|decades?|era|ago|today|yesterday|"
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
    kind = _kind(question)
    return kind if kind and next(_held(kind, question, passage), None) is None else None


def _kind(question: str) -> Kind | None:
    if _COUNT.search(question) or _MEASURE.search(question):
        return "number"
    patterns: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("date", _WHEN),
        ("person", _WHO),
        ("country", _COUNTRY),
        ("city", _CITY),
    )
    return next((kind for kind, pattern in patterns if pattern.search(question)), None)


def _held(kind: Kind, question: str, passage: str) -> Iterator[str]:
    """Yield what a passage holds of a kind and the question does not."""
    own = {match.group().lower() for match in _TOKEN.finditer(question)}
    if kind == "number":
        counts = bool(_COUNT.search(question))
        yield from (word for word in _new(passage, own) if _is_number(word, count=counts))
    elif kind == "date":
        yield from (word for word in _new(passage, own) if word[0].isdigit() or _DATE_WORD.fullmatch(word))
    elif kind == "country":
        known = {mention.code for mention in mentions(question)}
        named_there = list(mentions(passage))
        yield from (passage[m.start : m.end] for m in named_there if not m.capital and m.code not in known)
        yield from _names(own, passage, [m for m in named_there if m.code in known])
    elif kind == "city":
        yield from _names(own, passage, ())
    else:
        yield from (passage[n.start : n.end] for n in named(passage) if n.kind == "person" and not n.values & own)
        yield from _names(own, passage, list(mentions(passage)))


def _new(passage: str, own: set[str]) -> Iterator[str]:
    return (match.group() for match in _TOKEN.finditer(passage) if match.group().lower() not in own)


def _is_number(word: str, *, count: bool) -> bool:
    if count and (_PLACE_IN_ORDER.fullmatch(word) or _ROMAN.fullmatch(word)):
        return False
    return any(letter.isdigit() for letter in word) or bool(_NUMBER_WORD.fullmatch(word) or _ROMAN.fullmatch(word))


def _names(own: set[str], passage: str, left_out: Sequence[Mention]) -> Iterator[str]:
    """Yield the capitalised words within a passage's sentences that are no part of a body's name nor the question's.

    Short of a list of all names any of them may be one, but for the mentions of countries that are left out.
    """
    for match in _CAPITALISED.finditer(passage):
        word = match.group().lower()
        first = not match.start() or _BEGINS.search(passage[max(0, match.start() - 4) : match.start()])
        known = {word, word.removesuffix("s"), f"{word}s"} & (own | NO_NAMES)
        acronym = match.group().isupper() and len(word) > 1
        if not (first or known or acronym or any(m.start <= match.start() < m.end for m in left_out)):
            yield match.group()
