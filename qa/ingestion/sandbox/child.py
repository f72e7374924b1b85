"""The process that reads files for another: asked on standard input, it answers on standard output.

Both ways go frames: a length in four bytes, then JSON. A request is ``{"path", "name"}``; the answer is any number of
``{"document"}`` and ``{"alive"}`` frames and at last one ``{"done"}`` or ``{"refused": [file, reason, detail]}``.
"""

from __future__ import annotations

import json
import signal
import struct
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.ingestion.readers.common.heartbeat import listening
from qa.ingestion.sandbox import restrictions
from qa.types import Block, Document, Doubt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LENGTH = struct.Struct(">I")
PROCESSOR_SECONDS = 25
"""Processor time a file may take between two signs of life; one comes with every page."""
_BEAT_SECONDS = 0.5
_RECURSION = 600


def encode(frame: dict[str, Any]) -> bytes:
    """Return a frame as it goes over the pipe."""
    body = json.dumps(frame, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return LENGTH.pack(len(body)) + body


def decode_document(fields: dict[str, Any]) -> Document:
    """Return the document that a frame holds."""
    return Document(
        id=fields["id"],
        title=fields["title"],
        text=fields["text"],
        blocks=tuple(Block(*block) for block in fields["blocks"]),
        metadata=fields["metadata"],
        digest=fields["digest"],
        pages=tuple((at, page) for at, page in fields["pages"]),
        doubts=tuple(Doubt(**doubt) for doubt in fields["doubts"]),
    )


def _encode_document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "text": document.text,
        "blocks": [[b.kind, b.start, b.end, b.page, b.level, b.label, b.pinpoint] for b in document.blocks],
        "metadata": dict(document.metadata),
        "digest": document.digest,
        "pages": document.pages,
        "doubts": [asdict(doubt) for doubt in document.doubts],
    }


def main() -> None:
    """Answer requests until there are no more."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints must not mix with the answers
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sys.setrecursionlimit(_RECURSION)
    restrictions.enter()
    restrictions.end_with_parent()
    while head := requests.read(LENGTH.size):
        request = json.loads(requests.read(LENGTH.unpack(head)[0]))
        restrictions.allow_seconds(PROCESSOR_SECONDS)
        with listening(_alive(answers)):
            for frame in _answer(Path(request["path"]), request["name"]):
                _send(answers, frame)


def _send(answers: IO[bytes], frame: dict[str, Any]) -> None:
    answers.write(encode(frame))
    answers.flush()


def _alive(answers: IO[bytes]) -> Callable[[int], None]:
    """Return a function that says, at most twice a second, that reading gets on, and takes more time for it."""
    last = time.monotonic()

    def say(pages: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _BEAT_SECONDS:
            last = time.monotonic()
            restrictions.allow_seconds(PROCESSOR_SECONDS)
            _send(answers, {"alive": pages})

    return say


def _answer(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the frames that answer one request; whatever a library raises over a file is about the file."""
    try:
        for document in read(path, name):
            yield {"document": _encode_document(document)}
    except DocumentError as error:
        yield {"refused": [error.file, error.reason, error.detail]}
    except MemoryError:
        yield {"refused": [name, "too-large", "needs more memory than a file may take"]}
    except RecursionError:
        yield {"refused": [name, "too-large", "nests deeper than a file may"]}
    except Exception as error:  # noqa: BLE001 - reported as damage, with the error's own words
        yield {"refused": [name, "damaged", f"cannot be read ({type(error).__name__}: {error})"[:300]]}
    else:
        yield {"done": True}


if __name__ == "__main__":
    main()
