"""CSV and TSV. Every row is a paragraph with tabs between its cells; the first row labels the others."""

from __future__ import annotations

import csv
import io
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qa.errors import DocumentError
from qa.ingestion.readers.common.decoding import read_text
from qa.ingestion.readers.common.pieces import Piece, build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Document

_SAMPLE = 20_000
"""Characters from which the delimiter is guessed."""
_MAX_CELL = 1_000_000


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a table. Raises ``DocumentError``."""
    text, digest, doubts = read_text(path, name)
    csv.field_size_limit(_MAX_CELL)
    pieces: list[Piece] = []
    label: str | None = None
    try:
        for row in csv.reader(io.StringIO(text, newline=""), _dialect(text, name)):
            cells = [" ".join(cell.split()) for cell in row]
            if not any(cells):
                continue
            pieces.append(Piece("row", "\t".join(cells), label=label))
            if label is None:
                label = " ".join(cell for cell in cells if cell)
    except csv.Error as error:
        reason = "too-large" if "field limit" in str(error) else "damaged"
        raise DocumentError(name, reason, f"is no sound table ({error})") from error
    if not pieces:
        raise DocumentError(name, "no-text", "holds no text")
    title = PurePosixPath(name).stem
    yield build(pieces, name=name, title=title, digest=digest, metadata={}, doubts=doubts)


def _dialect(text: str, name: str) -> type[csv.Dialect]:
    """Return the dialect: tabs for TSV, else what the first rows look like."""
    if name.lower().endswith(".tsv"):
        return csv.excel_tab
    try:
        return csv.Sniffer().sniff(text[:_SAMPLE], delimiters=",;\t|")
    except csv.Error:
        return csv.excel
