"""Documents and what they are cut into."""

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

    ``reason`` is a class for programs: ``no-text``, ``damaged``, ``text-missing``, ``garbled`` or ``order-uncertain``.
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
        doubtful = [{**fields_of(file), "pages": list(file.pages)} for file in self.doubtful]
        return {**fields_of(self), "skipped": [fields_of(file) for file in self.skipped], "doubtful": doubtful}


def page_at(pages: Pages, position: int) -> int | None:
    """Return the page on which a position of the text stands, None where there are no pages."""
    place = bisect_right(pages, position, key=lambda start: start[0])
    return pages[place - 1][1] if place else None


def pages_within(pages: Pages, start: int, end: int) -> Pages:
    """Return the pages of a span: the page on which it begins, and the pages that begin within it."""
    first = page_at(pages, start)
    within = tuple((at, page) for at, page in pages if start < at < end)
    return () if first is None else ((start, first), *within)


def fields_of(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any dataclass
    """Return the fields of a dataclass by name, in their order, without copying what they hold."""
    return {field.name: getattr(value, field.name) for field in fields(value)}
