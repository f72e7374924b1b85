"""Train the reader: ``python -m training.reader DATA --to FOLDER``.

The learning rate rises, stays, and falls over the last fifth (Hu et al. 2024, MiniCPM), so that what stands before the
fall can be trained on: a later run with ``--from CHECKPOINT`` goes on there. A checkpoint is written every few minutes,
and an interrupted run with the same ``--to`` goes on from it.

On processors each core reads parts of a batch by itself, whichever is free the next one: products of matrices this
small gain little from being shared out among cores, and another busy process slows one part, not all.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import random
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from qa.encoding.sentence_transformers import SentenceEncoder
from qa.files import digest_of
from qa.reading.network import ReaderNetwork
from qa.reading.pairs import collate
from qa.reading.trained_reader import CARD, WEIGHTS
from training.reader.card import ABOUT
from training.reader.data import batches, digests, examples, read_rows, sample, targets
from training.reader.measure import measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from training.reader.data import Example

SAVED_EVERY = 300.0
"""Seconds between checkpoints."""
_WARMING = 150
"""Steps in which the learning rate rises."""
_FALLING = 0.2
"""Share of the run in which it falls to nothing."""
_PART = 1024
"""Word pieces of the part of a batch that one core reads at a time."""
_SPAN = 0.5
"""Weight of each of the losses of start and end beside that of "answers"."""


def main() -> None:
    """Train, measure, and write weights with their card."""
    options = _options()
    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    encoder = SentenceEncoder()
    transformer = encoder.transformer.to(device).float().eval()
    network = ReaderNetwork(transformer).to(device)
    if options.start:
        network.load_state_dict({name: value.float() for name, value in load_file(options.start).items()})
    options.to.mkdir(parents=True, exist_ok=True)
    rows = sample(read_rows(options.data, "train"), options.seed)
    print(f"{len(rows)} rows a pass, {sum(p.numel() for p in network.parameters()):,} numbers to train", flush=True)
    held = _held_out(read_rows(options.data, "valid"), options.held_out)
    tokenizer = encoder.tokenizer
    valid = list(examples(tokenizer, held, options.max_tokens))
    train = list(examples(tokenizer, rows, options.max_tokens))
    history = _Run(network, options, device).train(train, valid)
    write_reader(options, network.state_dict(), encoder.fingerprint, history)


def write_reader(
    options: argparse.Namespace, state: Mapping[str, torch.Tensor], encoder: str, history: Sequence[dict[str, Any]]
) -> None:
    """Write weights and card as ``qa.reading`` ships them: copy both there, after ``training.reader.choose``."""
    save_file({name: value.half().cpu().contiguous() for name, value in state.items()}, options.to / WEIGHTS)
    (options.to / WEIGHTS).chmod(0o644)  # safetensors writes for its owner alone
    settings = {name: value for name, value in vars(options).items() if name not in ("data", "to", "start", "certain")}
    settings["steps"] = None if math.isinf(options.steps) else options.steps  # JSON has no infinity
    card = {
        "name": WEIGHTS.removesuffix(".safetensors"),
        "sha256": digest_of(options.to / WEIGHTS),
        "encoder": encoder,
        "certain": options.certain,
        **ABOUT,
        "data": digests(options.data),
        "settings": settings,
        "machine": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "held-out": history[-1],
        "history": history[:-1],
    }
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    (options.to / CARD).write_text(text, encoding="utf-8")


class _Run:
    """One run of training, which goes on from its last checkpoint."""

    def __init__(self, network: ReaderNetwork, options: argparse.Namespace, device: torch.device) -> None:
        self.network = network
        self.options = options
        self.device = device
        self.optimiser = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=0.01)
        self.step = 0
        self.seconds = 0.0
        self.history: list[dict[str, Any]] = []
        self.checkpoint = options.to / "checkpoint.pt"
        self.parameters = list(network.parameters())
        self.cores = 1 if device.type == "cuda" else os.cpu_count() or 1
        self.pool = ThreadPoolExecutor(self.cores)
        if self.cores > 1:
            torch.set_num_threads(1)
        if self.checkpoint.exists():
            self._go_on()

    def train(self, train: Sequence[Example], valid: Sequence[Example]) -> list[dict[str, Any]]:
        """Train for the minutes that are given, measuring as it goes; return what was measured."""
        losses: list[float] = []
        begun = time.monotonic() - self.seconds
        saved = time.monotonic()
        for batch in islice(self._stream(train), self.step, None):
            done = max((time.monotonic() - begun) / (60 * self.options.minutes), self.step / self.options.steps)
            if done >= 1:
                break
            losses.append(self._learn(batch, done))
            self.step += 1
            if self.step % 50 == 0:
                recent = float(np.mean(losses[-200:]))
                print(f"step {self.step}  {done:.1%}  loss {recent:.4f}", flush=True)
            if self.step % self.options.every == 0:
                self._measured(valid)
            if time.monotonic() - saved >= SAVED_EVERY and done < 1 - _FALLING:
                self.seconds = time.monotonic() - begun
                self._save()
                saved = time.monotonic()
        self._measured(valid)
        return self.history

    def _stream(self, train: Sequence[Example]) -> Iterator[list[Example]]:
        """Yield batches without end, each pass in an order of its own."""
        for number in range(1_000):
            order = list(train)
            random.Random(self.options.seed + number).shuffle(order)  # noqa: S311
            yield from batches(order, self.options.tokens, self.options.seed + number)

    def _learn(self, batch: list[Example], done: float) -> float:
        """Take one step and return the loss; ``done`` is the share of the run that is over."""
        fall = min(1.0, (1 - done) / _FALLING)
        for group in self.optimiser.param_groups:
            group["lr"] = self.options.rate * min(1.0, (self.step + 1) / _WARMING) * fall
        parts = max(1, round(sum(len(one.window.ids) for one in batch) / _PART)) if self.cores > 1 else 1
        read = list(self.pool.map(lambda part: self._gradients(batch[part::parts], len(batch)), range(parts)))
        for place, parameter in enumerate(self.parameters):
            parameter.grad = torch.stack([gradients[place] for _, gradients in read]).sum(0)
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimiser.step()
        return sum(loss for loss, _ in read)

    def _gradients(self, part: list[Example], count: int) -> tuple[float, tuple[torch.Tensor, ...]]:
        """Return the loss of a part of a batch of ``count`` examples, and its gradients."""
        made = collate([one.window for one in part])
        wanted = {name: torch.from_numpy(value).to(self.device) for name, value in targets(part).items()}
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.device.type == "cuda"):
            reading = self.network(*(torch.from_numpy(a).to(self.device) for a in (made.ids, made.mask, made.roles)))
        answers = functional.binary_cross_entropy_with_logits(reading.answers, wanted["answers"], reduction="none")
        loss = (answers * wanted["weight"]).sum()
        known = wanted["start"].any(1)
        places = _within(reading.start[known], wanted["start"][known]) + _within(
            reading.end[known], wanted["end"][known]
        )
        loss = (loss + _SPAN * 2 * places.sum()) / count
        return loss.item(), torch.autograd.grad(loss, self.parameters)

    def _measured(self, valid: Sequence[Example]) -> None:
        figures = measure(self.network, valid, self.device)
        self.history.append({"step": self.step, **{name: round(value, 4) for name, value in figures.items()}})
        print(json.dumps(self.history[-1]), flush=True)

    def _save(self) -> None:
        written = self.checkpoint.with_suffix(".new")
        state = {"network": self.network.state_dict(), "optimiser": self.optimiser.state_dict()}
        torch.save({**state, "step": self.step, "seconds": self.seconds, "history": self.history}, written)
        written.replace(self.checkpoint)

    def _go_on(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds, self.history = state["step"], state["seconds"], state["history"]


def _within(logits: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Return the negative log of the probability that a place is one of the allowed ones."""
    return torch.logsumexp(logits, 1) - torch.logsumexp(logits.masked_fill(~allowed, -torch.inf), 1)


