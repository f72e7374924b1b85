"""Names of persons: one capitalised word after a title, or two to four that do not name an organisation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.languages.english.word_lists import before, words
from qa.languages.terms import fold
from qa.types import Entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UPPER = "".join(letter for letter in map(chr, range(0x530)) if letter.isupper())
"""The capitals of Latin, Greek and Cyrillic script, for a class of a pattern."""
NAME = rf"[{UPPER}][\w’'.-]*"
_NAME = re.compile(NAME)
_PERSON = re.compile(rf"{NAME}(?:\s+(?:(?:de|da|dos|van|von|der|den|al|bin|ibn|la|le|di|el)\s+)*{NAME})*")
_MOST_WORDS = 5


def persons(text: str) -> Iterator[Entity]:
    """Yield names of persons; the value is the folded family name."""
    for match in _PERSON.finditer(text):
        names = [(word.group().rstrip(".,’'"), match.start() + word.start()) for word in _NAME.finditer(match.group())]
        last = max((n for n, (word, _) in enumerate(names[:-1]) if word.lower() in words("titles")), default=0)
        titled = last > 0 or bool(names and before("titles").search(text[: names[last][1]]))
        names = names[last:]
        while names and (_is_before_a_name(names[0][0]) or (names[0][1] == 0 and len(names) > 1)):
            titled = titled or names[0][0].lower() in words("titles")
            names = names[1:]
        names = names[: _office(text, names)]
        plain = [word for word, _ in names]
        if (
            not plain
            or len(plain) > _MOST_WORDS
            or any(_is_no_name(word) or word.lower() in words("stop") for word in plain)
        ):
            continue
        if len(plain) >= 2 or (titled and names[0][1] > 0):
            end = names[-1][1] + len(names[-1][0])
            yield Entity("person", frozenset({fold_name(plain[-1])}), names[0][1], end)


def fold_name(name: str) -> str:
    """Return a name without case, diacritics and possessive."""
    return fold(name).replace("’", "'").removesuffix("'s").strip("'.")


def _office(text: str, names: Sequence[tuple[str, int]]) -> int | None:
    """Return the place of the title on the line below a name, with which its office begins, if there is one."""
    for place, ((word, start), (_, previous)) in enumerate(zip(names[1:], names, strict=False), 1):
        if word.lower() in words("titles") and "\n" in text[previous:start]:
            return place
    return None


def _is_no_name(word: str) -> bool:
    """Say whether a capitalised word is one of bodies, texts and the like, or an acronym."""
    lower = word.lower()
    return not words("no_name").isdisjoint({lower, lower.removesuffix("s")}) or (word.isupper() and len(word) > 3)


def _is_before_a_name(word: str) -> bool:
    """Say whether a capitalised word is a title, or opens a sentence: "The UN", "Mr. Guterres"."""
    return word.lower() in words("titles") | words("stop")
