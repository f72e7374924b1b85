"""Output for a terminal: answers, messages, progress.

Text of documents is data: control characters are shown as symbols and never reach the terminal.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
import unicodedata
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from qa.answering.asked_as import asked_as
from qa.answering.quotation import details
from qa.languages.english_only import english_only

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.protocols import Progress
    from qa.types import Answer, Citation, Clarity, Premise, Reason, Remark, SourceAsked, SourceKind

_REASONS: dict[Reason, str] = {
    "nothing-relevant": "No passage answers this clearly.",
    "empty-question": "The question is empty. Ask in words, for example: When was the Strategy adopted?",
    "empty-index": "The index holds no passages. Add documents and run qa index.",
    "question-too-long": "The question is too long. Ask in a sentence or two.",
}
_REPLIES: dict[Remark, str] = {
    "greeting": "Hello. Ask a question, and you get the passage that answers it, word for word.",
    "thanks": "You are welcome. Ask another question whenever you like.",
    "capabilities": "I find the passage of the documents that answers a question and quote it word for word, with its "
    "place. “Every mention of …” gives a list. I write nothing of my own, and say so where no passage answers clearly.",
    "summary": "I cannot summarise: I only quote the documents. Ask about one point, or for “every mention of …”.",
}
_CLARITY: dict[Clarity, str] = {"clear": "Clear match", "likely": "Likely", "check": "Check this"}
_NO_DOCUMENT_BY: dict[SourceKind, str] = {
    "country": "No document by {} is here.",
    "person": "No document here is marked as by {}.",
    "organisation": "No document by {} is here.",
    "document": "{} is not among the documents here.",
    "symbol": "{} is not among the documents here.",
    "session": "No document of the {} is here.",
    "year": "No document from {} is here.",
}
_UNITS = {"reading": " files", "encoding": " passages", "asking": " questions"}
_NAME_CHARACTERS = 40
"""Characters of a file's name beside the bar."""
_LINE_SECONDS = 10.0
"""Seconds between two lines of progress where there is no terminal."""
_MOST_COLUMNS = 100
_TAB = 8
MARK, UNMARK, _DIM = "\x1b[1;4m", "\x1b[0m", "\x1b[2m"
_REVERSED, _UPRIGHT = "\x1b[7m", "\x1b[27m"
"""What a terminal takes for the beginning and the end of a mark, and for faint letters."""


def render(answer: Answer, *, columns: int | None) -> str:
    """Return the answer as text that ends with the best passage, which so stands above the prompt.

    ``columns`` is the width of a terminal: lines are broken between words there, and answering sentences are marked
    with escape codes, the very words more than the rest. None gives every passage to the letter.
    """
    if answer.remark:
        return wrapped(f"Chapter & Verse: {_REPLIES[answer.remark]}", columns)
    verdict = (
        f"{_CLARITY[answer.clarity]}, in the documents' own words:"
        if answer.found
        else _REASONS.get(answer.reason or "nothing-relevant", _REASONS["nothing-relevant"])
    )
    absent = [_absence(source, author) for source, author in answer.absent_sources]
    nearest = "What others say:" if answer.by_others else "Closest, but probably not an answer:"
    verdicts = [*absent, *(() if answer.by_others else (verdict,))]
    said = [*verdicts, *([nearest] if answer.citations and not answer.found else [])]
    parts = [wrapped(part, columns) for part in (*said, *_notices(answer))]
    parts.extend(_citation(citation, columns) for citation in answer.citations[:1])
    further = [_citation(citation, columns) for citation in reversed(answer.citations[1:])]
    if further:
        heading = "What others say, the nearest last:" if answer.by_others else "Further passages, the nearest last:"
        parts = [*(wrapped(part, columns) for part in (*absent, heading)), *further, *parts]
    return "\n\n".join(parts)


def _notices(answer: Answer) -> Iterator[str]:
    """Yield what a reader must know about the citations."""
    if (question := asked_as(answer)) is not None:
        yield f"Searched for: {inert(question)}"
    if answer.language:
        yield english_only(answer.language, shared=bool(answer.citations)).text
        yield "A multilingual model finds more: qa index SOURCE --encoder MODEL"
    if answer.citations:
        yield from (f"Note: {premise_text(premise)}" for premise in answer.premises)


