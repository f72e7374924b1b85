"""A page as a picture, with what stands on it and where: what PDFium draws and what it reads, from one opening."""

from __future__ import annotations

import ctypes
import io
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from qa.readers.pdf.lines import read_text
from qa.readers.picture import Box, Picture

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MOST_PIXELS = 12_000_000
"""Of a picture: a page of poster size is drawn smaller instead."""
MOST_LETTERS = 60_000
"""A page that holds more is shown without them: nobody reads it, and to look for a passage in it would take long."""
_FINE = 1_000
"""Parts of a point to which places are given."""


def draw(pdf: PdfDocument, number: int, pixels: int) -> Picture:
    """Return page ``number``, counted from 1, drawn ``pixels`` wide; ``IndexError`` if there is no such page."""
    if not 1 <= number <= len(pdf):
        raise IndexError(number)
    page = pdf[number - 1]
    try:
        width, height = page.get_size()
        scale = min(pixels / width, (MOST_PIXELS / (width * height)) ** 0.5)
        drawn = io.BytesIO()
        page.render(scale=scale, may_draw_forms=False).to_pil().save(drawn, "PNG", compress_level=3)
        letters, boxes = _letters(page, width, height)
        return Picture(drawn.getvalue(), len(pdf), width, height, letters, boxes)
    finally:
        page.close()


def _letters(page: PdfPage, width: float, height: float) -> tuple[str, tuple[Box, ...]]:
    text_page = page.get_textpage()
    try:
        if text_page.count_chars() > MOST_LETTERS:
            return "", ()
        text = read_text(text_page)
        size = round(width * _FINE), round(height * _FINE)
        return text, tuple(_box(page, text_page.raw, index, size) for index in range(len(text)))
    finally:
        text_page.close()


def _box(page: PdfPage, text_page: pdfium.FPDF_TEXTPAGE, index: int, size: tuple[int, int]) -> Box:
    """Return where a letter stands, with the room its font leaves above and below it."""
    loose = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, loose)
    corners = []
    for x, y in ((loose.left, loose.top), (loose.right, loose.bottom)):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, across, down)
        corners.append((across.value / _FINE, down.value / _FINE))
    xs, ys = zip(*corners, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))