def _held_out(rows: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Return rows of the held-out articles, ``count`` of them spread over all; exact answers all."""
    squad = [row for row in rows if row["source"] == "squad2-train"]
    exact = [row for row in squad if row.get("span") == "exact"]
    others = [row for row in squad if row.get("span") != "exact"]
    return exact + others[:: max(1, len(others) // count)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.reader", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of passages.jsonl.xz, train.jsonl.xz and valid.jsonl.xz")
    parser.add_argument("--to", type=Path, required=True, help="where weights, card and checkpoint are written")
    parser.add_argument("--from", dest="start", type=Path, help="weights to go on from, of an earlier run")
    parser.add_argument("--minutes", type=float, default=300, help="how long to train (default %(default)s)")
    parser.add_argument("--steps", type=float, default=math.inf, help="steps after which to stop, if that is earlier")
    parser.add_argument("--rate", type=float, default=5e-4, help="learning rate (default %(default)s)")
    parser.add_argument("--tokens", type=int, default=2048, help="word pieces of a batch (default %(default)s)")
    parser.add_argument("--max-tokens", type=int, default=288, help="word pieces of a window (default %(default)s)")
    parser.add_argument("--every", type=int, default=1000, help="steps between measurements (default %(default)s)")
    parser.add_argument("--held-out", type=int, default=1200, help="held-out rows measured besides exact answers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--certain", type=float, default=0.2, help="certainty from which words are marked (default %(default)s)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
