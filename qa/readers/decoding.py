"""Bytes to text, strictly: a character that cannot be decoded is an error, never a question mark in a quotation."""

from __future__ import annotations

import codecs
import hashlib
from typing import TYPE_CHECKING

from qa.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_text(path: Path, name: str) -> tuple[str, str]:
    r"""Return a file's text, line ends as ``\\n`` and without byte order mark, and the SHA-256 of its bytes.

    UTF-8, or UTF-16 and UTF-32 with their mark. Raises ``DocumentError`` for anything else, and for a file without
    any text.
    """
    data = path.read_bytes()
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    body = data[len(mark) :]
    if encoding == "utf-8" and b"\0" in body:
        raise DocumentError(name, "not-this-format", "holds binary data, not text; remove it or save it as UTF-8 text")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"byte 0x{error.object[error.start]:02x} at position {error.start + len(mark):,}"
        raise DocumentError(
            name, "not-this-format", f"is not {encoding.upper()} text ({where}); save it as UTF-8 and index again"
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise DocumentError(name, "no-text", "holds no text")
    return text, hashlib.sha256(data).hexdigest()
