"""The protocols of the parts that can be replaced: what each promises, and no more.

An implementation needs no base class. Encoder, segmenter and language are given when an index is built. The index
names them, and opening or updating it makes them again if their class has ``settings()``, which returns a JSON object,
and the class method ``from_settings``, which takes it back (``qa.index.components``); otherwise they are given again.
An engine is found by the address of the index (``qa.index.engines``), a reader by the format of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from qa.types import Answer, Document, DocumentEntry, Entity, Fact, Passage, Span, Term, Turn, Wording

    Vectors = npt.NDArray[np.float32]
    Spans = npt.NDArray[np.int32]
    Codes = npt.NDArray[np.uint8]

Ranking = list[tuple[str, float]]
"""Ids of passages with their scores, best first, each passage once."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is.

The first word says what: "reading", "encoding", "asking"; the rest names the file, where there is one."""


class WithoutSettings:
    """The base of a part without settings: an index can make it again from its class alone."""

    def settings(self) -> dict[str, Any]:
        """Return the arguments of ``from_settings``: none."""
        return {}

    @classmethod
    def from_settings(cls, _settings: Mapping[str, Any]) -> Self:
        """Return the part again."""
        return cls()


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


class Quantisation(Protocol):
    """A way to keep unit vectors in few bytes, by a name that an index remembers."""

    @property
    def name(self) -> str:
        """What is stored in the index; it changes whenever the codes do."""
        ...

    @property
    def bytes(self) -> int:
        """Bytes of one vector."""
        ...

    def pack(self, vectors: Vectors) -> Codes:
        """Return the codes, uint8 ``(rows, bytes)``, of some unit vectors ``(rows, dim)``."""
        ...

    def unpack(self, codes: Codes) -> Vectors:
        """Return unit vectors near those that were packed, float32 ``(rows, dim)``."""
        ...

    def cosines(self, query: Vectors, codes: Codes) -> Vectors:
        """Return the likeliest cosines of packed vectors with a query's unit vectors, ``(rows, query rows)``."""
        ...


@dataclass(frozen=True, slots=True)
class PackedTokens:
    """Token vectors as they are stored.

    ``codes`` is uint8 ``(tokens, bytes)``, read by ``quantisation``. ``spans`` is int32 ``(tokens, 2)``: where each
    token stands in the text that was encoded.
    """

    codes: Codes
    spans: Spans
    quantisation: Quantisation


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """A passage with all that is computed when it is indexed.

    ``terms`` are the analysed words of the context, an empty term, and those of the text. ``vector`` is float32
    ``(dim,)`` of unit length; ``sentences`` are those of its sentences, float ``(sentences, dim)``.
    """

    passage: Passage
    terms: tuple[str, ...]
    vector: Vectors
    tokens: PackedTokens
    sentences: Vectors


@dataclass(frozen=True, slots=True)
class StoredPassage(EncodedPassage):
    """A passage as an engine returns it, with the entry of its document."""

    document: DocumentEntry


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """What BM25 needs of a corpus: the number of passages, their mean length in terms, and in how many a term stands.

    Terms that stand in no passage are left out of ``frequencies``.
    """

    passages: int
    mean_length: float
    frequencies: Mapping[str, int]


class Reader(Protocol):
    """Turns one file into documents; raises ``DocumentError`` when it cannot."""

    def __call__(self, path: Path, name: str) -> Iterator[Document]:
        """Yield the documents in ``path``; ``name`` is its path relative to the indexed folder."""
        ...


class Segmenter(Protocol):
    """Cuts a document into citable passages."""

    @property
    def name(self) -> str:
        """Name and version, stored in the index. The version changes whenever the passages do."""
        ...

    def __call__(self, document: Document, encoder: Encoder) -> list[Passage]:
        """Return the passages in order, each ``text == document.text[start:end]``, small enough for the encoder."""
        ...


class Language(Protocol):
    """What is known of one language. An index keeps to the one it was built with."""

    @property
    def name(self) -> str:
        """Name and version, stored in the index. The version changes whenever the terms do."""
        ...

    def terms(self, text: str) -> list[Term]:
        """Return the words of a text in order, each in the form in which it is compared."""
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

    def bases(self, word: str) -> list[str]:
        """Return the words of which a word may be a regular form: "house" of "houses"."""
        ...

    def other_language(self, text: str) -> str | None:
        """Return the ISO 639-1 code of a text that is surely in another language, else None."""
        ...


