"""What a text names that can be right or wrong: numbers, years, dates, document symbols, countries, persons.

Each comes with a value that is the same however it is written: "thirty-five" and "35", "28 and 29 June" and
"June 28-29", "UNSCR 2199" and "resolution 2199 (2015)", "Kenyan" and "Kenya".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from text_to_num import find_numbers

from qa.languages.analysis import STOP_WORDS
from qa.languages.countries import mentions
from qa.types import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qa.types import Value

UPPER = "".join(letter for letter in map(chr, range(0x530)) if letter.isupper())
"""The capitals of Latin, Greek and Cyrillic script, for a class of a pattern."""

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = re.compile(rf"\b(?:{'|'.join(name.capitalize() for name in MONTHS)})\b")
_ISO_DATE = re.compile(r"\b(?P<year>(?:1[6-9]|20)\d\d)-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b")
_ATTACKS = re.compile(r"(?<![\w/.-])9/11(?![\w/-])")
"""11 September 2001, as it is written in every country."""
_SYMBOL = re.compile(
    r"\b(?P<organ>[AES])/(?P<rest>(?:[A-Z][\w.]*/)*\d[\w.]*(?:/[\w.]*\d[\w.]*)*)(?:\s?\((?P<of>\d{4})\))?"
    r"|\b(?:UN)?(?:SC|GA)R(?:es)?\.? (?P<short>\d+(?:/\d+)?)\b"
    r"|\b(?P<paired>\d{2}/\d{1,3})\b(?!/)"
    r"|\b(?P<numbered>\d{1,4}(?: [A-Z])?) \((?P<session>\d{4}|[IVXLC]+|[ES]S?-[IVX]+)\)"
    r"|(?:(?<=\bresolution )|(?<=\bresolutions ))(?P<bare>\d{1,4})\b(?! ?\()"
)
_TOKEN = re.compile(
    r"\b(?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?=-[^\W\d_])"  # "the two-State solution"
    r"|[^\W\d_]+(?:[-'’][^\W\d_]+)*"
    r"|\d{1,3}(?:[ \xa0\u202f]\d{3})+(?![\d.,])"  # "2 000", as the United Nations write it
    r"|\d+(?:[.,]\d+)*(?:st|nd|rd|th|bn|m|k)?\b|\d+(?:[.,]\d+)*|[^\w\s]"
)
_DIGITS = re.compile(
    r"(?P<digits>\d{1,3}(?:[, \xa0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<suffix>st|nd|rd|th|bn|m|k)?"
)
_GROUPS = re.compile(r"[, \xa0\u202f]")
_TIMES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "bn": 1e9}
_UNITS = {"decade": 10, "decades": 10, "dozen": 12, "dozens": 12}
_FRACTIONS = {"half": 50.0, "third": 33.0, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
"""As per cent."""
_FRACTION = re.compile(r"\b(?:a|one)[ -](?P<of>half|third|quarter|fifth|tenth)\b")
_ROMAN = re.compile(r"\b(?=[IVX]{2,})(X{0,3})(IX|IV|V?I{0,3})\b")
_ROMANS = {"I": 1, "V": 5, "X": 10}
_JOINS = {"and", "to", "-", "–", "—", ",", "or"}
TITLES = {
    "mr", "mrs", "ms", "dr", "sir", "madam", "president", "minister", "ambassador", "pope", "governor", "king", "queen",
    "prince", "princess", "sheikh", "emir", "judge", "justice", "professor", "chancellor", "senator", "general",
    "colonel", "secretary-general", "under-secretary-general", "prime", "foreign", "his", "her", "excellency",
}  # fmt: skip
NO_NAMES = {
    "abu", "accord", "act", "affairs", "african", "agencies", "agency", "agenda", "agreement", "al-qaeda", "al-qaida",
    "alliance", "american", "analysis", "annex", "arab", "army", "article", "asian", "assembly", "association",
    "atlantic", "atomic", "authority", "award", "bank", "basin", "board", "boko", "borders", "bureau", "campaign",
    "caribbean", "center", "central", "centre", "challenge", "change", "chapter", "charter", "chemical", "children",
    "church", "city", "civil", "civilization", "climate", "coalition", "code", "commission", "committee", "compact",
    "conference", "congress", "convention", "cooperation", "coordination", "council", "counter-terrorism", "court",
    "covenant", "crime", "criminal", "cultural", "culture", "customs", "daesh", "data", "database", "day", "decade",
    "declaration", "delta", "department", "desk", "development", "digital", "disarmament", "disaster", "division",
    "drug", "east", "eastern", "economic", "economy", "education", "energy", "entity", "environment", "equality",
    "ethics", "eu", "european", "event", "expert", "extremism", "federation", "fighter", "finance", "financial", "food",
    "force", "foreign", "forum", "framework", "front", "fund", "gender", "general", "global", "goal", "government",
    "grain", "group", "gulf", "haram", "heads", "health", "heights", "heritage", "hezbollah", "high-level", "house",
    "human", "humanitarian", "industry", "information", "initiative", "institute", "intelligence", "internal",
    "international", "internet", "islamic", "island", "joint", "judicial", "justice", "labour", "latin", "law",
    "leaders", "league", "legal", "lives", "management", "maritime", "mechanism", "mediterranean", "meeting", "member",
    "middle", "migration", "military", "ministers", "ministry", "mission", "monetary", "movement", "national",
    "nations", "network", "new", "nobel", "north", "northern", "nuclear", "ocean", "office", "operation",
    "organisation", "organization", "pacific", "pact", "panel", "parliament", "partnership", "party", "peace",
    "peacebuilding", "penal", "peninsula", "plan", "police", "policy", "political", "population", "prevention", "prize",
    "process", "programme", "project", "protocol", "public", "qaeda", "qaida", "rapporteur", "refugee", "region",
    "relief", "religion", "report", "research", "resolution", "review", "revolution", "rights", "river", "road", "rule",
    "sanctions", "science", "sea", "secretariat", "section", "security", "service", "social", "society", "south",
    "southern", "space", "special", "sport", "spring", "standing", "state", "statement", "statute", "strait",
    "strategy", "street", "strip", "sub-committee", "subcommittee", "summit", "support", "sustainable", "system",
    "taliban", "task", "team", "technical", "technology", "telecommunication", "terrorism", "terrorist", "tourism",
    "trade", "training", "travel", "treaty", "tribunal", "trust", "un", "union", "unit", "united", "university",
    "valley", "violence", "war", "water", "weapons", "west", "western", "white", "wildlife", "women", "work", "workers",
    "working", "world", "youth", "zone",
}  # fmt: skip
"""Words that stand in the names of bodies, texts, events and places, not of persons; plurals in s go without saying."""
NAME = rf"[{UPPER}][\w’'.-]*"
_PERSON = re.compile(rf"{NAME}(?:\s+(?:(?:de|da|dos|van|von|der|den|al|bin|ibn|la|le|di|el)\s+)*{NAME})*")


@lru_cache(maxsize=512)
def entities(text: str) -> tuple[Entity, ...]:
    """Return what a text names, in order; no two overlap."""
    found: list[Entity] = []
    _take(found, _symbols(text))
    _take(found, _dates(text))
    _take(found, _numbers(text))
    _take(found, (Entity("country", frozenset({m.code}), m.start, m.end) for m in mentions(text) if not m.capital))
    _take(found, _persons(text))
    return tuple(sorted(found, key=lambda one: one.start))


def _take(found: list[Entity], more: Iterable[Entity]) -> None:
    """Add what does not overlap anything found before."""
    for one in more:
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)


def _symbols(text: str) -> Iterator[Entity]:
    """Yield document symbols and numbers of resolutions."""
    for match in _SYMBOL.finditer(text):
        if match["organ"]:
            rest = match["rest"].rstrip(".").lower()
            value = rest.removeprefix("res/") if rest.startswith("res/") else f"{match['organ'].lower()}/{rest}"
        else:
            value = (match["short"] or match["paired"] or match["numbered"] or match["bare"]).lower()
        yield Entity("symbol", frozenset({value}), match.start(), match.end())


def _dates(text: str) -> Iterator[Entity]:
    """Yield days of months, months, and the years that belong to them."""
    for match in _ISO_DATE.finditer(text):
        yield Entity("date", frozenset({(int(match["month"]), int(match["day"]))}), match.start(), match.end())
    for match in _ATTACKS.finditer(text):
        yield Entity("date", frozenset({(9, 11)}), match.start(), match.end())
    tokens = _tokens(text)
    numbers = {token: (value, ordinal) for token, _, value, ordinal in _values(tokens)}
    for match in _MONTH.finditer(text):
        place = next(i for i, token in enumerate(tokens) if token[1] <= match.start() < token[2])
        month = MONTHS.index(match.group().lower()) + 1
        before, first = _days(tokens, numbers, place, -1)
        after, last = _days(tokens, numbers, place, 1)
        days = before or after
        if not days and month == len("march") and not _is_may(tokens, place):
            continue
        values: frozenset[Value] = frozenset((month, day) for day in days) or frozenset({(month, 0)})
        start = tokens[first][1] if before else match.start()
        yield Entity("date", values, start, match.end() if before or not after else tokens[last][2])


def _is_may(tokens: list[tuple[str, int, int]], place: int) -> bool:
    """Say whether "May" is the month: after a preposition or before a year."""
    before = tokens[place - 1][0].lower() if place else ""
    after = tokens[place + 1][0] if place + 1 < len(tokens) else ""
    return before in {"in", "of", "since", "until", "last", "by", "late", "early", "this", "next"} or after[:2] == "20"


def _days(
    tokens: list[tuple[str, int, int]], numbers: dict[int, tuple[float, bool]], place: int, step: int
) -> tuple[list[int], int]:
    """Return the days that stand before or after a month, and the place of the farthest."""
    days: list[int] = []
    reached = place
    place += step
    if step < 0 and place >= 0 and tokens[place][0].lower() == "of":
        place += step
    while 0 <= place < len(tokens):
        value = numbers.get(place)
        if value and 1 <= value[0] <= 31 and value[0] == int(value[0]):
            days.append(int(value[0]))
            reached = place
        elif tokens[place][0].lower() not in _JOINS | {"the"} or not days:
            break
        place += step
    return days, reached


def _numbers(text: str) -> Iterator[Entity]:
    """Yield years and other numbers, in digits, words and Roman numerals."""
    tokens = _tokens(text)
    for first, last, value, ordinal in _values(tokens):
        word, start, end = tokens[first][0], tokens[first][1], tokens[last][2]
        if word.isdigit() and len(word) == 4 and first == last and 1600 <= value <= 2100:
            yield Entity("year", frozenset({int(value)}), start, end)
        elif value not in {0, 1} or word.isdigit():
            following = tokens[last + 1][0].lower() if last + 1 < len(tokens) else ""
            scaled = value * _UNITS.get(following, 1)
            yield Entity("number", frozenset({("nth", value)} if ordinal else {value, scaled}), start, end)
    for fraction in _FRACTION.finditer(text):
        yield Entity("number", frozenset({_FRACTIONS[fraction["of"]]}), fraction.start(), fraction.end())
    for match in _ROMAN.finditer(text):
        yield Entity("number", frozenset({("nth", float(_roman(match.group())))}), match.start(), match.end())


def _roman(numeral: str) -> int:
    values = [_ROMANS[letter] for letter in numeral]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


class _Word:
    """A token as text2num wants it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def text(self) -> str:
        return self._text

    def nt_separated(self, previous: _Word) -> bool:  # noqa: ARG002 - text2num's protocol
        return False

    def not_a_number_part(self) -> bool:
        return not self._text[0].isalpha()


