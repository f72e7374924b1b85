"""``qa mcp``: tools for programs, by the Model Context Protocol on standard input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.cli.options import add_index, add_no_reader, add_threshold
from qa.errors import QAError

if TYPE_CHECKING:
    from qa.cli.options import Commands, Options, Parser


def add_to(commands: Commands) -> Parser:
    """Add the command and return its parser."""
    parser = commands.add_parser(
        "mcp", help="tools for programs, by the Model Context Protocol on standard input and output"
    )
    add_index(parser)
    add_threshold(parser)
    add_no_reader(parser)
    return parser


def run(options: Options) -> int:
    """Serve the tools until standard input is closed."""
    from qa.answering.bot import open_bot

    try:
        from qa.mcp import build
    except ModuleNotFoundError as error:
        raise QAError(f"qa mcp needs {error.name}; run: pip install 'chapter-verse[mcp]'") from error
    build(open_bot(options.index, threshold=options.threshold, reader=options.reader)).run()
    return 0
