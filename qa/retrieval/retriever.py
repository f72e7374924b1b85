"""Search: candidates from two lists, ranked by their scores, with the sentences that answer."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from qa.errors import NoSuchDocument
from qa.retrieval.explanation import explain
from qa.retrieval.features import Weights, score, sentence_cosines
from qa.retrieval.followup import complete, in_conversation, is_new_topic, of_another_year, read_history
from qa.retrieval.query import analyse_query
from qa.retrieval.sources import NamedSources
from qa.types import Hit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from qa.index.build import Index
    from qa.protocols import PassageReader, Ranking, Read, StoredPassage
    from qa.retrieval.features import Candidates
    from qa.retrieval.followup import History
    from qa.retrieval.query import AnalysedQuery
    from qa.retrieval.sources import Asked
    from qa.types import Passage, SourceAsked, Span, Turn

CANDIDATES = 50
"""Passages taken from each list; if more hits are asked for, as many as these."""
READ = 5
"""Candidates that are read at most: those that reading could make the first."""
_MORE = 20
"""Passages of the document that answered last that each list adds to a follow-up's candidates."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Features of the first hit of a ranking, each about 0 to 1.

    ``sentence_cosine`` is the cosine of the whole query with its nearest sentence, ``weakest`` how well the worst met
    word of the query is met. ``margin`` is the score less that of the next hit. ``answers`` is the logit that it
    answers, as it was read (``qa.reading``), None where it was not.
    """

    sentence_cosine: float
    weakest: float
    margin: float
    answers: float | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """The hits of a query, best first, and the signals of the first.

    ``asked`` is what was searched for where what was said before changed it: the question completed, or the question
    before it and the question. ``sources_asked`` are those whose words the query asks for; hits by them come first.
    ``at_place`` says whether the paragraph that the query names by number is there and so is the first hit; None where
    it names none.
    """

    hits: tuple[Hit, ...] = ()
    signals: Signals | None = None
    asked: str | None = None
    sources_asked: tuple[SourceAsked, ...] | None = None
    at_place: bool | None = None


class _Found(NamedTuple):
    """A question's candidates with their scores and what it asks for by name; ``asked`` as in ``Ranked``."""

    query: AnalysedQuery
    named: Asked
    lists: dict[str, Ranking]
    candidates: Candidates
    asked: str | None = None
    read: Mapping[int, Read] = {}

    def order(self) -> list[int]:
        """Return the candidates' places, best first: paragraphs named by number, then the words of who is asked for."""
        scores, named = self.candidates.scores(), self.named
        first = {name: rank for rank, name in enumerate(named.passages or ())}

        def key(place: int) -> tuple[int, bool, float]:
            passage = self.candidates.stored[place].passage
            is_theirs = named.documents is None or passage.document in named.documents
            return first.get(passage.id, len(first)), not is_theirs, -float(scores[place])

        return sorted(range(len(scores)), key=key)


