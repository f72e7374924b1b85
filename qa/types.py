"""The nouns of the package, in the order in which they travel: a file to an index, a question to an answer.

All are frozen and need no third-party library. Positions count Unicode code points of ``Document.text``, end exclusive.
Ranks start at 1. A higher score is better.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Span = tuple[int, int]
"""Start and end of a stretch of a document's text, in code points, end exclusive."""

Pages = tuple[tuple[int, int], ...]
"""Where pages begin: ``(position in the text, page)`` wherever the page changes, ascending. Pages count from 1."""

BlockKind = Literal["head", "heading", "salutation", "paragraph", "note"]
"""What a block is: head lines, paragraphs and notes (footnotes) can be cited, the others give context."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document that stands by itself on its page.

    ``label`` names what a head line states ("speaker", "dates, place"). It is encoded with the line, so that a question
    can find it, and never quoted. ``level`` is the level of a heading, 1 the highest. ``page`` is where the block
    begins. ``pinpoint`` is the document's own number for the place ("op. para. 5 (b)"), if it has one.
    """

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    level: int | None = None
    label: str | None = None
    pinpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A part of a source that cannot be quoted safely.

    ``reason`` is a class for programs: ``no-text``, ``damaged``, ``garbled`` or ``order-uncertain``.
    """

    reason: str
    detail: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source as plain text.

    ``id`` is the path relative to the indexed folder, in POSIX form, or a record's ``_id``. ``blocks`` are sorted and
    do not overlap; text outside every block is white space or markup. ``digest`` is the SHA-256 of the source's bytes.
    ``pages`` says on which page each position stands. ``doubts`` are the parts that cannot be trusted.

    Readers agree on these keys of ``metadata``; a key is absent where the source does not state it: ``organisation``,
    ``speaker``, ``office``, ``event``, ``dates`` (as written), ``date`` (ISO 8601), ``place``, ``symbol``
    ("A/RES/78/115"), ``session`` (a number, "78"), ``year``, ``country`` (its name) and ``language`` (ISO 639, "en").
    """

    id: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Mapping[str, str]
    digest: str
    pages: Pages = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable paragraph, or a part of one too long for the encoder: ``text == document.text[start:end]``.

    ``paragraph`` is its number as a reader counts (None for a head line). ``part`` counts the parts of a split
    paragraph from 1. ``sentences`` are spans of the document, in order, that cover every letter of the passage.
    ``context`` is encoded in front of the text: title, heading, label. ``page`` is where the passage begins, ``pages``
    where other pages begin within it. ``pinpoint`` is the document's own number for the passage, if it has one.
    """

    document: str
    title: str
    heading: str | None
    page: int | None
    paragraph: int | None
    part: int | None
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    context: str
    pinpoint: str | None = None
    pages: Pages = ()

    @property
    def id(self) -> str:
        """Its name in every engine: the document and its place there, ``report.pdf#1042-1377``."""
        return f"{self.document}#{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """What an index says about a document without its text; ``passages`` is their number."""

    id: str
    title: str
    metadata: Mapping[str, str]
    digest: str
    passages: int
    headings: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be indexed: its path, a reason class and one sentence of detail."""

    file: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A file that was indexed although part of it cannot be trusted; pages with the same ``Doubt`` are joined."""

    file: str
    reason: str
    detail: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexReport:
    """The result of one run of indexing. Counts are of documents, except ``passages``; ``seconds`` is wall time.

    ``skipped`` files are not in the index, ``doubtful`` files are.
    """

    documents: int
    passages: int
    added: int
    changed: int
    removed: int
    skipped: Sequence[Skipped] = ()
    seconds: float = 0.0
    doubtful: Sequence[Doubtful] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the contract's JSON object, which leaves ``doubtful`` out."""
        report = self.to_report()
        del report["doubtful"]
        return report

    def to_report(self) -> dict[str, Any]:
        """Return the contract's JSON object with the doubtful files."""
        doubtful = [{**_fields(file), "pages": list(file.pages)} for file in self.doubtful]
        return {**_fields(self), "skipped": [_fields(file) for file in self.skipped], "doubtful": doubtful}


Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of a conversation."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word in the form in which words are compared, and its place in the text; ``stop`` marks a stop word."""

    term: str
    start: int
    end: int
    stop: bool


