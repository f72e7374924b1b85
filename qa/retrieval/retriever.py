"""A query to hits: candidates from several lists, ordered by what speaks for them, with the sentences that answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.answering.confidence import Evidence
from qa.answering.verification import unmet_premises
from qa.errors import NoSuchDocument
from qa.retrieval.explanation import explain
from qa.retrieval.features import Weights, score
from qa.retrieval.followup import bears_on, in_conversation, leans, read_history, read_signs
from qa.retrieval.query import read_query
from qa.types import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.index.build import Index
    from qa.protocols import Ranking, Rows, Vectors
    from qa.retrieval.features import Candidates
    from qa.retrieval.query import Query
    from qa.types import Passage, Premise, Span, Turn

CANDIDATES = 50
"""Rows taken from each list; their union is met with the query token by token. Whoever asks for more hits gets more."""
_FEW = 6
"""Passages of a document that are as good as the document, which is all a conversation tells; MTRAG's have so many."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a query found: hits, best first, and what speaks for the first of them being an answer.

    ``premises`` of the query are those that the first hit contradicts or lacks. ``leant_on`` is the earlier question
    that the search leant on, if it did.
    """

    hits: tuple[Hit, ...]
    evidence: Evidence | None
    premises: tuple[Premise, ...] = ()
    leant_on: str | None = None


class Retriever:
    """Searches one open index. Searching changes nothing, so threads may share it.

    ``weights`` of the parts of a score and ``candidates`` from each list are for measuring; leave them as they are.
    """

    def __init__(self, index: Index, *, weights: Weights | None = None, candidates: int = CANDIDATES) -> None:
        self._index = index
        self._weights = weights or Weights()
        self._candidates = candidates

    def search(
        self,
        text: str,
        k: int,
        documents: Sequence[str] = (),
        *,
        history: Sequence[Turn] = (),
        lexical_only: bool = False,
    ) -> Ranked:
        """Return the ``k`` best passages for a query, of the documents that match a glob pattern where given.

        ``history`` is what was said before, used if the query leans on it. ``lexical_only`` is for a language the
        encoder does not know. Raises ``NoSuchDocument`` if no document matches.
        """
        rows = self._rows(documents)
        query = read_query(self._index, text)
        lists = candidate_lists(self._index, query, max(self._candidates, k), rows, lexical_only=lexical_only)
        found = sorted({row for ranking in lists.values() for row, _ in ranking})
        if not found:
            return Ranked((), None)
        candidates = score(self._index, query, found, self._weights, lexical_only=lexical_only)
        leant_on = None
        if history and not lexical_only:
            candidates, leant_on = self._lean(query, history, candidates, rows)
        if not candidates.rows:
            return Ranked((), None)
        scores = candidates.scores()
        order = sorted(range(len(scores)), key=lambda place: (-scores[place], candidates.rows[place]))
        hits = tuple(self._hit(query, candidates, place, lists) for place in order[:k])
        premises = self._unmet(query.text, hits[0].passage)
        evidence = self._evidence(query, candidates, order, premises=bool(premises))
        return Ranked(hits, evidence, premises, leant_on)

    def _rows(self, documents: Sequence[str]) -> Rows | None:
        """Return the rows of the chosen documents, None for all."""
        if not documents:
            return None
        rows = self._index.store.rows_of(frozenset(documents))
        if not len(rows):
            wanted = ", ".join(documents)
            raise NoSuchDocument(f"no indexed document matches {wanted}; qa info lists the documents")
        return rows

    def _lean(
        self, query: Query, history: Sequence[Turn], alone: Candidates, within: Rows | None
    ) -> tuple[Candidates, str | None]:
        """Return the candidates in the light of what was said, and the question leant on; as they were if none is."""
        said = read_history(self._index, history)
        if said is None:
            return alone, None
        followed = in_conversation(self._index, query, said, alone, within, self._weights)
        if not followed.rows or not leans(read_signs(query, said, alone, followed)):
            return alone, None
        return followed, said.question.text if said.question else ""

    def _hit(self, query: Query, candidates: Candidates, place: int, lists: dict[str, Ranking]) -> Hit:
        """Make a hit of the candidate at ``place``."""
        row, passage = candidates.rows[place], candidates.passages[place]
        why = explain(self._index, query, candidates, place, self._weights)
        return Hit(
            row=row,
            passage=passage,
            score=sum(why.parts.values()),
            ranks={
                name: rank for name, ranking in lists.items() for rank, (own, _) in enumerate(ranking, 1) if own == row
            },
            highlights=_highlights(passage, candidates.alignments[place].sentences(query.rare)),
            why=why,
        )

    def _unmet(self, text: str, passage: Passage) -> tuple[Premise, ...]:
        """Return what a query takes for granted and a passage lacks."""
        metadata = self._index.store.metadata(passage.document)
        above = passage.context.removeprefix(passage.title)
        return unmet_premises(text, passage.text, [passage.title, above], metadata)

    def _evidence(self, query: Query, candidates: Candidates, order: Sequence[int], *, premises: bool) -> Evidence:
        """Gather what speaks for the first hit being an answer."""
        first = order[0]
        alignment = candidates.alignments[first]
        scores = candidates.scores()
        met = alignment.best.max(axis=1)
        words = [met[query.tokens_of(word.start, word.end)] for word in query.words if not word.stop]
        return Evidence(
            sentence=float(alignment.in_context(query.rare).max()),
            gist=float(self._index.sentences.nearest([candidates.rows[first]], query.encoding.vector)[0]),
            weakest=min((float(word.mean()) for word in words if len(word)), default=0.0),
            margin=float(scores[first] - scores[order[1]]) if len(order) > 1 else 0.0,
            premises=float(premises),
            conversation=self._spoken_of(candidates, first) * bears_on(query),
        )

    def _spoken_of(self, candidates: Candidates, place: int) -> float:
        """Return how much more than others the document at ``place`` was spoken of, shared out among many passages."""
        said = candidates.parts.get("conversation")
        if said is None:
            return 0.0
        own = len(self._index.store.rows_of_document(candidates.passages[place].document))
        return float(said[place] - said.min()) * min(1.0, _FEW / own)


def candidate_lists(
    index: Index, query: Query, depth: int = CANDIDATES, within: Rows | None = None, *, lexical_only: bool = False
) -> dict[str, Ranking]:
    """Return the lists by name from which a query's candidates come, ``depth`` rows of each."""
    lists = {"lexical": index.terms.search(list(query.rarities), depth, within)}
    if not lexical_only:
        lists["dense"] = index.dense.search(query.encoding.vector, depth, within)
    return lists


def _highlights(passage: Passage, scores: Vectors) -> tuple[Span, ...]:
    """Return the sentence that meets the query best."""
    return (passage.sentences[int(scores.argmax())],)
