"""Whether words are lost: what the readers give against an independent extraction.

Run: python -m benchmarks.words_kept [FOLDER …] [--every N] [--worst 20]

PDFs are compared with poppler's ``pdftotext``, other formats with ``pandoc``: both must be installed. Prints the share
of the words of each file that the reader gives as well, in any order, for the worst files, with the doubts that the
reader said; the median; and how many files are below 0.97 without a doubt. Lines at the edges of several pages of a PDF
(running heads, page numbers) do not count, and neither do marks of notes at the ends of words, nor files that the
reader refuses with a reason.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.common import UN_CORPUS, command_line
from benchmarks.readers import words
from qa.ingestion.sandbox.pool import read_all

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARED = UN_CORPUS.parent.parent
ENOUGH = 0.97
_PANDOC = {".docx": "docx", ".odt": "odt", ".html": "html", ".epub": "epub", ".rtf": "rtf"}
_EDGE_LINES = 4
_SECONDS = 60


class Kept(NamedTuple):
    """What was kept of one file: the share of its words, how many there are, what is missing, and the doubts."""

    share: float
    count: int
    name: str
    missing: list[str]
    doubts: list[str]


def reference(path: Path) -> str | None:
    """Return the text of a file by a program of others, None if there is none for it or it fails."""
    if path.suffix.lower() == ".pdf":
        command = ["pdftotext", "-enc", "UTF-8", "-cropbox", str(path), "-"]
    elif kind := _PANDOC.get(path.suffix.lower()):
        command = ["pandoc", "--from", kind, "--to", "plain", "--wrap=none", str(path)]
    else:
        return None
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return None
    return without_running_heads(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else None


def without_running_heads(text: str) -> str:
    """Return a text without lines at the edges of its pages that differ from those of another page by numbers only."""
    pages = [[line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f")]
    edges = [{re.sub(r"\d+", "#", line) for line in (*page[:_EDGE_LINES], *page[-_EDGE_LINES:])} for page in pages]
    often = Counter(line for edge in edges for line in edge)
    kept = []
    for page in pages:
        last = len(page) - _EDGE_LINES
        inner = (
            line
            for place, line in enumerate(page)
            if _EDGE_LINES <= place < last or often[re.sub(r"\d+", "#", line)] < 2
        )
        kept.append("\n".join(inner))
    return "\n".join(kept)


def kept(name: str, expected: str, read: str, doubts: Iterable[str]) -> Kept:
    """Compare the words of two texts of one file; a word broken at the end of a line may be joined or not."""
    given = Counter(_letters(words(read)))
    whole = re.sub(r"[-\u00ad\u2010]\n\s*", "", expected)
    wanted = min((Counter(_letters(words(text))) for text in (expected, whole)), key=lambda w: (w - given).total())
    missing = wanted - given
    count = wanted.total()
    share = 1 - missing.total() / count if count else 1.0
    return Kept(share, count, name, [word for word, _ in missing.most_common(12)], sorted(set(doubts)))


def _letters(found: Iterable[str]) -> list[str]:
    stripped = (re.sub(r"(?<=[^\W\d])\d+$", "", re.sub(r"[\W_]", "", word)).lower() for word in found)
    return [word for word in stripped if word]


def main() -> None:
    """Compare the files of some folders and print the worst."""
    parser = command_line(__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each Nth file")
    parser.add_argument("--worst", type=int, default=20, help="how many files to list")
    options = parser.parse_args()
    folders = options.folders or [UN_CORPUS, SHARED / "cases", SHARED / "robustness"]
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    known = [path for path in paths if path.suffix.lower() == ".pdf" or path.suffix.lower() in _PANDOC]
    files = [(path, path.name) for path in known[:: options.every]]
    results: list[Kept] = []
    refused = 0
    for (path, name), result in zip(files, read_all(files, lambda _done, _name: None), strict=True):
        expected = reference(path)
        if result.skipped or expected is None:
            refused += 1
            continue
        stated = (value for document in result.documents for value in (document.title, *document.metadata.values()))
        pinpoints = (block.pinpoint or "" for document in result.documents for block in document.blocks)
        text = "\n".join([*(document.text for document in result.documents), *stated, *pinpoints])
        doubts = (doubt.reason for document in result.documents for doubt in document.doubts)
        results.append(kept(name, expected, text, doubts))
    for one in sorted(results)[: options.worst]:
        print(f"{one.share:.3f} of {one.count:,}  {one.name}  {', '.join(one.doubts) or '-'}  lacks {one.missing}")
    unsaid = sum(one.share < ENOUGH and not one.doubts for one in results)
    middle = median(one.share for one in results)
    print(f"{len(results)} files compared, {refused} refused by one of the two; median {middle:.4f}")
    print(f"{unsaid} below {ENOUGH} without a doubt")


if __name__ == "__main__":
    main()
