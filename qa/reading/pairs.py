"""A question and a passage as word pieces, with the places of the pieces in the passage.

``[CLS] question [SEP] context text [SEP]``, as BERT was trained to see pairs. What is longer than the network reads is
cut into windows of the text that overlap by half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from tokenizers import Tokenizer

MAX_TOKENS = 320
"""Word pieces of a window: the longest passage with its context, and a question of sixty."""
_QUESTION, _CONTEXT, _TEXT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Window:
    """What is read at once of a pair.

    ``ids`` and ``roles`` are integers ``(tokens,)``; ``spans`` int32 ``(tokens, 2)`` are the places of the word pieces
    in the passage's text, in code points, -1 for those that stand elsewhere.
    """

    ids: npt.NDArray[np.int32]
    roles: npt.NDArray[np.int8]
    spans: npt.NDArray[np.int32]

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and the last word piece of a stretch of the text, None if the window does not hold it."""
        within = np.flatnonzero((self.spans[:, 0] < end) & (self.spans[:, 1] > start) & (self.roles == _TEXT))
        if not len(within) or self.spans[within[0], 0] > start or self.spans[within[-1], 1] < end:
            return None
        return int(within[0]), int(within[-1])


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows side by side, each array ``(windows, tokens)``; ``mask`` is true where there is a word piece."""

    ids: npt.NDArray[np.int64]
    roles: npt.NDArray[np.int64]
    mask: npt.NDArray[np.bool_]


def windows(
    tokenizer: Tokenizer, question: str, passages: Sequence[tuple[str, str]], max_tokens: int = MAX_TOKENS
) -> Iterator[tuple[int, Window]]:
    """Yield ``(position in passages, window)``; a passage is its context and its text.

    ``tokenizer`` neither cuts nor pads. A question of more than half of a window is cut.
    """
    encoded = tokenizer.encode_batch(
        [question, *(part for passage in passages for part in passage)], add_special_tokens=False
    )
    first, last = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    asked = encoded[0].ids[: max_tokens // 2]
    for position in range(len(passages)):
        context, text = encoded[1 + 2 * position], encoded[2 + 2 * position]
        above = context.ids[: (max_tokens - len(asked)) // 4]
        head = [first, *asked, last]
        room = max_tokens - len(head) - len(above) - 1
        for begin in range(0, max(1, len(text.ids) - room // 2), max(1, room // 2)) if len(text.ids) > room else (0,):
            ids = text.ids[begin : begin + room]
            places = text.offsets[begin : begin + room]
            before = len(head) + len(above)
            spans = np.full((before + len(ids) + 1, 2), -1, dtype=np.int32)
            spans[before:-1] = np.array(places, dtype=np.int32).reshape(-1, 2)
            roles = [_QUESTION] * len(head) + [_CONTEXT] * len(above) + [_TEXT] * len(ids) + [_CONTEXT]
            yield (
                position,
                Window(np.array([*head, *above, *ids, last], dtype=np.int32), np.array(roles, dtype=np.int8), spans),
            )


def collate(chosen: Sequence[Window]) -> Batch:
    """Return windows as one batch, padded to the longest."""
    longest = max(len(window.ids) for window in chosen)
    batch = Batch(
        np.zeros((len(chosen), longest), dtype=np.int64),
        np.zeros((len(chosen), longest), dtype=np.int64),
        np.zeros((len(chosen), longest), dtype=bool),
    )
    for row, window in enumerate(chosen):
        batch.ids[row, : len(window.ids)] = window.ids
        batch.roles[row, : len(window.ids)] = window.roles
        batch.mask[row, : len(window.ids)] = True
    return batch
