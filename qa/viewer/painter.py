"""The process that draws pages for another, under the limits of reading: asked on standard input, it answers on output.

A request is a frame of ``child``: ``{"path", "version", "page"}``; ``version`` changes with the file, which is kept
open for the next request. An answer is a length in four bytes and then ``P`` with a packed picture, or ``R`` with the
reason why there is none: ``no-page``, ``damaged`` or ``too-large``.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import IO

from PIL import PngImagePlugin  # noqa: F401 - loaded before the limits are in force
from pypdfium2 import PdfDocument

from qa.ingestion.sandbox import restrictions
from qa.ingestion.sandbox.child import LENGTH
from qa.viewer.drawing import draw

PROCESSOR_SECONDS = 10
"""Processor time that a page may take; one of a book takes a tenth of a second."""


class Desk:
    """The file that was asked for last, open."""

    def __init__(self) -> None:
        self._key: tuple[str, str] | None = None
        self._pdf: PdfDocument | None = None

    def answer(self, path: str, version: str, page: int) -> bytes:
        """Return what to say to one request; whatever a library raises over a file is about the file."""
        try:
            return b"P" + draw(self._opened(path, version), page).pack()
        except IndexError:
            return b"Rno-page"
        except MemoryError:
            return b"Rtoo-large"
        except Exception:  # noqa: BLE001 - reported as damage: which library failed over what helps no reader
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
    """Answer requests until there are no more."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints must not mix with the answers
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    restrictions.enter(niceness=0)  # somebody is waiting
    desk = Desk()
    while head := requests.read(LENGTH.size):
        request = json.loads(requests.read(LENGTH.unpack(head)[0]))
        restrictions.allow_seconds(PROCESSOR_SECONDS)
        _send(answers, desk.answer(request["path"], request["version"], request["page"]))


def _send(answers: IO[bytes], answer: bytes) -> None:
    answers.write(LENGTH.pack(len(answer)) + answer)
    answers.flush()


if __name__ == "__main__":
    main()
