"""How faithfully and how fast PDFs are read: ``python -m benchmarks.readers [FOLDER] [--each]``.

FOLDER has ``drafts`` (PDFs, each with a JSON of its ``Content``) and ``resolutions`` (PDFs); the default is the UN
corpus beside the project. Prints for the drafts the share of the reference's words that the reader's text contains in
order (longest common subsequence of words), and for the resolutions the time to read them all.
"""

from __future__ import annotations

import json
import re
import resource
import time
import unicodedata
from collections import defaultdict
from pathlib import Path
from statistics import median

from benchmarks.common import UN_CORPUS, command_line
from qa.ingestion.readers import read
from qa.ingestion.sandbox.pool import read_all


def words(text: str) -> list[str]:
    """Return the words of a text, with hyphens, dashes, quotation marks and white space unified."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[“”„«»]", '"', re.sub("[\u2018\u2019\u201a`\xb4]", "'", text))
    return re.sub(r"[\s\u2010-\u2015-]+", " ", text).split()


def common(first: list[str], second: list[str]) -> int:
    """Return the length of the longest common subsequence, computed bit-parallel (Hyyrö 2004)."""
    places: defaultdict[str, int] = defaultdict(int)
    for place, word in enumerate(first):
        places[word] |= 1 << place
    full = (1 << len(first)) - 1
    row = full
    for word in second:
        met = row & places.get(word, 0)
        row = ((row + met) | (row - met)) & full
    return len(first) - row.bit_count()


def faithful(folder: Path, every: int = 1) -> dict[str, float]:
    """Return, for one in ``every`` documents, the share of the reference's words that the text contains in order."""
    shares = {}
    for reference in sorted(folder.glob("*.json"))[::every]:
        expected = words(json.loads(reference.read_text("utf-8"))["Content"])
        (document,) = read(reference.with_suffix(".pdf"), f"{reference.stem}.pdf")
        shares[reference.stem] = common(expected, words(document.text)) / len(expected)
    return shares


def _processor_seconds() -> float:
    """Return the processor time of the ended child processes; on a busy machine wall time says little."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print the figures."""
    parser = command_line(__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=UN_CORPUS)
    parser.add_argument("--each", action="store_true", help="print every document's share")
    options = parser.parse_args()
    shares = faithful(options.folder / "drafts")
    for name, share in sorted(shares.items(), key=lambda item: item[1]):
        if options.each or share < 0.95:
            print(f"{share:.4f} {name}")
    print(f"{len(shares)} drafts: median {median(shares.values()):.4f}, least {min(shares.values()):.4f}")
    files = [(path, path.name) for path in sorted((options.folder / "resolutions").glob("*.pdf"))]
    for workers in (1, 2):
        started, used = time.perf_counter(), _processor_seconds()
        outcomes = list(read_all(files, lambda _done, _name: None, workers))
        pages = sum(max(page for _, page in document.pages) for each in outcomes for document in each.documents)
        seconds = time.perf_counter() - started
        children = "child" if workers == 1 else "children"
        print(
            f"{len(files)} resolutions, {pages:,} pages, {workers} {children}: {seconds:.1f} s, "
            f"{_processor_seconds() - used:.1f} s of processor time"
        )


if __name__ == "__main__":
    main()
