"""A question as the lists want it: encoded, analysed, its words weighed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from qa.languages.analysis import analyse, content_terms
from qa.languages.english import English

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from qa.index.build import Index
    from qa.protocols import Encoding, Vectors
    from qa.types import Clue, Term, Wording

    Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Query:
    """A question, read once.

    ``words`` are all its terms in order, ``rarities`` the inverse document frequencies of those that say what it is
    about. ``tells`` is 1 where those say as much as a term that no passage holds, less where they say little, as in
    "How does it work?". ``even`` weighs every token alike, ``rare`` by 1 and the rarity of the word it belongs to; both
    sum to 1. ``wording`` is how it is put.
    """

    text: str
    encoding: Encoding
    words: Sequence[Term]
    rarities: Mapping[str, float]
    tells: float
    even: Vectors
    rare: Vectors
    wording: Wording

    def tokens_of(self, start: int, end: int) -> Mask:
        """Return which tokens stand, in part at least, between two positions of the text."""
        spans = self.encoding.tokens.spans
        return np.asarray((spans[:, 0] < end) & (start < spans[:, 1]))

    def without(self, clues: Iterable[Clue]) -> str:
        """Return the text less some clues, which may overlap."""
        kept = [True] * len(self.text)
        for clue in clues:
            kept[clue.start : clue.end] = [False] * (clue.end - clue.start)
        return " ".join("".join(compress(self.text, kept)).split())


def read_query(index: Index, text: str) -> Query:
    """Encode a question and weigh its words by their rarity in an index."""
    encoding = index.encoder.encode_query(text)
    words = analyse(text)
    rarity = index.terms.rarity({word.term for word in words})
    weights = np.ones(len(encoding.tokens.spans), dtype=np.float32)
    for place, (start, end) in enumerate(encoding.tokens.spans):
        weights[place] += max((rarity[w.term] for w in words if w.start < end and start < w.end), default=0.0)
    rarities = {term: rarity[term] for term in content_terms(text)}
    return Query(
        text=text,
        encoding=encoding,
        words=words,
        rarities=rarities,
        tells=min(1.0, sum(rarities.values()) / index.terms.rarest()),
        even=np.full(len(weights), 1 / max(1, len(weights)), dtype=np.float32),
        rare=weights / max(1.0, float(weights.sum())),
        wording=English().wording(text),
    )
