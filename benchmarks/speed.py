"""Time an answer: ``python -m benchmarks.speed [--index DIR] [--set SET]``.

Asks every question of a set once to warm up and once to measure. Prints the median and the 95th percentile in
milliseconds, with those of an answer without reading, of reading, of encoding the passages that were read, and of
encoding the query alone; the median of a search with 10 to 50 candidates of each list; and the length of the passages
in word pieces.
"""

from __future__ import annotations

import json
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import qa
from benchmarks.common import DEFAULT_INDEX, OWN_SETS, command_line
from qa.answering.bot import Bot
from qa.retrieval.retriever import Retriever

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.protocols import PassageReader, Read


def timed(run: Callable[[str], object], questions: list[str]) -> np.ndarray:
    """Return the time of each question in milliseconds."""
    times = []
    for question in questions:
        started = time.perf_counter()
        run(question)
        times.append((time.perf_counter() - started) * 1000)
    return np.array(times)


class _Noting:
    """A reader that notes what it reads and how long that takes, in milliseconds."""

    def __init__(self, reader: PassageReader) -> None:
        self._reader = reader
        self.name, self.certain = reader.name, reader.certain
        self.given: list[Sequence[tuple[str, str]]] = []
        self.times: list[float] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Read]:
        started = time.perf_counter()
        read = self._reader.read(question, passages)
        self.times.append((time.perf_counter() - started) * 1000)
        self.given.append(passages)
        return read


def main() -> None:
    """Measure and print."""
    parser = command_line(__doc__)
    parser.add_argument("--index", default=DEFAULT_INDEX)
    parser.add_argument("--set", type=Path, default=OWN_SETS / "statement")
    parser.add_argument("--most", type=int, default=200, help="questions at most")
    options = parser.parse_args()
    lines = (options.set / "queries.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["text"] for line in lines][: options.most]
    started = time.perf_counter()
    bot = qa.open_bot(options.index)
    bot.ask(questions[0])
    print(f"open and first answer: {time.perf_counter() - started:.1f} s")
    timed(bot.ask, questions)
    encoder, unread = bot.index.encoder, Bot(bot.index)
    encoding, answering = timed(encoder.encode_query, questions), timed(bot.ask, questions)
    rows = [("encode the query", encoding), ("answer", answering)]
    if bot.reader:
        reader = _Noting(bot.reader)
        timed(Bot(bot.index, reader=reader).ask, questions)
        given = [f"{context}\n{text}" for passages in reader.given for context, text in passages]
        started = time.perf_counter()
        for _ in encoder.encode_passages(given):
            pass
        each = (time.perf_counter() - started) * 1000 / max(1, len(given))
        rows += [
            ("answer, not read", timed(unread.ask, questions)),
            ("read", np.array(reader.times)),
            ("encode what was read", np.array([each * len(passages) for passages in reader.given])),
        ]
        print(f"{len(given) / max(1, len(reader.given)):.1f} passages are read on average")
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "sentence-transformers", "faiss-cpu"))
    print(f"{platform.machine()}, Python {platform.python_version()}, {packages}")
    print(f"{options.index}: {bot.index.manifest['passages']:,} passages, {len(questions)} questions")
    for name, times in rows:
        print(f"{name:20} median {np.median(times):6.1f} ms   p95 {np.percentile(times, 95):6.1f} ms")
    lengths = bot.index.encoder.count_tokens([f"{p.context}\n{p.text}" for p in bot.index.passages()])
    print(f"passages have {np.median(lengths):.0f} word pieces at the median, {np.mean(lengths):.0f} on average")
    for candidates in (10, 20, 30, 50):
        retriever = Retriever(bot.index, candidates=candidates)
        times = timed(lambda question, to=retriever: to.search(question, 5), questions)
        print(f"search, {candidates} candidates of each list: median {np.median(times):.1f} ms")
    print(f"an answer takes {np.median(answering) / np.median(encoding):.2f} times as long as encoding its query")


if __name__ == "__main__":
    main()
