"""Choose how what is read counts: ``python -m training.reader.choose DATA``.

The questions of the held-out articles of SQuAD 2.0 are asked of an index of these articles, with the weights that
ship. The tables give, for weights of the part ``reading`` and numbers of candidates that are read, how often the right
passage comes first; and, for the certainty from which words are marked, how many are marked where it does, and how many
of those are right (F1 of at least a half).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from tqdm import tqdm

import qa
from qa.evaluation.words import overlap
from qa.reading.trained_reader import TrainedReader
from training.reader.data import read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.answering.bot import Bot
    from qa.protocols import Read

CANDIDATES = 8
WEIGHTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6)
CERTAINTIES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
LOGITS = (-9.0, -1.0, 0.0, 1.0)


class _Asked(NamedTuple):
    """A question with its nearest candidates, their scores and what was read of them; ``right`` are places."""

    row: dict[str, Any]
    texts: Sequence[str]
    scores: np.ndarray[Any, Any]
    read: Sequence[Read]
    right: Sequence[bool]


def main() -> None:
    """Ask, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m training.reader.choose", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of passages.jsonl.xz and valid.jsonl.xz")
    parser.add_argument("--every", type=int, default=2, help="of how many questions one is asked (default %(default)s)")
    options = parser.parse_args()
    rows = [row for row in read_rows(options.data, "valid") if row["source"] == "squad2-train"]
    answered = [row for row in rows if row.get("span") == "exact"][:: options.every]
    with tempfile.TemporaryDirectory() as folder:
        bot = _bot(Path(folder), rows)
        asked = [_ask(bot, row) for row in tqdm(answered, unit="question")]
    print(f"{len(asked)} questions, {len({row['passage'] for row in rows})} passages")
    for count in (3, 5, CANDIDATES):
        values = " ".join(f"{weight}: {_first(asked, weight, count):.3f}" for weight in WEIGHTS)
        print(f"right first, of {count} read, by weight: {values}")
    firsts = [one for one in asked if one.right[0]]
    print(f"words, where the right passage is first ({len(firsts)}): certainty, logit: marked, of those right")
    for certainty in CERTAINTIES:
        cells = [_marked(firsts, certainty, logit) for logit in LOGITS]
        print(
            f"{certainty:4}  "
            + "  ".join(
                f"{logit}: {marked:.3f} {right:.3f}" for logit, (marked, right) in zip(LOGITS, cells, strict=True)
            )
        )


def _bot(folder: Path, rows: Sequence[dict[str, Any]]) -> Bot:
    passages = {row["passage"]: row for row in rows}
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
        for number, row in passages.items():
            file.write(json.dumps({"_id": str(number), "title": row["title"], "text": row["text"]}) + "\n")
    qa.build_index(folder / "corpus.jsonl", folder / "index")
    return qa.open_bot(folder / "index", reader=False)


def _ask(bot: Bot, row: dict[str, Any]) -> _Asked:
    hits = bot.retriever.search(row["question"], CANDIDATES).hits
    reader = TrainedReader(bot.index.encoder)
    read = reader.read(row["question"], [(hit.passage.context, hit.passage.text) for hit in hits])
    right = [hit.passage.document.split("#")[-1] == str(row["passage"]) for hit in hits]
    return _Asked(row, [hit.passage.text for hit in hits], np.array([hit.score for hit in hits]), read, right)


def _first(asked: Sequence[_Asked], weight: float, count: int) -> float:
    """Return how often the right passage comes first."""
    right = 0
    for one in asked:
        answers = np.array([read.answers for read in one.read[:count]])
        right += one.right[int((one.scores[:count] + weight / (1 + np.exp(-answers))).argmax())]
    return right / len(asked)


def _marked(asked: Sequence[_Asked], certainty: float, logit: float) -> tuple[float, float]:
    """Return the share of passages whose words are marked, and of those the share whose words are right."""
    marked = [one for one in asked if one.read[0].certainty >= certainty and one.read[0].answers >= logit]
    right = 0
    for one in marked:
        said = one.texts[0][slice(*one.read[0].words)]
        right += max(overlap(said, one.row["text"][a:b]) for a, b in one.row["answers"]) >= 0.5
    return len(marked) / len(asked), right / max(1, len(marked))


if __name__ == "__main__":
    main()
