"""How exactly quotations are marked on their pages: ``python -m benchmarks.marks [FOLDER] [--files N] [--seed N]``.

Takes random spans of words from the PDFs below FOLDER (default: the UN corpus beside the project), marks them, and asks
PDFium which letters have their centre inside a mark. These letters must spell the span. The check uses the positions of
the marks only, not the code that computes them.
"""

from __future__ import annotations

import ctypes
import random
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument

from benchmarks.common import UN_CORPUS, command_line
from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.viewer import boxes, parts_on
from qa.viewer.drawing import draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qa.types import Document, Span
    from qa.viewer import PageImage

_SIZE = 1_000_000
_MOST_WORDS = 120
_HYPHENS = re.compile("[\\s\xad\u2010\u2011-]+")

Share = tuple[float, float, float, float]
"""Left, top, right and bottom edge of a rectangle as shares of the page as it is shown."""


class Marked:
    """A PDF with the document that was read of it, and what lies under the marks of its quotations."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (self.document,) = read(path, path.name)
        self._pictures: dict[int, PageImage] = {}

    def boxes(self, page: int, *spans: Span) -> list[list[Any]]:
        """Return the boxes of some spans on a page."""
        return boxes(self.document, page, self._picture(page), spans)

    def within(self, start: int, end: int) -> dict[int, str]:
        """Return, by page, the letters that the marks of a stretch of the text lie on."""
        found = {}
        for page in sorted({page for _, page in self.document.pages}):
            if not any(max(start, a) < min(end, b) for a, b in parts_on(self.document, page)):
                continue
            across, down = self._picture(page).width, self._picture(page).height
            (placed,) = self.boxes(page, (start, end))
            shares = [(b.left / across, b.top / down, b.right / across, b.bottom / down) for b in placed]
            found[page] = plain(letters_within(self.path, page, shares))
        return found

    def quoted(self, quote: str) -> dict[int, str]:
        """Return, by page, the letters that the marks of a quotation lie on, where it first occurs."""
        start = self.document.text.index(quote)
        return self.within(start, start + len(quote))

    def _picture(self, page: int) -> PageImage:
        if page not in self._pictures:
            with PdfDocument(self.path) as pdf:
                self._pictures[page] = draw(pdf, page)
        return self._pictures[page]


def plain(text: str) -> str:
    """Return a text without what readers put in and take out: white space, hyphens, ligatures."""
    return _HYPHENS.sub("", unicodedata.normalize("NFKC", text))


def letters_within(path: Path, page: int, shares: Iterable[Share]) -> str:
    """Return the letters of a page whose middle lies in a rectangle, in the order of the file, without white space."""
    rectangles = list(shares)
    return "".join(
        letter
        for letter, x, y in _letters(path, page)
        if any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in rectangles)
    )


@lru_cache(maxsize=64)
def _letters(path: Path, number: int) -> list[tuple[str, float, float]]:
    """Return every letter of a page with the place of its middle, as shares of the page."""
    with PdfDocument(path) as pdf:
        page = pdf[number - 1]
        text_page = page.get_textpage()
        letters = (
            (index, chr(pdfium.FPDFText_GetUnicode(text_page.raw, index))) for index in range(text_page.count_chars())
        )
        seen = [(index, letter) for index, letter in letters if letter.strip(" \r\n\t\xa0\x02\ufffe")]
        return [(letter, *_middle(page, text_page, index)) for index, letter in seen]


def _middle(page: Any, text_page: Any, index: int) -> tuple[float, float]:  # noqa: ANN401 - pypdfium2 ships no types
    edges = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(text_page.raw, index, *edges)
    left, right, bottom, top = (edge.value for edge in edges)
    x, y = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, _SIZE, _SIZE, 0, (left + right) / 2, (bottom + top) / 2, x, y)
    return x.value / _SIZE, y.value / _SIZE


def stretches(document: Document, page: int, count: int, chance: random.Random) -> Iterator[Span]:
    """Yield spans at random of whole words that stand on a page, ``count`` of each part of it."""
    for begin, until in parts_on(document, page):
        words = [match.span() for match in re.finditer(r"\S+", document.text[begin:until])]
        for _ in range(count):
            first = chance.randrange(len(words))
            last = min(first + chance.randrange(_MOST_WORDS), len(words) - 1)
            yield begin + words[first][0], begin + words[last][1]


def check(files: list[Path], each: int, chance: random.Random) -> tuple[int, list[tuple[str, int, str]]]:
    """Return how many stretches were marked, on one page of each file, and those marked otherwise than they read."""
    count, wrong = 0, []
    for path in files:
        try:
            marked = Marked(path)
        except DocumentError:
            continue
        page = chance.choice(marked.document.pages)[1]
        for start, end in stretches(marked.document, page, each, chance):
            count += 1
            text = marked.document.text[start:end]
            if marked.within(start, end) != {page: plain(text)}:
                wrong.append((path.name, page, text))
    return count, wrong


def main() -> None:
    """Print the count, and what is wrong."""
    parser = command_line(__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=UN_CORPUS)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--each", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - a sample, no secret
    files = sorted(options.folder.rglob("*.pdf"))
    count, wrong = check(chance.sample(files, min(options.files, len(files))), options.each, chance)
    for name, page, text in wrong:
        print(f"{name}, p. {page}: {text}")
    print(f"{count - len(wrong)} of {count} stretches are marked on their letters and on no other")


if __name__ == "__main__":
    main()
