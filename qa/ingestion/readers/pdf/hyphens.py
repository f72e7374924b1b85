"""Words broken at the ends of lines: which hyphens belong to the word and which only to the break."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.ingestion.readers.common.progress import report
from qa.ingestion.readers.pdf.lines import HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.ingestion.readers.pdf.lines import Line

_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_LAST = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*$")
_SEVERAL = 2
_OFTEN = 0.1
"""Least number of broken words, and least share of lines that end with one, where words are broken at all."""
_UNSPACED = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""A letter or stop of Chinese or Japanese, which have no spaces between words."""
_STRAY = re.compile(r"(?<=\w) (?=[-‐]$)")


class Hyphens:
    """Decides by the words that the document uses elsewhere: "secretary-general", "international"."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._whole: set[str] = set()
        broken: list[tuple[str, str]] = []
        count = 0
        before = ""
        for line in lines:
            report(line.page)
            count += 1
            unsure = {place - 1 for place in line.narrow} | {place + 1 for place in line.narrow}
            words = [w.group().lower() for w in _WORD.finditer(line.text) if not unsure & {w.start(), w.end() - 1}]
            if before and words:
                broken.append((before, words.pop(0)))
            before = words.pop() if words and line.text.endswith(HYPHEN) else ""
            self._whole.update(words)
        decided = [real for pair in broken if (real := self._known(*pair)) is not None]
        # many broken words of which the document shows none whole: it breaks words at the ends of its lines
        breaks = len(broken) >= max(_SEVERAL, count * _OFTEN)
        self._mostly_real = sum(decided) * 2 >= len(decided) if decided else not breaks

    def _known(self, first: str, second: str) -> bool | None:
        """Say whether a hyphen between two parts belongs to the word, None if the document does not show it."""
        hyphened, joined = f"{first}-{second}" in self._whole, first + second in self._whole
        if hyphened != joined:
            return hyphened
        if first in self._whole and second in self._whole and min(len(first), len(second)) > 2:
            return True
        return None

    def closed(self, text: str, spaces: Sequence[int]) -> str:
        """Return a line without narrow spaces inside words that the document uses elsewhere."""
        for place in reversed(spaces):
            first, second = _LAST.search(text, 0, place), _WORD.match(text, place + 1)
            if first is None or second is None:
                continue
            parts = first.group().lower(), second.group().lower()
            if "".join(parts) in self._whole and not all(part in self._whole for part in parts):
                text = text[:place] + text[place + 1 :]
        return text

    def join(self, text: str, line: str) -> str:
        """Append a line to a text, with a space, a hyphen or nothing between them."""
        text = _STRAY.sub("", text)
        if text.endswith(HYPHEN):
            stem = text.removesuffix(HYPHEN)
            return f"{stem}-{line}" if self._is_real(stem, line) else stem + line
        if text.endswith(("-", "‐", "‑", "/")) and line[:1].isalnum() and text[-2:-1].isalnum():
            return text + line if text[-1] != "-" or self._is_real(text[:-1], line) else text[:-1] + line
        if _UNSPACED.fullmatch(text[-1:]) and _UNSPACED.fullmatch(line[:1]):
            return text + line
        return f"{text} {line}"

    def _is_real(self, stem: str, line: str) -> bool:
        last, first = _LAST.search(stem), _WORD.match(line)
        if last is None or first is None:
            return True  # before a number: "post-2015"
        known = self._known(last.group().lower(), first.group().lower())
        if known is None:
            return self._mostly_real or not first.group()[0].islower()  # in a name: "Guinea-Bissau"
        return known