def _values(tokens: list[tuple[str, int, int]]) -> Iterator[tuple[int, int, float, bool]]:
    """Yield first and last token, value, and whether it is an ordinal, of every number in digits or words."""
    for place, (word, _, _) in enumerate(tokens):
        if not (match := _DIGITS.fullmatch(word)) or (place and tokens[place - 1][0] in ("'", "’")):
            continue  # '08 is a year, but of which century?
        suffix = match["suffix"] or ""
        following = tokens[place + 1][0].lower() if place + 1 < len(tokens) else ""
        times = _TIMES.get(suffix) or _TIMES.get(following, 1.0)
        last = place + 1 if following in _TIMES else place
        yield place, last, float(_GROUPS.sub("", match["digits"])) * times, suffix in {"st", "nd", "rd", "th"}
    for found in find_numbers([_Word(word) for word, _, _ in tokens], "en", 0):
        if tokens[found.start][0].lower() not in {"first", "second", "seconds", "third", "a", "an"}:
            yield found.start, found.end - 1, float(found.value), bool(found.is_ordinal)


def _persons(text: str) -> Iterator[Entity]:
    """Yield names of persons: after a title one capitalised word is enough, else two or three that name no body."""
    for match in _PERSON.finditer(text):
        words = [
            (word.group().rstrip(".,’'"), match.start() + word.start()) for word in re.finditer(NAME, match.group())
        ]
        titled = False
        while words and (_is_before_a_name(words[0][0]) or (words[0][1] == 0 and len(words) > 1)):
            titled = titled or words[0][0].lower() in TITLES
            words = words[1:]
        words = words[: _office(text, words)]
        plain = [word for word, _ in words]
        if not plain or len(plain) > 4 or any(_is_no_name(word) for word in plain):
            continue
        if len(plain) >= 2 or (titled and words[0][1] > 0):
            end = words[-1][1] + len(words[-1][0])
            family = plain[-1] if not _ROMAN.fullmatch(plain[-1]) else plain[-2] if len(plain) > 1 else plain[-1]
            yield Entity("person", frozenset({fold_name(family)}), words[0][1], end)


def _office(text: str, words: list[tuple[str, int]]) -> int | None:
    """Return the place of the title on the line below a name, with which its office begins, if there is one."""
    for place, ((word, start), (_, before)) in enumerate(zip(words[1:], words, strict=False), 1):
        if word.lower() in TITLES and "\n" in text[before:start]:
            return place
    return None


def _is_no_name(word: str) -> bool:
    """Say whether a capitalised word is one of bodies, texts and the like, or an acronym."""
    return not NO_NAMES.isdisjoint({word.lower(), word.lower().removesuffix("s")}) or (word.isupper() and len(word) > 3)


def _is_before_a_name(word: str) -> bool:
    """Say whether a capitalised word is a title, or opens a sentence: "The UN", "Mr. Guterres"."""
    return word.lower() in TITLES or word.lower() in STOP_WORDS


def fold_name(name: str) -> str:
    """Return a name without case, accents and possessive."""
    import unicodedata

    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return plain.lower().replace("’", "'").removesuffix("'s").strip("'.")
