"""RTF. A row of a table is a paragraph."""

from __future__ import annotations

import hashlib
import itertools
import re
from typing import TYPE_CHECKING

from striprtf.striprtf import rtf_to_text

from qa.errors import DocumentError
from qa.ingestion.readers.common.head import is_bare_heading
from qa.ingestion.readers.common.pieces import Piece
from qa.ingestion.readers.common.structure import document_of
from qa.types import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.types import Document

_SPACES = re.compile(r"[ \t\xa0]+")
_TITLE = re.compile(r"\{\\title ([^{}\\]+)\}")
_MAX_DEPTH = 1_000
_HIDES = re.compile(r"\\(v|deleted)([01]?)(?![a-z0-9])")
_TOKEN = re.compile(r"[{}]|\\[a-zA-Z]+-?\d* ?|\\'[0-9a-fA-F]{2}|\\[^a-zA-Z]|[^\\{}]+", re.DOTALL)
_CONTROL = re.compile(r"\\(?!u-?\d)[a-zA-Z]+-?\d* ?")
"""A control word, but not one that is a letter of the text."""
_STRANGE_BULLET = re.compile(r"^\ufffd+[ \t]+", re.MULTILINE)
"""A bullet in a symbol font, whose code means nothing in the font's code page."""
_MAX_UNKNOWN = 0.01
"""Share of letters without a meaning from which a file is not read."""


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of an RTF file. Raises ``DocumentError``."""
    data = path.read_bytes()
    source = data.decode("latin-1")  # RTF is ASCII; the library decodes escapes
    if _depth(source) > _MAX_DEPTH:
        raise DocumentError(name, "too-large", f"nests its groups deeper than {_MAX_DEPTH:,}")
    text: str = rtf_to_text(_shown(source), errors="replace")  # type: ignore[no-untyped-call]
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # RTF writes an emoji as two halves
    text = _STRANGE_BULLET.sub("• ", text)
    unknown = text.count("\ufffd")
    if unknown > _MAX_UNKNOWN * len(text):
        raise DocumentError(name, "damaged", "holds many letters that its code page does not have")
    doubts = [Doubt("garbled", f"letters that its code page does not have: {unknown:,}")] if unknown else []
    pieces = [piece for line in text.splitlines() if (piece := _piece(line))]
    for piece, after in itertools.pairwise(pieces):
        if piece.kind == after.kind == "paragraph" and is_bare_heading(piece.text):
            piece.kind, piece.level = "heading", 1
    title = _TITLE.search(source)
    properties = {"title": title[1] if title else ""}
    yield document_of(pieces, name, hashlib.sha256(data).hexdigest(), properties=properties, doubts=doubts)


def _shown(source: str) -> str:
    r"""Return the source without hidden text (``\v``) and deleted text (``\deleted``)."""
    if not _HIDES.search(source):
        return source
    parts: list[str] = []
    groups: list[frozenset[str]] = []
    hidden: frozenset[str] = frozenset()
    for token in _TOKEN.finditer(source):
        text = token.group()
        if text == "{":
            groups.append(hidden)
        elif text == "}":
            hidden = groups.pop() if groups else frozenset()
        elif text.startswith("\\plain"):
            hidden = hidden - {"v"}
        elif switch := _HIDES.fullmatch(text.rstrip(" ")):
            hidden = hidden - {switch[1]} if switch[2] == "0" else hidden | {switch[1]}
        elif hidden and not _CONTROL.fullmatch(text):
            continue
        parts.append(text)
    return "".join(parts)


def _depth(source: str) -> int:
    """Return the depth to which groups nest."""
    depth = deepest = 0
    for brace in re.findall(r"(?<!\\)[{}]", source):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    return deepest


def _piece(line: str) -> Piece | None:
    """Return the piece of a line, None for an empty one; the library puts bars between the cells of a row."""
    if line.count("|") >= 2 and line.rstrip().endswith("|"):
        cells = [_SPACES.sub(" ", cell).strip() for cell in line.rstrip().removesuffix("|").split("|")]
        return Piece("row", "\t".join(cells)) if any(cells) else None
    text = _SPACES.sub(" ", line).strip()
    return Piece("paragraph", text) if text else None
