"""Whose words a question asks for, told apart from what it asks about.

"What did India say about Kenya?" asks for the words of India; Kenya is spoken about. Every name in a question becomes
one letter, so that a pattern can tell its part in the sentence: the subject of a verb of speech, the owner of a speech.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from qa.languages.document_words import months_of
from qa.languages.english.clues import ASKS_WHO_SPOKE
from qa.languages.english.entities import entities
from qa.languages.english.persons import NAME, fold_name
from qa.languages.english.word_lists import any_of, listed, words
from qa.languages.terms import fold
from qa.languages.united_nations import SESSION, SESSION_HYPHEN
from qa.types import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qa.types import Entity

_NAMES, _SYMBOLS, _TIMES = 0xE000, 0xE800, 0xF000
"""Where the letters begin that stand for names, document symbols, and years and sessions: Unicode's private use."""
_NAME, _SYMBOL, _TIME = "[\ue000-\ue7ff]", "[\ue800-\uefff]", "[\uf000-\uf8ff]"
_LETTER = re.compile("[\ue000-\uf8ff]")
_RUN = re.compile(rf"(?:{NAME})(?:\s+(?:(?:of|the|for|on|and|against|de)\s+){{0,2}}{NAME})*")
_WORD = re.compile(NAME)
_ACRONYM = re.compile(r"[A-Z][A-Z-]*[A-Z]")
_DO, _BE = "(?:did|does|do|has|have|had|will|would|can|could|should)", "(?:is|was|are|were)"
_AUXILIARY = f"(?:{_DO}|{_BE})"
_NO_ADJECTIVE = f"(?:{_AUXILIARY}|about|against|and|as|at|by|for|from|in|of|on|or|than|that|to|with)"
_HE = re.compile(rf"\b{_AUXILIARY} (he|she)\b", re.IGNORECASE)


_SUBJECTS = ("asked to say", "takes a stance", "is saying", "is siding", "says")
"""The patterns that end with a verb of speech: what is named after it is what is said, not who says it."""


class _Named(NamedTuple):
    """A name in a question, which has been taken out of it."""

    letter: str
    source: Source


def sources(question: str) -> tuple[Source, ...]:
    """Return the sources whose words a question asks for, in the order of the question."""
    question = SESSION_HYPHEN.sub(" ", question)
    found = _names(question)
    text = _masked(question, found)
    asked = set(_asked(text))
    authors = [one.source for one in found if one.letter in asked]
    timed = set(_LETTER.findall("".join(_times(text)))) if authors else set()
    times = [one.source for one in found if one.letter in timed or (bool(authors) and one.source.kind == "session")]
    he = _HE.search(question)
    if he and not authors:
        times.append(Source("person", *he.span(1), frozenset(), certain=False))
    return tuple(sorted((*authors, *times), key=lambda one: one.start))


def _asked(text: str) -> list[str]:
    """Return the letters of the names whose words are asked for: those after "according to" where there are any."""
    patterns = _patterns()
    who_spoke = ASKS_WHO_SPOKE.search(text) is not None
    names_what = re.match(r"(?:\w+ )?(?:what|which|who|whom|whose)\b", text) is not None
    tells_of = re.match(r"(?:when|where|who)\b", text) is not None
    left_out = {"says": who_spoke, "takes a stance": names_what, "is siding": names_what, "document does": tells_of}
    asked = {
        name: [one for one in pattern.finditer(text) if not one.groupdict().get("told")]
        for name, pattern in patterns.items()
        if not left_out.get(name)
    }
    outright = [one for name in ("according to", "in document") for one in asked[name]]
    every = outright or [one for matches in asked.values() for one in matches]
    verb = min((one.end() for name in _SUBJECTS for one in asked.get(name, ())), default=len(text))
    letters = [letter for one in every for letter in _LETTER.finditer(text, *one.span("who"))]
    return [letter.group() for letter in letters if outright or letter.start() < verb]


