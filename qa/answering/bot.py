"""A question, and what was said before it, to an answer in the documents' own words."""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answering.autocomplete import MOST, Completions
from qa.answering.citation import cite
from qa.answering.confidence import shipped_calibration
from qa.answering.mentions import LINES, NEAREST, find_mentions, nearest_passages, without_asking
from qa.answering.spelling import Spelling
from qa.answering.verification import unmet_premises
from qa.errors import ReaderUnavailable
from qa.index.build import open_index, source_paths
from qa.ingestion.source_files import Files
from qa.ingestion.sources import UPLOADS
from qa.reading.trained_reader import TrainedReader
from qa.retrieval.retriever import Ranked, Retriever
from qa.types import Answer, Wording, by_others

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.answering.mentions import Listed
    from qa.index.build import Index
    from qa.protocols import Encoder, Language, PassageReader, Segmenter
    from qa.types import Citation, Document, DocumentEntry, Hit, Premise, Reason, Turn

_log = logging.getLogger(__name__)

MAX_QUESTION_CHARACTERS = 4_000
"""A longer text is not looked at: it is no question, and counting its tokens alone would take long."""
CITATIONS = 5
"""Citations of an answer unless a number is asked for."""


@dataclass(frozen=True, slots=True)
class _Result:
    """What was found for a question, and how sure it is that it answers."""

    ranked: Ranked = field(default_factory=Ranked)
    listed: Listed | None = None
    citations: tuple[Citation, ...] = ()
    foreign: str | None = None
    premises: tuple[Premise, ...] = ()
    confidence: float = 0.0
    was_read: bool = False

    @property
    def is_by_others(self) -> bool:
        """Whether other words were asked for than those found: of another source, or at another place."""
        return by_others(self.ranked.sources_asked) or self.ranked.at_place is False


