"""Answers: passages as a question ranks and cites them, and what is said about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from qa.types.documents import fields_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.types.documents import Passage, Span
    from qa.types.questions import EntityKind, Remark, SourceKind


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """The share of a score that one word of the query gave.

    ``query`` is the word's span in the query. ``passage`` is the span in the document of the word that matched it best,
    None where that word stands in title, heading or metadata.
    """

    query: Span
    passage: Span | None
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The composition of a score: ``parts`` by kind of evidence, ``words`` by word of the query.

    The parts sum to the score. So do the shares of the words with the parts that no single word gave
    (``sentence_cosine``, ``conversation``, ``reading``).
    """

    parts: Mapping[str, float]
    words: tuple[TokenMatch, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        words = [
            {"query": list(word.query), "passage": list(word.passage) if word.passage else None, "share": word.share}
            for word in self.words
        ]
        return {"parts": dict(self.parts), "words": words}


_UNEXPLAINED = Explanation({}, ())


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage as one query ranks it.

    ``metadata`` are those of its document. ``ranks`` holds its rank in each list that found it. ``highlights`` are the
    sentences that answer, as spans of the document; ``answer`` the very words, None where they are not sure. ``why``
    explains the score.
    """

    passage: Passage
    metadata: Mapping[str, str]
    score: float
    ranks: Mapping[str, int]
    highlights: tuple[Span, ...]
    why: Explanation = _UNEXPLAINED
    answer: Span | None = None


@dataclass(frozen=True, slots=True)
class Premise:
    """Something that a question names and the first citation contradicts: "the 2005 Strategy".

    ``text`` stands in the query from ``start`` to ``end``. ``found`` is what the passage names of that kind instead.
    """

    kind: EntityKind
    text: str
    start: int
    end: int
    found: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the premise as a JSON object."""
        return {**fields_of(self), "found": list(self.found)}


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quotation that can be checked: ``quote == document.text[start:end]``, exactly.

    ``highlights`` are the sentences that answer, as spans of the document, ``answer`` the very words, None where they
    are not sure.
    """

    number: int
    document: str
    title: str
    metadata: Mapping[str, str]
    page: int | None
    paragraph: int | None
    heading: str | None
    pinpoint: str
    start: int
    end: int
    quote: str
    highlights: tuple[Span, ...]
    score: float
    ranks: Mapping[str, int]
    why: Explanation = _UNEXPLAINED
    answer: Span | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the citation as the contract's JSON object: its fields, in their order."""
        plain = {"metadata": dict(self.metadata), "ranks": dict(self.ranks), "why": self.why.to_dict()}
        answer = list(self.answer) if self.answer else None
        return {**fields_of(self), **plain, "highlights": [list(span) for span in self.highlights], "answer": answer}


_TIMES = ("session", "year")


@dataclass(frozen=True, slots=True)
class SourceAsked:
    """A source whose words a question asks for, as it is named there: "India", "A/RES/78/115", "2017".

    ``documents`` is the number of searched documents that are by it. Those of a session or year are counted among the
    documents by the other sources named.
    """

    name: str
    kind: SourceKind
    documents: int


Reason = Literal["nothing-relevant", "empty-question", "empty-index", "question-too-long", "language-not-covered"]
"""Why no answer was found: a class for programs, part of the contract."""

Clarity = Literal["clear", "likely", "check"]
"""How sure an answer is, in a word: a clear match, a likely one, or one that the reader should check."""

CLEAR, LIKELY = 0.75, 0.5
"""Confidence from which an answer is clear, or likely."""


Match = Literal["all", "any", "nearest"]
"""What listed passages have in common: all words looked for, one of them, or only that they are near the question."""


@dataclass(frozen=True, slots=True)
class MentioningDocument:
    """A line of a list: a document, how many of its passages were found, and the numbers of those that are cited."""

    document: str
    title: str
    passages: int
    citations: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**fields_of(self), "citations": list(self.citations)}


