"""Options of the command line that several commands share, and those of ``qa serve``."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_INDEX: Final = "embeddings/default"


def default_index() -> str:
    """Return the index that is meant where none is named."""
    return os.environ.get("QA_INDEX") or DEFAULT_INDEX


def add_index(parser: argparse.ArgumentParser) -> None:
    """Add the option that names an index."""
    parser.add_argument("--index", metavar="DIR", default=default_index(), help="the index (default: %(default)s)")


def add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the command that serves the chat, and return its parser."""
    serve = commands.add_parser("serve", help="the chat in the browser")
    add_index(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=port, default=7860, help="port to listen on (default: %(default)s)")
    serve.add_argument("--threshold", type=probability, metavar="P", help="confidence from which an answer is given")
    serve.add_argument(
        "--examples",
        metavar="FILE",
        default="data/examples.jsonl",
        help='questions to offer, as JSON Lines {"question", "document"} (default: %(default)s)',
    )
    serve.add_argument("--auth", metavar="FILE", help="let in only whom this file names; made by qa password")
    serve.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="a name the server is reached under; repeatable"
    )
    serve.add_argument(
        "--editor",
        action="append",
        default=[],
        metavar="PERSON",
        help="of those in --auth, who may add and remove documents in the browser: by default nobody; repeatable",
    )
    serve.add_argument("--read-only", action="store_true", help="let nobody add or remove documents in the browser")
    serve.add_argument(
        "--watch", action="store_true", help="follow changes in the indexed folders, and index them in the background"
    )
    serve.add_argument(
        "--per-minute",
        type=positive,
        default=60,
        metavar="N",
        help="questions a client may ask (default: %(default)s)",
    )
    return serve


def _checked(convert: Callable[[str], Any], fits: Callable[[Any], bool], what: str) -> Callable[[str], Any]:
    """Return a type for argparse that refuses with one clear sentence."""

    def parse(text: str) -> Any:  # noqa: ANN401 - whatever ``convert`` returns
        try:
            value = convert(text)
        except ValueError:
            value = None
        if value is None or not fits(value):
            raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
        return value

    return parse


positive = _checked(int, lambda number: number >= 1, "a whole number from 1")
port = _checked(int, lambda number: 0 < number < 65536, "a port from 1 to 65535")
probability = _checked(float, lambda number: 0 <= number <= 1, "a probability from 0 to 1")
