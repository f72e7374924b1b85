"""The contract's objects for HTTP and MCP: questions are checked, answers are described.

Answers are made by ``Answer.to_dict``; a test keeps this description equal to it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.types import EntityKind, Match, Reason, Remark, Role, SourceKind  # noqa: TC001 - pydantic reads the annotations

MOST_PASSAGES = 50
"""Of one request."""


class _Object(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnObject(_Object):
    """One utterance of the conversation so far."""

    role: Role
    text: str = Field(max_length=20_000)


class Question(_Object):
    """A question to the documents."""

    question: str = Field(max_length=20_000, description="The question, in words.")
    history: list[TurnObject] = Field(
        default=[], max_length=50, description="The conversation so far, oldest turn first."
    )
    documents: list[str] = Field(
        default=[], max_length=1_000, description="Glob patterns of the documents to search; none means all."
    )
    k: int | None = Field(
        default=None, ge=1, le=MOST_PASSAGES, description="Most citations, by default 5; of a list most lines, 20."
    )
    skip: int = Field(default=0, ge=0, description="Lines of a list to pass over.")


class TokenMatchObject(_Object):
    """The share of a score that one word of the question gave."""

    query: tuple[int, int] = Field(
        description="The word's span in the question, with white space reduced to single spaces."
    )
    passage: tuple[int, int] | None = Field(
        description="Span of the best match in the document; null for title or metadata."
    )
    share: float


class ExplanationObject(_Object):
    """The composition of a score: the parts sum to it, and so do the words with the parts that no single word gave."""

    parts: dict[str, float]
    words: list[TokenMatchObject]


class PremiseObject(_Object):
    """Something that the question names and the first citation contradicts."""

    kind: EntityKind
    text: str
    start: int
    end: int
    found: list[str] = Field(description="What the passage names of that kind instead, as written there.")


class CitationObject(_Object):
    """A numbered quotation: ``quote`` is exactly ``document.text[start:end]``, counted in Unicode code points."""

    number: int
    document: str = Field(description="Path relative to the indexed folder, or a record's _id.")
    title: str
    metadata: dict[str, str]
    page: int | None = Field(description="Page of the first highlight, from 1; null where there are no pages.")
    paragraph: int | None
    heading: str | None
    pinpoint: str = Field(description="Where it stands, as people cite: para. 12, p. 3.")
    start: int
    end: int
    quote: str
    highlights: list[tuple[int, int]] = Field(description="The answering sentences, as spans of the document's text.")
    score: float
    ranks: dict[str, int]
    why: ExplanationObject
    answer: tuple[int, int] | None = Field(
        description="The very words that answer, as a span of the document's text; null where they are not sure."
    )


class SourceAskedObject(_Object):
    """A source whose words the question asks for."""

    name: str = Field(description="As the question names it.")
    kind: SourceKind
    documents: int = Field(description="Number of searched documents that are by it.")


class IndexObject(_Object):
    """The index that answered."""

    generation: str
    encoder: str


class MentioningDocumentObject(_Object):
    """A line of a list: a document with passages that were found."""

    document: str
    title: str
    passages: int = Field(description="How many of its passages were found.")
    citations: list[int] = Field(description="Numbers of those that are cited.")


class MentionsObject(_Object):
    """The list for a question that asks for all of something; the citations are its passages, by document."""

    words: list[str] = Field(description="Words or names looked for, by their stems; their places are the highlights.")
    match: Match = Field(description="Passages hold all of the words, any of them, or are only nearest.")
    documents: int = Field(description="How many documents were found.")
    passages: int = Field(description="How many passages were found.")
    searched: int = Field(description="How many documents were searched.")
    skipped: int = Field(description="How many lines of the list come before these.")
    entries: list[MentioningDocumentObject]
    complete: bool = Field(description="Whether all that hold the words are cited.")


class AnswerObject(_Object):
    """An answer in the documents' own words; where ``found`` is false, why, and the nearest passages."""

    question: str
    query: str = Field(description="The text searched with, if history changed it.")
    found: bool
    confidence: float = Field(description="Calibrated probability that the first citation answers.")
    reason: Reason | None
    citations: list[CitationObject]
    index: IndexObject
    elapsed_ms: float
    premises: list[PremiseObject]
    language: str | None = Field(description="The question's language where the encoder does not know it, else null.")
    mentions: MentionsObject | None = Field(description="Where all of something is asked for: the list, else null.")
    remark: Remark | None = Field(description="What was said to the program and not asked of the documents, else null.")
    sources_asked: list[SourceAskedObject] | None = Field(
        description="Whose words the question asks for; null where it names no source. Where no document is by them, "
        "found is false and all citations are the words of others."
    )


class PassagesObject(_Object):
    """The passages nearest to a query, best first; they need not answer it."""

    query: str
    passages: list[CitationObject]


class TextObject(_Object):
    """A stretch of a document's text, to the letter."""

    document: str
    title: str
    metadata: dict[str, str]
    start: int
    end: int
    text: str = Field(description="document.text[start:end]")
    before: str = Field(description="The text before it.")
    after: str = Field(description="The text after it.")


class DocumentObject(_Object):
    """A document of the index."""

    document: str
    title: str
    metadata: dict[str, str]
    passages: int
    kind: str = Field(description="The format: pdf, txt, …; record for a record of a larger file.")
    file: str | None = Field(description="The uploaded file that it comes from and that can be removed; else null.")


class SkippedObject(_Object):
    """A file that is not in the index, or only in part, and why."""

    file: str
    reason: str
    detail: str


class CatalogueObject(_Object):
    """The documents of the index, or those that a filter selects."""

    generation: str
    built: str = Field(description="When, ISO 8601.")
    sources: list[str] = Field(description="The indexed files and folders, as they were named.")
    found: int = Field(description="Number of documents that the filter selects.")
    documents: list[DocumentObject]
    skipped: list[SkippedObject]


class AcceptedObject(_Object):
    """An accepted change, which reaches the answers with the update of that number."""

    file: str = Field(description="The name of the file in the index.")
    update: int


class UploadObject(_Object):
    """What happened to an uploaded file."""

    file: str
    stage: Literal["waiting", "indexed", "skipped", "failed", "absent"]
    documents: int
    passages: int
    skipped: list[SkippedObject]
    problem: str | None = Field(description="Why the last update failed; null if it succeeded.")


class ErrorObject(_Object):
    """The error in a request, in one sentence."""

    error: str


class HealthObject(_Object):
    """Whether the server can answer questions."""

    status: Literal["ok", "failing"]