@dataclass(frozen=True, slots=True)
class Mentions:
    """All passages that hold some words, by document: ``entries`` are the lines of the list from ``skipped`` on.

    ``words`` are words or names as the question has them; the highlights of the citations are where they stand.
    ``documents`` and ``passages`` are how many hold them, of ``searched`` documents. Where no words name what is asked
    for, ``match`` is "nearest": the list is of the nearest passages, and there may be others.
    """

    words: tuple[str, ...]
    match: Match
    documents: int
    passages: int
    searched: int
    skipped: int
    entries: tuple[MentioningDocument, ...]

    @property
    def lines(self) -> int:
        """How many lines the whole list has: documents, or passages where one document alone holds any."""
        return self.documents if self.documents > 1 else self.passages

    @property
    def shown(self) -> int:
        """How many of its lines are here."""
        return len(self.entries) if self.documents > 1 else sum(len(entry.citations) for entry in self.entries)

    @property
    def complete(self) -> bool:
        """Whether every passage that holds the words is cited."""
        return self.match != "nearest" and sum(len(entry.citations) for entry in self.entries) == self.passages

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON object, which says, too, whether it is complete."""
        lists = {"words": list(self.words), "entries": [entry.to_dict() for entry in self.entries]}
        return {**fields_of(self), **lists, "complete": self.complete}


def absent_sources(asked: Sequence[SourceAsked] | None) -> tuple[tuple[SourceAsked, str], ...]:
    """Return the sources that no document is by; see ``Answer.absent_sources``."""
    authors = [one for one in asked or () if one.kind not in _TIMES]
    here = ", ".join(one.name for one in authors if one.documents)
    absent = [(one, "") for one in authors if not one.documents]
    times = [(one, here) for one in asked or () if one.kind in _TIMES and not one.documents]
    return (*absent, *(times if here or not authors else ()))


def by_others(asked: Sequence[SourceAsked] | None) -> bool:
    """Say whether no document is by the sources asked for; see ``Answer.by_others``."""
    absent = absent_sources(asked)
    here = any(one.documents for one in asked or () if one.kind not in _TIMES)
    return bool(absent) and (not here or any(one.kind in _TIMES for one, _ in absent))


@dataclass(frozen=True, slots=True)
class Answer:
    """Citations that answer a question or, when not ``found``, a reason and the nearest passages.

    ``confidence`` is the calibrated probability that the first citation answers the question. ``query`` is the text
    that was searched with; it differs from ``question`` where the conversation was used. ``premises`` are things that
    the question names and the first citation contradicts. ``language`` is the ISO 639-1 code of the question's
    language where the encoder does not know it and only shared words were searched for, else None. ``mentions`` says of
    the citations that they are a list of all that mention something. A ``remark`` was made to the program itself: the
    interface replies to it in a sentence of its own. ``sources_asked`` are those whose words the question asks for,
    None where it names none.
    """

    question: str
    query: str
    found: bool
    confidence: float
    reason: Reason | None
    citations: tuple[Citation, ...]
    generation: str
    encoder: str
    elapsed_ms: float
    premises: tuple[Premise, ...] = ()
    language: str | None = None
    mentions: Mentions | None = None
    remark: Remark | None = None
    sources_asked: tuple[SourceAsked, ...] | None = None

    @property
    def by_others(self) -> bool:
        """Whether no document is by the sources asked for, so that all citations are the words of others."""
        return by_others(self.sources_asked)

    @property
    def absent_sources(self) -> tuple[tuple[SourceAsked, str], ...]:
        """The sources asked for that no document is by; with a session or year, whose documents it is looked for in.

        A session or year of a source that is itself absent is not among them.
        """
        return absent_sources(self.sources_asked)

    @property
    def clarity(self) -> Clarity:
        """How sure the answer is, in a word."""
        return "clear" if self.confidence >= CLEAR else "likely" if self.confidence >= LIKELY else "check"

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as the contract's JSON object; ``qa.serialisation.answer_from_dict`` is the inverse."""
        return {
            "question": self.question,
            "query": self.query,
            "found": self.found,
            "confidence": self.confidence,
            "reason": self.reason,
            "citations": [citation.to_dict() for citation in self.citations],
            "index": {"generation": self.generation, "encoder": self.encoder},
            "elapsed_ms": self.elapsed_ms,
            "premises": [premise.to_dict() for premise in self.premises],
            "language": self.language,
            "mentions": self.mentions.to_dict() if self.mentions else None,
            "remark": self.remark,
            "sources_asked": None if self.sources_asked is None else [fields_of(one) for one in self.sources_asked],
        }
