"""Tables of measurements, written into the documentation with the machine and versions they were measured on."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import ROOT, command_line

if TYPE_CHECKING:
    import argparse

RETRIEVAL = ROOT / "docs" / "retrieval.md"


def set_arguments(description: str | None) -> argparse.ArgumentParser:
    """Return the parser of a command that measures sets and can write a table of the results."""
    parser = command_line(description)
    parser.add_argument("sets", nargs="+", metavar="SET[=INDEX]", help="a folder with queries and judgements")
    parser.add_argument("--write", action="store_true", help=f"put the table into docs/{RETRIEVAL.name}")
    return parser


def publish(name: str, table: str, *, write: bool, complete: bool) -> int:
    """Print a table, write it if asked and if no set was left out, and return the exit status."""
    print(table)
    if write and not complete:
        print("not written: a set was left out", file=sys.stderr)
        return 1
    if write:
        rewrite(RETRIEVAL, name, table)
    return 0


def rewrite(page: Path, name: str, text: str) -> None:
    """Replace the text between ``<!-- name -->`` and ``<!-- /name -->``; raises ``ValueError`` without this pair."""
    before, opening, rest = page.read_text("utf-8").partition(f"<!-- {name} -->\n")
    _, closing, after = rest.partition(f"<!-- /{name} -->\n")
    if not opening or not closing or opening in rest:
        raise ValueError(f"{page.name} must have one pair of lines <!-- {name} --> and <!-- /{name} -->")
    page.write_text(f"{before}{opening}{text.strip()}\n{closing}{after}", "utf-8")


def measured_on(code: str) -> str:
    """Return the date, the machine, the versions and the digest of the code as a sentence below a table."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "sentence-transformers", "faiss-cpu"))
    today = datetime.now(UTC).date().isoformat()
    return (
        f"Measured {today} on {_processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, {packages}; "
        f"code {code[:16]}."
    )


def _processor() -> str:
    """Return the name of the processor, or its architecture where the system does not tell the name."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text("utf-8").splitlines() if information.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table: the first column aligned left, the others right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])
