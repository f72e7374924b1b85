"""Read a PDF of ten thousand real pages: ``python -m benchmarks.long_pdf [FOLDER] [--pages N]``.

The pages are those of a folder's PDFs, repeated. Prints the size of the document, the time, and the memory that the
parent process took, which only receives the document. The exit status is 1 if the file was not read.
"""

from __future__ import annotations

import itertools
import resource
import sys
import tempfile
import time
from pathlib import Path

from pypdfium2 import PdfDocument

from benchmarks.common import UN_CORPUS, command_line
from qa.ingestion.sandbox.pool import read_all


def make(folder: Path, pages: int, to: Path) -> None:
    """Write a PDF of ``pages`` pages."""
    files = sorted(folder.rglob("*.pdf"))
    if not files:
        raise SystemExit(f"{folder} holds no PDF")
    long = PdfDocument.new()
    for file in itertools.cycle(files):
        if len(long) >= pages:
            break
        with PdfDocument(file) as pdf:
            long.import_pages(pdf, list(range(min(len(pdf), pages - len(long)))))
    long.save(to)


def main() -> int:
    """Make the file, read it, and print the measurements."""
    parser = command_line(__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=UN_CORPUS)
    parser.add_argument("--pages", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "long.pdf"
        make(options.folder, options.pages, path)
        before, started = _resident(), time.perf_counter()
        (outcome,) = read_all([(path, path.name)], lambda _done, _name: None)
        seconds, taken = time.perf_counter() - started, _resident() - before
        size = path.stat().st_size
    print(f"{options.pages:,} pages, {size / 1e6:.0f} MB: {seconds:.0f} s, the parent took {taken:.0f} MB")
    for document in outcome.documents:
        print(f"{len(document.blocks):,} blocks, {len(document.text):,} characters, {len(document.doubts)} doubts")
    if outcome.skipped is not None:
        print(f"skipped: {outcome.skipped.reason}: {outcome.skipped.detail}")
    return 0 if outcome.documents else 1


def _resident() -> float:
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
