"""The kind of thing a question asks for, and whether a passage holds any: a number for *how many*, a date for *when*.

A passage that gives no number does not say how many, however much it is about the same thing. The kinds are coarse
(Li and Roth 2002 have six and fifty) and told by words. A kind that is not seen costs nothing, a false doubt an answer:
so only questions that plainly ask for one are heeded, and whatever might be of the kind counts as held.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.analyser import STOP_WORDS
from qa.countries import mentions
from qa.named import MONTHS, NO_NAMES, TITLES, UPPER, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from qa.types import AskedKind

    Holds = Callable[[str, str], bool]

# What a question asks for.

_GOES_ON = (
    r"(?=\W*$|,| (?:is|was|were|are|did|does|do|has|have|had|will|would|can|could|should|hosts?|hosted|held|became|"
    r"won|spoke|said|saw|led|leads|took|made|first|ratified|signed|joined|adopted|proposed|called|of the week)\b)"
)
"""What follows a noun that is asked for, not one that only tells of which sort another is: *what country visits*."""
_OF_TIME = r"(?:times|(?:\w+ )?(?:minutes|hours|days|weeks|months|years|decades))"
_COUNT = re.compile(
    rf"\bhow many (?!{_OF_TIME}\b)|\bhow much (?:money|funding|aid)\b"
    r"|\bhow much (?:is|are|was|were|do|does|did|has|have|had|will|would) (?!.*\b(?:attention|heed|tribute|price)\b)"
    r".*\b(?:cost|pay|paid|spend|spent|earn)\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    rf"\bhow (?:many {_OF_TIME}|often|frequently|old|long|tall)\b"
    r"|\bwhat(?: (?:is|was)|'s) (?:the|its|his|her|their) (?:[\w-]+ ){0,2}?"
    r"(?:number(?! of (?:this|the) (?:resolution|document|report|decision|article|law|act)\b)|"
    r"percentage|proportion|budget|salary|revenue|temperature)(?= (?:of|for|in|on|at)\b|\W*$)"
    r"|\bwhat(?: (?:is|was)|'s) the (?:total |current )?population of\b"
    rf"|\b(?:what|which) (?:annual |total )?(?:percentage|proportion|budget|salary|revenue)(?:(?= of\b)|{_GOES_ON})",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^(?:\W*(?:and|but|so|since|until|by|from)\W+)?(?:(?:roughly|exactly|about) )?"
    r"when (?:was|were|did)\b(?!.*\b(?:what|which|who|where|how)\b)"
    r"|\b(?:in|on|since|until|from|during|by) (?:what|which) (?:\w+ )?(?:year|date|day|month|century|decade)\b"
    rf"|\b(?:what|which) (?:exact )?(?:year|date|day|month|century|decade){_GOES_ON}",
    re.IGNORECASE,
)
"""Not *when is*, *may* or *will*: such questions may ask for a condition."""
_ROLE = (
    "president|minister|leader|head|chief|chair(?:man|woman|person)|director(?:[- ]general)?|king|queen|emperor|pope|"
    "governor|mayor|ambassador|envoy|secretary(?:[- ]general)?|speaker|commander|captain|coach|"
    "inventor|chancellor|representative|spokes(?:man|woman|person)|rapporteur|editor"
)
"""What a person is; a chair, a winner or an author may be a State or a body."""
_WHO = re.compile(
    r"\bwho(?:'s| is| was| became| has been| serve[sd] as) "
    r"(?:(?!(?:to|by|of|for|in|at|on|with|from|as|who|which|that|and|or)\b|[\w-]+(?:ed|ible|able|ing)\b)"
    r"[\w'’-]+ ){0,4}?"
    r"(?!president of the (?:[\w'’]+ ){0,3}?(?:council|group|union|forum|movement)\b)"
    rf"(?:{_ROLE})(?=\W*$|,| (?:of|for|in|at|to|when|during|who)\b)(?!.*\b(?:by|to|for|of|about)\W*$)"
    r"|\bwho (?:wrote|composed|painted) [\"“]?(?-i:[A-Z][a-z])",
    re.IGNORECASE,
)
"""A named work has a named author; who wrote *the report* may be a secretariat."""
_COUNTRY = re.compile(
    r"\b(?:in|from|by|to|of|for|on) (?:what|which) (?:[a-z]+ )?(?:country|nation)\b"
    rf"|\b(?:what|which) (?:(?:other|member|[a-z]+(?:an|ern|ish)) )?(?:country|nation){_GOES_ON}",
    re.IGNORECASE,
)
_CITY = re.compile(
    r"\b(?:in|from|by|to|of|for|near) (?:what|which) (?:[a-z]+ )?(?:city|town|village)\b"
    rf"|\b(?:what|which) (?:[a-z]+ )?(?:city|town|village){_GOES_ON}|\bwhat(?: is|'s) the capital (?:city )?of\b",
    re.IGNORECASE,
)
_OF_ITSELF = re.compile(
    r"\b(?:this|that|the) (?:[\w-]+ ){0,2}?(?:statement|speech|address|remarks|document|text|report|paper|article|"
    r"letter|resolution|convention|treaty|agreement|protocol|declaration|act|law|conference|meeting|session|event)"
    r"(?: \w+){0,2}\W*$",
    re.IGNORECASE,
)
"""A question about what a document may be, or be of: its title and metadata answer that."""
_OF_ITS_AUTHOR = re.compile(r"\bspeaker\b", re.IGNORECASE)
_EMBEDDED = re.compile(
    r"\b(?:(?:decid|determin|ask|wonder|know|depend)\w*|sa(?:id|ys?)|matter)(?: \w+)?\W*$", re.IGNORECASE
)
"""What stands before a question within a question: *who decides how many …*."""

# What a passage holds.

_WORD = re.compile(r"\w+")
_OFFERED = re.compile(r"\bor\b")

_QUANTITY = re.compile(
    r"\b(?:one|single|half|third|quarter|fifth|tenth|hundreds?|thousands?|(?:m|b|tr)illions?|dozens?|scores?|couple|"
    r"pair|nothing|parity|equal|majority|minority|twice|once|double|several|both|zero|none|nobody|percent|unlimited|unanimous(?:ly)?|"
    r"free of charge)\b",
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
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ties|now|recently|currently|next|last|once|after|before|during|upon|following|sessions?|"
    r"(?:beginning|start|end|outset|close) of|in due course)\b",
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
    r"ambassador|senator|governor|professor)\b\.? $|\($",
    re.IGNORECASE,
)
_ORDINAL = r"\b(?:[IVX]{2,}|\d+(?:st|nd|rd|th)|first|second|third|\w+th)\W+(?:\w+\W+){0,2}?"
_LISTED = re.compile(r"\(a\).*\(b\)|\(i\).*\(ii\)", re.DOTALL)
_CITY_STATES = frozenset({"DJI", "GTM", "KWT", "LUX", "MCO", "PAN", "SGP", "SMR", "VAT"})
"""Countries that have their capital's name."""
_OURS = re.compile(r"\b(?:we|our|my)\b", re.IGNORECASE)
_ACRONYM = 4
"""Letters from which on a word in capitals may be a name: verbatim records print speakers so."""


