"""The nouns that travel through the house, frozen and free of third-party imports.

Positions count Unicode code points of ``Document.text``, end exclusive. Ranks start at 1. A higher score is better.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Span = tuple[int, int]
"""Start and end of a stretch of a document's text, in code points, end exclusive."""

BlockKind = Literal["head", "heading", "salutation", "paragraph", "note"]
"""What a block is to a reader: heads, paragraphs and notes (footnotes, not counted) can be cited, the others are
context."""

Pages = tuple[tuple[int, int], ...]
"""Where pages begin: ``(position in the text, page)`` wherever the page changes, ascending; pages count from 1."""

Role = Literal["user", "assistant"]

Reason = Literal["nothing-relevant", "empty-question", "empty-index", "question-too-long", "language-not-covered"]
"""Why an answer was not found; machine-readable, part of the contract."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document that stands by itself on its page.

    ``label`` says in words what a head line states ("speaker", "dates, place"); it is encoded with the line so that
    a question can find it, and never quoted. ``level`` is that of a heading, 1 the highest. ``page`` is where the
    block begins. ``pinpoint`` is how the document itself numbers the place ("op. para. 5 (b)"), where it does.
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
    """Something in a source that cannot be quoted safely, and on which page; ``reason`` is a class for machines:
    ``no-text``, ``damaged``, ``garbled``, ``order-uncertain``.
    """  # noqa: D205

    reason: str
    detail: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source as plain text.

    ``id`` is the path relative to the indexed folder, in POSIX form, or a record's ``_id``. ``blocks`` are sorted and
    do not overlap; text outside every block is white space or markup. ``digest`` is the SHA-256 of the source's bytes.
    Keys of ``metadata`` that readers agree on, each absent where the source does not state it: ``organisation``,
    ``speaker``, ``office``, ``event``, ``dates`` (as written), ``date`` (ISO 8601), ``place``, ``symbol``
    ("A/RES/78/115"), ``session`` (a number, "78"), ``year``, ``country`` (its name) and ``language`` (ISO 639, "en").
    ``pages`` says on which page each position of the text stands, ``doubts`` what of the source is not to be trusted.
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

    ``paragraph`` is its number as a reader would count (None for a head line), ``part`` counts the parts of a split
    paragraph from 1. ``sentences`` are spans of the document, in order, that cover every letter of the passage.
    ``context`` is what is encoded in front of the text: title, heading, label. ``page`` is where the passage begins,
    ``pages`` where in it others begin; ``pinpoint`` is the document's own number for it, where it has one.
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


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """What one word of the query gave to a score.

    ``query`` is its span in the query, ``passage`` the span in the document of the word that it met best, None where
    that stands in title, heading or metadata.
    """

    query: Span
    passage: Span | None
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a score came about: ``parts`` by list, and ``words`` by word of the query.

    The parts sum to the score; so do the words' shares and the parts that no word gave alone (``gist``,
    ``document``, ``conversation``).
    """

    parts: Mapping[str, float]
    words: tuple[TokenMatch, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        words = [
            {"query": list(met.query), "passage": list(met.passage) if met.passage else None, "share": met.share}
            for met in self.words
        ]
        return {"parts": dict(self.parts), "words": words}


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage as one query ranks it.

    ``ranks`` holds its rank in each list that found it. ``highlights`` are the sentences that answer, as spans of the
    document. ``row`` is the passage's place in the index. ``why`` explains the score.
    """

    row: int
    passage: Passage
    score: float
    ranks: Mapping[str, int]
    highlights: tuple[Span, ...]
    why: Explanation = Explanation({}, ())


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of a conversation."""

    role: Role
    text: str


EntityKind = Literal["number", "year", "date", "symbol", "country", "person"]
"""What a text can name that is right or wrong."""

Value = str | float | tuple[object, float]
"""A symbol, country or person; a number or year; a date as (month, day) or an ordinal as ("nth", number)."""

Fact = tuple[str, object]
"""Something that a document states of itself: a kind (country, year, session, symbol, person) and a value."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word as it is compared, and where it stands in the text; ``stop`` where it carries no meaning of its own."""

    term: str
    start: int
    end: int
    stop: bool


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text that names something; ``values`` are what it names, each comparable between texts.

    A date's value is ``(month, day)`` or ``(month, 0)``, a symbol's the number that people cite, a person's the folded
    last name, a country's its ISO 3166-1 alpha-3 code.
    """

    kind: EntityKind
    values: frozenset[Value]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clue:
    """A stretch of a question that may name documents, and the facts about a document that would make it do so."""

    start: int
    end: int
    facts: frozenset[Fact]


@dataclass(frozen=True, slots=True)
class Wording:
    """How a question is worded: its terms in order, and what they tell besides their meaning.

    ``clues`` may name documents. ``refers`` says that a word may refer to something said before ("it", "such",
    "there"), ``points_back`` that one surely does ("it", "they"). ``has_name`` says that a name stands in it,
    ``asks_for_more`` that it has no subject of its own ("Tell me more").
    """

    terms: tuple[Term, ...]
    clues: tuple[Clue, ...] = ()
    refers: bool = False
    points_back: bool = False
    has_name: bool = False
    asks_for_more: bool = False


@dataclass(frozen=True, slots=True)
class Premise:
    """Something a question names that the first citation contradicts or lacks: "the 2005 Strategy".

    ``text`` stands in the query from ``start`` to ``end``; ``found`` is what the passage has of that kind instead, as
    written there.
    """

    kind: EntityKind
    text: str
    start: int
    end: int
    found: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the premise as a JSON object."""
        return {
            "kind": self.kind,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "found": list(self.found),
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quotation that can be checked: ``quote == document.text[start:end]``, to the letter."""

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
    why: Explanation = Explanation({}, ())

    def to_dict(self) -> dict[str, Any]:
        """Return the citation as the contract's JSON object."""
        return {
            "number": self.number,
            "document": self.document,
            "title": self.title,
            "metadata": dict(self.metadata),
            "page": self.page,
            "paragraph": self.paragraph,
            "heading": self.heading,
            "pinpoint": self.pinpoint,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "highlights": [list(span) for span in self.highlights],
            "score": self.score,
            "ranks": dict(self.ranks),
            "why": self.why.to_dict(),
        }


_EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says: citations that answer, or, when not ``found``, a reason and the nearest passages.

    ``confidence`` is the calibrated probability that the first citation answers the question. ``query`` is what was
    searched with: it differs from ``question`` where the conversation before it was used. ``premises`` are what the
    question takes for granted and the first citation contradicts or lacks. ``language`` is the ISO 639-1 code of the
    question's language where the encoder does not know it and only shared words were searched for, else None.
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
    def likely(self) -> bool:
        """Whether the first citation answers more probably than not."""
        return self.confidence >= _EVEN

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as the contract's JSON object."""
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


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that could not be indexed: its path, a reason class and one sentence of detail."""

    file: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A file that was indexed although part of it cannot be trusted: see ``Doubt``; pages with one doubt are joined."""

    file: str
    reason: str
    detail: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one run of indexing did. Counts are of documents, except ``passages``; ``seconds`` is wall time.

    ``skipped`` files are not in the index; ``doubtful`` ones are.
    """

    documents: int
    passages: int
    added: int
    changed: int
    removed: int
    skipped: Sequence[Skipped] = field(default_factory=tuple)
    seconds: float = 0.0
    doubtful: Sequence[Doubtful] = field(default_factory=tuple)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the contract's JSON object."""
        return {
            "documents": self.documents,
            "passages": self.passages,
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "skipped": [{"file": s.file, "reason": s.reason, "detail": s.detail} for s in self.skipped],
            "seconds": self.seconds,
        }

    def to_report(self) -> dict[str, Any]:
        """Return the contract's object with what else a person must know: the doubtful files."""
        doubtful = [
            {"file": d.file, "reason": d.reason, "detail": d.detail, "pages": list(d.pages)} for d in self.doubtful
        ]
        return {**self.to_dict(), "doubtful": doubtful}


def page_at(pages: Pages, position: int) -> int | None:
    """Return the page on which a position of the text stands, None where there are no pages."""
    place = bisect_right(pages, position, key=lambda start: start[0])
    return pages[place - 1][1] if place else None


def pages_within(pages: Pages, start: int, end: int) -> Pages:
    """Return the part of a map of pages that a span needs: the page it begins on, and those that begin within it."""
    first = page_at(pages, start)
    within = tuple((at, page) for at, page in pages if start < at < end)
    return () if first is None else ((start, first), *within)
