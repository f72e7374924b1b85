"""A page drawn and read by PDFium: its image, its characters and their boxes."""

from __future__ import annotations

import ctypes
import io
from itertools import chain
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from qa.ingestion.readers.pdf.fields import open_page
from qa.ingestion.readers.pdf.lines import read_text
from qa.viewer.page_image import Box, PageImage

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_WIDTH = 1_600
"""Width of an image in pixels: sharp in half a screen with small pixels."""
_MAX_PIXELS = 12_000_000
"""A long page is drawn smaller instead."""
_MAX_CHARACTERS = 60_000
"""A page with more is shown without characters: to look for a passage on it would take too long."""
_STEPS_PER_POINT = 1_000
"""Precision of the boxes."""
_PNG_COMPRESSION = 3
"""Higher levels take several times as long and save little."""


def draw(pdf: PdfDocument, number: int) -> PageImage:
    """Return page ``number``, counted from 1. Raises ``IndexError`` if there is no such page."""
    if not 1 <= number <= len(pdf):
        raise IndexError(number)
    page, _ = open_page(pdf, number - 1)
    try:
        width, height = page.get_size()
        characters, boxes = _read(page, width, height)
        edges = list(chain.from_iterable(boxes))
        return PageImage(_png(page, width, height), len(pdf), width, height, characters, edges)
    finally:
        page.close()


def _png(page: PdfPage, width: float, height: float) -> bytes:
    scale = min(_WIDTH / width, (_MAX_PIXELS / (width * height)) ** 0.5)
    drawn = page.render(scale=scale, may_draw_forms=False).to_pil()
    file = io.BytesIO()
    drawn.save(file, "PNG", compress_level=_PNG_COMPRESSION)
    return file.getvalue()


def _read(page: PdfPage, width: float, height: float) -> tuple[str, list[Box]]:
    """Return the characters of a page with the box of each."""
    text_page = page.get_textpage()
    try:
        if text_page.count_chars() > _MAX_CHARACTERS:
            return "", []
        text = read_text(text_page)
        size = round(width * _STEPS_PER_POINT), round(height * _STEPS_PER_POINT)
        return text, [_box(page, text_page.raw, index, size) for index in range(len(text))]
    finally:
        text_page.close()


def _box(page: PdfPage, text_page: pdfium.FPDF_TEXTPAGE, index: int, size: tuple[int, int]) -> Box:
    """Return the box of a character, with the space its font leaves above and below it."""
    loose = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, loose)
    corners = []
    for x, y in ((loose.left, loose.top), (loose.right, loose.bottom)):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, across, down)
        corners.append((across.value / _STEPS_PER_POINT, down.value / _STEPS_PER_POINT))
    xs, ys = zip(*corners, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))
