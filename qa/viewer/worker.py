"""The child process that draws pages, under the limits of ``qa.ingestion.sandbox``.

A request is ``{"path", "version", "page"}``. A new ``version`` means that the file has changed; otherwise the file
stays open from one request to the next. The answer is one message: ``P`` and a packed image, or ``R`` and the reason
why there is none (``no-page``, ``damaged``, ``too-large``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PIL import PngImagePlugin  # noqa: F401 - loaded before the limits apply
from pypdfium2 import PdfDocument

from qa.ingestion.sandbox.processes import message, serve
from qa.viewer.drawing import draw

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESSOR_SECONDS = 10
"""Processor time for a page; a page of a book takes a tenth of a second."""


class _Worker:
    """Draws pages and keeps the latest file open."""

    def __init__(self) -> None:
        self._key: tuple[str, str] | None = None
        self._pdf: PdfDocument | None = None

    def answer(self, request: dict[str, Any], send: Callable[[bytes], None]) -> None:
        """Answer one request."""
        send(message(self._draw(request["path"], request["version"], request["page"])))

    def _draw(self, path: str, version: str, page: int) -> bytes:
        """Return the answer to a request. Any error that a library raises is the file's fault."""
        try:
            return b"P" + draw(self._opened(path, version), page).pack()
        except IndexError:
            return b"Rno-page"
        except MemoryError:
            return b"Rtoo-large"
        except Exception:  # noqa: BLE001 - the words of the error help no reader
            return b"Rdamaged"

    def _opened(self, path: str, version: str) -> PdfDocument:
        if self._pdf is None or self._key != (path, version):
            if self._pdf is not None:
                self._pdf.close()
            self._key, self._pdf = None, None
            self._pdf = PdfDocument(path)
            self._key = path, version
        return self._pdf


def main() -> None:
    """Answer requests until there are no more; a person waits for them, so the process is not nice."""
    serve(_Worker().answer, processor_seconds=PROCESSOR_SECONDS, niceness=0, ends_with_parent=False)
