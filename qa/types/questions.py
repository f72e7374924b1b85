"""Questions: what was said before, and what their words tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from qa.types.documents import Span

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


Remark = Literal["greeting", "thanks", "capabilities", "summary"]
"""What is said to the program itself and no document answers: "hello", "what can you do?", "summarise this"."""


@dataclass(frozen=True, slots=True)
class Listing:
    """All of something is asked for; ``sought`` are the spans of the question that name it.

    It is empty where its words do not name it: the threats that somebody names are not called threats. A passage must
    hold all of them if they are asked for ``together``, else any. ``asking`` are spans that only ask for a list.
    """

    sought: tuple[Span, ...] = ()
    together: bool = False
    asking: tuple[Span, ...] = ()


SourceKind = Literal["country", "person", "organisation", "document", "symbol", "session", "year"]
"""What kind of source a question asks for the words of."""


@dataclass(frozen=True, slots=True)
class Source:
    """A stretch of a question that names a source whose words are asked for, with the facts of documents by it.

    A title is a fact as well: ``("title", its folded words)``. A pronoun ("he") has no facts. What is not ``certain``
    is a source only where a document is by it.
    """

    kind: SourceKind
    start: int
    end: int
    facts: frozenset[Fact]
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A numbered paragraph of a document: "op. para. 5 (b)" is 5 of the kind ``operative``, with the parts ("b",)."""

    kind: Literal["", "operative", "preambular", "annex"]
    number: int
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """How a question is worded: its terms in order, and what they tell besides their meaning.

    ``clues`` may name documents, ``sources`` are those whose words are asked for, ``places`` the paragraphs named. One
    that ``repeats`` asks the question before it of what its clues name ("and in 2018?"). ``listing`` asks for all of
    something, ``remark`` is no question to the documents.
    """

    terms: tuple[Term, ...]
    clues: tuple[Clue, ...] = ()
    repeats: bool = False
    sources: tuple[Source, ...] = ()
    places: tuple[Place, ...] = ()
    listing: Listing | None = None
    remark: Remark | None = None
