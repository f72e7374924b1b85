"""Output for a terminal: answers, messages, progress.

Text of documents is data: control characters are shown as symbols and never reach the terminal.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from qa.answering.asked_as import asked_as
from qa.answering.quotation import details

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.protocols import Progress
    from qa.types import Answer, Citation, Premise, Reason

_REASONS: dict[Reason, str] = {
    "nothing-relevant": "No passage answers this question.",
    "empty-question": "The question is empty. Ask in words, for example: When was the Strategy adopted?",
    "empty-index": "The index holds no passages. Add documents and run qa index.",
    "question-too-long": "The question is too long. Ask in a sentence or two.",
    "language-not-covered": "The question seems to be in a language the encoder does not know. Ask in English, or "
    "index with a multilingual model: qa index SOURCE --encoder MODEL",
}
_UNITS = {"reading": " files", "encoding": " passages", "asking": " questions"}
_NAME_CHARACTERS = 40
"""Characters of a file's name beside the bar."""
_MARK, _UNMARK, _DIM = "\x1b[1;4m", "\x1b[0m", "\x1b[2m"


def render(answer: Answer, *, emphasise: bool) -> str:
    """Return the answer as text; ``emphasise`` marks the answering sentences with a terminal's escape codes."""
    parts = []
    if answer.found:
        answered = "Possible answer" if answer.clarity == "check" else "Answered"
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
    """Yield what a reader must know about the citations."""
    if (question := asked_as(answer)) is not None:
        yield f"Searched for: {inert(question)}"
    if answer.found and answer.language:
        yield (
            f"The question seems to be in a language the encoder does not know ({answer.language}); only words that "
            "stand in the documents as they stand in the question could be looked for."
        )
    if answer.citations:
        yield from (f"Note: {premise_text(premise)}" for premise in answer.premises)


def count(number: int, noun: str) -> str:
    """Return a number with its noun in the singular or plural: "1 file", "1,216 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def say(text: str) -> None:
    """Write a message to standard error. If that is closed, write nothing, so that a server keeps running."""
    with suppress(OSError):
        sys.stderr.write(f"qa: {inert(text)}\n")


def print_text(text: str) -> None:
    """Write a result to standard output."""
    sys.stdout.write(text + "\n")


def print_json(value: dict[str, Any]) -> None:
    """Write one line of JSON to standard output, with control characters and lone surrogates escaped."""
    text = json.dumps(value, ensure_ascii=False)
    print_text("".join(f"\\u{ord(c):04x}" if "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" else c for c in text))


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """Show a bar on standard error if that is a terminal, and give the function that moves it."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(unit=" files", dynamic_ncols=True, leave=False) as bar:

        def report(what: str, done: int, total: int) -> None:
            activity, _, file = what.partition(" ")
            if bar.desc != f"{activity}: ":
                bar.set_description(activity)
                bar.unit = _UNITS.get(activity, "")
                bar.reset(total)
            bar.set_postfix_str(inert(file)[-_NAME_CHARACTERS:], refresh=False)
            bar.update(done - bar.n)

        yield report


def premise_text(premise: Premise) -> str:
    """Return one sentence: what the question names, and what the closest passage names instead."""
    instead = ", ".join(f"“{inert(text)}”" for text in premise.found)
    return f"the question names “{inert(premise.text)}”, the closest passage speaks of {instead}."


def inert(text: str) -> str:
    """Return the text with control characters as visible symbols, except line ends and tabs."""
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
    """Return one citation: where it stands, then the quotation to the letter."""
    quote, position = [], citation.start
    for start, end in citation.highlights if emphasise else ():
        quote.append(inert(citation.quote[position - citation.start : start - citation.start]))
        quote.append(f"{_MARK}{inert(citation.quote[start - citation.start : end - citation.start])}{_UNMARK}")
        position = end
    quote.append(inert(citation.quote[position - citation.start :]))
    title = citation.title or citation.document
    place = f"{title}, {citation.pinpoint}" + (f", under “{citation.heading}”" if citation.heading else "")
    source = " · ".join([citation.document, *(value for _, value in details(citation.metadata, title=""))])
    dim, undim = (_DIM, _UNMARK) if emphasise else ("", "")
    return f"[{citation.number}] {inert(place)}\n{dim}    {inert(source)}{undim}\n\n{''.join(quote)}"
