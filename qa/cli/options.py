"""Options that several commands share, and the types of their values."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    Options = argparse.Namespace
    Parser = argparse.ArgumentParser
    Commands = argparse._SubParsersAction[Parser]  # noqa: SLF001 - argparse gives it no public name

DEFAULT_INDEX: Final = "embeddings/default"


def default_index() -> str:
    """Return the index that is used where none is named."""
    return os.environ.get("QA_INDEX") or DEFAULT_INDEX


def add_index(parser: argparse.ArgumentParser) -> None:
    """Add the option that names an index."""
    parser.add_argument("--index", metavar="DIR", default=default_index(), help="the index (default: %(default)s)")


def add_threshold(parser: argparse.ArgumentParser) -> None:
    """Add the option that sets the confidence from which an answer is given."""
    parser.add_argument("--threshold", type=probability, metavar="P", help="confidence from which an answer is given")


def add_no_reader(parser: argparse.ArgumentParser) -> None:
    """Add the option that leaves reading out."""
    parser.add_argument(
        "--no-reader",
        dest="reader",
        action="store_false",
        help="do not read the first passage together with the question: quicker, marks no words, refuses less well",
    )


def add_json(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the option that prints JSON."""
    parser.add_argument("--json", action="store_true", help=f"print {what} as JSON")


def _checked(convert: Callable[[str], Any], fits: Callable[[Any], bool], what: str) -> Callable[[str], Any]:
    """Return a type for argparse whose error is one clear sentence."""

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
whole = _checked(int, lambda number: number >= 0, "a whole number from 0")
port = _checked(int, lambda number: 0 < number < 65536, "a port from 1 to 65535")
probability = _checked(float, lambda number: 0 <= number <= 1, "a probability from 0 to 1")