def _times(text: str) -> Iterator[str]:
    """Yield the parts of a question that say of when the words are: "in its 2017 speech", "said in 2018"."""
    for match in _time_pattern().finditer(text):
        yield match.group()


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the patterns by which a name is that of a source; ``who`` holds the letters of the names."""
    office = rf"(?:{any_of('offices')})"
    of_office = rf"(?:(?:{office} )+(?:of|from|for) (?:the )?)*(?:{any_of('titles')} )*"
    name = rf"(?:the |its |a )?{of_office}{_NAME}(?:['’]s?)?(?: {office}\b)*"
    who = rf"(?P<who>{name}(?:(?:,| and| or|, and) {name})*)"
    symbol = rf"(?:the )?(?:(?:draft|resolution|decision|document|report)s? )*(?P<who>{_SYMBOL})"
    nouns, parts = any_of("speech_nouns"), any_of("parts")
    says, stances = _forms("says"), _forms("stances")
    saying, siding = (_any(form for form in forms if form.endswith("ing")) for forms in (says, stances))
    told = _any(form for form in says if form.endswith(("s", "ed")) or form in words("past"))
    between = rf"(?>,? (?:{_TIME}|(?:\w+ly|{any_of('between_subject_and_verb')}|{nouns})\b))*,?"
    given = r"(?:said|told|delivered|submitted|tabled|proposed|sponsored|introduced)"
    patterns = {
        "asked to say": rf"\b{_DO} (?:{_NAME}['’]s [\w-]+ )?{who}{between} {_any(says)}\b",
        "takes a stance": rf"\b{_DO} {who}{between} {_any(stances)}\b",
        "is saying": rf"\b{_BE} {who}{between} {saying}\b",
        "is siding": rf"\b{_BE} {who}{between} {siding}\b",
        "says": rf"(?P<told>\b{_BE} )?(?<!\bin )(?<!\bof )(?<!\bto )(?<!\bfor )(?<!\bon )"
        r"(?<!\babout )(?<!\bwith )(?<!\bagainst )"
        rf"{who} (?:(?:has|have|had|also|once) )*{told}\b",
        "according to": rf"\b(?:according to|as per|in the (?:words|view|opinion|eyes) of|{given} by) {who}",
        "owns": rf"{who} (?:(?!{_NO_ADJECTIVE}\b)[\w-]+ |{_TIME} ){{0,2}}{nouns}\b",
        "owned": rf"\b(?:{nouns}|drafts?)(?: (?:{given}|made|given|held))? (?:by|of|from) {who}",
        "has a view": rf"\b{nouns} {_DO} {who} (?:deliver|express|give|have|hold|make|take)\b",
        "on": rf"^{who}(?: (?:on|about|regarding|re)\b|:)",
        "document does": rf"\b{_DO} {symbol}",
        "in document": rf"\b(?:under|in|per|according to) {symbol}",
        "part of document": rf"\b{parts}\b[^?;]{{0,20}}?(?: (?:of|in|to) |\?? \(){symbol}",
        "document, part": rf"(?P<who>{_SYMBOL}),? {parts}",
    }
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


@cache
def _time_pattern() -> re.Pattern[str]:
    """Return what says of when the words are."""
    nouns, says = rf"(?:{any_of('speech_nouns')}|general debate|debate|session|assembly)", _any(_forms("says"))
    return re.compile(
        rf"{_TIME} (?:[\w-]+ ){{0,2}}{nouns}\b|\b{nouns} (?:in|of|from|at)(?: the)? {_TIME}"
        rf"|^(?:in|at|during)(?: the)? {_TIME}|\b{says},? (?:in|at|during)(?: the)? {_TIME}"
        rf"|\b{_AUXILIARY} (?:\S+ ){{1,5}}(?:in|at|during)(?: the)? {_TIME},? {says}\b"
    )


def _any(forms: Iterable[str]) -> str:
    return "(?:" + "|".join(forms) + ")"


@cache
def _forms(name: str) -> list[str]:
    """Return the forms of the verbs in a list, the longest first."""
    forms = set()
    for verb in listed(name):
        stem = verb[:-1] if verb[-1] in "ey" else verb
        y = "i" if verb[-1] == "y" else ""
        forms |= {verb, f"{verb}s", f"{verb}es", f"{stem}{y}ed", f"{stem}{y}es", f"{verb}ing", f"{stem}ing"}
    return sorted(forms, key=len, reverse=True)


def _masked(question: str, found: list[_Named]) -> str:
    """Return a question in small letters, with one letter for every name."""
    pieces, done = [], 0
    for one in found:
        pieces += [question[done : one.source.start].lower(), one.letter]
        done = one.source.end
    return " ".join("".join([*pieces, question[done:].lower()]).split())


def _names(question: str) -> list[_Named]:
    """Return what may be a source in a question, in order, and the years and sessions."""
    found = [source for one in entities(question) if (source := _of_entity(one, question))]
    taken = [(one.start, one.end) for one in entities(question)]
    hidden = list(question)
    for start, end in taken:
        hidden[start:end] = " | ".rjust(end - start, "|")[-(end - start) :] if end - start > 2 else "|" * (end - start)
    found += _of_names("".join(hidden))
    begin = {"symbol": _SYMBOLS, "year": _TIMES, "session": _TIMES}
    found.sort(key=lambda one: one.start)
    return [_Named(chr(begin.get(one.kind, _NAMES) + place), one) for place, one in enumerate(found)]


def _of_entity(one: Entity, question: str) -> Source | None:
    """Return the source that an entity may be."""
    facts = frozenset((str(one.kind), value) for value in one.values)
    if one.kind in ("country", "person", "symbol"):
        return Source(one.kind, one.start, _end(question, one.start, one.end), facts, one.certain)
    if one.kind == "year" and one.bounds is None:
        return Source("year", one.start, one.end, facts)
    if one.kind == "number" and (session := SESSION.match(question, one.end)):
        numbers = {value[1] if isinstance(value, tuple) else value for value in one.values}
        return Source("session", one.start, session.end(), frozenset(("session", number) for number in numbers))
    return None


def _of_names(text: str) -> Iterator[Source]:
    """Yield bodies, documents and persons that a text names by capitals; entities have been taken out of it."""
    for match in _RUN.finditer(text):
        parts = _parts(match, text)
        if not parts:
            continue
        start, end = parts[0][1], parts[-1][1] + len(parts[-1][0])
        end = _end(text, start, end)
        name = text[start:end]
        of_entity = len(parts) == 1 and text[:start].rstrip().endswith("|")
        alone = (
            len(parts) == 1
            and not _ACRONYM.fullmatch(name)
            and (fold(name) in words("no_name") or fold(name) in months_of("en"))
        )
        if alone or of_entity or fold(name) in words("no_sources"):
            continue
        lower = {word.lower() for word, _ in parts}
        if lower & words("texts"):
            yield Source("document", start, end, frozenset({("title", fold(name))}), certain=False)
        elif _ACRONYM.fullmatch(name) or lower & words("no_name"):
            yield Source("organisation", start, end, frozenset({("organisation", fold(name))}))
        else:
            yield Source("person", start, end, frozenset({("person", fold_name(parts[-1][0]))}))


def _end(text: str, start: int, end: int) -> int:
    """Return where a name ends, without the "s" of a possessive."""
    return end - 2 if text[start:end].endswith(("'s", "’s")) else end


def _parts(match: re.Match[str], text: str) -> list[tuple[str, int]]:
    """Return the words of a name with their places, less titles and the like at its ends."""
    parts = [(word.group().rstrip(".,’'"), match.start() + word.start()) for word in _WORD.finditer(match.group())]
    while parts and (_is_no_name(parts[0][0]) or (len(parts) == 1 and _opens(parts[0], text))):
        parts = parts[1:]
    while parts and _is_no_name(parts[-1][0]):
        parts = parts[:-1]
    return parts


def _opens(part: tuple[str, int], text: str) -> bool:
    """Say whether a capitalised word opens the question and is no acronym."""
    return part[1] == 0 and not _ACRONYM.fullmatch(part[0]) and text[len(part[0]) :].strip() != ""


def _is_no_name(word: str) -> bool:
    """Say whether a word begins or ends no name, although it may have a capital."""
    if _ACRONYM.fullmatch(word):
        return False
    word = word.removesuffix("'s").removesuffix("’s")
    return any(word.lower() in words(name) for name in ("stop", "titles", "offices", "speech_nouns")) or (
        word.lower() == "according"
    )
