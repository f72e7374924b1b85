"""What an update costs: ``python -m benchmarks.updates [--files N] [--corpus FILE]``.

Files are made of the texts of a BEIR ``corpus.jsonl``, one a file, repeated under other names where there are too few.
Prints seconds, bytes written and the share of the full build for an unchanged corpus, one changed file, one renamed
file and one removed file, and then what one more file costs in a row of updates, merges of segments included.
"""

from __future__ import annotations

import json
import platform
import shutil
import tempfile
import time
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path

import numpy as np

import qa
from benchmarks.common import SHARED, command_line
from qa.index.build import describe_index


def inodes(to: Path) -> dict[int, int]:
    """Return the size of every file of the current generation, by inode."""
    if not (to / "CURRENT").is_file():
        return {}
    folder = to / "generations" / describe_index(to)["generation"]
    stats = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return {one.st_ino: one.st_size for one in stats}


def build(source: Path, to: Path) -> tuple[float, int]:
    """Bring an index up to date; return the seconds and the bytes written into its generation."""
    before = inodes(to)
    started = time.perf_counter()
    qa.build_index(source, to)
    seconds = time.perf_counter() - started
    return seconds, sum(size for inode, size in inodes(to).items() if inode not in before)


def main() -> None:
    """Measure and print."""
    parser = command_line(__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--corpus", type=Path, default=SHARED / "eval" / "squad" / "corpus.jsonl")
    parser.add_argument("--updates", type=int, default=20, help="updates of the row")
    options = parser.parse_args()
    texts = [json.loads(line)["text"] for line in options.corpus.read_text("utf-8").splitlines()]
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "sentence-transformers", "numpy"))
    print(f"{platform.machine()}, Python {platform.python_version()}, {packages}\n")
    folder = Path(tempfile.mkdtemp(prefix="updates-"))
    try:
        source, to = folder / "documents", folder / "index"
        source.mkdir()
        for number, text in enumerate(islice(cycle(texts), options.files)):
            (source / f"{number}.txt").write_text(f"Text {number}. {text}", "utf-8")
        full = build(source, to)
        about = describe_index(to)
        each = full[1] / about["passages"]
        print(f"{about['documents']:,} files, {about['passages']:,} passages, {each:,.0f} bytes a passage")
        print("\n| update | seconds | of the full build | bytes | of the full build |\n|---|---:|---:|---:|---:|")

        def row(name: str, cost: tuple[float, int]) -> None:
            shares = [f"{own / whole:.2%}" for own, whole in zip(cost, full, strict=True)]
            print(f"| {name} | {cost[0]:.2f} | {shares[0]} | {cost[1]:,.0f} | {shares[1]} |", flush=True)

        row("all files", full)
        row("nothing", build(source, to))
        (source / "0.txt").write_text("Another text stands here now.", "utf-8")
        row("one file changed", build(source, to))
        (source / "1.txt").rename(source / "renamed.txt")
        row("one file renamed", build(source, to))
        (source / "2.txt").unlink()
        row("one file removed", build(source, to))
        costs = []
        for number in range(options.updates):
            (source / f"new-{number}.txt").write_text(f"New text number {number}.", "utf-8")
            costs.append(build(source, to))
        row(f"one more file, median of {options.updates}", tuple(np.median(costs, axis=0)))
        row(f"one more file, worst of {options.updates}", tuple(np.max(costs, axis=0)))
        print(f"\n{len(describe_index(to)['segments'])} segments at the end")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
