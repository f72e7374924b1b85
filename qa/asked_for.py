"""The kind of thing a question asks for, and whether a passage holds any: a number for *how many*, a date for *when*.

A passage that gives no number does not say how many, however much it is about the same thing. The kinds are coarse
(Li and Roth 2002 have six and fifty) and told by words. A kind that is not seen costs nothing, a false doubt an answer:
so only questions that plainly ask for one are heeded, and whatever might be of the kind counts as held.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.held import holds_city, holds_count, holds_country, holds_date, holds_measure, holds_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from qa.types import AskedKind

    Holds = Callable[[str, str], bool]

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
    r"\b(?:this|that|the) (?P<named>(?:[\w-]+ ){0,2}?)"
    r"(?:statement|speech|address|remarks|document|text|report|paper|article|letter|resolution|convention|treaty|agreement|protocol|declaration|act|law|conference|meeting|session|event)"
    r"(?P<of>(?: \w+){0,2})\W*$",
    re.IGNORECASE,
)
"""A question about what a document may be, or be of: its title and metadata answer that."""
_NAME = re.compile(r"[^\W\d_][\w'’-]*")
_OF_ITS_AUTHOR = re.compile(r"\bspeaker\b", re.IGNORECASE)
_EMBEDDED = re.compile(
    r"\b(?:(?:decid|determin|ask|wonder|know|depend)\w*|sa(?:id|ys?)|matter)(?: \w+)?\W*$", re.IGNORECASE
)
"""What stands before a question within a question: *who decides how many …*."""
_OURS = re.compile(r"\b(?:we|our|my)\b", re.IGNORECASE)


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
            own = [*stated, *(metadata or {}).values()]
            about = _OF_ITS_AUTHOR.search(question) if kind == "person" else _is_about_itself(question, own)
            if kind != "number" and about:
                texts += own
            return None if any(holds(question, text) for text in texts) else kind
    return None


def _is_about_itself(question: str, own: Iterable[str]) -> bool:
    """Say whether a document may be what a question is about: of "the Moscow Conference", Moscow must be its own."""
    if not (itself := _OF_ITSELF.search(question)):
        return False
    words = set(_NAME.findall(" ".join(own).lower()))
    return all(word.lower() in words for word in _NAME.findall(itself["named"] + itself["of"]) if word[0].isupper())


_KINDS: tuple[tuple[AskedKind, re.Pattern[str], Holds], ...] = (
    ("number", _COUNT, holds_count),
    ("number", _MEASURE, holds_measure),
    ("date", _WHEN, holds_date),
    ("person", _WHO, holds_name),
    ("country", _COUNTRY, holds_country),
    ("city", _CITY, holds_city),
)
