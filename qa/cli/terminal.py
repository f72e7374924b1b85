"""Answers for a terminal. Document text is data: what a terminal would obey is shown, not sent."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from qa.answering.quotation import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.types import Answer, Citation, Premise, Reason

_REASONS: dict[Reason, str] = {
    "nothing-relevant": "No passage answers this question.",
    "empty-question": "The question is empty. Ask in words, for example: When was the Strategy adopted?",
    "empty-index": "The index holds no passages. Add documents and run qa index.",
    "question-too-long": "The question is too long. Ask in a sentence or two.",
    "language-not-covered": "The question seems to be in a language the encoder does not know. Ask in English, or "
    "index with a multilingual model: qa index SOURCE --encoder MODEL",
}
_MARK, _UNMARK, _DIM = "\x1b[1;4m", "\x1b[0m", "\x1b[2m"


def render(answer: Answer, *, emphasise: bool) -> str:
    """Return the answer as text; ``emphasise`` marks the answering sentences for a terminal that shows it."""
    parts = []
    if answer.found:
        answered = "Answered" if answer.likely else "Possible answer"
        parts.append(f"{answered} in the documents' own words (confidence {answer.confidence:.0%}):")
    else:
        reason = _REASONS[answer.reason] if answer.reason else ""
        parts.append(f"The documents do not answer this. {reason}")
        if answer.citations:
            parts.append("Closest, but probably not an answer:")
    parts.extend(_notices(answer))
    parts.extend(_citation(citation, emphasise=emphasise) for citation in answer.citations)
    return "\n\n".join(parts)


def _notices(answer: Answer) -> Iterator[str]:
    """Yield what a reader must know before believing the citations."""
    if answer.query.split() != answer.question.split() and answer.query.strip():
        yield f"Asked as: {inert(answer.query)}"
    if answer.found and answer.language:
        yield (
            f"The question seems to be in a language the encoder does not know ({answer.language}); only words that "
            "stand in the documents as they stand in the question could be looked for."
        )
    if answer.citations:
        yield from (f"Note: {premise_text(premise)}" for premise in answer.premises)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, which gets an s unless there is one: "1 file", "1,216 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def say(text: str) -> None:
    """Write a message to standard error, if anybody reads that: whoever serves goes on when nobody does any more."""
    with suppress(OSError):
        sys.stderr.write(f"qa: {inert(text)}\n")


def premise_text(premise: Premise) -> str:
    """Say plainly what the question names and the closest passage has instead: one sentence."""
    asked = f"the question names “{inert(premise.text)}”"
    if premise.found:
        return f"{asked}, the closest passage speaks of {', '.join(f'“{inert(text)}”' for text in premise.found)}."
    return f"{asked}, which the closest passage does not mention."


def render_info(about: dict[str, Any]) -> str:
    """Return what an index is as aligned lines."""
    encoder = about["encoder"]
    lines = {
        "index": about["index"],
        "generation": f"{about['generation']}, made {about['created']} by {about['tool']}",
        "documents": f"{about['documents']:,}",
        "passages": f"{about['passages']:,}",
        "encoder": f"{encoder['name']}, {about['dim']} dimensions, {encoder['fingerprint'][:12]}",
        "segmenter": about["segmenter"],
        "analyser": about["analyser"],
        "sources": ", ".join(about["sources"]),
        "skipped": "; ".join(f"{s['file']} [{s['reason']}]" for s in about["skipped"]) or "none",
    }
    return "\n".join(f"{name:<11}{inert(value)}" for name, value in lines.items())


def inert(text: str) -> str:
    """Return the text with control characters as visible symbols; line ends and tabs stay."""
    return "".join(_shown(letter) for letter in text)


def _shown(letter: str) -> str:
    if letter in "\n\t" or " " <= letter <= "~":
        return letter
    if letter < " ":
        return chr(0x2400 + ord(letter))
    if "\x7f" <= letter <= "\x9f" or "\ud800" <= letter <= "\udfff":
        return "\N{REPLACEMENT CHARACTER}"
    return letter


def _citation(citation: Citation, *, emphasise: bool) -> str:
    """Return one citation: the quotation to the letter, then where it stands."""
    quote, position = [], citation.start
    for start, end in citation.highlights if emphasise else ():
        quote.append(inert(citation.quote[position - citation.start : start - citation.start]))
        quote.append(f"{_MARK}{inert(citation.quote[start - citation.start : end - citation.start])}{_UNMARK}")
        position = end
    quote.append(inert(citation.quote[position - citation.start :]))
    title = citation.title or citation.document
    place = f"{title}, {citation.pinpoint}" + (f", under “{citation.heading}”" if citation.heading else "")
    source = " · ".join([citation.document, *(value for _, value in facts(citation.metadata, title=""))])
    dim, undim = (_DIM, _UNMARK) if emphasise else ("", "")
    return f"[{citation.number}] {inert(place)}\n{dim}    {inert(source)}{undim}\n\n{''.join(quote)}"
