"""Where tokens stand in a text, in two bytes a token as a rule: how far each begins after the last, and its length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from qa.protocols import Codes, Spans

_WIDTHS: Final = (np.uint8, np.uint16)


def pack(spans: Spans) -> Codes:
    """Return spans ``(tokens, 2)`` as bytes, uint8 ``(bytes,)``: pairs of one, two or four bytes a number."""
    steps = np.column_stack((np.diff(spans[:, 0], prepend=0), spans[:, 1] - spans[:, 0]))
    for width in _WIDTHS:
        if ((steps >= 0) & (steps <= np.iinfo(width).max)).all():
            return np.frombuffer(steps.astype(width).tobytes(), dtype=np.uint8)
    return np.frombuffer(spans.astype(np.int32).tobytes(), dtype=np.uint8)


def unpack(packed: Codes, tokens: int) -> Spans:
    """Return the spans, int32 ``(tokens, 2)``."""
    width = len(packed) // max(1, 2 * tokens)
    if width > len(_WIDTHS):
        return np.frombuffer(packed.tobytes(), dtype=np.int32).reshape(tokens, 2)
    spans = np.frombuffer(packed.tobytes(), dtype=_WIDTHS[max(width, 1) - 1]).reshape(tokens, 2).astype(np.int32)
    np.cumsum(spans[:, 0], out=spans[:, 0])
    spans[:, 1] += spans[:, 0]
    return spans
