"""A page as a picture, with what stands on it and where: what PDFium draws and what it reads, from one opening."""

from __future__ import annotations

import ctypes
import io
from itertools import chain
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from qa.ingestion.readers.pdf.lines import read_text
from qa.viewer.picture import Box, Picture

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_WIDTH = 1_600
"""Pixels across a picture: sharp in a pane of half a screen whose pixels are small."""
_MOST_PIXELS = 12_000_000
"""Of a picture: a long page is drawn smaller instead."""
_MOST_LETTERS = 60_000
"""A page that holds more is shown without them: nobody reads it, and to look for a passage in it would take long."""
_FINE = 1_000
"""Parts of a point to which places are given."""
_PACKED = 3
"""Level of compression: higher ones take several times as long and save little."""


def draw(pdf: PdfDocument, number: int) -> Picture:
    """Return page ``number``, counted from 1; ``IndexError`` if there is no such page."""
    if not 1 <= number <= len(pdf):
        raise IndexError(number)
    page = pdf[number - 1]
    try:
        width, height = page.get_size()
        letters, boxes = _letters(page, width, height)
        return Picture(_png(page, width, height), len(pdf), width, height, letters, list(chain.from_iterable(boxes)))
    finally:
        page.close()


def _png(page: PdfPage, width: float, height: float) -> bytes:
    """Return the page as a PNG."""
    scale = min(_WIDTH / width, (_MOST_PIXELS / (width * height)) ** 0.5)
    drawn = page.render(scale=scale, may_draw_forms=False).to_pil()
    file = io.BytesIO()
    drawn.save(file, "PNG", compress_level=_PACKED)
    return file.getvalue()


def _letters(page: PdfPage, width: float, height: float) -> tuple[str, list[Box]]:
    text_page = page.get_textpage()
    try:
        if text_page.count_chars() > _MOST_LETTERS:
            return "", []
        text = read_text(text_page)
        size = round(width * _FINE), round(height * _FINE)
        return text, [_box(page, text_page.raw, index, size) for index in range(len(text))]
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
