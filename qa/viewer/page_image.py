"""A page as an image, with its characters and their boxes, and the bytes in which one process sends it to another."""

from __future__ import annotations

import json
import struct
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIZES = struct.Struct(">III")


class Box(NamedTuple):
    """A rectangle on a page as it is shown (cropped and turned), in points from the upper left corner, y downwards."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a PNG; ``width`` and ``height`` in points; ``pages`` of its document.

    ``characters`` are those that PDFium reads on the page, empty where they are too many; ``edges`` are the four edges
    of the box of each, one after the other.
    """

    png: bytes
    pages: int
    width: float
    height: float
    characters: str
    edges: Sequence[float]

    def box(self, position: int) -> Box:
        """Return the box of the character at a position."""
        return Box(*self.edges[4 * position : 4 * position + 4])

    def pack(self) -> bytes:
        """Return the image as bytes."""
        fields = {"pages": self.pages, "width": self.width, "height": self.height, "characters": self.characters}
        head = json.dumps(fields).encode()
        edges = array("f", self.edges).tobytes()
        return _SIZES.pack(len(head), len(edges), len(self.png)) + head + edges + self.png

    @classmethod
    def unpack(cls, data: bytes) -> PageImage:
        """Return the image that ``pack`` made into these bytes. Raises ``ValueError`` for other bytes."""
        try:
            head_size, edges_size, png_size = _SIZES.unpack_from(data)
            if len(data) != _SIZES.size + head_size + edges_size + png_size:
                raise ValueError("the bytes break off")
            png_start = len(data) - png_size
            fields = json.loads(data[_SIZES.size : _SIZES.size + head_size])
            edges = array("f", data[_SIZES.size + head_size : png_start])
            if len(edges) != 4 * len(fields["characters"]):
                raise ValueError("the number of boxes is not that of the characters")
            return cls(data[png_start:], **fields, edges=edges)
        except (struct.error, TypeError, KeyError) as error:
            raise ValueError(f"these bytes are no image of a page: {error}") from error
