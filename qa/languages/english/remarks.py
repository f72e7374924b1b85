"""What people say to the program itself: told by words that are all of small talk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from qa.languages.english.word_lists import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.types import Remark

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_KINDS: tuple[Remark, ...] = ("summary", "capabilities", "thanks", "greeting")


def remark(text: str) -> Remark | None:
    """Return what kind of remark a text is, None where any of its words may be about something."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    return next((kind for kind, signs in _signs().items() if signs.are_in(words)), None) if words else None


@dataclass(frozen=True, slots=True)
class _Signs:
    """What tells one kind of remark; see ``words.toml``."""

    sequences: Sequence[Sequence[str]]
    words: frozenset[str]
    alone: frozenset[str]

    def are_in(self, words: Sequence[str]) -> bool:
        if self.alone.issuperset(words):
            return True
        return self.words.issuperset(words) and any(_in_order(sequence, words) for sequence in self.sequences)


def _in_order(sequence: Sequence[str], words: Sequence[str]) -> bool:
    rest = iter(words)
    return all(word in rest for word in sequence)


@cache
def _signs() -> dict[Remark, _Signs]:
    """Return what tells each kind, in the order in which the kinds are looked for."""
    told = table("remarks")
    split = {kind: [sign.split() for sign in told[kind]["signs"]] for kind in _KINDS}
    common = {*told["words"].split(), *(word for signs in split.values() for sign in signs for word in sign)}
    return {
        kind: _Signs(
            split[kind],
            frozenset(common | set(told[kind]["words"].split())),
            frozenset(told[kind].get("alone", "").split()),
        )
        for kind in _KINDS
    }
