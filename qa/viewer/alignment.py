"""Alignment: which characters of a page a piece of a document's text was made of.

A PDF reader leaves out the marks of notes, joins broken words and reads one column after the other. It adds nothing and
keeps the order within a line. So the text and the page hold the same characters in two orders, and the cheapest path
through the page that spells the text is the answer. A step to the next character is free, a step into a new line costs
little, and a jump costs more the farther it goes.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    Costs = npt.NDArray[np.int32]
    Codes = npt.NDArray[np.uint32]

_JUMP: Final = 10_000
"""Cost of a jump. Each character passed costs 1 more, so the nearer of two equal places wins."""
_BREAK: Final = 100
"""Cost of a step to a character that stands apart: on a new line, or in another column."""
_LOST: Final = 10_000
"""Cost of a character of the text without a place on the page."""
_MAX_CELLS: Final = 50_000_000
"""Characters of the text times characters of the page, of four bytes each: far more than a page for people has."""
_HYPHENS: Final = frozenset("\x02\ufffe\xad-\u2010\u2011\ufeff")
"""Hyphens and their substitutes: readers remove and insert them at the ends of lines."""
_BULLETS: Final = {"\uf0b7": "•", "\uf0a7": "•"}


def align(text: str, page: str, breaks: Collection[int] = ()) -> list[int | None]:
    """Return for each character of ``text`` its position in ``page``, None if it has none.

    ``breaks`` are the positions in ``page`` of characters that stand apart from the one before. White space and hyphens
    have no position, and nothing has one if the two texts are too long. Time and memory grow with the product of the
    lengths: about 30 ms for a paragraph on a full page.
    """
    positions: list[int | None] = [None] * len(text)
    wanted, text_positions = _plain(text)
    given, page_positions = _plain(page)
    if not 0 < len(wanted) * len(given) <= _MAX_CELLS:
        return positions
    step_costs = np.array([position in breaks for position in page_positions], dtype=np.int32) * _BREAK
    path = _cheapest_path(_codes(wanted), _codes(given), step_costs)
    for position, place in zip(text_positions, path, strict=True):
        if place is not None:
            positions[position] = page_positions[place]
    return positions


def has_place(character: str) -> bool:
    """Say whether a character can be aligned; white space and hyphens may come from the reader."""
    return not (character.isspace() or character in _HYPHENS or character < " ")


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the characters of a text that can be aligned, ligatures resolved, and the position of each in the text."""
    characters: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        if not has_place(character):
            continue
        plain = character
        if not character.isascii():
            plain = "".join(unicodedata.normalize("NFKC", _BULLETS.get(character, character)).split())
        characters.append(plain)
        positions.extend([position] * len(plain))
    return "".join(characters), positions


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _cheapest_path(wanted: Codes, given: Codes, step_costs: Costs) -> list[int | None]:
    """Return the place in ``given`` of each wanted character on the cheapest path, None for a lost one.

    This is dynamic programming over the characters spelt so far and the place of the last one (Viterbi 1967). A running
    minimum from either side finds the cheapest jump to every place at once. ``step_costs`` is the cost of a step from
    the place before.
    """
    count = len(given)
    far = np.int32(1 << 30)
    places = np.arange(count, dtype=np.int32)
    rows = np.empty((len(wanted), count), dtype=np.int32)
    cost = np.zeros(count, dtype=np.int32)
    for number, character in enumerate(wanted):
        best = np.full(count, 0 if number == 0 else far, dtype=np.int32)
        if number and count > 1:
            forward = np.minimum.accumulate(cost - places)[:-1] + (places[1:] + _JUMP)
            backward = np.minimum.accumulate((cost + places)[::-1])[::-1][1:] + (_JUMP - places[:-1])
            best[1:] = np.minimum(forward, cost[:-1] + step_costs[1:])
            best[:-1] = np.minimum(best[:-1], backward)
        best[given != character] = far
        cost = np.minimum(best, cost + _LOST)
        rows[number] = cost
    return _trace_back(rows, wanted, given, step_costs)


def _trace_back(rows: Costs, wanted: Codes, given: Codes, step_costs: Costs) -> list[int | None]:
    """Return the path that leads to the cheapest end."""
    path: list[int | None] = [None] * len(wanted)
    places = np.arange(len(given), dtype=np.int32)
    at = int(rows[-1].argmin())
    for number in range(len(wanted) - 1, 0, -1):
        before, now = rows[number - 1], rows[number, at]
        if at and given[at] == wanted[number] and before[at - 1] + step_costs[at] == now:
            path[number], at = at, at - 1
        elif before[at] + _LOST != now:
            path[number] = at
            jumps = before + np.abs(places - at)
            jumps[at] += 2 * _JUMP
            at = int(jumps.argmin())
    if given[at] == wanted[0]:
        path[0] = at
    return path