class Bot:
    """Answers from one open index. Asking changes nothing, so threads may share it."""

    def __init__(
        self,
        index: Index,
        *,
        threshold: float | None = None,
        files: Files | None = None,
        reader: PassageReader | None = None,
    ) -> None:
        self.index = index
        self._files = files or Files(source_paths(index.manifest))
        self.reader = reader
        self.retriever = Retriever(index, reader=reader)
        self._threshold = threshold
        self._spelling = Spelling(index.engine, index.language, index.encoder.count_tokens)

    def ask(
        self,
        question: str,
        *,
        history: Iterable[Turn] = (),
        k: int | None = None,
        documents: Sequence[str] = (),
        skip: int = 0,
    ) -> Answer:
        """Answer in the documents' own words, or say why not and give the nearest passages.

        ``history`` is what was said before; it is used where the question leans on it, which ``Answer.query`` then
        shows. ``k`` is the most citations to return, by default ``CITATIONS``; of a list it is the most lines, by
        default ``LINES``, after ``skip`` others. ``documents`` are glob patterns of the documents to search. Raises
        ``NoSuchDocument`` if none matches and ``ValueError`` if ``k`` is below 1 or ``skip`` below 0.
        """
        if (k is not None and k < 1) or skip < 0:
            raise ValueError(f"k is {k} and skip {skip}; they must be at least 1 and 0")
        started = time.perf_counter()
        query = " ".join(question.encode("utf-8", "replace").decode().split())
        reason = self._unanswerable(query)
        wording = self.index.language.wording(query) if reason is None else Wording(())
        found = _Result()
        if reason is None and not wording.remark:
            found = self._find(query, wording, tuple(history), k, documents, skip)
        threshold = shipped_calibration(read=found.was_read).threshold if self._threshold is None else self._threshold
        if reason is None and (wording.remark or found.confidence < threshold or found.is_by_others):
            reason = "language-not-covered" if found.foreign else "nothing-relevant"
        ranked, listed = found.ranked, found.listed
        return Answer(
            question=question,
            query=query if ranked.asked is None else ranked.asked,
            found=reason is None,
            confidence=found.confidence,
            reason=reason,
            citations=found.citations,
            generation=self.index.generation,
            encoder=self.index.encoder.name,
            elapsed_ms=round((time.perf_counter() - started) * 1000, 1),
            premises=found.premises,
            language=found.foreign,
            mentions=listed.mentions if listed else None,
            remark=wording.remark,
            sources_asked=ranked.sources_asked,
        )

    def _find(
        self,
        query: str,
        wording: Wording,
        history: tuple[Turn, ...],
        k: int | None,
        documents: Sequence[str],
        skip: int,
    ) -> _Result:
        """List what a question asks all of, else search for the passages that answer it."""
        foreign = self._unknown_language(query)
        within = self.retriever.chosen(documents)
        listed = None if foreign else find_mentions(self.index, query, wording, k or LINES, skip, within)
        if listed is not None and listed.citations:
            return _Result(listed=listed, citations=listed.citations, confidence=1.0)
        is_open_list = wording.listing is not None and not wording.listing.sought
        ranked = self.retriever.search(
            without_asking(query, wording),
            k or (NEAREST if is_open_list else CITATIONS),
            documents,
            history=history,
            lexical_only=foreign is not None,
        )
        citations = tuple(cite(hit, number) for number, hit in enumerate(ranked.hits, 1))
        if is_open_list and citations:
            listed = nearest_passages(citations, len(within or self.document_ids()))
        found = _Result(ranked, listed, citations, foreign)
        if ranked.at_place:
            return replace(found, confidence=1.0)
        if ranked.signals is None or found.is_by_others or (listed is not None and not listed.citations):
            return found
        premises = self.unmet_premises(query, ranked.hits[0])
        was_read = ranked.signals.answers is not None
        confidence = shipped_calibration(read=was_read).probability(ranked.signals, premises=bool(premises))
        return replace(found, premises=premises, confidence=confidence, was_read=was_read)

    def _unknown_language(self, query: str) -> str | None:
        """Return the language of a query that neither the documents are in nor the encoder knows, None for others."""
        language = self.index.language.other_language(query)
        return None if language is None or self.index.encoder.knows(language) else language

    def unmet_premises(self, query: str, hit: Hit) -> tuple[Premise, ...]:
        """Return what a query takes for granted and its first hit contradicts."""
        passage = hit.passage
        above = passage.context.removeprefix(passage.title)
        return unmet_premises(query, passage.text, [passage.title, above], hit.metadata, self.index.language)

    def document_ids(self) -> list[str]:
        """Return the ids of the indexed documents, sorted."""
        return [entry.id for entry in self.index.engine.documents()]

    def document(self, document_id: str) -> Document:
        """Return a document with its text; ``KeyError`` if the index has none of that id."""
        return self.index.engine.document(document_id)

    def file(self, document: Document) -> Path | None:
        """Return the file a document was read from, None where there is none, as for a record of a larger file.

        Raises ``FileChanged`` if the file is not as it was when it was read.
        """
        return self._files.find(document.id, document.digest)

    def suggestions(self, typed: str, *, offered: Iterable[str] = (), k: int = MOST) -> list[str]:
        """Return at most ``k`` questions, titles and headings that what is being typed may become, best first.

        ``offered`` are questions to choose from besides the documents' own titles and headings; see
        ``Completions.matching``.
        """
        return self._suggestions.matching(typed, offered, k)

    def spelling(self, question: str) -> str | None:
        """Return what a question may have been meant to say: with words near to its own that the documents hold.

        None where nothing in it seems misspelt, or where it seems to be in a language other than English.
        """
        if len(question) > MAX_QUESTION_CHARACTERS:
            return None
        better = self._spelling(question)
        return None if better is None or self.index.language.other_language(question) else better

    @cached_property
    def _suggestions(self) -> Completions:
        return Completions(_headings(self.index.engine.documents()))

    def _unanswerable(self, query: str) -> Reason | None:
        """Say why a query need not be searched for, if so."""
        if not any(letter.isalnum() for letter in query):
            return "empty-question"
        encoder = self.index.encoder
        if len(query) > MAX_QUESTION_CHARACTERS or encoder.count_tokens([query])[0] > encoder.max_tokens - 2:
            return "question-too-long"
        return None if self.index.manifest["passages"] else "empty-index"


def _headings(entries: Iterable[DocumentEntry]) -> dict[str, int]:
    """Return the titles of documents, where they are more than the id, and their headings, with how many have each."""
    return Counter(
        heading
        for entry in entries
        for heading in {*entry.headings, *([entry.title] if entry.title != entry.id else [])}
    )


def open_bot(
    path: str | Path,
    *,
    encoder: Encoder | None = None,
    segmenter: Segmenter | None = None,
    language: Language | None = None,
    threshold: float | None = None,
    reader: PassageReader | bool = True,
) -> Bot:
    """Open the index in ``path`` and return a bot that answers from it; see ``open_index`` for parts and errors.

    An answer is found where its confidence reaches ``threshold``, a probability, by default the shipped one: raise it
    for fewer wrong answers, lower it for fewer refusals. The ``reader`` reads the first passage together with the
    question: one that is given, the shipped one, or with False none, which is quicker and refuses less well. Where the
    shipped one cannot read, a warning says why.
    """
    index = open_index(path, encoder=encoder, segmenter=segmenter, language=language)
    files = Files([*source_paths(index.manifest), Path(path) / UPLOADS])
    chosen = _shipped_reader(index.encoder) if reader is True else reader or None
    return Bot(index, threshold=threshold, files=files, reader=chosen)


def _shipped_reader(encoder: Encoder) -> PassageReader | None:
    try:
        return TrainedReader(encoder)
    except ReaderUnavailable as error:
        _log.warning("%s; answers are judged without reading", str(error))
        return None
