"""Lines of text of a page, with their positions and type, read by PDFium.

Coordinates are in points, y upwards, in the rotation in which most text of the page runs from left to right.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdfium2.raw as pdfium

from qa.ingestion.readers.pdf.words import Word, with_drop_capitals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pypdfium2 import PdfPage

HYPHEN = "\ufffe"
"""PDFium's character for a hyphen at the end of a line, which may or may not belong to the word."""

_WORD = re.compile(r"[^\s\x00-\x1f\ufffe]+[\x02\ufffe]?|[\r\n\x02\ufffe]+")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\xad": "", "\uf0b7": "•", "\uf0a7": "•", "\ufeff": ""}
)
_SMALL = 0.8
"""A raised word in smaller type, in sizes of its line, is a mark."""
_NARROW = 0.16
"""Words with a narrower gap, in ems, are one if one of them is only a letter, a hyphen, a stop or part of a number."""
_BACK = 1.0
"""A number that begins further left than the one before ends, in ems, is another: they are read from the right."""
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_NEAR = 0.9
"""A line that PDFium broke continues with a word on its baseline after a narrower gap, in ems."""
_WIDE = 0.9
"""A wider gap, in ems, may separate columns."""
_MIN_LETTERS = 20
"""A page with fewer letters is not called garbled."""
_SPACE = 0.33
"""A wider gap, in ems, may separate cells if it is at the edge of a column of a table."""
_FEW_WORDS = 30
"""A page of pictures with fewer words may be a scan."""
_STRAIGHT = 0.99
"""Cosine of the angle up to which text is straight, eight degrees."""
_ITALIC = 1 << 6
_BOLD_WEIGHT = 600
_BOLD_NAME = re.compile(rb"bold|black|heavy|demi|CMBX", re.IGNORECASE)


class Gap(NamedTuple):
    """A gap in a line: the position in its text where the next word begins, and its left and right edge."""

    position: int
    left: float
    right: float


class Gaps:
    """Gaps stored as plain numbers, because ten thousand justified pages have millions of them."""

    __slots__ = ("_numbers",)

    def __init__(self, gaps: Iterable[Gap]) -> None:
        self._numbers = array("d", itertools.chain.from_iterable(gaps))

    def __iter__(self) -> Iterator[Gap]:
        """Yield the gaps in order."""
        numbers = iter(self._numbers)
        for position, left, right in zip(numbers, numbers, numbers, strict=True):
            yield Gap(int(position), left, right)


@dataclass(slots=True)
class Line:
    """A line of a page: words of one baseline, with single spaces.

    ``size`` is the most frequent size of its type, in points; ``base`` the height of its baseline. ``bold`` and
    ``slanted`` say how both its first and its last word are set. ``marks`` are spans of its text that are small and
    raised. ``gaps`` are wide gaps, ``spaces`` gaps wider than a usual space. ``narrow`` are positions of spaces so
    narrow that they may stand within a word. ``turned`` says that it does not run as most text of the page does, and
    ``heading`` that it is a heading by its place in the margin.
    """

    text: str
    page: int
    left: float
    right: float
    base: float
    size: float
    bold: bool = False
    slanted: bool = False
    marks: Sequence[tuple[int, int]] = ()
    gaps: Sequence[Gap] = ()
    spaces: Iterable[Gap] = ()
    narrow: Sequence[int] = ()
    turned: bool = False
    heading: bool = False


