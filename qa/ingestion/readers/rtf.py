"""RTF: its paragraphs, without the control words."""

from __future__ import annotations

import hashlib
import itertools
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from striprtf.striprtf import rtf_to_text

from qa.errors import DocumentError
from qa.ingestion.readers.common.head import is_bare_heading
from qa.ingestion.readers.common.pieces import Piece, build
from qa.ingestion.readers.common.structure import structure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Document

_SPACES = re.compile(r"[ \t\xa0]+")
_TITLE = re.compile(r"\{\\title ([^{}\\]+)\}")
_MOST_DEPTH = 1_000


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the one document of an RTF file. A row of a table is a paragraph."""
    data = path.read_bytes()
    source = data.decode("latin-1")  # RTF is ASCII; other letters are escapes, which the library decodes
    if _depth(source) > _MOST_DEPTH:
        raise DocumentError(name, "too-large", f"nests its groups deeper than {_MOST_DEPTH:,}")
    try:
        text: str = rtf_to_text(source, errors="strict")  # type: ignore[no-untyped-call]
    except UnicodeDecodeError as error:
        raise DocumentError(name, "damaged", f"holds letters that its code page does not have ({error})") from error
    pieces = [piece for line in text.splitlines() if (piece := _piece(line))]
    for piece, after in itertools.pairwise(pieces):
        if piece.kind == after.kind == "paragraph" and is_bare_heading(piece.text):
            piece.kind, piece.level = "heading", 1
    if not pieces:
        raise DocumentError(name, "no-text", "holds no text")
    title, metadata = structure(pieces)
    digest = hashlib.sha256(data).hexdigest()
    stated = _TITLE.search(source)
    title = title or (stated[1].strip() if stated else "") or PurePosixPath(name).stem
    yield build(pieces, name=name, title=title, digest=digest, metadata=metadata)


def _depth(source: str) -> int:
    """Return how deep groups nest."""
    depth = deepest = 0
    for brace in re.findall(r"(?<!\\)[{}]", source):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    return deepest


def _piece(line: str) -> Piece | None:
    """Make a piece of a line; the library parts the cells of a row by bars."""
    if line.count("|") >= 2 and line.rstrip().endswith("|"):
        cells = [_SPACES.sub(" ", cell).strip() for cell in line.rstrip().removesuffix("|").split("|")]
        return Piece("row", "\t".join(cells)) if any(cells) else None
    text = _SPACES.sub(" ", line).strip()
    return Piece("paragraph", text) if text else None
