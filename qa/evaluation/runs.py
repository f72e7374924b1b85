"""Runs: the rankings of a set's queries, as scores by item and as files in TREC's format.

An item is a document or, for a query with spans, a passage named ``document#start-end``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from qa.types import Citation, Passage

DEPTH = 50
"""Passages of each ranking that a run holds. No measure looks deeper than 10."""

Run = dict[str, dict[str, float]]
"""Scores by query and item."""


def item_scores(ranking: Iterable[Citation | Passage], *, by_passage: bool) -> dict[str, float]:
    """Return a ranking, best first, as scores by item. A document has the score of its best passage."""
    scores: dict[str, float] = {}
    for passage in ranking:
        item = f"{passage.document}#{passage.start}-{passage.end}" if by_passage else passage.document
        scores.setdefault(item, -float(len(scores)))  # by rank: trec_eval breaks ties of score by name
    return scores


def write_run(path: Path, run: Run, tag: str, about: Mapping[str, str]) -> None:
    """Write a TREC run with strictly falling scores, below comment lines that say ``about`` which run it is."""
    lines = [f"# {key} {value}" for key, value in about.items()]
    for query, scores in run.items():
        ranking = sorted(scores.items(), key=lambda item: -item[1])
        for rank, (item, _) in enumerate(ranking, 1):
            lines.append(f"{_escape(query)} Q0 {_escape(item)} {rank} {1 - rank} {_escape(tag)}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read_run(path: Path) -> tuple[Run, dict[str, str]]:
    """Read a TREC run and its comment lines; raises ``EvaluationError`` that names a malformed line."""
    run: Run = {}
    about: dict[str, str] = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} cannot be read as a run: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.startswith("# "):
            key, _, value = line[2:].partition(" ")
            about[key] = value
            continue
        fields = line.split()
        try:
            run.setdefault(_unescape(fields[0]), {})[_unescape(fields[2])] = float(fields[4])
        except (IndexError, ValueError) as error:
            raise EvaluationError(f"{path}, line {number} is not a line of a TREC run") from error
    return run, about


def _escape(text: str) -> str:
    """Return a text with its white space percent-encoded: white space separates the fields of a run."""
    return "".join(f"%{ord(letter):02x}" if letter.isspace() or letter == "%" else letter for letter in text)


def _unescape(text: str) -> str:
    parts = text.split("%")
    return parts[0] + "".join(chr(int(part[:2], 16)) + part[2:] for part in parts[1:])
