"""Bytes to text, strictly: a character that cannot be decoded is an error, never a question mark in a quotation."""

from __future__ import annotations

import codecs
import hashlib
from typing import TYPE_CHECKING, NamedTuple

import charset_normalizer

from qa.errors import DocumentError
from qa.types import Doubt

if TYPE_CHECKING:
    from pathlib import Path

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = "cp1252"
_MOST_WESTERN = 0.25
"""A text in Windows-1252 has at most this share of letters beyond ASCII."""
_LEAST_GUESSED = 200
"""A shorter text in an unknown encoding says too little to be told."""
_MOST_CHAOS = 0.05


class Text(NamedTuple):
    """A file's text, line ends as ``\\n`` and without byte order mark, the SHA-256 of its bytes, and what is doubtful
    about it: an encoding that nothing states.
    """  # noqa: D205, D301

    text: str
    digest: str
    doubts: tuple[Doubt, ...] = ()


def read_text(path: Path, name: str) -> Text:
    """Return the text of a file: UTF-8, UTF-16 and UTF-32 with their mark, Windows-1252, or another that is told by
    its letters.

    Raises ``DocumentError`` for what is no text, and for a file without any.
    """  # noqa: D205
    data = path.read_bytes()
    text, guessed = decode(data, name)
    if not text.strip():
        raise DocumentError(name, "no-text", "holds no text")
    return Text(text, hashlib.sha256(data).hexdigest(), doubts_of(guessed))


def doubts_of(guessed: str | None) -> tuple[Doubt, ...]:
    """Return the doubt that a guessed encoding is."""
    if guessed is None:
        return ()
    return (Doubt("encoding-guessed", f"its encoding is not stated; read as {guessed}"),)


def decode(data: bytes, name: str, stated: str | None = None) -> tuple[str, str | None]:
    """Return the text of some bytes, line ends made alike, and the encoding where it had to be guessed.

    ``stated`` is what a format says of its encoding; a byte order mark and UTF-8 go before it, being hard to meet by
    chance.
    """
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    body = data[len(mark) :]
    if encoding == "utf-8" and b"\0" in body:
        raise DocumentError(name, "not-this-format", "holds binary data, not text; remove it or save it as UTF-8 text")
    guessed = None
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        found = None if mark else _stated(body, stated) or _guess(body)
        if found is None:
            where = f"byte 0x{error.object[error.start]:02x} at position {error.start + len(mark):,}"
            raise DocumentError(
                name, "not-this-format", f"is not {encoding.upper()} text ({where}); save it as UTF-8 and index again"
            ) from error
        text = body.decode(found)
        guessed = None if found == stated else found
    return text.replace("\r\n", "\n").replace("\r", "\n"), guessed


def _stated(body: bytes, encoding: str | None) -> str | None:
    """Return the stated encoding, if the bytes are text in it."""
    if encoding is None:
        return None
    try:
        body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return encoding


def _guess(body: bytes) -> str | None:
    """Return an encoding of eight bits in which some bytes are a text."""
    if any(byte < 0x20 and byte not in b"\t\n\r\f\x1a" for byte in body[:65536]):
        return None
    beyond = sum(byte > 0x7F for byte in body)
    if beyond <= len(body) * _MOST_WESTERN and _stated(body, _WESTERN):
        return _WESTERN
    if len(body) < _LEAST_GUESSED:
        return None
    best = charset_normalizer.from_bytes(body[:200_000]).best()
    if best is None or best.chaos > _MOST_CHAOS:
        return None
    return _stated(body, best.encoding)
