"""The command line: results on standard output, progress and messages on standard error.

Each command is a module with ``add_to``, which declares its options, and ``run``, which returns the exit status. As
with grep, the status is 0 if something was found or all is well, 1 if nothing was found or something falls short, and
2 after an error. Modules import heavy libraries inside ``run``, so that help comes at once.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from typing import TYPE_CHECKING

from qa import __version__
from qa.cli import ask, evaluate, feedback, index, info, mcp, password, serve
from qa.cli.terminal import say
from qa.errors import QAError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (index, ask, evaluate, info, serve, feedback, mcp, password)
_EXAMPLES = """\
examples:
  qa index data/documents                          build the index in embeddings/default, or bring it up to date
  qa ask "When was the Strategy adopted?"          the passage that answers, quoted and cited
  qa ask --batch questions.jsonl > answers.jsonl   many questions, an answer a line
  qa serve                                         the chat in the browser, http://127.0.0.1:7860
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # in any locale: documents are not ASCII
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except QAError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("interrupted; the index is as it was before")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader, head or less, has closed the pipe
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
    for command in COMMANDS:
        command.add_to(commands).set_defaults(run=command.run)
    return parser
