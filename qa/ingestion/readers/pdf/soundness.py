"""Damage that PDFium repairs or passes over in silence, so that text may be missing.

The end of a sound file names the place of its table of objects (ISO 32000-1, 7.5.5), and a stream packed by Flate ends
with a checksum of its content (RFC 1950). PDFium rebuilds a table that is not there, and cuts a stream at its damage.
"""

from __future__ import annotations

import mmap
import re
import zlib
from typing import TYPE_CHECKING

from qa.ingestion.readers.common.limits import MAX_UNPACKED_BYTES

if TYPE_CHECKING:
    from pathlib import Path

_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_TABLE = re.compile(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FLATE = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\b")
_MAX_END = 2_048
_MAX_TABLE = 64
_MAX_DICTIONARY = 4_000
_CHUNK = 1 << 20


def is_damaged(path: Path) -> bool:
    """Say whether a PDF has lost its table of objects, or a packed part of it is not as it was written.

    Encrypted files cannot be checked, and nothing is checked beyond the limit of what a file may unpack to.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(b"/Encrypt") < 0 and not (_has_table(data) and _has_whole_streams(data))


def _has_table(data: mmap.mmap) -> bool:
    """Say whether the table of objects is where the end of the file says."""
    ends = _END.findall(data[-_MAX_END:])
    if not ends:
        return False
    place = int(ends[-1])
    head = max(0, data.find(b"%PDF-", 0, 1_024))  # positions may count from the first byte or from the header
    return any(_TABLE.match(data[start : start + _MAX_TABLE]) for start in (place, place + head))


def _has_whole_streams(data: mmap.mmap) -> bool:
    """Say whether every stream that is packed by Flate can be unpacked to its end and has its checksum."""
    left = MAX_UNPACKED_BYTES
    for match in _STREAM.finditer(data):
        begin = max(data.rfind(b"obj", 0, match.start()), match.start() - _MAX_DICTIONARY)
        if not _FLATE.search(data[begin : match.start()]):
            continue
        unpacking, place = zlib.decompressobj(), match.end()
        try:
            while not unpacking.eof and left > 0 and place < len(data):
                left -= len(unpacking.decompress(unpacking.unconsumed_tail or data[place : place + _CHUNK], _CHUNK))
                place += 0 if unpacking.unconsumed_tail else _CHUNK
        except zlib.error:
            return False
        if not unpacking.eof and left > 0:
            return False
    return True
