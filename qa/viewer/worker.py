"""The child process that draws pages, under the limits of ``qa.ingestion.sandbox``.

A request is ``{"path", "version", "page"}``. A new ``version`` means that the file has changed; otherwise the file
stays open from one request to the next. The answer is one message: ``P`` and a packed image, or ``R`` and the reason
why there is none (``no-page``, ``damaged``, ``too-large``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PIL import PngImagePlugin  # noqa: F401 - loaded before the limits apply
from pypdfium2 import PdfDocument

from qa.ingestion.sandbox.processes import message, serve
from qa.viewer.drawing import draw

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESSOR_SECONDS = 10
"""Processor time for a page; a page of a book takes a tenth of a second."""


def main() -> None:
    """Answer requests until there are no more. A person waits for them, so the process is not nice."""
    serve(_answer, processor_seconds=PROCESSOR_SECONDS, niceness=0, ends_with_parent=False)


def _answer(request: dict[str, Any], send: Callable[[bytes], None]) -> None:
    """Answer one request. Any error that a library raises is the file's fault."""
    try:
        answer = b"P" + draw(_opened(request["path"], request["version"]), request["page"]).pack()
    except IndexError:
        answer = b"Rno-page"
    except MemoryError:
        answer = b"Rtoo-large"
    except Exception:  # noqa: BLE001 - the words of the error help no reader
        answer = b"Rdamaged"
    send(message(answer))


@lru_cache(maxsize=1)
def _opened(path: str, _version: str) -> PdfDocument:
    return PdfDocument(path)
