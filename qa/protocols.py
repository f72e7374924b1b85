"""The seams, on one page: what each part promises and nothing it merely happens to do.

An implementation needs no base class and no registration; it is given at construction, and absent means the default.
Rows are places in the index, counted from 0; ids of documents appear only at the edges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from qa.types import Answer, Document, Entity, Fact, Passage, Term, Turn, Wording

    Vectors = npt.NDArray[np.float32]
    Spans = npt.NDArray[np.int32]
    Rows = npt.NDArray[np.int64]

Ranking = list[tuple[int, float]]
"""Rows with their scores, best first, each row once."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is.

The first word says what: "reading", "encoding", "asking"; the rest names the file, where there is one."""


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The contextual vectors of one text's tokens, special tokens left out.

    ``vectors`` is float32 ``(tokens, dim)`` with unit rows; ``spans`` is int32 ``(tokens, 2)``: where in the text each
    token stands, in code points, end exclusive.
    """

    vectors: Vectors
    spans: Spans


@dataclass(frozen=True, slots=True)
class Encoding:
    """One text as the encoder sees it: ``vector`` float32 ``(dim,)`` of unit length, and its tokens."""

    vector: Vectors
    tokens: TokenVectors


class Reader(Protocol):
    """Turns one file into documents; raises ``DocumentError`` when it cannot."""

    def __call__(self, path: Path, name: str) -> Iterator[Document]:
        """Yield the documents in ``path``; ``name`` is its path relative to the indexed folder."""
        ...


class Segmenter(Protocol):
    """Cuts a document into citable passages."""

    @property
    def name(self) -> str:
        """What it is and every setting that changes its output: an index remembers it."""
        ...

    def __call__(self, document: Document) -> list[Passage]:
        """Return the passages in order, each ``text == document.text[start:end]``."""
        ...


class Language(Protocol):
    """What is known of one language. An index keeps to the one it was built with."""

    @property
    def name(self) -> str:
        """What it is, with a version that changes whenever its terms do: an index remembers it."""
        ...

    def terms(self, text: str) -> list[Term]:
        """Return the words of a text as they are compared, in order."""
        ...

    def wording(self, question: str) -> Wording:
        """Return how a question is worded."""
        ...

    def facts(self, metadata: Mapping[str, str]) -> frozenset[Fact]:
        """Return what a document's metadata state, comparable with the facts of a question's clues."""
        ...

    def entities(self, text: str) -> Sequence[Entity]:
        """Return what a text names by value, in order; no two overlap."""
        ...

    def other_language(self, text: str) -> str | None:
        """Return the ISO 639-1 code of a text that is surely in another language, else None."""
        ...


class Encoder(Protocol):
    """Texts to unit vectors."""

    @property
    def name(self) -> str:
        """What a person calls the model."""
        ...

    @property
    def fingerprint(self) -> str:
        """SHA-256 over weights and tokenizer: an index built with another is refused."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Word pieces the model reads at most, special tokens included; more would be cut off."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces of each text, special tokens left out."""
        ...

    def encode_query(self, text: str) -> Encoding:
        """Encode what is searched for."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Iterator[tuple[int, Encoding]]:
        """Yield ``(position in texts, encoding)`` for every text, in an order of the encoder's choosing."""
        ...


class VectorIndex(Protocol):
    """Nearest neighbours by cosine."""

    def search(self, query: Vectors, k: int, rows: Rows | None = None) -> Ranking:
        """Return the ``k`` best rows for the query ``(dim,)``, of ``rows`` only where given, without padding."""
        ...


class TermIndex(Protocol):
    """Ranking by the words two texts share."""

    def search(self, terms: Sequence[str], k: int, rows: Rows | None = None) -> Ranking:
        """Return at most ``k`` rows that share one of the analysed ``terms``, of ``rows`` only where given."""
        ...


class Answerer(Protocol):
    """What an interface needs of the bot."""

    def ask(self, question: str, *, history: Iterable[Turn] = (), k: int = 5, documents: Sequence[str] = ()) -> Answer:
        """Answer in the documents' own words; ``documents`` are glob patterns that narrow the search."""
        ...

    def document_ids(self) -> list[str]:
        """Return the ids of the indexed documents, sorted."""
        ...

    def document(self, document_id: str) -> Document:
        """Return a document with its text; ``KeyError`` if the index has none of that id."""
        ...

    def file(self, document: Document) -> Path | None:
        """Return the file a document was read from, None where there is none, as for a record of a larger file.

        Raises ``FileChanged`` if the file is not as it was when it was read.
        """
        ...

    def suggestions(self, typed: str, *, offered: Iterable[str] = (), k: int = 6) -> list[str]:
        """Return at most ``k`` questions and headings, or of those ``offered``, that what is typed may become."""
        ...

    def spelling(self, question: str) -> str | None:
        """Return the question as it may have been meant, None where nothing in it seems misspelt."""
        ...
