"""How many remarks, questions for all of something and foreign questions are told: ``python -m benchmarks.wording``."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from benchmarks.common import ROOT
from qa.languages.english import English

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENGLISH = English()


def _remark(text: str) -> object:
    return ENGLISH.wording(text).remark


def _sought(text: str) -> object:
    listing = ENGLISH.wording(text).listing
    return None if listing is None else [text[start:end] for start, end in listing.sought]


SETS: dict[str, tuple[str, Callable[[str], object]]] = {
    "remarks": ("remark", _remark),
    "listing": ("sought", _sought),
    "languages": ("language", ENGLISH.other_language),
}
"""The sets in ``tests/sets``: what each entry states, and what tells it of the text."""


def report(name: str) -> Iterator[str]:
    """Yield for each part of a set how many are told and how many others are taken for one."""
    field, told = SETS[name]
    entries: list[dict[str, Any]] = [
        json.loads(line) for line in (ROOT / "tests/sets" / name / "queries.jsonl").read_text("utf-8").splitlines()
    ]
    counts: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        part, stated, found = entry.get("part", "all"), entry[field], told(entry["text"])
        counts[part, "of"] += stated is not None
        counts[part, "told"] += stated is not None and found == stated
        counts[part, "others"] += stated is None
        counts[part, "false"] += stated is None and found is not None
    for part in sorted({part for part, _ in counts}):
        n = {what: counts[part, what] for what in ("told", "of", "false", "others")}
        yield f"{name}, {part}: {n['told']} of {n['of']} told, {n['false']} of {n['others']} others taken for one"


if __name__ == "__main__":
    for each in SETS:
        print("\n".join(report(each)))
