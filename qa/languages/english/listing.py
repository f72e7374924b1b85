"""Questions that ask for all of something, and which of their words name it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from qa.languages.english.word_lists import table
from qa.types import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.types import Clue, Span

_ASKS = r"(?:which|what|how many|who|whose|do(?:es)? any(?:one|body)?|did any(?:one|body)?|ha(?:s|ve) any(?:one|body)?)"
_ALL = r"(?:(?:all|every|each|any|the|of|me|please|a list of|list of)\s+)"
_UP_TO_SIX = r"(?:(?!(?:do|does|did|is|are|was|were|first|last)\b)[\w\u2019'-]+\s+){0,6}?"
_DETERMINERS = re.compile(
    r"(?:(?:the|an?|any|both|either|to|words?|terms?|phrases?|names?)\s+|(?:topic|issue|subject|question)s? of\s+)+",
    re.IGNORECASE,
)
_QUOTED = re.compile("[\"\u201c\u201e\u00ab\u2018'](.+?)[\"\u201d\u201c\u00bb\u2019'](?!\\w)")
_OR = re.compile(r"\s*,?\s+or\s+|\s*,\s*", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_TIME_BEFORE = re.compile(r"[\s,]+(?:in|during|of|at)(?:\s+(?:the|year))*\s*$", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|never|without|except|besides|other than)\b|n['\u2019]t\b", re.IGNORECASE)
_TIMES = frozenset({"year", "session", "date"})


def listing(question: str, clues: Sequence[Clue]) -> Listing | None:
    """Return what a question asks for all of, None where it asks for something else.

    What is to be left out cannot be listed. A year or session at the end of what is looked for is no part of it: it
    says in which documents.
    """
    if _NOT.search(question):
        return None
    for pattern in _by_words():
        if found := pattern.search(question):
            start, end = _without_time(question, *found.span("sought"), clues)
            together = question[start:end].lower().startswith("both ")
            sought = tuple(_named(question, start, end, _AND if together else _OR))
            if all(at < border for at, border in sought):
                return Listing(sought, together)
    if not any(pattern.search(question) for pattern in _by_nearness()):
        return None
    return Listing(asking=tuple(found.span() for pattern in _asking() if (found := pattern.search(question))))


def _named(question: str, start: int, end: int, between: re.Pattern[str]) -> Iterator[Span]:
    """Yield the spans of what is looked for, each without determiners and quotation marks."""
    if quoted := list(_QUOTED.finditer(question, start, end)):
        yield from (one.span(1) for one in quoted)
        return
    for border in between.finditer(question, start, end):
        yield _trimmed(question, start, border.start())
        start = border.end()
    yield _trimmed(question, start, end)


def _trimmed(question: str, start: int, end: int) -> Span:
    """Return a span less the white space, the signs and the determiners around it."""
    end = start + len(question[start:end].rstrip(" \t?!.,;:"))
    start += len(question[start:end]) - len(question[start:end].lstrip())
    before = _DETERMINERS.match(question, start, end)
    return (before.end() if before else start), end


def _without_time(question: str, start: int, end: int, clues: Sequence[Clue]) -> Span:
    """Return a span that ends before a year, a session or a debate of a year, where it ends with one."""
    for clue in clues:
        is_time = any(kind in _TIMES for kind, _ in clue.facts)
        rest = question[clue.end : end].strip(" ?!.,").lower()
        if is_time and start < clue.start and rest in ("", *table("listing")["occasions"]):
            before = _TIME_BEFORE.search(question, start, clue.start)
            return (start, before.start()) if before else (start, end)
    return start, end


@cache
def _by_words() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of questions for words, each with the group ``sought``."""
    verb, gerund, noun, participle, order, place = (
        _any(name) for name in ("verbs", "gerunds", "nouns", "participles", "orders", "places")
    )
    verb += r"(?!\s+(?:of|to)\b)"
    in_places = rf"(?:in|within|across|throughout|from|among|by)\s+(?:[\w\u2019'-]+\s+){{0,3}}?{place}\b"
    ends = (
        r"(?=\s*(?:[?!.]*$|,?\s+(?:anywhere|somewhere|at all|by name|explicitly|please)\b|"
        rf",?\s+and\s+(?:why|how|what|where)\b|\s+{in_places}))"
    )
    starts = rf"^\s*(?:(?:please|can you|could you)\s+)?(?:{order}\s+)?"
    in_which = r"(?:in|by) (?:which|what|how many)\s+(?:[\w-]+\s+){0,2}?[\w-]+s"
    where = rf"(?:where|how often|how many times|how frequently|{in_which})"
    is_named = rf"(?:is|are|was|were|has been|have been)\s+(?!there\b)(?P<sought>.+?)\s+(?:ever\s+)?{participle}{ends}"
    named = rf"(?:{_ALL}+(?:[\w-]+\s+){{1,3}}?|(?:[\w-]+\s+){{0,2}}?[\w-]+s\s+)"
    sought = rf"\s+(?P<sought>.+?){ends}"
    written = (
        rf"^\s*(?:(?:in|of|by)\s+)?{_ASKS}\s+(?!{_any('not_speakers')}){_UP_TO_SIX}{verb}{sought}",
        rf"{starts}{named}(?:(?:that|which|who)\s+{verb}|{gerund}){sought}",
        rf"{starts}{_ALL}*(?:where are\s+)?{noun}\s+(?:of|to){sought}",
        rf"^\s*(?:are|is) there (?:any|an?)\s+{noun}\s+(?:of|to){sought}",
        rf"^\s*{where} (?:do|does|did)\s+(?:[\w-]+\s+){{1,3}}?{verb}{sought}",
        rf"^\s*{where} (?:do|does|did)\s+(?P<sought>.+?)\s+{_any('appear')}{ends}",
        rf"^\s*(?:{where}\s+)?{is_named}",
        rf"{starts}where\s+(?P<sought>.+?)\s+(?:is|are|was|were)\s+{participle}{ends}",
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in written)


@cache
def _by_nearness() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of questions for all of something that their words do not name."""
    names, named, order = (_any(name) for name in ("names", "named", "orders"))
    written = (
        r"^\s*(?:please\s+)?(?:list|enumerate)\s+(?!of\b)",
        rf"^\s*(?:please\s+)?(?:{order}\s+)(?:(?:me|us)\s+)?(?:all|every|each)\b",
        r"^\s*(?:everything|all)\s+(?:that\s+)?(?:\w+\s+){1,2}(?:says?|said|wrote|knows?)\b",
        r"^\s*what are all\b",
        rf"^\s*(?:which|what)\s+(?:[\w-]+\s+){{0,2}}?[\w-]+s\s+(?:do|does|did)\s+(?:[\w-]+\s+){{1,4}}?{names}\s*\??$",
        rf"^\s*(?:which|what|who)\s+(?:[\w-]+\s+){{0,3}}?(?:are|were)\s+{named}",
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in written)


@cache
def _asking() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of an order at the beginning, and of what somebody does with things at the end."""
    names, order = _any("names"), _any("orders")
    written = (rf"^\s*(?:please\s+)?(?:{order}|enumerate\b)\s+{_ALL}*", rf"(?<=\s){names[:-2]}(?:e?s)?\b(?=\s*[?.]*$)")
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in written)


def _any(name: str) -> str:
    """Return a pattern of any entry of a list, the longer ones first."""
    entries = table("listing")[name]
    entries = entries.split() if isinstance(entries, str) else entries
    return "(?:" + "|".join(sorted((re.escape(one) for one in entries), key=len, reverse=True)) + r")\b"
