"""Nearest passages by cosine with FAISS, which lives here alone. The vectors on disk are the truth, this is a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import faiss

if TYPE_CHECKING:
    from qa.protocols import Ranking, Rows, Vectors


class FaissIndex:
    """Exact search over unit vectors, float32 ``(n, dim)``; the inner product of unit vectors is their cosine."""

    def __init__(self, vectors: Vectors) -> None:
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors):
            self._index.add(vectors)

    def search(self, query: Vectors, k: int, rows: Rows | None = None) -> Ranking:
        """Return the ``k`` best rows with their cosines, best first, of ``rows`` only where given.

        The query ``(dim,)`` need not have unit length; a zero query has cosine 0 with everything.
        """
        count = self._index.ntotal if rows is None else len(rows)
        if not count or k < 1:
            return []
        unit = query.astype("float32").reshape(1, -1)
        faiss.normalize_L2(unit)
        chosen = None
        if rows is not None:
            selector = faiss.IDSelectorBatch(rows)  # kept in a variable: FAISS does not keep it alive
            chosen = faiss.SearchParameters()
            chosen.sel = selector
        scores, found = self._index.search(unit, min(k, count), params=chosen)
        return [(int(row), float(score)) for row, score in zip(found[0], scores[0], strict=True) if row >= 0]
