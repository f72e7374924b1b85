"""EPUB books, their chapters in the order of the spine."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from qa.errors import DocumentError
from qa.files import digest_of
from qa.ingestion.readers.common.archive import opened
from qa.ingestion.readers.common.decoding import decode
from qa.ingestion.readers.common.markup import to_pieces
from qa.ingestion.readers.common.structure import document_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element

    from qa.ingestion.readers.common.archive import Package
    from qa.ingestion.readers.common.pieces import Piece
    from qa.types import Document

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_NAMESPACES = {"c": "urn:oasis:names:tc:opendocument:xmlns:container", "e": "http://www.w3.org/2001/04/xmlenc#"}
_OPF = {"o": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}


def read(path: Path, name: str) -> Iterator[Document]:
    """Yield the document of a book. Raises ``DocumentError``."""
    with opened(path, name) as package:
        location = package.xml(_CONTAINER).xpath("string(//c:rootfile/@full-path)", namespaces=_NAMESPACES)
        book = package.xml(str(location))
        chapters = _chapters(book, str(location))
        _refuse_protected(package, chapters, name)
        pieces: list[Piece] = []
        for chapter in chapters:
            if chapter in package.members:
                html, _ = decode(package.read(chapter), name)
                pieces.extend(to_pieces(html, name)[0])
    author = _text(book, "//dc:creator[1]")
    properties = {
        "language": _text(book, "//dc:language[1]"),
        "author": "" if "unknown" in author.lower() else author,
    }
    yield document_of(pieces, name, digest_of(path), title=_text(book, "//dc:title[1]"), properties=properties)


def _chapters(book: _Element, location: str) -> list[str]:
    """Return the members of the archive that are chapters, in reading order."""
    items = {item.get("id"): item for item in book.iterfind(".//o:manifest/o:item", _OPF)}
    folder = posixpath.dirname(location)
    chapters = []
    for reference in book.iterfind(".//o:spine/o:itemref", _OPF):
        item = items.get(reference.get("idref"))
        if item is not None and "nav" not in (item.get("properties") or "").split():
            chapters.append(posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or ""))))
    return chapters


def _refuse_protected(package: Package, chapters: list[str], name: str) -> None:
    """Refuse a book with encrypted chapters; encrypted fonts do not matter."""
    if _ENCRYPTION not in package.members:
        return
    found = package.xml(_ENCRYPTION).xpath("//e:CipherReference/@URI", namespaces=_NAMESPACES)
    if {unquote(str(uri)) for uri in found} & set(chapters):
        raise DocumentError(name, "encrypted", "is protected against copying; its text cannot be read")


def _text(book: _Element, path: str) -> str:
    return str(book.xpath(f"string({path})", namespaces=_OPF)).strip()
