"""A page of a document as it looks, with its letters and their places, and how that goes from process to process."""

from __future__ import annotations

import json
import struct
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = struct.Struct(">III")


class Box(NamedTuple):
    """A rectangle on a page as it is shown (cropped and turned), in points from its upper left corner, y downwards."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a PNG, with its width and height in points, its letters, and four edges of each.

    ``pages`` is how many the document has.
    """

    png: bytes
    pages: int
    width: float
    height: float
    letters: str
    edges: Sequence[float]

    def box(self, place: int) -> Box:
        """Return where a letter stands."""
        return Box(*self.edges[4 * place : 4 * place + 4])

    def pack(self) -> bytes:
        """Return the picture as bytes."""
        about = {"pages": self.pages, "width": self.width, "height": self.height, "letters": self.letters}
        head = json.dumps(about).encode()
        edges = array("f", self.edges).tobytes()
        return _HEAD.pack(len(head), len(edges), len(self.png)) + head + edges + self.png

    @classmethod
    def unpack(cls, data: bytes) -> Picture:
        """Return the picture of which these are the bytes; ``ValueError`` if they are of none."""
        try:
            head_size, edges_size, png_size = _HEAD.unpack_from(data)
            if len(data) != _HEAD.size + head_size + edges_size + png_size:
                raise ValueError("the bytes break off")
            png_at = len(data) - png_size
            about = json.loads(data[_HEAD.size : _HEAD.size + head_size])
            edges = array("f", data[_HEAD.size + head_size : png_at])
            if len(edges) != 4 * len(about["letters"]):
                raise ValueError("the letters have not a place each")
            return cls(data[png_at:], about["pages"], about["width"], about["height"], about["letters"], edges)
        except (struct.error, TypeError, KeyError) as error:
            raise ValueError(f"these are no picture's bytes: {error}") from error
