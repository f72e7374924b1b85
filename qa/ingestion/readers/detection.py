"""Detection of a file's format by its content. The name decides only between formats that are plain text."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from qa.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

TEXT_FORMATS = {
    ".txt": "plain",
    ".text": "plain",
    "": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "records",
    ".csv": "csv",
    ".tsv": "csv",
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
}
"""Formats that are plain text, by the suffix of the file's name."""
OTHER_SUFFIXES = (".docx", ".epub", ".odt", ".pdf", ".pptx", ".rtf", ".xlsx")
SUFFIXES = tuple(sorted({*TEXT_FORMATS, *OTHER_SUFFIXES} - {""}))
"""The suffixes of all files that can be read."""

_PDF_HEADER = 1024
_HEAD = 4096
_WEB = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_UNSUPPORTED = {
    "a picture": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM"),
    "a compressed file; unpack it": (b"\x1f\x8b", b"BZh", b"\xfd7zXZ"),
    "an archive; unpack it": (b"7z\xbc\xaf\x27\x1c", b"Rar!"),
    "PostScript; save it as PDF": (b"%!PS",),
    "a program": (b"\x7fELF", b"MZ"),
    "a database": (b"SQLite format 3",),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_PACKAGES = {
    "application/epub+zip": "epub",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.text-template": "odt",
}


def detect_format(path: Path, name: str) -> str:
    """Return the name of the module in ``qa.ingestion.readers`` that reads a file.

    Raises ``DocumentError`` if no module reads its format, or if it is of another format than its name says.
    """
    suffix = PurePosixPath(name).suffix.lower()
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"%PDF-" in head[:_PDF_HEADER]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _package(path, name, suffix)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(_OLE):
        raise _old_office(path, name)
    if not _is_text(head):
        for what, signatures in _UNSUPPORTED.items():
            if head.startswith(signatures):
                raise DocumentError(name, "unsupported", f"is {what}; known: {', '.join(SUFFIXES)}")
    if suffix == ".pdf" and (b" obj" in head or b"xref" in head):
        return "pdf"  # its first line is missing, and PDFium does not need it
    return _text_format(head, name, suffix)


def is_plain_text(path: Path, name: str) -> bool:
    """Say by its first bytes whether a file is plain text, or text that ``detect_format`` refuses."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not _is_text(head) or b"%PDF-" in head or head.startswith((b"PK", _OLE)):
        return False
    try:
        return detect_format(path, name) == "plain"
    except DocumentError:
        return True


def _is_text(head: bytes) -> bool:
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) or b"\0" not in head


def _text_format(head: bytes, name: str, suffix: str) -> str:
    narrow = head.replace(b"\0", b"") if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else head
    if suffix not in (".md", ".markdown", ".jsonl", ".csv", ".tsv") and _WEB.search(narrow[:1024]):
        return "html"
    if suffix in OTHER_SUFFIXES:
        what = "holds nothing" if not head else f"is called {suffix} and holds something else"
        raise DocumentError(name, "no-text" if not head else "not-this-format", what)
    if suffix not in TEXT_FORMATS:
        raise DocumentError(name, "unsupported", f"cannot read {suffix}; known: {', '.join(SUFFIXES)}")
    return TEXT_FORMATS[suffix]


def _package(path: Path, name: str, suffix: str) -> str:
    """Return the format of a document that is a ZIP archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = b""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                mimetype = archive.read("mimetype")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        reason = "damaged" if suffix in OTHER_SUFFIXES else "unsupported"
        raise DocumentError(name, reason, f"is an archive that cannot be opened ({error})") from error
    for part, kind in _MAIN_PARTS.items():
        if part in names:
            return kind
    if "[Content_Types].xml" in names and suffix[1:] in _MAIN_PARTS.values():
        return suffix[1:]
    if known := _PACKAGES.get(mimetype.decode("ascii", "replace").strip()):
        return known
    if "META-INF/container.xml" in names:
        return "epub"
    raise DocumentError(name, "unsupported", f"is an archive of another kind; known: {', '.join(SUFFIXES)}")


def _old_office(path: Path, name: str) -> DocumentError:
    """Return the error for an old Office file, or for a new one with a password."""
    with path.open("rb") as file:
        if _ENCRYPTED_OFFICE in file.read(1 << 20):
            return DocumentError(name, "encrypted", "is protected by a password; save it without one and index again")
    return DocumentError(name, "unsupported", "is a file of an old Office program; save it as DOCX, XLSX or PPTX")
