"""``qa feedback``: list users' feedback on answers, or make an evaluation set of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.options import add_index
from qa.cli.terminal import inert, print_json, print_text, say
from qa.errors import QAError

if TYPE_CHECKING:
    from qa.cli.options import Commands, Options, Parser
    from qa.service.feedback import Feedback


def add_to(commands: Commands) -> Parser:
    """Add the command and return its parser."""
    parser = commands.add_parser("feedback", help="list what readers said of answers, or make an evaluation set of it")
    add_index(parser)
    parser.add_argument("--to", metavar="SET", help="write it as an evaluation set that qa evaluate runs")
    parser.add_argument("--json", action="store_true", help="print it as JSON, a line each")
    return parser


def run(options: Options) -> int:
    """List the feedback or write the set; the status is 1 if there is none or a question was left out."""
    from qa.service.feedback import FILE, FeedbackStore, write_set

    path = Path(options.index) / FILE
    try:
        entries = FeedbackStore(path).entries() if path.is_file() else ()
    except sqlite3.Error as error:
        raise QAError(f"{path} cannot be read as feedback: {error}; it is made by qa serve") from error
    if not entries:
        say(f"there is no feedback in {options.index}; readers give it below each answer in qa serve")
        return 1
    if options.to:
        questions, disputed = write_set(entries, Path(options.to))
        print_text(
            f"{options.to}: {questions} questions; measure on it: qa evaluate {options.to} --index {options.index}"
        )
        for question in disputed:
            say(f"readers disagree, so it is left out: {question}")
        return 1 if disputed else 0
    for entry in entries:
        if options.json:
            print_json(entry.to_dict())
        else:
            print_text(_line(entry))
    return 0


def _line(entry: Feedback) -> str:
    """Return one verdict as a line: when, what, the question, and for a right passage its rank and span."""
    place = f" → [{entry.rank}] {entry.document}, {entry.start}-{entry.end}" if entry.verdict == "right" else ""
    return inert(f"{entry.at:%Y-%m-%d %H:%M}  {entry.verdict:<9}  {' '.join(entry.question.split())}{place}")
