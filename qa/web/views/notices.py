"""What a reader should know before believing an answer, and why a passage came first: notices and the why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.web.views.markup import escape

if TYPE_CHECKING:
    from qa.types import Answer, Citation, Premise
    from qa.web.i18n.words import Words

_MOST_WORDS = 8
"""Words of the question whose part in a score is shown; the rest gave less."""


def notices(given: Answer, words: Words) -> str:
    """Return the ``doubts`` as a list."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in doubts(given, words))
    return f'<ul class="notices" role="note">{lines}</ul>' if lines else ""


def doubts(given: Answer, words: Words) -> list[str]:
    """Return, a sentence each, why an answer may be none.

    The question's language is not known, or the closest passage lacks what it takes for granted.
    """
    if not given.citations:
        return []
    return [
        *([words.other_language] if given.found and given.language else []),
        *(_premise(one, words) for one in given.premises),
    ]


def _premise(one: Premise, words: Words) -> str:
    """Say in a sentence what the question names and the closest passage has instead."""
    asked = words.quoted.format(text=one.text)
    if not one.found:
        return words.premise_missing.format(asked=asked)
    return words.premise_differs.format(
        asked=asked, found=", ".join(words.quoted.format(text=text) for text in one.found)
    )


def why(citation: Citation, question: str, words: Words) -> str:
    """Return, folded away, which words of the question met which words of the passage and what each list gave.

    The spans of the why stand in the question with its white space made single, which is what was searched with.
    """
    searched = " ".join(question.split())
    best = sorted(citation.why.words, key=lambda met: -met.share)[:_MOST_WORDS]
    rows = "".join(
        f'<tr><td dir="auto">{escape(searched[slice(*met.query)])}</td>'
        f'<td dir="auto">{_met(citation, met.passage, words)}</td><td>{met.share:.3f}</td></tr>'
        for met in best
    )
    if not rows:
        return ""
    parts = ", ".join(
        f"{escape(words.score_parts.get('sentence_cosine' if name == 'gist' else name, name))} {value:.3f}"
        for name, value in citation.why.parts.items()
        if value
    )
    head = "".join(
        f"<th>{escape(name)}</th>"
        for name in (words.why_question_column, words.why_passage_column, words.why_share_column)
    )
    total = escape(words.why_score.format(score=f"{citation.score:.3f}"))
    return (
        f'<details class="why"><summary>{escape(words.why_title)}</summary><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table><p>{total} {parts}</p></details>"
    )


def _met(citation: Citation, span: tuple[int, int] | None, words: Words) -> str:
    if span is None:
        return f"<em>{escape(words.why_in_metadata)}</em>"
    return escape(citation.quote[span[0] - citation.start : span[1] - citation.start])
