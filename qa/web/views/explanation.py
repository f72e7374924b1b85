"""Why a passage came first: the words of the question that matched it, and the parts of its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from qa.types import Citation
    from qa.web.i18n.words import Words

_MOST_MATCHES: Final = 8


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the question, the text that it matched (None: in title or metadata), and its share of the score."""

    question_word: str
    passage_text: str | None
    share: float


@dataclass(frozen=True, slots=True)
class ShownExplanation:
    """A score with its parts by their labels, and the matches with the greatest shares first."""

    score: float
    parts: list[tuple[str, float]]
    matches: list[Match]


def explanation(citation: Citation, question: str, words: Words) -> ShownExplanation:
    """Return what explains the score of a citation.

    The spans of its matches count in the question with single spaces, which is what was searched with.
    """
    searched = " ".join(question.split())
    best = sorted(citation.why.words, key=lambda match: -match.share)[:_MOST_MATCHES]
    return ShownExplanation(
        citation.score,
        [(words.score_parts.get(name, name), value) for name, value in citation.why.parts.items() if value],
        [Match(searched[slice(*match.query)], _text_in(citation, match.passage), match.share) for match in best],
    )


def _text_in(citation: Citation, span: tuple[int, int] | None) -> str | None:
    return None if span is None else citation.quote[span[0] - citation.start : span[1] - citation.start]
