"""The paragraphs of a plain text, in any of three usual layouts."""

from __future__ import annotations

import itertools
import re
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.types import Span

_LINE = re.compile(r"[^\n\f\x0b\u2028\u2029]+")
_BLANK = re.compile(r"[\n\f\x0b\u2028\u2029][^\S\n]*[\n\f\x0b\u2028\u2029]\s*")
_CLOSED = re.compile(r"[.!?:;…][\"'”’»)\]*_]*$")

_UNWRAPPED = 160
"""If the median line is longer, every line is a paragraph: nobody wraps text at this width."""
_WRAPPED_LINES = 6
"""More lines than this without a blank line may be several wrapped paragraphs."""


def trim(text: str, start: int, end: int, characters: str | None = None) -> Span:
    """Return the span without the given characters, or without white space, at its ends."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip(characters)), end - len(part) + len(part.rstrip(characters))


def paragraphs(text: str) -> list[Span]:
    """Return the spans of the paragraphs in order, without white space at their ends.

    Paragraphs have blank lines between them, or one line each, or they are wrapped without blank lines: then an
    indented first line or a short last line tells them apart.
    """
    spans: list[Span] = []
    start = 0
    for gap in _BLANK.finditer(text):
        spans.extend(_stretch(text, start, gap.start()))
        start = gap.end()
    spans.extend(_stretch(text, start, len(text)))
    return spans


def _stretch(text: str, start: int, end: int) -> list[Span]:
    """Return the paragraphs of a text without blank lines."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text, start, end) if m.group().strip()]
    if not lines:
        return []
    if len(lines) > 1 and median(e - s for s, e in lines) > _UNWRAPPED:
        return [trim(text, *line) for line in lines]
    if len(lines) > _WRAPPED_LINES:
        return _wrapped(text, lines)
    return [trim(text, lines[0][0], lines[-1][1])]


def _wrapped(text: str, lines: list[Span]) -> list[Span]:
    """Return the paragraphs of wrapped lines."""
    width = max(len(text[s:e].rstrip()) for s, e in lines)
    starts = [lines[0][0]]
    for (before_start, before_end), (start, end) in itertools.pairwise(lines):
        before, line = text[before_start:before_end], text[start:end]
        indented = line[:1].isspace() and not before[:1].isspace()
        short = len(before.rstrip()) < width * 0.75
        closed = bool(_CLOSED.search(before.rstrip()))
        if closed and (short or indented):
            starts.append(start)
    return [trim(text, s, e) for s, e in zip(starts, [*starts[1:], lines[-1][1]], strict=True)]
