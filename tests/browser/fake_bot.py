"""A bot whose answers can be worked out by hand: the paragraph that shares most words with the question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answering.autocomplete import Completions
from qa.errors import NoSuchDocument
from qa.service.catalogue import Catalogue, Entry
from qa.service.updates import UpdateState
from qa.types import Answer, Block, Citation, Document, Turn, page_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qa.ingestion.source_files import Files

STATEMENT = Path(__file__).parents[2] / "data" / "documents" / "statement-voronkov-moscow-2018.txt"
ADOPTED = "When was the consensus UN Global Counter-Terrorism Strategy adopted?"
FOOTBALL = "Who won the football championship in Moscow?"
_WORD = re.compile(r"\w{4,}")


def words(text: str) -> set[str]:
    """Return the words of four letters and more, in lower case."""
    return set(_WORD.findall(text.lower()))


def document(name: str, text: str, title: str, metadata: dict[str, str] | None = None) -> Document:
    """Return a document with one block between every two blank lines.

    The first three are its head, one that ends in a comma is a salutation, all others are paragraphs.
    """
    blocks = []
    for match in re.finditer(r"(?:[^\n]|\n(?!\n))+", text):
        start, end = match.span()
        while start < end and text[start] in "*\n":
            start += 1
        while start < end and text[end - 1] in "*\n":
            end -= 1
        kind = "salutation" if text[end - 1] == "," else "head" if len(blocks) < 3 else "paragraph"
        if start < end:
            blocks.append(Block(kind, start, end))
    return Document(name, title, text, tuple(blocks), metadata or {}, "0" * 64)


def statement() -> Document:
    """Return the statement that ships with the project."""
    return document(
        STATEMENT.name,
        STATEMENT.read_text(encoding="utf-8"),
        "Statement by Mr. Vladimir Voronkov, Under-Secretary-General for Counter-Terrorism",
        {
            "organisation": "United Nations Office of Counter-Terrorism",
            "speaker": "Mr. Vladimir Voronkov",
            "office": "Under-Secretary-General for Counter-Terrorism",
            "event": "VII Moscow Conference on International Security",
            "dates": "4-5 April 2018",
            "place": "Moscow",
        },
    )


@dataclass
class FakeBot:
    """Answers with paragraphs in the order of words shared; three shared words or more count as an answer.

    ``headings`` are what it suggests besides what is offered; ``known`` has the words it takes for misspelt, with
    what they are to be. ``asked`` records what was asked, with the history given. A question that begins with "fail"
    raises, one that begins with "and" is asked with the user's turn before it.
    """

    documents: list[Document]
    headings: Sequence[str] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    files: Files | None = None

    def document_ids(self) -> list[str]:
        """Return the ids, sorted."""
        return sorted(document.id for document in self.documents)

    def document(self, document_id: str) -> Document:
        """Return a document by its id."""
        return {document.id: document for document in self.documents}[document_id]

    def file(self, document: Document) -> Path | None:
        """Return the file of a document, where the bot was given any."""
        return self.files.find(document.id, document.digest) if self.files else None

    def suggestions(self, typed: str, *, offered: Iterable[str] = (), k: int = 6) -> list[str]:
        """Suggest what the library does."""
        return Completions(dict.fromkeys(self.headings, 1)).matching(typed, offered, k)

    def spelling(self, question: str) -> str | None:
        """Put the words it knows right."""
        better = " ".join(self.known.get(word, word) for word in question.split(" "))
        return None if better == question else better

    def ask(
        self,
        question: str,
        *,
        history: Iterable[Turn] = (),
        k: int | None = None,
        documents: Sequence[str] = (),
        skip: int = 0,
    ) -> Answer:
        """Answer by words shared; it makes no lists, of which ``skip`` would pass over lines."""
        del skip
        narrowed = [
            document
            for document in self.documents
            if not documents or any(fnmatchcase(document.id, pattern) for pattern in documents)
        ]
        if documents and not narrowed:
            raise NoSuchDocument(f"no document matches {documents[0]!r}; the index holds one document")
        turns = tuple(history)
        self.asked.append((question, turns))
        if question.startswith("fail"):
            raise RuntimeError(f"cannot answer {question!r}")
        given = Answer(question, question, False, 0.1, None, (), "test", "words", 1.0)
        if not question.strip():
            return replace(given, reason="empty-question")
        if len(question) > 2_000:
            return replace(given, reason="question-too-long")
        earlier = [turn.text for turn in turns if turn.role == "user"]
        query = f"{earlier[-1]} {question}" if question.startswith("and") and earlier else question
        scored = sorted(
            (
                (len(words(query) & words(document.text[block.start : block.end])), document, block)
                for document in narrowed
                for block in document.blocks
                if block.kind in ("head", "paragraph")
            ),
            key=lambda entry: -entry[0],
        )
        best = [entry for entry in scored[: k or 5] if entry[0]]
        citations = tuple(self._cite(number, query, *entry) for number, entry in enumerate(best, 1))
        if not best or best[0][0] < 3:
            return replace(given, query=query, reason="nothing-relevant", citations=citations[:3])
        return replace(given, query=query, found=True, confidence=0.93, citations=citations)

    def _cite(self, number: int, query: str, shared: int, document: Document, block: Block) -> Citation:
        quote = document.text[block.start : block.end]
        sentences = [
            (block.start + match.start(), block.start + match.end())
            for match in re.finditer(r"\S.*?(?:[.?!](?=\s|$)|$)", quote, re.DOTALL)
        ]
        best = max(sentences, key=lambda span: len(words(query) & words(document.text[slice(*span)])))
        paragraph = None
        if block.kind == "paragraph":
            paragraph = sum(b.kind == "paragraph" and b.start <= block.start for b in document.blocks)
        place = block.pinpoint or ("head" if paragraph is None else f"para. {paragraph}")
        page = page_at(document.pages, best[0])
        return Citation(
            number=number,
            document=document.id,
            title=document.title,
            metadata=document.metadata,
            page=page,
            paragraph=paragraph,
            heading=None,
            pinpoint=f"{place}, p. {page}" if page else place,
            start=block.start,
            end=block.end,
            quote=quote,
            highlights=(best,),
            score=float(shared),
            ranks={"lexical": number},
        )


class FakeCorpus:
    """The list of a bot's documents, which nobody changes: each has its blocks as passages."""

    def __init__(self, bot: FakeBot) -> None:
        self._bot = bot

    @cached_property
    def _catalogue(self) -> Catalogue:
        entries = [Entry(one.id, one.title, one.metadata, one.digest, len(one.blocks)) for one in self._bot.documents]
        return Catalogue("test", self.built(), ("here",), tuple(entries))

    def catalogue(self) -> Catalogue:
        """Return the documents."""
        return self._catalogue

    def generation(self) -> str:
        """Return the one there is."""
        return "test"

    def built(self) -> datetime:
        """Return a day."""
        return datetime(2026, 1, 2, tzinfo=UTC)

    def progress(self) -> UpdateState:
        """Return that nothing is being updated."""
        return UpdateState()
