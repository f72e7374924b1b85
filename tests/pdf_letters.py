"""What PDFium finds on a page where marks lie: the test of marks, which knows nothing of how they came about."""

from __future__ import annotations

import ctypes
from functools import cache

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument

_SIZE = 1_000_000


def letters_within(path, number, shares):
    """Return the letters of a page whose middle lies in a rectangle, in the order of the file, without white space.

    ``shares`` are rectangles (left, top, right, bottom) as shares of the page as it is shown.
    """
    return "".join(
        letter
        for letter, x, y in _letters(path, number)
        if any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in shares)
    )


@cache
def _letters(path, number):
    """Return every letter of a page with the place of its middle, as shares of the page."""
    with PdfDocument(path) as pdf:
        page = pdf[number - 1]
        text_page = page.get_textpage()
        found = []
        for index in range(text_page.count_chars()):
            letter = chr(pdfium.FPDFText_GetUnicode(text_page.raw, index))
            if letter.strip(" \r\n\t\xa0\x02\ufffe"):
                found.append((letter, *_middle(page, text_page, index)))
        return found


def _middle(page, text_page, index):
    edges = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(text_page.raw, index, *edges)
    left, right, bottom, top = (edge.value for edge in edges)
    x, y = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, _SIZE, _SIZE, 0, (left + right) / 2, (bottom + top) / 2, x, y)
    return x.value / _SIZE, y.value / _SIZE
