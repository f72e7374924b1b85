"""Search: candidates from two lists, ranked by their scores, with the sentences that answer."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from qa.errors import NoSuchDocument
from qa.retrieval.explanation import explain
from qa.retrieval.features import Weights, score, sentence_cosines
from qa.retrieval.followup import bears_on, in_conversation, leans, read_history, read_signs, spoken_of
from qa.retrieval.query import analyse_query
from qa.retrieval.sources import NamedSources
from qa.types import Hit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from qa.index.build import Index
    from qa.protocols import Ranking, StoredPassage
    from qa.retrieval.features import Candidates
    from qa.retrieval.query import AnalysedQuery
    from qa.types import SourceAsked, Turn

CANDIDATES = 50
"""Passages taken from each list; if more hits are asked for, as many as these."""
_FEW = 6
"""Passages of a document that are as good as the document, which is all a conversation tells; MTRAG's have so many."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Features of the first hit of a ranking, each about 0 to 1.

    ``sentence`` is MaxSim over its best sentence, ``sentence_cosine`` the cosine of the whole query with its nearest
    sentence, ``weakest`` how well the worst met word of the query is met. ``margin`` is the score less that of the
    next hit. ``conversation`` is what the conversation gave to the score, as far as it bears on the question.
    """

    sentence: float
    sentence_cosine: float
    weakest: float
    margin: float
    conversation: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """The hits of a query, best first, and the signals of the first.

    ``leant_on`` is the earlier question that the search leant on, None where it leant on none. ``sources_asked`` are
    those whose words the query asks for; hits by them come first. ``at_place`` says whether the paragraph that the
    query names by number is there and so is the first hit; None where it names none.
    """

    hits: tuple[Hit, ...] = ()
    signals: Signals | None = None
    leant_on: str | None = None
    sources_asked: tuple[SourceAsked, ...] | None = None
    at_place: bool | None = None


class Retriever:
    """Searches one open index. Searching changes nothing, so threads may share it.

    ``weights`` of the parts of a score and ``candidates`` from each list are for measuring; leave them as they are.
    """

    def __init__(self, index: Index, *, weights: Weights | None = None, candidates: int = CANDIDATES) -> None:
        self._index = index
        self._weights = weights or Weights()
        self._candidates = candidates
        self._sources = NamedSources(index)

    def search(
        self,
        text: str,
        k: int,
        documents: Sequence[str] = (),
        *,
        history: Sequence[Turn] = (),
        lexical_only: bool = False,
    ) -> Ranked:
        """Return the ``k`` best passages for a query, from the documents that match one of the patterns.

        ``history`` is what was said before; it is used if the query leans on it. ``lexical_only`` is for a language
        that the encoder does not know. Raises ``NoSuchDocument`` if no document matches.
        """
        within = self.chosen(documents)
        query = analyse_query(self._index, text)
        asked = self._sources.asked(text, query.wording, within, alone=not history)
        theirs = within if asked.documents is None else asked.documents
        lists = candidate_lists(self._index, query, max(self._candidates, k), theirs, lexical_only=lexical_only)
        if theirs is not within and len({name for ranking in lists.values() for name, _ in ranking}) < k:
            others = candidate_lists(self._index, query, max(self._candidates, k), within, lexical_only=lexical_only)
            lists = {name: [*own, *(one for one in others[name] if one not in own)] for name, own in lists.items()}
        if asked.passages:
            lists["place"] = [(name, 1.0) for name in asked.passages]
        candidates, leant_on = self._ranked(query, lists, () if lexical_only else history, theirs, lexical_only)
        if not candidates.stored:
            return Ranked(sources_asked=asked.sources)
        scores = candidates.scores()
        first = {name: rank for rank, name in enumerate(asked.passages or ())}

        def place_of(place: int) -> tuple[int, bool, float]:
            passage = candidates.stored[place].passage
            is_theirs = asked.documents is None or passage.document in asked.documents
            return first.get(passage.id, len(first)), not is_theirs, -float(scores[place])

        order = sorted(range(len(scores)), key=place_of)
        hits = tuple(self._hit(query, candidates, place, lists) for place in order[:k])
        at_place = None if asked.passages is None else bool(asked.passages)
        return Ranked(hits, _signals(query, candidates, order), leant_on, asked.sources, at_place)

    def chosen(self, patterns: Sequence[str]) -> Collection[str] | None:
        """Return the ids of the documents that match one of the patterns, None for all.

        Raises ``NoSuchDocument`` if none matches.
        """
        if not patterns:
            return None
        exact = self._documents & set(patterns)
        globs = [pattern for pattern in patterns if pattern not in exact]
        chosen = exact | {name for name in self._documents for glob in globs if fnmatch.fnmatchcase(name, glob)}
        if not chosen:
            raise NoSuchDocument(f"no indexed document matches {', '.join(patterns)}; qa info lists the documents")
        return chosen

    @cached_property
    def _documents(self) -> set[str]:
        return {entry.id for entry in self._index.engine.documents()}

    def _ranked(
        self,
        query: AnalysedQuery,
        lists: dict[str, Ranking],
        history: Sequence[Turn],
        within: Collection[str] | None,
        lexical_only: bool,
    ) -> tuple[Candidates, str | None]:
        """Return the candidates with their scores, and the earlier question that they depend on.

        All are scored once: those of the query itself, and those that what was said would find.
        """
        own = {name for ranking in lists.values() for name, _ in ranking}
        said = read_history(self._index, history) if history else None
        more = spoken_of(self._index, said, within) if said else set()
        stored = sorted(self._index.engine.fetch(list(own | more)), key=_place)
        scored = score(self._index, query, stored, self._weights, lexical_only=lexical_only)
        alone = scored.only([place for place, one in enumerate(stored) if one.passage.id in own])
        if said is None or not stored:
            return alone, None
        followed = in_conversation(self._index, query, said, scored, self._weights)
        if not leans(read_signs(query, said, alone, followed)):
            return alone, None
        return followed, said.question.text if said.question else ""

    def _hit(self, query: AnalysedQuery, candidates: Candidates, place: int, lists: dict[str, Ranking]) -> Hit:
        """Make a hit of the candidate at ``place``."""
        stored = candidates.stored[place]
        passage = stored.passage
        why = explain(query, candidates, place, self._weights)
        best = int(candidates.alignments[place].sentences(query.by_idf).argmax())
        return Hit(
            passage=passage,
            metadata=stored.document.metadata,
            score=sum(why.parts.values()),
            ranks={
                name: rank
                for name, ranking in lists.items()
                for rank, (found, _) in enumerate(ranking, 1)
                if found == passage.id
            },
            highlights=(passage.sentences[best],),
            why=why,
        )


def candidate_lists(
    index: Index,
    query: AnalysedQuery,
    depth: int = CANDIDATES,
    within: Collection[str] | None = None,
    *,
    lexical_only: bool = False,
) -> dict[str, Ranking]:
    """Return the lists by name from which a query's candidates come, ``depth`` passages of each."""
    lists = {"lexical": index.engine.matching(list(query.idf), depth, within)}
    if not lexical_only:
        lists["dense"] = index.engine.nearest(query.encoding.vector, depth, within)
    return lists


def _place(stored: StoredPassage) -> tuple[str, int]:
    return stored.passage.document, stored.passage.start


def _signals(query: AnalysedQuery, candidates: Candidates, order: Sequence[int]) -> Signals:
    """Return the features of the first hit."""
    first = order[0]
    alignment = candidates.alignments[first]
    scores = candidates.scores()
    met = alignment.best.max(axis=1)
    words = [met[query.tokens_of(word.start, word.end)] for word in query.wording.terms if not word.stop]
    return Signals(
        sentence=float(alignment.in_context(query.by_idf).max()),
        sentence_cosine=float(sentence_cosines(query.encoding.vector, [candidates.stored[first]])[0]),
        weakest=min((float(word.mean()) for word in words if len(word)), default=0.0),
        margin=float(scores[first] - scores[order[1]]) if len(order) > 1 else 0.0,
        conversation=_spoken_of(candidates, first) * bears_on(query),
    )


def _spoken_of(candidates: Candidates, place: int) -> float:
    """Return how much more than others the document at ``place`` was spoken of, shared out among many passages."""
    said = candidates.parts.get("conversation")
    if said is None:
        return 0.0
    return float(said[place] - said.min()) * min(1.0, _FEW / candidates.stored[place].document.passages)
