"""Nearest rows by cosine with FAISS. The vectors on disk are the truth; the FAISS index is built from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from qa.protocols import Vectors

    Ids = npt.NDArray[np.int64]

EXACT = "Flat"
_PER_LIST = 39
"""Vectors that FAISS wants for each list of an IVF index before it calls the training sound."""
_SEARCHED = 256
"""Neighbours that HNSW keeps while it searches, and lists that IVF visits: more is exacter and slower."""


class VectorIndex:
    """Search over unit vectors, float32 ``(n, dim)``; the inner product of unit vectors is their cosine.

    ``kind`` is a string of FAISS's index factory: ``Flat`` is exact, ``HNSW32,Flat`` (Malkov and Yashunin 2018) and
    ``IVF1024,Flat`` are quicker where there are very many vectors and may miss some. Where there are too few to train
    an IVF index, search is exact.
    """

    def __init__(self, vectors: Vectors, kind: str = EXACT) -> None:
        self._vectors = vectors
        count, dim = vectors.shape
        self._index = faiss.index_factory(max(1, dim), kind, faiss.METRIC_INNER_PRODUCT)
        if not self._index.is_trained and count < _PER_LIST * _lists_of(self._index):
            self._index = faiss.index_factory(max(1, dim), EXACT, faiss.METRIC_INNER_PRODUCT)
        if count:
            rows = np.ascontiguousarray(vectors)
            self._index.train(rows)
            self._index.add(rows)

    def search(self, query: Vectors, k: int, rows: Ids | None = None) -> list[tuple[int, float]]:
        """Return the ``k`` nearest rows with their cosines, nearest first. ``rows`` limits the search.

        The query ``(dim,)`` need not have unit length; a zero query has cosine 0 with every row.
        """
        count = self._index.ntotal if rows is None else len(rows)
        if not count or k < 1:
            return []
        unit = query.astype("float32").reshape(1, -1)
        faiss.normalize_L2(unit)
        if rows is not None and not isinstance(self._index, faiss.IndexFlat):
            return self._exact(unit[0], min(k, count), rows)
        chosen = _parameters(self._index, rows, max(k, _SEARCHED))
        scores, found = self._index.search(unit, min(k, count), params=chosen)
        return [(int(row), float(score)) for row, score in zip(found[0], scores[0], strict=True) if row >= 0]

    def _exact(self, unit: Vectors, k: int, rows: Ids) -> list[tuple[int, float]]:
        """Search some rows exactly: HNSW and IVF miss results if many rows are left out."""
        cosines = self._vectors[rows] @ unit
        best = np.argsort(-cosines, kind="stable")[:k]
        return [(int(rows[place]), float(cosines[place])) for place in best]


def _lists_of(index: faiss.Index) -> int:
    """Return the number of lists of an IVF index; 1 for other kinds."""
    return int(getattr(faiss.downcast_index(index), "nlist", 1))


def _parameters(index: faiss.Index, rows: Ids | None, searched: int) -> Any:  # noqa: ANN401 - FAISS types are partial
    """Return FAISS's parameters for a search: how wide it is, and which rows it may return."""
    index = faiss.downcast_index(index)
    if isinstance(index, faiss.IndexHNSW):
        return faiss.SearchParametersHNSW(efSearch=searched)  # type: ignore[attr-defined]
    if isinstance(index, faiss.IndexIVF):
        return faiss.SearchParametersIVF(nprobe=min(searched, index.nlist))  # type: ignore[call-arg]
    return None if rows is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))  # type: ignore[call-arg]
