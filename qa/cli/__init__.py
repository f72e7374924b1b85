"""The command line: results on standard output, progress and messages on standard error.

Exit status as grep's: 0 something found, all well; 1 nothing found, something falls short; 2 an error.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from qa import __version__
from qa.cli.options import add_index, add_serve, default_index, positive, probability
from qa.cli.terminal import counted, inert, render, render_info, say
from qa.errors import QAError
from qa.types import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.answering.bot import Bot
    from qa.protocols import Progress
    from qa.types import Answer

_UNITS = {"reading": " files", "encoding": " passages", "asking": " questions"}
_NAMED_PAGES = 12
_SHOWN_NAME = 40
_EXAMPLES = """\
examples:
  qa index data/documents                          build the index in embeddings/default, or bring it up to date
  qa ask "When was the Strategy adopted?"          the passage that answers, quoted and cited
  qa ask --batch questions.jsonl > answers.jsonl   many questions, an answer a line
  qa serve                                         the chat in the browser, http://127.0.0.1:7860
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # whatever the locale: documents are not ASCII
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
        sys.stdout.flush()
    except QAError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("interrupted; the index is as it was before")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader (head, less) has had enough
        return 0
    return status


def _parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="qa",
        description="Answers questions in the documents' own words: verbatim passages, cited, or a plain refusal.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"chapter-verse {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")

    index = commands.add_parser("index", help="build or update an index from files and folders")
    index.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, a folder or a BEIR corpus.jsonl")
    index.add_argument("--to", metavar="DIR", default=default_index(), help="the index (default: %(default)s)")
    index.add_argument("--encoder", metavar="MODEL", help="a sentence-transformers model, by name or folder")
    index.add_argument("--json", action="store_true", help="print the report as JSON")
    index.add_argument("--report", metavar="FILE", help="write it to a file, with the files that were read in part")
    index.set_defaults(command=_index)

    ask = commands.add_parser("ask", help="answer a question, or a file of them")
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument("--batch", metavar="FILE", help="questions as JSON Lines, - for standard input")
    add_index(ask)
    ask.add_argument("-k", type=positive, default=5, metavar="N", help="most citations (default: %(default)s)")
    ask.add_argument("--document", action="append", default=[], metavar="GLOB", help="search only these; repeatable")
    ask.add_argument("--threshold", type=probability, metavar="P", help="confidence from which an answer is given")
    ask.add_argument("--json", action="store_true", help="print the answer as JSON")
    ask.set_defaults(command=_ask)

    evaluate = commands.add_parser("evaluate", help="measure ranking and refusal on a set of questions")
    evaluate.add_argument("set", metavar="SET", help="a folder with queries.jsonl and judgements")
    evaluate.add_argument("--index", metavar="DIR", help="the index; a set with its own corpus needs none")
    evaluate.add_argument("--run", metavar="FILE", help="write the rankings as a TREC run")
    evaluate.add_argument("--against", metavar="RUN", help="compare with an earlier run, query by query")
    evaluate.add_argument("--plot", metavar="FILE.png", help="draw risk against coverage, and reliability")
    evaluate.add_argument("--by-query", action="store_true", help="list every query, not only the ten worst")
    evaluate.add_argument("--json", action="store_true", help="print the measures as JSON")
    evaluate.set_defaults(command=_evaluate)

    info = commands.add_parser("info", help="say what an index holds and what built it")
    add_index(info)
    info.add_argument("--json", action="store_true", help="print it as JSON")
    info.set_defaults(command=_info)

    add_serve(commands).set_defaults(command=_serve)

    feedback = commands.add_parser(
        "feedback", help="list what readers said of answers, or make an evaluation set of it"
    )
    add_index(feedback)
    feedback.add_argument("--to", metavar="SET", help="write it as an evaluation set that qa evaluate runs")
    feedback.add_argument("--json", action="store_true", help="print it as JSON, a line each")
    feedback.set_defaults(command=_feedback)

    mcp = commands.add_parser(
        "mcp", help="tools for programs, by the Model Context Protocol on standard input and output"
    )
    add_index(mcp)
    mcp.add_argument("--threshold", type=probability, metavar="P", help="confidence from which an answer is given")
    mcp.set_defaults(command=_mcp)

    password = commands.add_parser("password", help="name somebody who may sign in to qa serve, or change a password")
    password.add_argument("name", metavar="NAME")
    password.add_argument("--auth", metavar="FILE", required=True, help="the file of names and hashed passwords")
    password.set_defaults(command=_password)
    return parser


def _index(options: argparse.Namespace) -> int:
    from qa.index.build import build_index

    encoder = None
    if options.encoder:
        from qa.encoding.sentence_transformers import SentenceEncoder

        encoder = SentenceEncoder(options.encoder)
    with _progress() as progress:
        report = build_index(options.sources, options.to, encoder=encoder, progress=progress)
    if options.json:
        _print_json(report.to_dict())
    else:
        changes = f"{report.added} added, {report.changed} changed, {report.removed} removed"
        _print(
            f"{options.to}: {counted(report.documents, 'document')}, {counted(report.passages, 'passage')} "
            f"({changes}) in {report.seconds:.1f} s"
        )
    for skipped in report.skipped:
        say(f"skipped {skipped.file}: {skipped.detail} [{skipped.reason}]")
    for doubt in report.doubtful:
        say(f"doubtful {doubt.file}{_on_pages(doubt.pages)}: {doubt.detail} [{doubt.reason}]")
    if options.report:
        _write_json(options.report, report.to_report())
    return 1 if report.skipped else 0


def _on_pages(pages: Sequence[int]) -> str:
    """Return on which pages something is, the first of them by number."""
    if not pages:
        return ""
    named = ", ".join(str(page) for page in pages[:_NAMED_PAGES])
    more = f" and {len(pages) - _NAMED_PAGES} more" if len(pages) > _NAMED_PAGES else ""
    return f", {'page' if len(pages) == 1 else 'pages'} {named}{more}"


def _ask(options: argparse.Namespace) -> int:
    if (options.question is None) == (options.batch is None):
        raise QAError('give one question, in quotes, or --batch FILE; for example: qa ask "When was it adopted?"')
    bot = _open_bot(options)
    if options.batch is not None:
        with _lines(options.batch) as lines:
            return _ask_batch(bot, options, lines)
    answer = bot.ask(options.question, k=options.k, documents=options.document)
    if options.json:
        _print_json(answer.to_dict())
    else:
        _print(render(answer, emphasise=sys.stdout.isatty()))
    if better := bot.spelling(options.question):
        say(f"did you mean: {better}")
    return 0 if answer.found else 1


def _ask_batch(bot: Bot, options: argparse.Namespace, lines: TextIO) -> int:
    """Answer line by line; a line that is no question is said on standard error and the rest goes on."""
    found = failed = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer, key = _ask_line(bot, options, line)
        except (ValueError, TypeError, KeyError, QAError) as error:
            say(f"{options.batch}, line {number}: {error}")
            failed = True
            continue
        found = found or answer.found
        _print_json(answer.to_dict() | ({} if key is None else {"id": key}))
    return 2 if failed else 0 if found else 1


def _ask_line(bot: Bot, options: argparse.Namespace, line: str) -> tuple[Answer, Any]:
    """Answer one line of a batch; ``ValueError`` says what is wrong with it."""
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise ValueError(f"this is not JSON ({error})") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
        raise ValueError('a line must be an object with a "question" in text')  # noqa: TRY004 - the input's fault
    history = [Turn(turn["role"], turn["text"]) for turn in entry.get("history") or []]
    documents = entry.get("documents") or options.document
    return bot.ask(entry["question"], history=history, k=options.k, documents=documents), entry.get("id")


def _evaluate(options: argparse.Namespace) -> int:
    from qa.evaluation.runner import evaluate

    with _progress() as progress:
        text, summary, worse = evaluate(
            Path(options.set),
            Path(options.index) if options.index else None,
            default_index=Path(default_index()),
            run=Path(options.run) if options.run else None,
            against=Path(options.against) if options.against else None,
            plot=Path(options.plot) if options.plot else None,
            by_query=options.by_query,
            progress=progress,
        )
    if options.json:
        _print_json(summary)
    else:
        _print(text)
    return 1 if worse else 0


def _info(options: argparse.Namespace) -> int:
    from qa.index.build import describe_index

    about = describe_index(options.index)
    if options.json:
        _print_json(about)
    else:
        _print(render_info(about))
    return 0


def _serve(options: argparse.Namespace) -> int:
    from qa.cli.serve import serve

    return serve(options)


def _feedback(options: argparse.Namespace) -> int:
    from qa.cli.serve import feedback

    lines, messages = feedback(options)
    for line in lines:
        _print_json(line) if isinstance(line, dict) else _print(line)
    for message in messages:
        say(message)
    return 1 if messages else 0


def _mcp(options: argparse.Namespace) -> int:
    from qa.cli.serve import mcp

    return mcp(options)


def _password(options: argparse.Namespace) -> int:
    from qa.cli.serve import set_password

    say(set_password(options))
    return 0


def _open_bot(options: argparse.Namespace) -> Bot:
    from qa.answering.bot import open_bot

    return open_bot(options.index, threshold=options.threshold)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Show a bar on standard error when it is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(unit=" files", dynamic_ncols=True, leave=False) as bar:

        def report(what: str, done: int, total: int) -> None:
            what, _, file = what.partition(" ")
            if bar.desc != f"{what}: ":
                bar.set_description(what)
                bar.unit = _UNITS.get(what, "")
                bar.reset(total)
            bar.set_postfix_str(inert(file)[-_SHOWN_NAME:], refresh=False)
            bar.update(done - bar.n)

        yield report


@contextmanager
def _lines(name: str) -> Iterator[TextIO]:
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


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _print_json(value: dict[str, Any]) -> None:
    """Print one line of JSON; what a terminal would obey stays escaped."""
    text = json.dumps(value, ensure_ascii=False)
    _print("".join(f"\\u{ord(c):04x}" if "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" else c for c in text))


def _write_json(name: str, value: dict[str, Any]) -> None:
    try:
        Path(name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8", "surrogateescape")
    except OSError as error:
        raise QAError(f"{name} cannot be written: {error.strerror}") from error
