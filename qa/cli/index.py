"""``qa index``: build an index, or bring it up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.options import add_json, default_index
from qa.cli.terminal import count, print_json, print_text, progress_bar, say
from qa.errors import QAError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.cli.options import Commands, Options, Parser

_MOST_PAGES = 12
"""Pages of a doubtful file that are named."""


def add_to(commands: Commands) -> Parser:
    """Add the command and return its parser."""
    parser = commands.add_parser("index", help="build or update an index from files and folders")
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, a folder or a BEIR corpus.jsonl")
    parser.add_argument("--to", metavar="DIR", default=default_index(), help="the index (default: %(default)s)")
    parser.add_argument("--encoder", metavar="MODEL", help="a sentence-transformers model, by name or folder")
    parser.add_argument(
        "--language",
        choices=("en", "none"),
        default="en",
        help="of the documents; with none, words are compared as they are written (default: %(default)s)",
    )
    add_json(parser, "the report")
    parser.add_argument("--report", metavar="FILE", help="write it to a file, with the files that were read in part")
    return parser


def run(options: Options) -> int:
    """Index, print the report, and name the files that were skipped or are doubtful."""
    from qa.index.build import ENGLISH, build_index

    encoder = None
    if options.encoder:
        from qa.encoding.sentence_transformers import SentenceEncoder

        encoder = SentenceEncoder(options.encoder)
    with progress_bar() as progress:
        language = ENGLISH if options.language == "en" else None
        report = build_index(options.sources, options.to, encoder=encoder, language=language, progress=progress)
    if options.json:
        print_json(report.to_dict())
    else:
        changes = f"{report.added} added, {report.changed} changed, {report.removed} removed"
        print_text(
            f"{options.to}: {count(report.documents, 'document')}, {count(report.passages, 'passage')} "
            f"({changes}) in {report.seconds:.1f} s"
        )
    for skipped in report.skipped:
        say(f"skipped {skipped.file}: {skipped.detail} [{skipped.reason}]")
    for doubtful in report.doubtful:
        say(f"doubtful {doubtful.file}{_on_pages(doubtful.pages)}: {doubtful.detail} [{doubtful.reason}]")
    if options.report:
        text = json.dumps(report.to_report(), ensure_ascii=False, indent=2) + "\n"
        try:
            Path(options.report).write_text(text, "utf-8", "surrogateescape")
        except OSError as error:
            raise QAError(f"{options.report} cannot be written: {error.strerror}") from error
    return 1 if report.skipped else 0


def _on_pages(pages: Sequence[int]) -> str:
    """Return the numbers of the first pages, in words."""
    if not pages:
        return ""
    named = ", ".join(str(page) for page in pages[:_MOST_PAGES])
    more = f" and {len(pages) - _MOST_PAGES} more" if len(pages) > _MOST_PAGES else ""
    return f", {'page' if len(pages) == 1 else 'pages'} {named}{more}"
