"""The trained reader: a question and passages in one pass, over the weights that the sentence encoder has in memory."""

from __future__ import annotations

import json
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.encoding.sentence_transformers import SentenceEncoder, one_thread
from qa.errors import ReaderUnavailable
from qa.files import digest_of
from qa.protocols import Read
from qa.reading.pairs import collate, windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qa.protocols import Encoder, Vectors
    from qa.reading.pairs import Window

WEIGHTS = "reader-v1.safetensors"
CARD = "reader-v1.json"
"""The weights, and their card: SHA-256, the encoder they belong to, data, licences, settings, figures, limits."""
_LONGEST = 30
"""Word pieces of the longest answer that is looked for."""


class TrainedReader:
    """Reads with adapters over an encoder's own network. Nothing of the encoder is changed, so threads may share both.

    The weights are loaded with the first question. Raises ``ReaderUnavailable`` where the encoder is not the one that
    the card names, and where card or weights are missing or altered.
    """

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        self._card = _card(folder)
        self._folder = folder
        if not isinstance(encoder, SentenceEncoder) or encoder.fingerprint != self._card["encoder"]:
            raise ReaderUnavailable(f"the reader was trained over another encoder than {encoder.name}")
        self._encoder = encoder
        self._check()

    @property
    def name(self) -> str:
        """Name and version."""
        return str(self._card["name"])

    @property
    def certain(self) -> float:
        """The certainty from which words are marked; chosen on held-out questions."""
        return float(self._card["certain"])

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Read]:
        """Read passages, each its context (title, heading) and its text, for a question.

        A passage longer than the network reads is read in overlapping windows; the one that answers best counts.
        """
        found: list[Read | None] = [None] * len(passages)
        cut = list(windows(self._encoder.tokenizer, question, passages))
        for (position, _), read in zip(cut, self._read_windows([window for _, window in cut]), strict=True):
            best = found[position]
            if best is None or read.answers > best.answers:
                found[position] = read
        return [read for read in found if read is not None]

    def _read_windows(self, cut: Sequence[Window]) -> list[Read]:
        import torch

        if not cut:
            return []
        made = collate(cut)
        with torch.inference_mode(), one_thread():
            arrays = (torch.from_numpy(array).to(self._device) for array in (made.ids, made.mask, made.roles))
            reading = self._network(*arrays)
        start, end, answers = (one.float().cpu().numpy() for one in reading)
        return [_read(window, *values) for window, *values in zip(cut, start, end, answers, strict=True)]

    @cached_property
    def _network(self) -> Any:  # noqa: ANN401 - torch is imported with the first question
        from safetensors.torch import load_file

        from qa.reading.network import ReaderNetwork

        with _file(self._folder, WEIGHTS) as path:
            model = self._encoder.transformer
            network = ReaderNetwork(model)
            network.load_state_dict({name: values.float() for name, values in load_file(path).items()})
            return network.to(device=model.device, dtype=model.dtype).eval()

    @property
    def _device(self) -> Any:  # noqa: ANN401
        return self._encoder.transformer.device

    def _check(self) -> None:
        with _file(self._folder, WEIGHTS) as path:
            if not path.is_file():
                raise ReaderUnavailable(f"the reader's weights {WEIGHTS} are not there; install the package again")
            if digest_of(path) != self._card["sha256"]:
                raise ReaderUnavailable(f"the reader's weights {WEIGHTS} were altered; install the package again")


def reader_of(fingerprint: str) -> str:
    """Name the shipped reader where it reads with the encoder of this fingerprint, else say why there is none."""
    try:
        card = _card(None)
    except ReaderUnavailable as error:
        return f"none ({error})"
    return str(card["name"]) if card["encoder"] == fingerprint else "none (it was trained over another encoder)"


def best_span(start: Vectors, end: Vectors, longest: int = _LONGEST) -> tuple[int, int]:
    """Return the first and last word piece with the highest sum of logits, at most ``longest`` pieces.

    Both arrays are ``(tokens,)``.
    """
    sums = start[:, None] + end[None, :]
    rows, columns = np.indices(sums.shape)
    sums = np.where((columns >= rows) & (columns - rows < longest), sums, -np.inf)
    first, last = np.unravel_index(int(sums.argmax()), sums.shape)
    return int(first), int(last)


def _read(window: Window, start: Vectors, end: Vectors, answers: float) -> Read:
    count = len(window.ids)
    start, end = start[:count], end[:count]
    first, last = best_span(start, end)
    certainty = float(_softmax(start)[first] * _softmax(end)[last])
    return Read(float(answers), (int(window.spans[first, 0]), int(window.spans[last, 1])), certainty)


def _softmax(logits: Vectors) -> Vectors:
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum())


def _card(folder: Path | None) -> Mapping[str, Any]:
    try:
        with _file(folder, CARD) as path:
            card: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
            if not {"name", "sha256", "encoder", "certain"} <= card.keys():
                raise ReaderUnavailable(f"the reader's card {CARD} was altered; install the package again")
            return card
    except FileNotFoundError:
        raise ReaderUnavailable(f"the reader's card {CARD} is not there; install the package again") from None
    except (ValueError, AttributeError):
        raise ReaderUnavailable(f"the reader's card {CARD} was altered; install the package again") from None


def _file(folder: Path | None, name: str) -> Any:  # noqa: ANN401 - a context manager of a path
    from contextlib import nullcontext

    return nullcontext(folder / name) if folder else as_file(files("qa.reading").joinpath(name))
