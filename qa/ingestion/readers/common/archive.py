"""ZIP archives that hold a document. What is unpacked is counted, because sizes in the archive may be wrong."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lxml import etree

from qa.errors import DocumentError
from qa.ingestion.readers.common.limits import (
    MAX_ATTRIBUTES,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    MAX_UNPACKED_PART,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HARMLESS_BYTES = 10_000_000
"""An archive that unpacks to less is no bomb, whatever its ratio."""
_ENCRYPTED = 0x1


class Package:
    """An open archive."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._left = MAX_UNPACKED_BYTES
        self.members = set(archive.namelist())

    def read(self, member: str) -> bytes:
        """Return a part. Raises ``DocumentError`` if it is missing, damaged, protected or too large."""
        if member not in self.members:
            raise DocumentError(self._name, "damaged", f"lacks its part {member}")
        info = self._archive.getinfo(member)
        if info.flag_bits & _ENCRYPTED:
            raise DocumentError(self._name, "encrypted", "is protected by a password; save it without one")
        limit = min(MAX_UNPACKED_PART, self._left)
        try:
            with self._archive.open(info) as file:
                data = file.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise DocumentError(self._name, "damaged", f"its part {member} cannot be unpacked ({error})") from error
        if len(data) > limit:
            raise DocumentError(self._name, "too-large", f"its part {member} unpacks to more than {limit:,} bytes")
        self._left -= len(data)
        return data

    def xml_parts(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name and bytes of each part of XML. Raises ``DocumentError`` as ``read`` does, and for entities."""
        for member in sorted(self.members):
            if member.endswith((".xml", ".rels")):
                yield member, self._xml(member)

    def _xml(self, member: str) -> bytes:
        """Return the bytes of a part of XML that declares no entities."""
        data = self.read(member)
        if any("<!ENTITY".encode(encoding) in data for encoding in ("ascii", "utf-16-le", "utf-16-be")):
            raise DocumentError(self._name, "damaged", f"its part {member} declares entities, which no such file needs")
        return data

    def xml(self, member: str, renamed: tuple[bytes, bytes] | None = None) -> etree._Element:
        """Return the root of a part of XML. Raises ``DocumentError``, also if the part declares entities.

        ``renamed`` is a namespace and the namespace that replaces it.
        """
        data = self._xml(member)
        if renamed is not None:
            data = data.replace(*renamed)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise DocumentError(self._name, "damaged", f"its part {member} is no sound XML ({error})") from error
        if any(len(element.attrib) > MAX_ATTRIBUTES for element in root.iter(etree.Element)):
            raise DocumentError(self._name, "too-large", f"has an element with more than {MAX_ATTRIBUTES:,} attributes")
        return root


@contextmanager
def opened(path: Path, name: str) -> Iterator[Package]:
    """Open an archive whose table of contents is within the limits. Raises ``DocumentError``."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive, path, name)
            yield Package(archive, name)
    except zipfile.BadZipFile as error:
        raise DocumentError(name, "damaged", f"is an archive that cannot be opened ({error})") from error


def _check(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    """Raise ``DocumentError`` for too many, too large or equally named members."""
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise DocumentError(name, "too-large", f"is an archive of {len(infos):,} parts; the limit is {MAX_MEMBERS:,}")
    if len({info.filename for info in infos}) < len(infos):
        raise DocumentError(name, "damaged", "is an archive that holds two parts of one name")
    total = sum(info.file_size for info in infos)
    packed = max(1, path.stat().st_size)
    if total > MAX_UNPACKED_BYTES or (total > _HARMLESS_BYTES and total > packed * MAX_RATIO):
        raise DocumentError(name, "too-large", f"is an archive that unpacks to {total:,} bytes")