def _absence(source: SourceAsked, author: str) -> str:
    """Return one sentence: whose words are asked for and are not here."""
    if author:
        return f"No document by {inert(author)} from {inert(source.name)} is here."
    return _NO_DOCUMENT_BY[source.kind].format(inert(source.name))


def count(number: int, noun: str) -> str:
    """Return a number with its noun in the singular or plural: "1 file", "1,216 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def say(text: str) -> None:
    """Write a message to standard error. If that is closed, write nothing, so that a server keeps running."""
    with suppress(OSError):
        sys.stderr.write(wrapped(f"qa: {inert(text)}", columns_of(sys.stderr)) + "\n")


def columns_of(stream: TextIO) -> int | None:
    """Return how many columns lines have if the stream is a terminal, else None."""
    return min(shutil.get_terminal_size().columns, _MOST_COLUMNS) if stream.isatty() else None


def wrapped(text: str, columns: int | None) -> str:
    """Return the text with line ends in place of spaces so that no word is broken; it keeps its length."""
    if columns is None:
        return text
    letters, column, space = list(text), 0, -1
    for place, letter in enumerate(text):
        if letter == "\n":
            column, space = 0, -1
            continue
        if letter in " \t":
            space = place
        column += _TAB - column % _TAB if letter == "\t" else _width(letter)
        if column > columns and space >= 0:
            letters[space] = "\n"
            column = sum(_width(later) for later in text[space + 1 : place + 1])
            space = -1
    return "".join(letters)


def _width(letter: str) -> int:
    """Return the columns of a letter: two for those of East Asia, none for marks over others."""
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def print_text(text: str) -> None:
    """Write a result to standard output."""
    sys.stdout.write(text + "\n")


def print_json(value: dict[str, Any]) -> None:
    """Write one line of JSON to standard output, with control characters and lone surrogates escaped."""
    text = json.dumps(value, ensure_ascii=False)
    print_text("".join(f"\\u{ord(c):04x}" if "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" else c for c in text))


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a bar on standard error, or a line now and then if that is no terminal; give the function that moves it."""
    if not sys.stderr.isatty():
        yield _lines_of_progress()
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


def _lines_of_progress() -> Progress:
    """Return a function that writes how far the work is, at most once in ten seconds."""
    last = time.monotonic()

    def report(what: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _LINE_SECONDS:
            last = time.monotonic()
            activity = what.partition(" ")[0]
            say(f"{activity}: {done:,} of {total:,}{_UNITS.get(activity, '')}")

    return report


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


def _citation(citation: Citation, columns: int | None) -> str:
    """Return one citation: where it stands, then the quotation."""
    text = wrapped(citation.quote, columns)
    quote, position = [], 0
    for start, end in citation.highlights if columns else ():
        begin, stop = start - citation.start, end - citation.start
        quote.append(inert(text[position:begin]))
        first, last = (max(begin, min(stop, place - citation.start)) for place in citation.answer or (start, start))
        words = f"{_REVERSED}{inert(text[first:last])}{_UPRIGHT}" if first < last else ""
        quote.append(f"{MARK}{inert(text[begin:first])}{words}{inert(text[last:stop])}{UNMARK}")
        position = stop
    quote.append(inert(text[position:]))
    title = citation.title or citation.document
    place = f"{title}, {citation.pinpoint}" + (f", under “{citation.heading}”" if citation.heading else "")
    source = " · ".join([citation.document, *(value for _, value in details(citation.metadata, title=""))])
    dim, undim = (_DIM, UNMARK) if columns else ("", "")
    return "\n".join(
        (
            _indented(f"[{citation.number}] {inert(place)}", columns),
            f"{dim}{_indented(f'    {inert(source)}', columns)}{undim}",
            f"\n{''.join(quote)}",
        )
    )


def _indented(text: str, columns: int | None) -> str:
    """Return the text with its lines after the first indented."""
    return wrapped(text, columns and columns - 4).replace("\n", "\n    ")
