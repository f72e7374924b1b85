"""The writer of an index: what is new becomes a segment, what left is noted, and small segments are merged.

Segments are merged by size in tiers, as in Lucene: at most ``_IN_A_TIER`` of about one size stand beside each other.
So their number grows with the logarithm of the corpus, and a passage is copied as often as there are tiers. A merge
encodes nothing. Segments that stay are linked into the new generation, not written again.
"""

from __future__ import annotations

import math
import secrets
from collections import Counter, defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from qa.errors import IndexProblem
from qa.index.generations import reading
from qa.index.local.faiss import EXACT
from qa.index.local.reader import LocalEngine
from qa.index.local.segment import Segment, SegmentWriter
from qa.index.quantisation import Levels, quantisation_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from qa.index.generations import Generation, Writer
    from qa.protocols import EncodedPassage
    from qa.types import Document

_IN_A_TIER: Final = 8
_SMALLEST: Final = 1000
"""Passages of a segment of the lowest tier, at most; those of the next are ``_IN_A_TIER`` times as many."""


class LocalWriter:
    """Writes the next generation.

    ``vectors`` is the kind of FAISS index, by default that of the last generation, else the exact one.
    """

    def __init__(self, generations: Writer, vectors: str | None = None) -> None:
        self._generations = generations
        self._folder: Path | None = None
        self._segment: SegmentWriter | None = None
        self._gone: defaultdict[str, set[str]] = defaultdict(set)
        self._put: set[str] = set()
        self._previous: Generation | None = None
        self.manifest: Mapping[str, Any] = {}
        self.engine: LocalEngine | None = None
        with suppress(IndexProblem), reading(generations.root) as generation:  # if damaged, all is built again
            self.engine = opened(generation)
            self._previous, self.manifest = generation, generation.about
        self.settings = {"name": "local", "vectors": vectors or self.manifest.get("engine", {}).get("vectors", EXACT)}

    def put(self, document: Document, passages: Sequence[EncodedPassage]) -> None:
        """Add a document with its passages, in the place of the one of that id where there is one."""
        self._new().append(document, passages)
        self._leave(document.id)

    def delete(self, document_id: str) -> None:
        """Remove a document; ``KeyError`` if there is none of that id."""
        if not self._leave(document_id):
            raise KeyError(document_id)

    def publish(self, manifest: Mapping[str, Any]) -> str:
        """Make what was put and deleted the current generation, all at once, and return its name."""
        folder = self._begun()
        kept = list(self.engine.segments) if self.engine else []
        merged = self._to_merge(kept)
        for segment in (one for one in kept if one.name in merged):
            self._copy(segment)
        segments = {one.name: sorted(one.gone | self._gone[one.name]) for one in kept if one.name not in merged}
        for name in segments:
            if self._previous:
                self._generations.keep(self._previous, name, folder)
        if self._segment:
            self._segment.finish()
            segments[self._segment.name] = []
        about = {**manifest, "engine": self.settings, "segments": segments, **self._form()}
        return self._generations.publish(folder, about).name

    def _begun(self) -> Path:
        self._folder = self._folder or self._generations.begin()
        return self._folder

    def _new(self) -> SegmentWriter:
        """Return the segment that is being written."""
        self._segment = self._segment or SegmentWriter(self._begun() / secrets.token_hex(4))
        return self._segment

    def _leave(self, document_id: str) -> bool:
        """Note that a document of the last generation left; return whether there was one."""
        holder = self.engine.holder(document_id) if self.engine else None
        if holder is None or document_id in self._gone[holder.name]:
            return False
        self._gone[holder.name].add(document_id)
        return True

    def _form(self) -> dict[str, Any]:
        """Return what is needed to read the vectors."""
        if self._segment:
            return {"dim": self._segment.dim, "tokens": self._segment.tokens}
        return {"dim": self.manifest.get("dim", 0), "tokens": self.manifest.get("tokens", Levels(0).name)}

    def _to_merge(self, kept: Sequence[Segment]) -> set[str]:
        """Return the names of the segments that are written again as part of the new one, or left out.

        They are those of which more than half left, and all of a tier where there are too many of it.
        """
        left = {one.name: self._left(one) for one in kept}
        merged = {one.name for one in kept if 2 * left[one.name] < len(one) or not left[one.name]}
        while True:
            new = (self._segment.passages if self._segment else 0) + sum(left[name] for name in merged)
            tiers = Counter(_tier(left[name]) for name in left if name not in merged)
            if new:
                tiers[_tier(new)] += 1
            full = min((tier for tier, count in tiers.items() if count > _IN_A_TIER), default=None)
            if full is None:
                return merged
            merged |= {name for name, count in left.items() if _tier(count) == full}

    def _left(self, segment: Segment) -> int:
        """Return how many passages of a segment are still there."""
        return int(segment.live.sum()) - len(segment.documents.rows(self._gone[segment.name] - segment.gone))

    def _copy(self, segment: Segment) -> None:
        """Write what is still there of a segment into the new one."""
        gone = segment.gone | self._gone[segment.name]
        for entry in [entry for entry in segment.documents.entries() if entry.id not in gone]:
            rows = segment.documents.rows([entry.id]).tolist()
            passages = list(segment.stored(segment.documents.in_rows(rows).values()).values())
            self._new().append(segment.documents.document(entry.id), passages)


def opened(generation: Generation) -> LocalEngine:
    """Return the engine of a generation."""
    about = generation.about
    quantisation, dim = quantisation_named(about["tokens"], int(about["dim"])), int(about["dim"])
    segments = [Segment(generation.path / name, dim, quantisation, gone) for name, gone in about["segments"].items()]
    return LocalEngine(segments, about["engine"]["vectors"])


def _tier(passages: int) -> int:
    return max(0, math.ceil(math.log(max(1, passages) / _SMALLEST, _IN_A_TIER)))
