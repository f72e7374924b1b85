"""``qa info``: what an index holds and what built it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa.cli.options import add_index, add_json
from qa.cli.terminal import inert, print_json, print_text

if TYPE_CHECKING:
    from qa.cli.options import Commands, Options, Parser


def add_to(commands: Commands) -> Parser:
    """Add the command and return its parser."""
    parser = commands.add_parser("info", help="say what an index holds and what built it")
    add_index(parser)
    add_json(parser, "it")
    return parser


def run(options: Options) -> int:
    """Print the manifest of an index."""
    from qa.index.build import describe_index
    from qa.reading.trained_reader import reader_of

    about = describe_index(options.index)
    about["reader"] = reader_of(about["encoder"]["fingerprint"])
    if options.json:
        print_json(about)
    else:
        print_text(_render(about))
    return 0


def _render(about: dict[str, Any]) -> str:
    """Return the description of an index as aligned lines."""
    encoder = about["encoder"]
    lines = {
        "index": about["index"],
        "generation": f"{about['generation']}, made {about['created']} by {about['tool']}",
        "documents": f"{about['documents']:,}",
        "passages": f"{about['passages']:,}",
        "encoder": f"{encoder['name']}, {about['dim']} dimensions, {encoder['fingerprint'][:12]}",
        "reader": about["reader"],
        "segmenter": about["segmenter"]["name"],
        "language": about["language"]["name"],
        "engine": ", ".join(about["engine"].values()),
        "sources": ", ".join(about["sources"]),
        "skipped": "; ".join(f"{s['file']} [{s['reason']}]" for s in about["skipped"]) or "none",
    }
    return "\n".join(f"{name:<11}{inert(value)}" for name, value in lines.items())