class Retriever:
    """Searches one open index. Searching changes nothing, so threads may share it.

    With a ``reader`` the first candidates are read. ``weights`` of the parts of a score and ``candidates`` from each
    list are for measuring; leave them as they are.
    """

    def __init__(
        self,
        index: Index,
        *,
        reader: PassageReader | None = None,
        weights: Weights | None = None,
        candidates: int = CANDIDATES,
    ) -> None:
        self._index = index
        self._reader = reader
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
        said = read_history(self._index, history, self._documents, within) if history and not lexical_only else None
        query = analyse_query(self._index, text)
        named, lists = self._look_up(query, k, within, alone=not history, lexical_only=lexical_only)
        if said is not None:
            found = self._in_conversation(query, named, lists, said, k, within)
        else:
            stored = self._fetch(lists)
            scored = score(self._index, query, stored, self._weights, lexical_only=lexical_only)
            found = _Found(query, named, lists, scored)
        sources, passages = found.named.sources, found.named.passages
        if not found.candidates.stored:
            return Ranked(sources_asked=sources)
        if self._reader is not None and not lexical_only:
            found = self._read(self._reader, found)
        order = found.order()
        hits = tuple(self._hit(found, place) for place in order[:k])
        at_place = None if passages is None else bool(passages)
        return Ranked(hits, _signals(found, order), found.asked, sources, at_place)

    def chosen(self, patterns: Sequence[str]) -> Collection[str] | None:
        """Return the ids of the documents that match one of the patterns, None for all.

        Raises ``NoSuchDocument`` if none matches.
        """
        if not patterns:
            return None
        exact = self._documents.keys() & set(patterns)
        globs = [pattern for pattern in patterns if pattern not in exact]
        chosen = exact | {name for name in self._documents for glob in globs if fnmatch.fnmatchcase(name, glob)}
        if not chosen:
            raise NoSuchDocument(f"no indexed document matches {', '.join(patterns)}; qa info lists the documents")
        return chosen

    @cached_property
    def _documents(self) -> dict[str, Mapping[str, str]]:
        """The metadata of every document, by id."""
        return {entry.id: entry.metadata for entry in self._index.engine.documents()}

    def _look_up(
        self, query: AnalysedQuery, k: int, within: Collection[str] | None, *, alone: bool, lexical_only: bool = False
    ) -> tuple[Asked, dict[str, Ranking]]:
        """Return what a question asks for by name, and the lists of its candidates: those of who is asked for first."""
        depth = max(self._candidates, k)
        named = self._sources.asked(query.text, query.wording, within, alone=alone)
        theirs = within if named.documents is None else named.documents
        lists = candidate_lists(self._index, query, depth, theirs, lexical_only=lexical_only)
        if theirs is not within and len({name for ranking in lists.values() for name, _ in ranking}) < k:
            others = candidate_lists(self._index, query, depth, within, lexical_only=lexical_only)
            lists = {name: [*own, *(one for one in others[name] if one not in own)] for name, own in lists.items()}
        if named.passages:
            lists["place"] = [(name, 1.0) for name in named.passages]
        return named, lists

    def _in_conversation(
        self,
        query: AnalysedQuery,
        named: Asked,
        lists: dict[str, Ranking],
        said: History,
        k: int,
        within: Collection[str] | None,
    ) -> _Found:
        """Find the candidates for a question after others, and judge whether it leans on them."""
        index = self._index
        asked = complete(index.language, said, query.text)
        whole, its_named, its_lists = query, named, lists
        if asked != query.text:
            whole = analyse_query(index, asked)
            its_named, its_lists = self._look_up(whole, k, within, alone=False)
        there = candidate_lists(index, whole, _MORE, {said.document}) if said.document else {}
        stored = self._fetch(lists, its_lists, there, also=said.alike)
        scored = score(index, query, stored, self._weights)
        repeats = whole is not query and (query.wording.repeats or bool(query.wording.places))
        if not repeats and is_new_topic(scored, said):
            own = {name for ranking in lists.values() for name, _ in ranking}
            places = [place for place, one in enumerate(stored) if one.passage.id in own]
            return _Found(query, named, lists, scored.only(places))
        candidates = scored if whole is query else score(index, whole, stored, self._weights)
        if not repeats and not of_another_year(index.language, said, query.text):
            candidates = in_conversation(candidates, said)
        searched = asked if whole is not query else f"{said.last} {query.text}".strip()
        return _Found(whole, its_named, its_lists, candidates, searched)

    def _read(self, reader: PassageReader, found: _Found) -> _Found:
        """Read the first candidate and those that reading could put before it, and add what was read to the scores.

        With a weight of 0 that is the first alone. One that scores more and stands behind is not by who is asked for.
        """
        order, scores, weight = found.order(), found.candidates.scores(), self._weights.reading
        best = scores[order[0]]
        places = [order[0], *(place for place in order[1:READ] if weight and best - weight <= scores[place] <= best)]
        passages = [found.candidates.stored[place].passage for place in places]
        question = found.asked or found.query.text
        read = reader.read(question, [(passage.context, passage.text) for passage in passages])
        part = np.zeros(len(scores), dtype=np.float32)
        part[places] = [weight / (1 + np.exp(-one.answers)) for one in read]
        candidates = found.candidates.with_part("reading", part)
        return found._replace(candidates=candidates, read=dict(zip(places, read, strict=True)))

    def _fetch(self, *lists: dict[str, Ranking], also: Collection[str] = ()) -> list[StoredPassage]:
        ids = {name for rankings in lists for ranking in rankings.values() for name, _ in ranking}
        return sorted(self._index.engine.fetch([*ids.union(also)]), key=_place)

    def _hit(self, found: _Found, place: int) -> Hit:
        """Make a hit of the candidate at ``place``."""
        query, candidates = found.query, found.candidates
        stored = candidates.stored[place]
        passage = stored.passage
        why = explain(query, candidates, place, self._weights)
        best = int(candidates.alignments[place].sentences(query.by_idf).argmax())
        answer = self._words(found.read.get(place), passage)
        if answer:
            best = next((n for n, (_, end) in enumerate(passage.sentences) if answer[0] < end), best)
        return Hit(
            passage=passage,
            metadata=stored.document.metadata,
            score=sum(why.parts.values()),
            ranks={
                name: rank
                for name, ranking in found.lists.items()
                for rank, (one, _) in enumerate(ranking, 1)
                if one == passage.id
            },
            highlights=(passage.sentences[best],),
            why=why,
            answer=answer,
        )

    def _words(self, read: Read | None, passage: Passage) -> Span | None:
        """Return the words that answer as a span of the document, None where the reader is not sure of them."""
        if read is None or self._reader is None or read.answers < 0 or read.certainty < self._reader.certain:
            return None
        return passage.start + read.words[0], passage.start + read.words[1]


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


def _signals(found: _Found, order: Sequence[int]) -> Signals:
    """Return the features of the first hit."""
    query, candidates, first = found.query, found.candidates, order[0]
    alignment = candidates.alignments[first]
    scores = candidates.scores()
    met = alignment.best.max(axis=1)
    read = found.read.get(first)
    words = [met[query.tokens_of(word.start, word.end)] for word in query.wording.terms if not word.stop]
    return Signals(
        sentence_cosine=float(sentence_cosines(query.encoding.vector, [candidates.stored[first]])[0]),
        weakest=min((float(word.mean()) for word in words if len(word)), default=0.0),
        margin=float(scores[first] - scores[order[1]]) if len(order) > 1 else 0.0,
        answers=read.answers if read else None,
    )
