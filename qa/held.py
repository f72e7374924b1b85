"""What a text holds that may be a number, a date or the name of somebody or some place.

Whatever might be of the kind counts, for each function says no only where surely nothing of it is there. All take the
question too: what it names is seldom its own answer.
"""

from __future__ import annotations

import re

from qa.analyser import STOP_WORDS
from qa.countries import mentions
from qa.named import MONTHS, NO_NAMES, TITLES, UPPER, named

_WORD = re.compile(r"\w+")
_OFFERED = re.compile(r"\bor\b")
_QUANTITY = re.compile(
    r"\b(?:one|single|half|third|quarter|fifth|tenth|hundreds?|thousands?|(?:m|b|tr)illions?|dozens?|scores?|couple|"
    r"pair|nothing|parity|equal|majority|minority|twice|once|double|several|both|zero|none|nobody|percent|unlimited|"
    r"unanimous(?:ly)?|free of charge)\b",
    re.IGNORECASE,
)
"""What says how many without a number that can be read as one."""
_BEFORE_YEAR = re.compile(
    rf"(?:\b(?:in|of|since|until|by|from|to|and|before|after|during|late|early|{'|'.join(MONTHS)}),? |[(/–-])$",
    re.IGNORECASE,
)
_ALL_OR_NONE = r"\b(?:no|all|every|each|most|neither|any)\b(?:\W+\w+){0,3}?\W+"
_DURATION = re.compile(
    r"\b(?:seconds?|minutes?|hours?|(?:to)?days?|weeks?|(?:over)?nights?|fortnight(?:ly)?|months?|years?|decades?|"
    r"centur(?:y|ies)|hourly|daily|weekly|monthly|yearly|(?:bi|semi-?)?annual(?:ly)?|(?:b|tr|quadr|quinqu)i?ennial(?:ly)?|"
    r"quarterly|first time|as (?:needed|necessary|required)|"
    r"every|each|always|never|regular(?:ly)?|periodical(?:ly)?|frequent(?:ly)?|occasional(?:ly)?|rarely|often|until|since|"
    r"permanent(?:ly)?|indefinite(?:ly)?|forever)\b",
    re.IGNORECASE,
)
"""What says how long or how often without a number."""
_TIME = re.compile(
    rf"\b\d{{3,4}}s?\b|\b\d{{1,2}}(?:[./-]\d{{1,2}}\b|:\d\d|(?:st|nd|rd|th)\b)"
    rf"|\b(?:{'|'.join(sorted(set(MONTHS) - {'march', 'may'}))}|(?-i:March|May)|"
    r"(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|centur(?:y|ies)|decades?|"
    r"days?|weeks?|months?|years?|nights?|mornings?|evenings?|afternoons?|noon|dawn|midnight|era|ago|today|yesterday|"
    r"tomorrow|never|not yet|yet to|still|hours?|later|earlier|shortly|soon|since|anniversary|ancient|independence|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ties|now|recently|currently|next|last|once|after|before|during|upon|"
    r"following|sessions?|(?:beginning|start|end|outset|close) of|in due course)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(rf"\b[{UPPER}][\w’'-]*")
_BEGINS = re.compile(r"[.!?:;\n][\"”’)]?\s+$|[\"“‘(]$")
"""What stands before the first word of a sentence, which is capitalised whatever it is."""
_NO_NAMES = NO_NAMES | STOP_WORDS | TITLES | set(MONTHS)
_OPENERS = {
    "today", "yet", "thus", "hence", "moreover", "furthermore", "therefore", "many", "several", "while", "although",
    "though", "despite", "given", "finally", "first", "second", "third", "next", "last", "everyone", "everybody",
    "nobody", "people", "children", "men", "youth", "little", "nothing", "something", "never", "perhaps", "please",
    "let", "now", "instead", "without", "within", "among", "like", "even", "another", "whatever", "whether", "unless",
}  # fmt: skip
_COMMON = re.compile(r"(?:ing|ism|ion|ment|ity|ness|ly|ed|ive|al|ence|ance|ship|ure|ful|ous|able|ible|ic|hood|age)$")
"""How common words end: at the head of a sentence, such a word is most probably no name."""
_AGENT = re.compile(r"(?:er|or|ist|s(?<!ss))$")
"""How words for people and for several things end, and names: with a verb of which one is the subject, a name."""
_SINGULAR = re.compile(r"’?'?s?,? (?:is|was|has|had|will|\w+s|\w+ed)\b")
_TITLE = re.compile(
    r"\b(?:mr|mrs|ms|dr|sir|madam|president|minister|chancellor|king|queen|prince|princess|pope|emir|sheikh|judge|"
    r"ambassador|senator|governor|professor)\b\.? $",
    re.IGNORECASE,
)
_IRREGULAR = {"women": "woman", "men": "man", "people": "person", "children": "child"}
_ORDINAL = r"\b(?:[IVX]{2,}|\d+(?:st|nd|rd|th)|first|second|third|\w+th)\W+(?:\w+\W+){0,2}?"
_LISTED = re.compile(r"\(a\).*\(b\)|\(i\).*\(ii\)", re.DOTALL)
_CITY_STATES = frozenset({"DJI", "GTM", "KWT", "LUX", "MCO", "PAN", "SGP", "SMR", "VAT"})
"""Countries that have their capital's name."""
_ACRONYM = 4
"""Letters from which on a word in capitals may be a name: verbatim records print speakers so."""


def holds_count(question: str, text: str) -> bool:
    """Say whether a text may say how many: a number, "no State", or several countries one after another.

    Ordinals, dates, years, and the numbers of resolutions are no such numbers.
    """
    counts = any(
        (one.kind == "number" and not all(isinstance(value, tuple) for value in one.values))
        or (one.kind == "year" and not _BEFORE_YEAR.search(text[max(0, one.start - 12) : one.start]))
        for one in named(text)
    )
    if counts or _QUANTITY.search(text) or _LISTED.search(text) or _several_named(text):
        return True
    counted = re.search(r"\bhow many ((?:\w+\W+){0,2}\w+)", question, re.IGNORECASE)
    nouns = [_one_of(word) for word in _WORD.findall(counted[1]) if word.lower() not in STOP_WORDS] if counted else []
    return any(re.search(f"(?:{_ALL_OR_NONE}|{_ORDINAL}){re.escape(noun)}", text, re.IGNORECASE) for noun in nouns)


def holds_measure(_question: str, text: str) -> bool:
    """Say whether a text may say how long, how often or how large: any digit, a duration, an ordinal."""
    numbers = any(one.kind in ("number", "year") for one in named(text))
    return numbers or bool(_QUANTITY.search(text) or _DURATION.search(text) or re.search(r"\d", text))


def holds_date(_question: str, text: str) -> bool:
    """Say whether a text may say when: a date, a season, "after the war", "not yet"."""
    return bool(_TIME.search(text))


def holds_country(question: str, text: str) -> bool:
    """Say whether a text names a country, or something that may be one, or says that all or none are meant."""
    all_or_none = re.search(f"{_ALL_OR_NONE}(?:countr|nation|state)", text, re.IGNORECASE)
    return bool(all_or_none) or any(mentions(text)) or holds_name(question, text)


def holds_name(question: str, text: str) -> bool:
    """Say whether a text holds a word that may be the name of a person or a place, short of a list of all names.

    That is a capitalised word that is no part of a body's name nor of a country's and does not stand in the question,
    unless the question offers it: *Geneva or Vienna?*
    """
    if any(letter.isalpha() and letter.lower() == letter.upper() for letter in text):
        return True  # a script without capitals
    own = set() if _OFFERED.search(question) else {word.lower() for word in _WORD.findall(question)}
    countries = [(mention.start, mention.end) for mention in mentions(text)]
    for match in _CAPITALISED.finditer(text):
        start, end = match.span()
        word = match.group().lower().removesuffix("’s").removesuffix("'s")
        before = text[max(0, start - 12) : start]
        if _TITLE.search(before):
            return True
        if (
            _is_known(word, own)
            or all(_is_known(part, own) for part in word.split("-"))
            or any(start < stop and begin < end for begin, stop in countries)
        ):
            continue
        if match.group().isupper() and len(word) > 1:
            if len(word) >= _ACRONYM or before.endswith("("):
                return True
        elif (start and not _BEGINS.search(before)) or not _opens(word, text[end : end + 20]):
            return True
    return False


def holds_city(question: str, text: str) -> bool:
    """Say whether a text names a place, be it one that the question names: "in Marrakesh", of the Marrakesh Compact."""
    if any(mention.capital or mention.code in _CITY_STATES for mention in mentions(text)):
        return True
    own = [match.group() for match in _CAPITALISED.finditer(question) if match.start()]
    there = any(re.search(rf"\b(?:in|at|near|from|to) {re.escape(word)}\b", text) for word in own)
    return there or holds_name(question, text)


def _several_named(text: str) -> bool:
    countries = {mention.code for mention in mentions(text)}
    return len(countries) > 1 or sum(one.kind == "person" for one in named(text)) > 1


def _one_of(noun: str) -> str:
    """Return how one of several begins: "countr" of countries, "woman" of women."""
    return _IRREGULAR.get(noun.lower()) or re.sub(r"ies$|s$", "", noun)


def _is_known(word: str, own: set[str]) -> bool:
    """Say whether a word, in small letters, is none of a name: the question's ``own``, of bodies, a month, a title."""
    return not {word, word.removesuffix("s"), f"{word}s"}.isdisjoint(own | _NO_NAMES)


def _opens(word: str, following: str) -> bool:
    """Say whether a word, in small letters, probably has its capital only because it opens a sentence."""
    agents = _AGENT.search(word) and not _SINGULAR.match(following)
    return word in _OPENERS or bool(agents or _COMMON.search(word))
