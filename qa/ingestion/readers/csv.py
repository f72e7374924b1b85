"""CSV and TSV. Every row is a paragraph with tabs between its cells; the head of the table labels the others."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qa.errors import DocumentError
from qa.ingestion.readers.common.decoding import read_text
from qa.ingestion.readers.common.pieces import build, labelled_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Document

_SAMPLE = 20_000
"""Characters from which the delimiter is guessed."""
_DELIMITERS = ",;\t|"
_MAX_CELL = 1_000_000


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a table. Raises ``DocumentError``."""
    text, digest, doubts = read_text(path, name)
    csv.field_size_limit(_MAX_CELL)
    try:
        read_rows = list(csv.reader(io.StringIO(text, newline=""), _dialect(text, name)))
    except csv.Error as error:
        reason = "too-large" if "field limit" in str(error) else "damaged"
        raise DocumentError(name, reason, f"is no sound table ({error})") from error
    rows = [(number, [" ".join(cell.split()) for cell in row]) for number, row in enumerate(read_rows)]
    pieces = labelled_rows([(number, cells) for number, cells in rows if any(cells)])
    if not pieces:
        raise DocumentError(name, "no-text", "holds no text")
    title = PurePosixPath(name).stem
    yield build(pieces, name=name, title=title, digest=digest, metadata={}, doubts=doubts)


def _dialect(text: str, name: str) -> type[csv.Dialect]:
    """Return the dialect: tabs for TSV, else what the first rows look like."""
    if name.lower().endswith(".tsv"):
        return csv.excel_tab
    sample = text[:_SAMPLE]
    try:
        dialect = csv.Sniffer().sniff(sample, delimiters=_DELIMITERS)
    except csv.Error:
        dialect = type("Usual", (csv.excel,), {"delimiter": _usual_delimiter(sample)})
    dialect.doublequote = True  # the sample may hold no quotation mark in quotes
    return dialect


def _usual_delimiter(sample: str) -> str:
    """Return the delimiter that the most lines hold equally often; the sniffer gives up over lines above a table."""
    lines = sample.splitlines()
    alike = {
        delimiter: max(Counter(n for line in lines if (n := line.count(delimiter))).values(), default=0)
        for delimiter in _DELIMITERS
    }
    return max(alike, key=lambda delimiter: alike[delimiter])
