"""``qa evaluate``: measure ranking and refusal on a set of questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.options import add_json, add_no_reader, default_index
from qa.cli.terminal import print_json, print_text, progress_bar

if TYPE_CHECKING:
    from qa.cli.options import Commands, Options, Parser


def add_to(commands: Commands) -> Parser:
    """Add the command and return its parser."""
    parser = commands.add_parser("evaluate", help="measure ranking and refusal on a set of questions")
    parser.add_argument("set", metavar="SET", help="a folder with queries.jsonl and judgements")
    parser.add_argument("--index", metavar="DIR", help="the index; a set with its own corpus needs none")
    parser.add_argument("--run", metavar="FILE", dest="run_file", help="write the rankings as a TREC run")
    parser.add_argument("--against", metavar="RUN", help="compare with an earlier run, query by query")
    parser.add_argument("--plot", metavar="FILE.png", help="draw risk against coverage, and reliability")
    parser.add_argument("--by-query", action="store_true", help="list every query, not only the ten worst")
    add_no_reader(parser)
    add_json(parser, "the measures")
    return parser


def run(options: Options) -> int:
    """Evaluate and print the report; the status is 1 if the run is significantly worse than an earlier one."""
    from qa.evaluation.runner import evaluate

    with progress_bar() as progress:
        text, summary, worse = evaluate(
            Path(options.set),
            Path(options.index) if options.index else None,
            default_index=Path(default_index()),
            run=Path(options.run_file) if options.run_file else None,
            against=Path(options.against) if options.against else None,
            plot=Path(options.plot) if options.plot else None,
            by_query=options.by_query,
            reader=options.reader,
            progress=progress,
        )
    if options.json:
        print_json(summary)
    else:
        print_text(text)
    return 1 if worse else 0