class PageEdges(NamedTuple):
    """The edges of a page, in points."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(slots=True)
class Page:
    """One page: its number, its edges, and its lines in the order of the file.

    ``pictured`` says that it has objects and no text, or a picture over half of it and few words; ``garbled`` that many
    of its letters have no known code.
    """

    number: int
    edges: PageEdges
    lines: list[Line]
    pictured: bool
    garbled: bool


def read_page(page: PdfPage, number: int) -> Page:
    """Return a page with its lines; text that lies outside its edges is left out."""
    text_page = page.get_textpage()
    try:
        letters = _Letters(text_page)
        edges = letters.turned_edges(PageEdges(*page.get_bbox()))
        words = letters.broken(with_drop_capitals([word for word in letters.words() if _is_within(word, edges)]))
        lines = [letters.line(group, number) for group in _by_line(words)]
        garbled = letters.garbled()
    finally:
        text_page.close()
    pictured = (
        pdfium.FPDFPage_CountObjects(page.raw) > 0 if not lines else len(words) < _FEW_WORDS and _is_picture(page)
    )
    return Page(number, edges, lines, pictured, garbled)


def _is_within(word: Word, edges: PageEdges) -> bool:
    """Say whether the middle of a word is on the page."""
    middle = word.base + word.size / 4
    return edges.left <= (word.left + word.right) / 2 <= edges.right and edges.bottom <= middle <= edges.top


def _is_picture(page: PdfPage) -> bool:
    """Say whether pictures cover at least half of a page."""
    left, bottom, right, top = page.get_bbox()
    covered = 0.0
    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        x0, y0, x1, y1 = image.get_bounds()
        covered += max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, top) - max(y0, bottom))
    return bool(covered >= (right - left) * (top - bottom) / 2)


def read_text(text_page: Any) -> str:  # noqa: ANN401 - pypdfium2 ships no types
    """Return the text of a page, one character for each that PDFium counts."""
    count = text_page.count_chars()
    text: str = text_page.get_text_range() if count else ""
    if len(text) == count:
        return text
    # letters beyond the basic plane, or without a code, are read one by one
    codes = (pdfium.FPDFText_GetUnicode(text_page.raw, index) for index in range(count))
    return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)


class _Letters:
    """The letters of one page. Each call of PDFium takes about a microsecond, so calls are few."""

    def __init__(self, text_page: Any) -> None:  # noqa: ANN401 - pypdfium2 ships no types
        self._raw = text_page.raw
        self.text = read_text(text_page)
        self._x, self._y, self._box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self.turns = self._quarter_turns()
        self._leftwards = _RIGHT_TO_LEFT.search(self.text) is not None

    def _quarter_turns(self) -> int:
        """Return the rotation of most of the text, in quarter turns, from a sample."""
        places = [match.start() for match in re.finditer(r"\S+", self.text)]
        sample = places[:: max(1, len(places) // 24)]
        clockwise = (pdfium.FPDFText_GetCharAngle(self._raw, place) for place in sample)
        angles = Counter(-round(angle / (math.pi / 2)) % 4 for angle in clockwise)
        return angles.most_common(1)[0][0] if angles else 0

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        if not self.turns:
            return x, y
        return ((x, y), (y, -x), (-x, -y), (-y, x))[self.turns]

    def turned_edges(self, edges: PageEdges) -> PageEdges:
        """Return the edges of the page in the rotation of its text."""
        corners = [self._turned(x, y) for x in (edges.left, edges.right) for y in (edges.bottom, edges.top)]
        xs, ys = zip(*corners, strict=True)
        return PageEdges(min(xs), min(ys), max(xs), max(ys))

    def garbled(self) -> bool:
        """Say whether many letters, in a sample, have no code or one of the private use area."""
        places = [place for place, letter in enumerate(self.text) if not letter.isspace()]
        if len(places) < _MIN_LETTERS:
            return False
        sample = places[:: max(1, len(places) // 200)]
        odd = sum(self.text[i] == "\ufffd" or "\ue000" <= self.text[i] <= "\uf8ff" for i in sample)
        unmapped = sum(pdfium.FPDFText_HasUnicodeMapError(self._raw, i) == 1 for i in sample)
        return odd > len(sample) * 0.1 or unmapped > len(sample) * 0.2

    def words(self) -> Iterator[Word]:
        """Yield the words in the order of the file; a word that changes its size of type is two, the second glued."""
        breaks = True
        for match in _WORD.finditer(self.text):
            text = match.group()
            if text[0] in "\r\n\x02\ufffe":
                breaks = True
                continue
            first, last = match.start(), match.end() - 1
            hyphen = text[-1] in "\x02\ufffe"
            if hyphen:
                text, last = text[:-1], last - 1
            size, tail = self._size(first), self._size(last)
            cut = self._cut(first, last, size) if last > first and abs(tail - size) > 0.3 else last + 1
            yield self._word(first, cut - 1, size, breaks=breaks, glued=False, hyphen=hyphen and cut > last)
            if cut <= last:
                yield self._word(cut, last, tail, breaks=False, glued=True, hyphen=hyphen)
            breaks = hyphen

    def broken(self, words: list[Word]) -> list[Word]:
        """Return the words; one that PDFium puts in a line although it stands above or below that begins a new one."""
        for place, (before, word) in enumerate(itertools.pairwise(words), 1):
            apart = abs(word.base - before.base) > max(word.size, before.size)
            if apart and not word.breaks and not self._is_turned(word.letter):
                words[place] = word._replace(breaks=True)
        return words

    def _cut(self, first: int, last: int, size: float) -> int:
        """Return the index of the first letter of another size in a word."""
        return next((i for i in range(first + 1, last + 1) if abs(self._size(i) - size) > 0.3), last + 1)

    def _size(self, index: int) -> float:
        """Return the height of the type on the page: its size after all matrices."""
        size = float(pdfium.FPDFText_GetFontSize(self._raw, index)) or 1.0
        if pdfium.FPDFText_GetMatrix(self._raw, index, self._matrix):
            size *= math.hypot(self._matrix.c, self._matrix.d) or 1.0
        return abs(size)

    def _word(self, first: int, last: int, size: float, *, breaks: bool, glued: bool, hyphen: bool) -> Word:
        pdfium.FPDFText_GetCharOrigin(self._raw, first, self._x, self._y)
        left, base = self._turned(self._x.value, self._y.value)
        pdfium.FPDFText_GetLooseCharBox(self._raw, last, self._box)
        right = self._box.right
        if self.turns:
            corners = (self._box.left, self._box.bottom), (self._box.right, self._box.top)
            right = max(self._turned(*corner)[0] for corner in corners)
        text = self._numbers_apart(first, last) if self._leftwards else self.text[first : last + 1]
        if not text.isascii():
            text = text.translate(_LIGATURES)
        return Word(text + HYPHEN * hyphen, left, max(left, right), base, size, first, breaks, glued)

    def _numbers_apart(self, first: int, last: int) -> str:
        """Return the text of a word with a space between digits that do not touch: numbers in a line from the right."""
        text, end = "", 0.0
        for index in range(first, last + 1):
            pdfium.FPDFText_GetLooseCharBox(self._raw, index, self._box)
            touches = abs(self._box.left - end) < _NARROW * self._size(index)
            digits = text[-1:].isdigit() and self.text[index].isdigit()
            text += " " * (digits and not touches) + self.text[index]
            end = self._box.right
        return text

    def line(self, words: list[Word], page: int) -> Line:
        """Return the line of words of one baseline."""
        sizes: Counter[float] = Counter()
        for word in words:
            sizes[round(word.size, 1)] += len(word.text)
        size = sizes.most_common(1)[0][0]
        base = next(word.base for word in words if round(word.size, 1) == size)
        marks: list[tuple[int, int]] = []
        gaps: list[Gap] = []
        narrow: list[int] = []
        text, end = "", words[0].left
        for word in words:
            gap = (word.left - end) / size
            if text and not word.glued and not (gap < _NARROW and _is_fragment(text, word.text, gap)):
                text += " "
                if gap < _NARROW:
                    narrow.append(len(text) - 1)
            if text and gap > _SPACE:
                gaps.append(Gap(len(text), end, word.left))
            if word.size < size * _SMALL and word.base > base + size * 0.1:
                marks.append((len(text), len(text) + len(word.text)))
            text += word.text
            end = word.right
        line = Line(text, page, words[0].left, max(word.right for word in words), base, size)
        line.marks, line.narrow = tuple(marks), tuple(narrow)  # all empty tuples are one object
        line.gaps = tuple(gap for gap in gaps if gap.right - gap.left > _WIDE * size)
        line.spaces = Gaps(gap for gap in gaps if gap.right - gap.left <= _WIDE * size) if gaps else ()
        first, last = self._style(words[0].letter), self._style(words[-1].letter)
        line.turned = self._is_turned(words[0].letter)
        line.bold, line.slanted = first[0] and last[0], first[1] and last[1]
        return line

    def _is_turned(self, index: int) -> bool:
        """Say whether a letter stands at an angle to most text of the page."""
        angle = pdfium.FPDFText_GetCharAngle(self._raw, index) + self.turns * math.pi / 2
        return math.cos(angle) < _STRAIGHT

    def _style(self, index: int) -> tuple[bool, bool]:
        """Return whether a letter is bold, and whether it is italic."""
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(self._raw, index, name, 128, flags)
        bold = pdfium.FPDFText_GetFontWeight(self._raw, index) >= _BOLD_WEIGHT or bool(_BOLD_NAME.search(name.value))
        return bold, bool(flags.value & _ITALIC) or b"Ital" in name.value or b"Obli" in name.value


def _is_fragment(text: str, word: str, gap: float) -> bool:
    """Say whether one of two words that nearly touch is only a part of the other; ``gap`` is between them, in ems."""
    if (text[-1] in "-‐" and text[-2:-1].isalnum()) or (word[0] in "-‐" and text[-1].isalnum()):
        return True
    if (text[-1].isdigit() and word[0].isdigit() and gap > -_BACK) or word[0] in ",.;:)’”":
        return True
    before = text.rpartition(" ")[2]
    return (before.isalpha() and len(before) == 1 and before not in "aAI") or (
        word.isalpha() and len(word) == 1 and word not in "aI" and before.isalpha()
    )


def _by_line(words: list[Word]) -> Iterator[list[Word]]:
    """Yield the words of each line as PDFium breaks them, except that a raised mark does not end its line."""
    group: list[Word] = []
    largest: Word | None = None
    for word in words:
        if largest is not None and (not word.breaks or _continues(group[-1], largest, word)):
            group.append(word)
            largest = max(largest, word, key=lambda w: w.size)
            continue
        if group:
            yield group
        group, largest = [word], word
    if group:
        yield group


def _continues(before: Word, largest: Word, word: Word) -> bool:
    """Say whether a word that PDFium puts on a new line continues the line that ends with ``before``."""
    size = max(largest.size, word.size)
    if not -0.3 * size < word.left - before.right < _NEAR * size or before.text.endswith(HYPHEN):
        return False
    shift = word.base - largest.base
    if abs(shift) < 0.1 * size:
        return True
    if word.size < largest.size * _SMALL:  # a mark after a word, or an index below it
        return -0.4 * size < shift < 0.8 * size
    return largest.size < word.size * _SMALL and -0.8 * size < shift < 0.4 * size  # the word after a leading mark
