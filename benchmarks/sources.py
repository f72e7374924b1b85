"""Whose words: sources that a question names are told from those spoken about, said absent, or put first.

    python -m benchmarks.sources INDEX [--half report] [--wrong]

INDEX holds the folder of UN documents of which ``tests/sets/sources/documents.txt`` names those that are searched.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.answering.bot import open_bot
from qa.evaluation.sets import occurrences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.types import Answer

SET = Path(__file__).parent.parent / "tests" / "sets" / "sources"
ROLES = {"absent": "absent, said so", "present": "present, Success@1", "about": "spoken about, taken for absent"}
"""What is counted of the questions of each kind."""


def main() -> None:
    """Ask the questions of the set and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--half", choices=("work", "seen", "report"), help="of the set only")
    parser.add_argument("--wrong", action="store_true", help="print the questions that went wrong")
    options = parser.parse_args()
    bot = open_bot(options.index)
    documents = (SET / "documents.txt").read_text("utf-8").split()
    evidence = defaultdict(list)
    for entry in read("evidence"):
        spans = occurrences(entry["quote"], bot.document(entry["document"]).text)
        evidence[entry["query"]] += [(entry["document"], start, end) for start, end in spans]
    counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for query in read("queries"):
        if options.half in (None, query["half"]):
            answer = bot.ask(query["text"], documents=documents)
            counted = judge(query, answer, evidence[query["_id"]])
            counts[query["half"], query["role"]].append(counted)
            if options.wrong and counted == (query["role"] == "about"):
                first = answer.citations[0]
                print(query["_id"], query["text"], answer.sources_asked, first.document, first.pinpoint)
    print(table(counts))


def read(name: str) -> list[dict[str, Any]]:
    """Return the lines of a file of the set."""
    return [json.loads(line) for line in (SET / f"{name}.jsonl").read_text("utf-8").splitlines()]


def judge(query: Mapping[str, Any], answer: Answer, evidence: Sequence[tuple[str, int, int]]) -> bool:
    """Say what is counted of a question: that a source is said to be absent, or that the first citation is right."""
    if query["role"] != "present":
        return bool(answer.absent_sources) and not answer.found
    first = answer.citations[0]
    found = any(first.document == name and first.start < end and start < first.end for name, start, end in evidence)
    return found and not answer.absent_sources


def table(counts: Mapping[tuple[str, str], Sequence[bool]]) -> str:
    """Return the shares by half and kind."""
    rows = [
        f"{half:8} {ROLES[role]:34} {sum(flags):3} of {len(flags):3}  {sum(flags) / len(flags):.3f}"
        for (half, role), flags in counts.items()
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
