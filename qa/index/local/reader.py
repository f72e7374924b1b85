"""One generation of an index as an engine: a list of segments that answers as a single one would.

BM25's statistics are summed over all segments, and FAISS searches the vectors of all. Passages of documents that left
count nowhere.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np

from qa.index.local.faiss import EXACT, VectorIndex
from qa.protocols import TermStatistics

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from qa.index.local.postings import Postings
    from qa.index.local.segment import Segment
    from qa.protocols import Ranking, StoredPassage, Vectors
    from qa.types import Document, DocumentEntry

    Ids = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

_MAX_TERMS: Final = 64
"""A query of more terms is cut: a question has a dozen, and each costs a walk over its postings."""
_LEAST_IDF: Final = 1e-6


class LocalEngine:
    """The engine over some segments. Threads may share it.

    ``vectors`` is the kind of FAISS index, see ``VectorIndex``.
    """

    def __init__(self, segments: Sequence[Segment], vectors: str = EXACT) -> None:
        self.segments = tuple(segments)
        self._kind = vectors
        self._starts = np.cumsum([0, *map(len, self.segments)], dtype=np.int64)[:-1]
        self._passages = sum(int(one.live.sum()) for one in self.segments)
        terms = sum(int(one.postings.lengths[one.live].sum()) for one in self.segments)
        self._mean_length = terms / self._passages if self._passages else 0.0

    def nearest(self, vector: Vectors, k: int, within: Collection[str] | None = None) -> Ranking:
        """Return the ``k`` passages nearest by cosine; see ``qa.protocols.Engine``."""
        live, index = self._index
        chosen = None if within is None else np.searchsorted(live, self._rows(within))
        return self._named((int(live[row]), score) for row, score in index.search(vector, k, chosen))

    def matching(self, terms: Sequence[str], k: int, within: Collection[str] | None = None) -> Ranking:
        """Return at most ``k`` passages that hold one of the terms, best first by BM25."""
        distinct = list(dict.fromkeys(filter(None, terms)))[:_MAX_TERMS]
        if not distinct or k < 1 or (within is not None and not within):
            return []
        found = [one.postings.of(distinct) for one in self.segments]
        idf = {term: self._idf(self._frequency(term, found)) for term in distinct}
        best: list[tuple[float, int]] = []
        for start, segment, own in zip(self._starts.tolist(), self.segments, found, strict=True):
            given = [(own[term], idf[term]) for term in distinct if term in own]
            rows, scores = segment.postings.scores(given, self._mean_length)
            searched = _searched(segment, within)[rows]
            rows, scores = rows[searched], scores[searched]
            if len(rows) > k:
                least = np.partition(scores, len(scores) - k)[len(scores) - k]
                rows, scores = rows[scores >= least], scores[scores >= least]
            best += [(score, start + row) for row, score in zip(rows.tolist(), scores.tolist(), strict=True)]
        return self._named((row, score) for score, row in heapq.nsmallest(k, best, key=lambda one: (-one[0], one[1])))

    def holding(
        self, phrases: Sequence[Sequence[str]], within: Collection[str] | None = None, written: Collection[str] = ()
    ) -> list[str]:
        """Return all passages whose own text holds every phrase and what is written, document by document."""
        wanted = [" ".join(phrase) for phrase in phrases]
        if not wanted or not all(wanted) or (within is not None and not within):
            return []
        terms = list(dict.fromkeys(chain.from_iterable(phrases)))
        held: list[tuple[str, int, str]] = []
        for segment in self.segments:
            rows = _holding_all(segment, segment.postings.of(terms), terms, within)
            for name, (row, passage, own) in segment.documents.in_rows(rows).items():
                text = f" {' '.join(own[own.index('') + 1 :])} "
                if all(f" {one} " in text for one in wanted) and all(word in passage.text for word in written):
                    held.append((passage.document, row, name))
        return [name for _, _, name in sorted(held)]

    def fetch(self, ids: Sequence[str]) -> list[StoredPassage]:
        """Return some passages, in the order of their ids; ``KeyError`` if there is none of an id."""
        found: dict[str, StoredPassage] = {}
        for segment in self.segments:
            left = [name for name in ids if name not in found]
            found |= segment.stored(segment.documents.passages(left).values()) if left else {}
        return [found[name] for name in ids]

    def passages(self, document_id: str) -> list[StoredPassage]:
        """Return the passages of a document, in its order."""
        segment = self.holder(document_id)
        if segment is None:
            return []
        rows = segment.documents.rows([document_id]).tolist()
        return list(segment.stored(segment.documents.in_rows(rows).values()).values())

    def statistics(self, terms: Collection[str]) -> TermStatistics:
        """Return how frequent some terms are in the corpus."""
        found = [one.postings.of(terms) for one in self.segments]
        counts = {term: self._frequency(term, found) for term in terms}
        return TermStatistics(
            self._passages, self._mean_length, {term: count for term, count in counts.items() if count}
        )

    def vocabulary(self) -> Mapping[str, int]:
        """Return the words as written, with the number of passages that hold each."""
        words: Counter[str] = Counter()
        for one in self.segments:
            words.update(one.documents.vocabulary(without=np.flatnonzero(~one.live).tolist()))
        return dict(words)

    def documents(self) -> Iterator[DocumentEntry]:
        """Yield the entry of every document, by id."""
        return heapq.merge(*(_entries(one) for one in self.segments), key=lambda entry: entry.id)

    def document(self, document_id: str) -> Document:
        """Return a document with its text; ``KeyError`` if there is none of that id."""
        segment = self.holder(document_id)
        if segment is None:
            raise KeyError(document_id)
        return segment.documents.document(document_id)

    def holder(self, document_id: str) -> Segment | None:
        """Return the segment that holds a document, None if there is none of that id."""
        for one in self.segments:
            if document_id not in one.gone and any(one.documents.entries([document_id])):
                return one
        return None

    @cached_property
    def _index(self) -> tuple[Ids, VectorIndex]:
        """The rows of all passages, and a FAISS index over them, made for the first search: an update needs none."""
        live = np.concatenate([np.empty(0, np.bool_), *(one.live for one in self.segments)])
        vectors = [one.vectors()[one.live] for one in self.segments]
        return np.flatnonzero(live), VectorIndex(np.concatenate(vectors or [np.empty((0, 1), np.float32)]), self._kind)

    def _rows(self, within: Collection[str]) -> Ids:
        """Return the rows of the passages of some documents, ascending, counted through all segments."""
        pairs = zip(self._starts, self.segments, strict=True)
        rows = [start + np.flatnonzero(_searched(one, within)) for start, one in pairs]
        return np.concatenate([np.empty(0, np.int64), *rows])

    def _named(self, found: Iterable[tuple[int, float]]) -> Ranking:
        """Return a ranking with ids of passages instead of rows counted through all segments."""
        ranked = list(found)
        rows = np.array([row for row, _ in ranked], dtype=np.int64)
        places = np.searchsorted(self._starts, rows, side="right") - 1
        ids: dict[int, str] = {}
        for place in np.unique(places).tolist():
            start = int(self._starts[place])
            own = self.segments[place].documents.ids((rows[places == place] - start).tolist())
            ids |= {start + row: name for row, name in own.items()}
        return [(ids[row], score) for row, score in ranked]

    def _frequency(self, term: str, found: Sequence[Mapping[str, Postings]]) -> int:
        """Return the number of passages that hold a term."""
        return sum(
            int(one.live[own[term].rows].sum()) for one, own in zip(self.segments, found, strict=True) if term in own
        )

    def _idf(self, count: int) -> float:
        return max(_LEAST_IDF, math.log((self._passages - count + 0.5) / (count + 0.5)))


def _entries(segment: Segment) -> Iterator[DocumentEntry]:
    return (entry for entry in segment.documents.entries() if entry.id not in segment.gone)


def _searched(segment: Segment, within: Collection[str] | None) -> Flags:
    """Return which passages of a segment are searched."""
    if within is None:
        return segment.live
    chosen = np.zeros(len(segment), dtype=np.bool_)
    chosen[segment.documents.rows(within)] = True
    return np.asarray(chosen & segment.live)


def _holding_all(
    segment: Segment, found: Mapping[str, Postings], terms: Sequence[str], within: Collection[str] | None
) -> list[int]:
    """Return the searched rows that hold every term."""
    if any(term not in found for term in terms):
        return []
    left = _searched(segment, within).copy()
    for term in terms:
        holds = np.zeros(len(segment), dtype=np.bool_)
        holds[found[term].rows] = True
        left &= holds
    return [int(row) for row in np.flatnonzero(left)]