class Encoder(Protocol):
    """Texts to unit vectors."""

    @property
    def name(self) -> str:
        """The model's name, for people."""
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
        """Maximum number of word pieces that the model reads, special tokens included; the rest is cut off."""
        ...

    def knows(self, language: str) -> bool:
        """Return whether it was made for texts in a language, by its ISO 639-1 code."""
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


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a passage for a question.

    ``answers`` is the logit that the passage answers. ``words`` is the stretch of its text, in code points, that
    answers best; ``certainty``, from 0 to 1, is the probability of its borders among all of the passage.
    """

    answers: float
    words: Span
    certainty: float


class PassageReader(Protocol):
    """Reads a question and passages together: does one answer, and with which words. Threads may share it."""

    @property
    def name(self) -> str:
        """Name and version."""
        ...

    @property
    def certain(self) -> float:
        """The certainty from which words are marked."""
        ...

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Read]:
        """Return what was read of each passage, which is its context (title, heading) and its text."""
        ...


class Engine(Protocol):
    """One open generation of an index, on this machine or another. Threads may share it.

    A passage's id is ``Passage.id``. ``within`` are ids of documents: only their passages are searched. Equal scores
    stand in any order.
    """

    def nearest(self, vector: Vectors, k: int, within: Collection[str] | None = None) -> Ranking:
        """Return the ``k`` passages nearest by cosine to a vector ``(dim,)``, which need not have unit length.

        A zero vector has cosine 0 with every passage. Fewer come back where there are fewer.
        """
        ...

    def matching(self, terms: Sequence[str], k: int, within: Collection[str] | None = None) -> Ranking:
        """Return at most ``k`` passages that hold one of the analysed ``terms``, best first by BM25.

        Robertson and Zaragoza 2009 with k1 = 1.2, b = 0.75 and the inverse document frequency
        ``max(1e-6, ln((N - n + 0.5) / (n + 0.5)))``.
        """
        ...

    def fetch(self, ids: Sequence[str]) -> list[StoredPassage]:
        """Return some passages, in the order of their ids; ``KeyError`` if there is none of an id."""
        ...

    def holding(
        self, phrases: Sequence[Sequence[str]], within: Collection[str] | None = None, written: Collection[str] = ()
    ) -> list[str]:
        """Return all passages whose own text, not its context, holds every phrase: terms that follow each other.

        All ``written`` must stand in it letter by letter. The passages of a document come together, in its order.
        Without phrases there are none.
        """
        ...

    def statistics(self, terms: Collection[str]) -> TermStatistics:
        """Return how frequent some terms are in the corpus."""
        ...

    def vocabulary(self) -> Mapping[str, int]:
        """Return the words of three letters and more, as written, with the number of passages that hold each."""
        ...

    def documents(self) -> Iterator[DocumentEntry]:
        """Yield the entry of every document, by id."""
        ...

    def document(self, document_id: str) -> Document:
        """Return a document with its text; ``KeyError`` if there is none of that id."""
        ...

    def passages(self, document_id: str) -> list[StoredPassage]:
        """Return the passages of a document, in its order; none where there is no such document."""
        ...


class EngineWriter(Protocol):
    """The only writer of an index. Nobody sees its changes before they are published."""

    @property
    def engine(self) -> Engine | None:
        """The generation that is replaced, None if there is none that can be read."""
        ...

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest of that generation; empty if there is none."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """The engine's settings, stored in the manifest so that the index can be opened again."""
        ...

    def put(self, document: Document, passages: Sequence[EncodedPassage]) -> None:
        """Add a document with its passages, in the place of the one of that id where there is one."""
        ...

    def delete(self, document_id: str) -> None:
        """Remove a document; ``KeyError`` if there is none of that id."""
        ...

    def publish(self, manifest: Mapping[str, Any]) -> str:
        """Make what was put and deleted the current generation, all at once, and return its name."""
        ...


class Answerer(Protocol):
    """The bot, as an interface sees it."""

    def ask(
        self,
        question: str,
        *,
        history: Iterable[Turn] = (),
        k: int | None = None,
        documents: Sequence[str] = (),
        skip: int = 0,
    ) -> Answer:
        """Answer in the documents' own words with at most ``k`` citations, or lines of a list after ``skip`` others.

        ``documents`` are glob patterns that narrow the search.
        """
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
        """Return at most ``k`` completions of what is typed: headings, and questions among those ``offered``."""
        ...

    def spelling(self, question: str) -> str | None:
        """Return the question with corrected spelling, None if no word seems misspelt."""
        ...
