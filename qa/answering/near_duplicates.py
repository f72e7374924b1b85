"""Groups of near-identical passages: documents repeat each other, an answer need not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa.types import Citation

THRESHOLD = 0.8
"""Jaccard similarity of word trigrams from which two passages are near-identical: a name or a date may differ."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """A citation, and the citations of near-identical passages, in the order of their rank."""

    first: Citation
    others: tuple[Citation, ...]


def group(citations: Iterable[Citation], most: int) -> list[NearDuplicates]:
    """Return at most ``most`` groups in the order of their first citations; each citation is in one group."""
    groups: list[tuple[frozenset[tuple[str, ...]], list[Citation]]] = []
    for citation in citations:
        trigrams = _trigrams(citation.quote)
        for of_first, members in groups:
            if _similarity(of_first, trigrams) >= THRESHOLD:
                members.append(citation)
                break
        else:
            groups.append((trigrams, [citation]))
    return [NearDuplicates(members[0], tuple(members[1:])) for _, members in groups[:most]]


def _trigrams(text: str) -> frozenset[tuple[str, ...]]:
    """Return the trigrams of a text's words, or all its words as one tuple if there are fewer than three."""
    words = _WORD.findall(text.casefold())
    return frozenset(tuple(words[start : start + 3]) for start in range(max(len(words) - 2, 1)))


def _similarity(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)
