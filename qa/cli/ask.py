"""``qa ask``: answer a question, or a file of questions."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from qa.cli.mentions import render_list
from qa.cli.options import add_index, add_json, add_no_reader, add_threshold, positive, whole
from qa.cli.terminal import columns_of, print_json, print_text, render, say
from qa.errors import QAError
from qa.types import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.answering.bot import Bot
    from qa.cli.options import Commands, Options, Parser
    from qa.types import Answer


def add_to(commands: Commands) -> Parser:
    """Add the command and return its parser."""
    parser = commands.add_parser("ask", help="answer a question, or a file of them")
    parser.add_argument("question", nargs="?", metavar="QUESTION")
    parser.add_argument("--batch", metavar="FILE", help="questions as JSON Lines, - for standard input")
    add_index(parser)
    parser.add_argument("-k", type=positive, metavar="N", help="most citations (default: 5), or lines of a list (20)")
    parser.add_argument("--skip", type=whole, default=0, metavar="N", help="lines of a list to pass over")
    parser.add_argument("--document", action="append", default=[], metavar="GLOB", help="search only these; repeatable")
    add_threshold(parser)
    add_no_reader(parser)
    add_json(parser, "the answer")
    return parser


def run(options: Options) -> int:
    """Answer, and suggest a spelling on standard error."""
    if (options.question is None) == (options.batch is None):
        raise QAError('give one question, in quotes, or --batch FILE; for example: qa ask "When was it adopted?"')
    from qa.answering.bot import open_bot

    bot = open_bot(options.index, threshold=options.threshold, reader=options.reader)
    if options.batch is not None:
        with _open(options.batch) as lines:
            return _answer_batch(bot, options, lines)
    answer = bot.ask(options.question, k=options.k, documents=options.document, skip=options.skip)
    if spelling := bot.spelling(options.question):
        say(f"did you mean: {spelling}")
    if options.json:
        print_json(answer.to_dict())
    else:
        columns = columns_of(sys.stdout)
        listed = answer.mentions
        print_text(render_list(answer, listed, columns=columns) if listed else render(answer, columns=columns))
    return 0 if answer.found else 1


def _answer_batch(bot: Bot, options: Options, lines: TextIO) -> int:
    """Answer line by line; a line that is not a question is reported on standard error, and the others go on."""
    found = failed = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer, key = _answer_line(bot, options, line)
        except (ValueError, TypeError, KeyError, QAError) as error:
            say(f"{options.batch}, line {number}: {error}")
            failed = True
            continue
        found = found or answer.found
        print_json(answer.to_dict() | ({} if key is None else {"id": key}))
    return 2 if failed else 0 if found else 1


def _answer_line(bot: Bot, options: Options, line: str) -> tuple[Answer, Any]:
    """Return the answer to a line of a batch and the line's id; raises ``ValueError`` for a malformed line."""
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise ValueError(f"this is not JSON ({error})") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
        raise ValueError('a line must be an object with a "question" in text')  # noqa: TRY004 - the input's fault
    history = [Turn(turn["role"], turn["text"]) for turn in entry.get("history") or []]
    documents = entry.get("documents") or options.document
    given = bot.ask(entry["question"], history=history, k=options.k, documents=documents, skip=options.skip)
    return given, entry.get("id")


@contextmanager
def _open(name: str) -> Iterator[TextIO]:
    """Open a file of questions, or standard input for ``-``, as UTF-8."""
    if name == "-":
        with open(sys.stdin.fileno(), encoding="utf-8", closefd=False) as file:
            yield file
        return
    try:
        with Path(name).open(encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise QAError(f"{name} cannot be read: {error.strerror}; name a file of questions, or - for input") from error
    except UnicodeDecodeError as error:
        raise QAError(f"{name} cannot be read as UTF-8 text: {error}; save it as UTF-8") from error
