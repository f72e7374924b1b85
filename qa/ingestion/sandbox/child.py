"""The child process that reads files.

A request is ``{"path", "name"}``. The answer is any number of messages ``{"document"}`` and ``{"pages"}`` (how many
pages are done) and at last one ``{"done": true}`` or ``{"refused": [file, reason, detail]}``.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.ingestion.readers.common.progress import reporting_to
from qa.ingestion.sandbox import restrictions
from qa.ingestion.sandbox.processes import json_message, serve
from qa.serialisation import document_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROCESSOR_SECONDS = 25
"""Processor time between two reports of progress; one comes with every page."""
_REPORT_SECONDS = 0.5


def main() -> None:
    """Answer requests until there are no more."""
    sys.setrecursionlimit(600)
    serve(_answer, processor_seconds=PROCESSOR_SECONDS, niceness=10, ends_with_parent=True)


def _answer(request: dict[str, Any], send: Callable[[bytes], None]) -> None:
    with reporting_to(_reporter(send)):
        for answer in _answers(Path(request["path"]), request["name"]):
            send(json_message(answer))


def _reporter(send: Callable[[bytes], None]) -> Callable[[int], None]:
    """Return a function that reports progress at most twice a second, and takes more processor time each time."""
    last = time.monotonic()

    def report(pages: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _REPORT_SECONDS:
            last = time.monotonic()
            restrictions.allow_seconds(PROCESSOR_SECONDS)
            send(json_message({"pages": pages}))

    return report


def _answers(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the messages that reply to one request. An error of a library is reported as a refusal of the file."""
    try:
        for document in read(path, name):
            yield {"document": document_to_json(document)}
    except DocumentError as error:
        yield {"refused": [error.file, error.reason, error.detail]}
    except MemoryError:
        yield {"refused": [name, "too-large", "needs more memory than a file may take"]}
    except RecursionError:
        yield {"refused": [name, "too-large", "nests deeper than a file may"]}
    except Exception as error:  # noqa: BLE001 - reported with the words of the error
        yield {"refused": [name, "damaged", f"cannot be read ({type(error).__name__}: {error})"[:300]]}
    else:
        yield {"done": True}
