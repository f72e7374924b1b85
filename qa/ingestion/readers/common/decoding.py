"""Bytes to text. A character that cannot be decoded is an error, so that no quotation holds a substitute."""

from __future__ import annotations

import codecs
import hashlib
from typing import TYPE_CHECKING, NamedTuple

import charset_normalizer

from qa.errors import DocumentError
from qa.types import Doubt

if TYPE_CHECKING:
    from pathlib import Path

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = "cp1252"
_MAX_WESTERN_SHARE = 0.25
"""At most this share of the bytes of a text in Windows-1252 is beyond ASCII."""
_MIN_GUESSED = 200
"""The encoding of a text of fewer bytes is not guessed."""
_MAX_CHAOS = 0.05


class Text(NamedTuple):
    """The text of a file, the SHA-256 of its bytes, and a doubt if its encoding was guessed.

    Line ends are newlines, and the byte order mark is gone.
    """

    text: str
    digest: str
    doubts: tuple[Doubt, ...] = ()


def read_text(path: Path, name: str) -> Text:
    """Return the text of a file in UTF-8, in UTF-16 or UTF-32 with a byte order mark, or in a guessed encoding.

    Raises ``DocumentError`` if the file is no text, or empty.
    """
    data = path.read_bytes()
    text, guessed = decode(data, name)
    if not text.strip():
        raise DocumentError(name, "no-text", "holds no text")
    return Text(text, hashlib.sha256(data).hexdigest(), doubts_of(guessed))


def doubts_of(guessed: str | None) -> tuple[Doubt, ...]:
    """Return the doubt about a guessed encoding, none if it was not guessed."""
    if guessed is None:
        return ()
    return (Doubt("encoding-guessed", f"its encoding is not stated; read as {guessed}"),)


def decode(data: bytes, name: str, stated: str | None = None) -> tuple[str, str | None]:
    """Return the text of bytes, with newlines as line ends, and the encoding if it was guessed.

    ``stated`` is the encoding that the file names. A byte order mark and valid UTF-8 go before it, because neither
    occurs by chance. Raises ``DocumentError``.
    """
    mark, encoding = next(((m, e) for m, e in _BYTE_ORDER_MARKS if data.startswith(m)), (b"", "utf-8"))
    body = data[len(mark) :]
    if encoding == "utf-8" and b"\0" in body:
        raise DocumentError(name, "not-this-format", "holds binary data, not text; remove it or save it as UTF-8 text")
    guessed = None
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        found = None if mark else _if_valid(body, stated) or _guess(body)
        if found is None:
            where = f"byte 0x{error.object[error.start]:02x} at position {error.start + len(mark):,}"
            raise DocumentError(
                name, "not-this-format", f"is not {encoding.upper()} text ({where}); save it as UTF-8 and index again"
            ) from error
        text = body.decode(found)
        guessed = None if found == stated else found
    return text.replace("\r\n", "\n").replace("\r", "\n"), guessed


def _if_valid(body: bytes, encoding: str | None) -> str | None:
    """Return the encoding if the bytes can be decoded with it, else None."""
    if encoding is None:
        return None
    try:
        body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return encoding


def _guess(body: bytes) -> str | None:
    """Return an encoding of one byte a character in which the bytes are text, None if there is none."""
    if any(byte < 0x20 and byte not in b"\t\n\r\f\x1a" for byte in body[:65536]):
        return None
    beyond = sum(byte > 0x7F for byte in body)
    if beyond <= len(body) * _MAX_WESTERN_SHARE and _if_valid(body, _WESTERN):
        return _WESTERN
    if len(body) < _MIN_GUESSED:
        return None
    best = charset_normalizer.from_bytes(body[:200_000]).best()
    if best is None or best.chaos > _MAX_CHAOS:
        return None
    return _if_valid(body, best.encoding)