def lacking_kind(
    question: str,
    passage: str,
    heading: str = "",
    stated: Iterable[str] = (),
    metadata: Mapping[str, str] | None = None,
) -> AskedKind | None:
    """Return the kind of thing that a question plainly asks for, if a passage holds nothing that might be of it.

    None where it holds some, and where no kind is sure. The ``heading`` over a passage, or what leads in to an item of
    a list, counts as a part of it; what its document has ``stated`` of itself (title, metadata) counts where the
    question asks about a statement, a conference or the like, which the document may be, and its country for "we".
    """
    for kind, asks, holds in _KINDS:
        if asked := asks.search(question):
            if _EMBEDDED.search(question[: asked.start()]):
                return None
            texts = [passage, heading]
            if kind == "country" and _OURS.search(passage):
                texts.append((metadata or {}).get("country", ""))
            itself = _OF_ITS_AUTHOR if kind == "person" else _OF_ITSELF
            if kind != "number" and itself.search(question):
                texts += [*stated, *(metadata or {}).values()]
            return None if any(holds(question, text) for text in texts) else kind
    return None


def _holds_count(question: str, text: str) -> bool:
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


def _several_named(text: str) -> bool:
    countries = {mention.code for mention in mentions(text)}
    return len(countries) > 1 or sum(one.kind == "person" for one in named(text)) > 1


def _one_of(noun: str) -> str:
    """Return how one of several begins: "countr" of countries, "woman" of women."""
    return re.sub(r"ies$|s$", "", noun).replace("women", "woman").replace("men", "man").replace("people", "person")


def _holds_measure(_question: str, text: str) -> bool:
    numbers = any(one.kind in ("number", "year") for one in named(text))
    return numbers or bool(_QUANTITY.search(text) or _DURATION.search(text) or re.search(r"\d", text))


def _holds_date(_question: str, text: str) -> bool:
    return bool(_TIME.search(text))


def _holds_country(question: str, text: str) -> bool:
    """Say whether a text names a country, or something that may be one, or says that all or none are meant."""
    all_or_none = re.search(f"{_ALL_OR_NONE}(?:countr|nation|state)", text, re.IGNORECASE)
    return bool(all_or_none) or any(mentions(text)) or _holds_name(question, text)


def _holds_name(question: str, text: str) -> bool:
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
            if len(word) >= _ACRONYM:
                return True
        elif (start and not _BEGINS.search(before)) or not _opens(word, text[end : end + 20]):
            return True
    return False


def _is_known(word: str, own: set[str]) -> bool:
    """Say whether a word, in small letters, is none of a name: the question's ``own``, of bodies, a month, a title."""
    return not {word, word.removesuffix("s"), f"{word}s"}.isdisjoint(own | _NO_NAMES)


def _holds_city(question: str, text: str) -> bool:
    """Say whether a text names a place, be it one that the question names: "in Marrakesh", of the Marrakesh Compact."""
    if any(mention.capital or mention.code in _CITY_STATES for mention in mentions(text)):
        return True
    own = [match.group() for match in _CAPITALISED.finditer(question) if match.start()]
    return any(re.search(rf"\b(?:in|at|near|from|to) {re.escape(word)}\b", text) for word in own) or _holds_name(
        question, text
    )


def _opens(word: str, following: str) -> bool:
    """Say whether a word, in small letters, probably has its capital only because it opens a sentence."""
    agents = _AGENT.search(word) and not _SINGULAR.match(following)
    return word in _OPENERS or bool(agents or _COMMON.search(word))


_KINDS: tuple[tuple[AskedKind, re.Pattern[str], Holds], ...] = (
    ("number", _COUNT, _holds_count),
    ("number", _MEASURE, _holds_measure),
    ("date", _WHEN, _holds_date),
    ("person", _WHO, _holds_name),
    ("country", _COUNTRY, _holds_country),
    ("city", _CITY, _holds_city),
)
