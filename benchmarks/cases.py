"""Small files of known faults beside the project: what must, must not and must once stand in the text.

Run: python -m benchmarks.cases [FOLDER]
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

from qa.ingestion.sandbox.pool import read_all

CASES = Path(__file__).resolve().parent.parent.parent / "shared" / "cases"


def failures(case: dict, text: str) -> list[str]:
    """Return what is wrong with the text of a case."""
    wrong = [f"lacks {part!r}" for part in case["must"] if part not in text]
    wrong += [f"holds {part!r}" for part in case["mustnot"] if part in text]
    return wrong + [f"holds {text.count(part)} times {part!r}" for part in case["once"] if text.count(part) != 1]


def main() -> None:
    """Print how many cases pass, by kind, and what is wrong with the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=CASES)
    options = parser.parse_args()
    cases = json.loads((options.folder / "cases.json").read_text("utf-8"))
    checked = [case for case in cases if case["must"] or case["mustnot"] or case["once"]]
    files = [(options.folder / case["name"], case["name"]) for case in checked]
    passed = 0
    wrong: dict[str, list[str]] = defaultdict(list)
    for case, result in zip(checked, read_all(files, lambda _done, _name: None), strict=True):
        text = "\n".join(document.text for document in result.documents)
        found = [result.skipped.detail] if result.skipped else failures(case, text)
        passed += not found
        if found:
            wrong[case["kind"]].append(f"{case['name']}: {'; '.join(found)}")
    for kind, lines in wrong.items():
        print(kind, *lines, sep="\n    ")
    print(f"{passed} of {len(checked)} pass")


if __name__ == "__main__":
    main()
