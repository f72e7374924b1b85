"""Pages with the values of form fields and the notes that are written on them as parts of their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_WRITTEN = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)


def open_page(pdf: PdfDocument, index: int) -> tuple[PdfPage, bool]:
    """Return a page, and whether values or notes were made part of it, as they are shown on the screen."""
    page = pdf[index]
    if not _is_written_on(page):
        return page, False
    page.close()
    if pdf.formenv is None:
        pdf.init_forms()
    page = pdf[index]
    page.flatten()
    page.close()  # PDFium shows what it made of the page when that is opened again
    return pdf[index], True


def _is_written_on(page: PdfPage) -> bool:
    for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in _WRITTEN:
            return True
    return False
