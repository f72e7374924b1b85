"""Which letters of a page a stretch of a document's text was made of.

A reader leaves out marks of notes, joins broken words and reads columns one after the other, but it adds nothing and
keeps the order within a line. So text and page are two orders of the same letters, and the cheapest way through the
page is looked for that spells the text: going on to the next letter is free, into a new line costs little, every jump
costs more, and most a far one.
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
"""What it costs to go on elsewhere on the page. Each letter passed by costs 1: of two like places the nearer wins."""
_BREAK: Final = 100
"""What it costs to go on into what stands apart: a new line, or another column beside this one."""
_LOST: Final = 10_000
"""What it costs to leave a letter of the text without a place."""
_MOST: Final = 50_000_000
"""Letters of the text times letters of the page, four bytes each: no page that people read comes near."""
_HYPHENS: Final = frozenset("\x02\ufffe\xad-\u2010\u2011\ufeff")
"""Hyphens and what stands for one: readers take them out and put them in where lines end."""
_BULLETS: Final = {"\uf0b7": "•", "\uf0a7": "•"}


def align(text: str, page: str, breaks: Collection[int] = ()) -> list[int | None]:
    """Return for each letter of ``text`` its place in ``page``, None where it has none.

    ``breaks`` are the places of letters that stand apart from the one before them. White space and hyphens have no
    place, nor has anything where the two are too long to be compared. Time and memory grow with the product of the
    lengths: some 30 ms for a paragraph on a full page.
    """
    places: list[int | None] = [None] * len(text)
    wanted, own = _plain(text)
    there, theirs = _plain(page)
    if not 0 < len(wanted) * len(there) <= _MOST:
        return places
    apart = np.array([place in breaks for place in theirs], dtype=np.int32) * _BREAK
    for position, place in zip(own, _cheapest(_codes(wanted), _codes(there), apart), strict=True):
        if place is not None:
            places[position] = theirs[place]
    return places


def counts(letter: str) -> bool:
    """Say whether a letter has a place: white space and hyphens are the reader's as often as the page's."""
    return not (letter.isspace() or letter in _HYPHENS or letter < " ")


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the letters of a text that count, ligatures resolved, each with its place in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if not counts(letter):
            continue
        plain = letter if letter.isascii() else unicodedata.normalize("NFKC", _BULLETS.get(letter, letter))
        plain = "".join(plain.split())
        letters.append(plain)
        places.extend([place] * len(plain))
    return "".join(letters), places


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _cheapest(wanted: Codes, there: Codes, apart: Costs) -> list[int | None]:
    """Return the place of each wanted letter on the cheapest way, None where it has none.

    Dynamic programming over the letters spelt and the place of the last of them (Viterbi 1967): a running minimum from
    either side gives, for all places at once, from where a jump is cheapest.
    """
    count = len(there)
    far = np.int32(1 << 30)
    steps = np.arange(count, dtype=np.int32)
    rows = np.empty((len(wanted), count), dtype=np.int32)
    cost = np.zeros(count, dtype=np.int32)
    for number, letter in enumerate(wanted):
        best = np.full(count, 0 if number == 0 else far, dtype=np.int32)
        if number and count > 1:
            before = np.minimum.accumulate(cost - steps)[:-1] + (steps[1:] + _JUMP)
            after = np.minimum.accumulate((cost + steps)[::-1])[::-1][1:] + (_JUMP - steps[:-1])
            best[1:] = np.minimum(before, cost[:-1] + apart[1:])
            best[:-1] = np.minimum(best[:-1], after)
        best[there != letter] = far
        cost = np.minimum(best, cost + _LOST)
        rows[number] = cost
    return _traced(rows, wanted, there, apart)


def _traced(rows: Costs, wanted: Codes, there: Codes, apart: Costs) -> list[int | None]:
    """Go the cheapest way back from its end."""
    places: list[int | None] = [None] * len(wanted)
    everywhere = np.arange(len(there), dtype=np.int32)
    at = int(rows[-1].argmin())
    for number in range(len(wanted) - 1, 0, -1):
        before, now = rows[number - 1], rows[number, at]
        if at and there[at] == wanted[number] and before[at - 1] + apart[at] == now:
            places[number], at = at, at - 1
        elif before[at] + _LOST != now:
            places[number] = at
            jumps = before + np.abs(everywhere - at)
            jumps[at] += 2 * _JUMP
            at = int(jumps.argmin())
    if there[at] == wanted[0]:
        places[0] = at
    return places
