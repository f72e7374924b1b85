"""How well a network reads the held-out articles of SQuAD 2.0: the words of answers, and whether there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from qa.evaluation.risk import auroc
from qa.evaluation.words import overlap, plain
from qa.reading.pairs import collate
from qa.reading.trained_reader import best_span
from training.reader.data import batches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.reading.network import ReaderNetwork
    from training.reader.data import Example


def measure(network: ReaderNetwork, examples: Sequence[Example], device: torch.device) -> dict[str, float]:
    """Measure what is read of examples.

    F1 and EM (Rajpurkar et al. 2016) are of exact answers, ``in sentence`` is the share of best spans that lie in the
    answering sentence. The AUROC of "answers" is against questions that people wrote to be unanswerable, and against
    near passages.
    """
    network.eval()
    scores: dict[str, list[float]] = {"pos": [], "un-human": [], "near": []}
    exact, shared, sentence = [], [], []
    with torch.inference_mode():
        for batch in batches(examples, 8192, seed=0):
            made = collate([one.window for one in batch])
            reading = network(*(torch.from_numpy(a).to(device) for a in (made.ids, made.mask, made.roles)))
            for row, one in enumerate(batch):
                kind = one.row["kind"]
                scores[kind if kind in scores else "near"].append(float(reading.answers[row]))
                if one.place is None:
                    continue
                first, last = best_span(reading.start[row].cpu().numpy(), reading.end[row].cpu().numpy())
                start, end = int(one.window.spans[first, 0]), int(one.window.spans[last, 1])
                if one.exact:
                    said, right = one.row["text"][start:end], [one.row["text"][a:b] for a, b in one.row["answers"]]
                    exact.append(max(float(plain(said) == plain(text)) for text in right))
                    shared.append(max(overlap(said, text) for text in right))
                else:
                    sentence.append(float(one.place[0] <= first and last <= one.place[1]))
    network.train()
    return {
        "F1": _mean(shared),
        "EM": _mean(exact),
        "in sentence": _mean(sentence),
        "AUROC un-human": _auroc(scores["pos"], scores["un-human"]),
        "AUROC near": _auroc(scores["pos"], scores["near"]),
    }


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    flags = np.arange(len(positive) + len(negative)) < len(positive)
    return auroc(np.array([*positive, *negative]), flags) if positive and negative else float("nan")
