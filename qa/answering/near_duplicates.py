"""Near-identical passages folded into one: documents repeat each other, an answer need not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.types import Citation

NEAR = 0.8
"""Share of word trigrams (Jaccard) from which two passages are one to a reader: a name or a date may differ."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fold:
    """A citation, and those that say the same elsewhere, in the order of their rank."""

    first: Citation
    others: tuple[Citation, ...]


def fold(citations: Iterable[Citation], most: int) -> list[Fold]:
    """Return at most ``most`` folds in the order of their first citations; each citation stands in one fold."""
    found: list[tuple[frozenset[tuple[str, ...]], list[Citation]]] = []
    for citation in citations:
        shingles = _shingles(citation.quote)
        for own, members in found:
            if _similarity(own, shingles) >= NEAR:
                members.append(citation)
                break
        else:
            found.append((shingles, [citation]))
    return [Fold(members[0], tuple(members[1:])) for _, members in found[:most]]


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return the runs of three words, or all words where there are fewer."""
    words = _WORD.findall(text.casefold())
    return frozenset(tuple(words[start : start + 3]) for start in range(max(len(words) - 2, 1)))


def _similarity(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)
