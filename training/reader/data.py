"""Rows of training data as windows of word pieces with what is to be learned of them, and batches of like length."""

from __future__ import annotations

import json
import lzma
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.files import digest_of
from qa.reading.pairs import windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tokenizers import Tokenizer

    from qa.reading.pairs import Window

SHARES: Mapping[tuple[str, str], float] = {
    ("squad2-train", "pos"): 1.0,
    ("squad2-train", "un-human"): 0.6,
    ("squad2-train", "neg-same-article"): 0.15,
    ("squadshifts-newwiki", "pos"): 1.0,
    ("squadshifts-newwiki", "neg-bm25"): 0.1,
    ("squadshifts-reddit", "pos"): 0.3,
    ("squadshifts-amazon", "pos"): 0.3,
    ("fairytaleqa", "pos"): 0.4,
    ("fairytaleqa", "neg-same-topic"): 0.2,
    ("onestopqa", "pos"): 1.0,
    ("onestopqa", "neg-same-article"): 0.5,
    ("selqa", "pos"): 0.5,
    ("selqa", "neg-same-topic"): 0.2,
    ("medquad", "pos"): 0.1,
    ("medquad", "neg-same-topic"): 0.1,
    ("boolq", "pos"): 0.1,
    ("boolq", "neg-bm25"): 0.05,
    ("conditionalqa", "pos"): 0.2,
    ("conditionalqa", "neg-same-topic"): 0.1,
    ("pubmedqa", "pos"): 0.1,
}
"""The share of each source's rows of a kind that one pass sees: most of what is told by people and by exact words."""

_UNSURE = {"neg-bm25": 0.3}
"""How much a row of a kind tells of "does it answer": a passage near by BM25 may answer all the same."""


@dataclass(frozen=True, slots=True)
class Example:
    """A window, and what is to be learned of it.

    ``place`` are the first and last word pieces of the answer, or of the sentence that holds it where not ``exact``;
    None where there is none or it is not known. ``weight`` is that of ``answers``.
    """

    window: Window
    answers: bool
    place: tuple[int, int] | None
    exact: bool
    weight: float
    row: Mapping[str, Any]


def read_rows(folder: Path, part: str) -> list[dict[str, Any]]:
    """Return the rows of ``train`` or ``valid``, each with ``title`` and ``text`` of its passage."""
    with lzma.open(folder / "passages.jsonl.xz", "rt", encoding="utf-8") as lines:
        passages = [json.loads(line) for line in lines]
    with lzma.open(folder / f"{part}.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [{**row, **passages[row["passage"]]} for row in rows]


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of the data."""
    return {path.name: digest_of(path) for path in sorted(folder.glob("*.jsonl.xz"))}


def sample(rows: Sequence[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Return the rows of one pass, chosen by ``SHARES``; positive and negative rows of a group stay together."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    groups = defaultdict(list)
    for row in rows:
        if chance.random() < SHARES.get((row["source"], row["kind"]), 0.0):
            groups[row["group"]].append(row)
    order = list(groups.values())
    chance.shuffle(order)
    return [row for group in order for row in group]


def examples(tokenizer: Tokenizer, rows: Sequence[dict[str, Any]], max_tokens: int) -> Iterator[Example]:
    """Yield one example a row: the window that holds the answer, else the first."""
    for row in rows:
        context = f"{row['title']}\n" if row.get("title") else ""
        cut = [window for _, window in windows(tokenizer, row["question"], [(context, row["text"])], max_tokens)]
        window, place = cut[0], None
        if row["label"] and row.get("answers") and row.get("span"):
            start, end = row["answers"][0]
            for one in cut:
                if place := one.tokens_of(start, end):
                    window = one
                    break
        yield Example(window, bool(row["label"]), place, row.get("span") == "exact", _UNSURE.get(row["kind"], 1.0), row)


def batches(chosen: Sequence[Example], tokens: int, seed: int, *, pool: int = 4096) -> Iterator[list[Example]]:
    """Yield batches of at most ``tokens`` word pieces with their padding, of like length within a pool of examples."""
    chance = random.Random(seed)  # noqa: S311
    for first in range(0, len(chosen), pool):
        rows = sorted(chosen[first : first + pool], key=lambda one: len(one.window.ids) + chance.random() * 8)
        made: list[list[Example]] = [[]]
        longest = 0
        for one in rows:
            longest = max(longest, len(one.window.ids))
            if made[-1] and longest * (len(made[-1]) + 1) > tokens:
                made.append([])
                longest = len(one.window.ids)
            made[-1].append(one)
        chance.shuffle(made)
        yield from made


def targets(batch: Sequence[Example]) -> dict[str, np.ndarray[Any, Any]]:
    """Return what is to be learned of a batch.

    ``answers`` and ``weight`` are float32 ``(pairs,)``; ``start`` and ``end`` bool ``(pairs, tokens)``: the word pieces
    with which an answer may start or end, none where that is not known.
    """
    longest = max(len(one.window.ids) for one in batch)
    start, end = np.zeros((2, len(batch), longest), dtype=bool)
    for row, one in enumerate(batch):
        if one.place is not None:
            first, last = one.place
            start[row, first : (first if one.exact else last) + 1] = True
            end[row, (last if one.exact else first) : last + 1] = True
    return {
        "answers": np.array([one.answers for one in batch], dtype=np.float32),
        "weight": np.array([one.weight for one in batch], dtype=np.float32),
        "start": start,
        "end": end,
    }