EntityKind = Literal["number", "year", "date", "symbol", "country", "person"]

Value = str | float | tuple[object, float]

Fact = tuple[str, object]
"""A statement of a document about itself: a kind (country, year, session, symbol, person) and a value."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text that names something; ``values`` are what it names, each comparable between texts.

    A date is ``(month, day)`` or ``(month, 0)``, an ordinal ``("nth", number)``, a symbol the number that people cite,
    a person the folded last name, a country its ISO 3166-1 alpha-3 code. A rounded or limited number or year ("over
    70", "the 1930s") lies within ``bounds``. What is not ``certain`` ("Moscow" for Russia) only confirms another text.
    """

    kind: EntityKind
    values: frozenset[Value]
    start: int
    end: int
    bounds: tuple[float, float] | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Clue:
    """A stretch of a question that may name documents, and the facts by which a document is one of them."""

    start: int
    end: int
    facts: frozenset[Fact]


@dataclass(frozen=True, slots=True)
class Wording:
    """How a question is worded: its terms in order, and what they tell besides their meaning.

    ``clues`` may name documents. A word may refer to something said before ("such", "there"): ``refers``; or surely
    does ("it", "they"): ``points_back``. ``asks_for_more`` has no subject of its own ("Tell me more").
    """

    terms: tuple[Term, ...]
    clues: tuple[Clue, ...] = ()
    refers: bool = False
    points_back: bool = False
    has_name: bool = False
    asks_for_more: bool = False


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
    (``sentence_cosine``, ``conversation``).
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
    sentences that answer, as spans of the document. ``why`` explains the score.
    """

    passage: Passage
    metadata: Mapping[str, str]
    score: float
    ranks: Mapping[str, int]
    highlights: tuple[Span, ...]
    why: Explanation = _UNEXPLAINED


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
        return {**_fields(self), "found": list(self.found)}


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quotation that can be checked: ``quote == document.text[start:end]``, exactly."""

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

    def to_dict(self) -> dict[str, Any]:
        """Return the citation as the contract's JSON object: its fields, in their order."""
        plain = {"metadata": dict(self.metadata), "ranks": dict(self.ranks), "why": self.why.to_dict()}
        return {**_fields(self), **plain, "highlights": [list(span) for span in self.highlights]}


Reason = Literal["nothing-relevant", "empty-question", "empty-index", "question-too-long", "language-not-covered"]
"""Why no answer was found: a class for programs, part of the contract."""

Clarity = Literal["clear", "likely", "check"]
"""How sure an answer is, in a word: a clear match, a likely one, or one that the reader should check."""

_CLEAR, _LIKELY = 0.75, 0.5
"""Confidence from which an answer is clear, or likely."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Citations that answer a question or, when not ``found``, a reason and the nearest passages.

    ``confidence`` is the calibrated probability that the first citation answers the question. ``query`` is the text
    that was searched with; it differs from ``question`` where the conversation was used. ``premises`` are things that
    the question names and the first citation contradicts. ``language`` is the ISO 639-1 code of the question's
    language where the encoder does not know it and only shared words were searched for, else None.
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

    @property
    def clarity(self) -> Clarity:
        """How sure the answer is, in a word."""
        return "clear" if self.confidence >= _CLEAR else "likely" if self.confidence >= _LIKELY else "check"

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
        }


def page_at(pages: Pages, position: int) -> int | None:
    """Return the page on which a position of the text stands, None where there are no pages."""
    place = bisect_right(pages, position, key=lambda start: start[0])
    return pages[place - 1][1] if place else None


def pages_within(pages: Pages, start: int, end: int) -> Pages:
    """Return the pages of a span: the page on which it begins, and the pages that begin within it."""
    first = page_at(pages, start)
    within = tuple((at, page) for at, page in pages if start < at < end)
    return () if first is None else ((start, first), *within)


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass
    """Return the fields of a dataclass by name, in their order, without copying what they hold."""
    return {field.name: getattr(value, field.name) for field in fields(value)}
