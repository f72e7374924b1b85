"""A document made of the pieces of a file: its title and metadata, the kinds and pinpoints of its blocks."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qa.errors import DocumentError
from qa.ingestion.readers import profiles
from qa.ingestion.readers.common.head import head_length, is_salutation, read_head
from qa.ingestion.readers.common.pieces import build
from qa.ingestion.readers.common.pinpoints import Pinpoints, article_of, is_numbered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.ingestion.readers.common.pieces import Piece
    from qa.types import Document, Doubt

_ARTICLE_LEVEL = 5
_MAX_FIRST_PIECES = 12


def document_of(
    pieces: Sequence[Piece],
    name: str,
    digest: str,
    *,
    title: str = "",
    properties: Mapping[str, str] | None = None,
    furniture: Sequence[str] = (),
    doubts: Sequence[Doubt] = (),
) -> Document:
    """Return the document of a file's pieces. Raises ``DocumentError`` if there is no text.

    ``properties`` are title, language and author as the file states them outside its text; a title or language in the
    text goes before them, and ``title`` goes before both. ``furniture`` are lines that the reader left out of the text
    (running heads, page numbers): they may hold metadata.
    """
    if not pieces and not furniture:
        raise DocumentError(name, "no-text", "holds no text")
    stated, metadata = _structure(pieces, furniture)
    known = {key: value.strip() for key, value in (properties or {}).items() if value.strip()}
    property_title = known.pop("title", "")
    if "language" in known:
        known["language"] = known["language"].partition("-")[0].lower()
    title = title or stated or property_title or PurePosixPath(name).stem
    metadata = {**known, **metadata}
    return build(pieces, name=name, title=title, digest=digest, metadata=metadata, doubts=doubts)


def _structure(pieces: Sequence[Piece], furniture: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Give the pieces their kinds, labels and pinpoints; return the title ("" if none) and the metadata."""
    for profile in profiles.PROFILES:
        if known := profile.recognise(pieces, furniture):
            _number(pieces, known.start, known.pinpoints)
            return known.title, dict(known.metadata)
    title, metadata = _read_head(pieces)
    _number(pieces, 0, Pinpoints())
    return title, metadata


def _read_head(pieces: Sequence[Piece]) -> tuple[str, dict[str, str]]:
    """Make head lines of the lines above the first paragraph, if they name a speaker, an event or a date."""
    first = [piece for piece in pieces[:_MAX_FIRST_PIECES] if piece.kind in ("heading", "paragraph")]
    length = head_length([piece.text for piece in first]) if len(first) == len(pieces[: len(first)]) else 0
    title = next((piece.text for piece in first if piece.kind == "heading"), "")
    spans, text = [], ""
    for piece in first[:length]:
        spans.append((len(text), len(text) + len(piece.text)))
        text += piece.text + "\n"
    head, metadata = read_head(text, spans)
    if not {"speaker", "event", "dates"} & metadata.keys():
        return title, {}
    for piece, line in zip(first, head, strict=False):
        piece.kind = "head"
        piece.label = "; ".join(line.states.values()) or None
        if "speaker" in line.states:
            title = piece.text
    return title, metadata


def _number(pieces: Sequence[Piece], start: int, pinpoints: Pinpoints) -> None:
    """Give every paragraph from ``start`` its pinpoint, if it has one."""
    pinpoints.numbered = pinpoints.numbered or is_numbered(pieces)
    for position, piece in enumerate(pieces[start:], start):
        if piece.kind == "paragraph" and article_of(piece):
            piece.kind, piece.level = "heading", _ARTICLE_LEVEL
        if piece.kind == "heading":
            if pinpoints.heading(piece):
                pinpoints.numbered = is_numbered(pieces, position + 1)
        elif pinpoints.takes(piece):
            continue
        elif piece.kind == "row":
            pinpoints.row(piece)
        elif piece.kind == "paragraph" and is_salutation(piece.text):
            piece.kind = "salutation"
        elif piece.kind == "paragraph":
            pinpoints.paragraph(piece)
