"""Lists: all passages that hold the words of something, by document and counted, or openly the nearest ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from qa.answering.citation import cite
from qa.types import Hit, MentioningDocument, Mentions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from qa.index.build import Index
    from qa.protocols import StoredPassage
    from qa.types import Citation, Match, Span, Term, Wording

LINES = 20
"""Lines of a list unless a number is asked for."""
NEAREST = 10
"""Passages of an open list unless a number is asked for."""
_A_DOCUMENT = 5
"""Passages cited of a document where the list is of several."""
_NAME_DOCUMENTS = ("year", "session", "symbol")
"""Facts that a question may name documents by although none states them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with the citations that its entries name."""

    mentions: Mentions
    citations: tuple[Citation, ...]


def find_mentions(
    index: Index, query: str, wording: Wording, lines: int, skip: int = 0, within: Collection[str] | None = None
) -> Listed | None:
    """Return ``lines`` lines of the list of passages that hold what is looked for, after ``skip``, and the citations.

    A line is a document with its first passages, or a passage where one document alone holds any. Several words are
    looked for as neighbours; where no passage has them so, as neighbours between stop words, else one by one in one
    passage. None if the question does not say by words what it looks for.
    """
    listing = wording.listing
    sought = [_Sought.of(wording.terms, span, query) for span in listing.sought] if listing else []
    if not sought or not all(phrase.runs() for phrase in sought):
        return None
    searched = _searched(index, wording, within)
    found: list[str] = []
    before: list[list[_Sought]] = []
    groups: list[list[_Sought]] = []
    for cut in (_Sought.whole, _Sought.runs, _Sought.words):
        parts = [cut(phrase) for phrase in sought]
        before, groups = groups, [[one for own in parts for one in own]] if listing and listing.together else parts
        if groups == before:
            continue
        found = sorted({name for group in groups for name in _holding(index, group, searched)}, key=_place)
        if found:
            break
    else:
        groups = [[phrase] for phrase in sought]
    by_document = {name: list(own) for name, own in groupby(found, key=lambda name: _place(name)[0])}
    order = sorted(by_document, key=lambda name: -len(by_document[name]))
    if len(order) == 1:
        shown = {order[0]: found[skip : skip + lines]}
    else:
        shown = {name: by_document[name][:_A_DOCUMENT] for name in order[skip : skip + lines]}
    phrases = [phrase for group in groups for phrase in group]
    stored = index.engine.fetch([name for own in shown.values() for name in own])
    citations = tuple(_cited(index, number, one, phrases) for number, one in enumerate(stored, 1))
    entries = tuple(
        MentioningDocument(name, own[0].title, len(by_document[name]), tuple(one.number for one in own))
        for name, own in _grouped(citations).items()
    )
    words = tuple(dict.fromkeys(phrase.written for phrase in phrases))
    match: Match = "any" if len(groups) > 1 else "all"
    return Listed(Mentions(words, match, len(order), len(found), len(searched), skip, entries), citations)


def without_asking(query: str, wording: Wording) -> str:
    """Return a question with spaces in place of the words that only ask for a list: a passage need not hold them."""
    for start, end in wording.listing.asking if wording.listing else ():
        query = query[:start] + " " * (end - start) + query[end:]
    return query


def nearest_passages(citations: tuple[Citation, ...], searched: int) -> Listed:
    """Return ranked citations as an open list, in which the documents come by their best passage."""
    entries = tuple(
        MentioningDocument(name, own[0].title, len(own), tuple(one.number for one in own))
        for name, own in _grouped(citations).items()
    )
    return Listed(Mentions((), "nearest", len(entries), len(citations), searched, 0, entries), citations)


@dataclass(frozen=True, slots=True)
class _Sought:
    """Terms that follow each other, each with how the question writes it."""

    terms: Sequence[Term]
    query: str

    @classmethod
    def of(cls, terms: Iterable[Term], span: Span, query: str) -> _Sought:
        """Return the terms within a span of the question."""
        return cls([term for term in terms if span[0] <= term.start and term.end <= span[1]], query)

    @property
    def written(self) -> str:
        """The phrase as the question has it."""
        return self.query[self.terms[0].start : self.terms[-1].end]

    def whole(self) -> list[_Sought]:
        """Return the phrase alone."""
        return [self]

    def runs(self) -> list[_Sought]:
        """Return what stands between stop words."""
        parts = groupby(self.terms, key=self._tells)
        return [_Sought(list(own), self.query) for tells, own in parts if tells]

    def words(self) -> list[_Sought]:
        """Return the words one by one, without stop words."""
        return [_Sought([term], self.query) for term in self.terms if self._tells(term)]

    def acronyms(self) -> set[str]:
        """Return the words that are acronyms: "US" is not "us"."""
        return {self.query[term.start : term.end] for term in self.terms if self._is_acronym(term)}

    def spans(self, text: str, terms: Sequence[Term]) -> Iterator[Span]:
        """Yield where it stands in a text of some terms."""
        wanted = [term.term for term in self.terms]
        for at in range(len(terms) - len(wanted) + 1):
            own = terms[at : at + len(wanted)]
            if [term.term for term in own] == wanted and all(
                text[one.start : one.end] == self.query[term.start : term.end]
                for one, term in zip(own, self.terms, strict=True)
                if self._is_acronym(term)
            ):
                yield own[0].start, own[-1].end

    def _tells(self, term: Term) -> bool:
        return not term.stop or self._is_acronym(term)

    def _is_acronym(self, term: Term) -> bool:
        return term.end - term.start > 1 and self.query[term.start : term.end].isupper() and not self.query.isupper()


def _searched(index: Index, wording: Wording, within: Collection[str] | None) -> set[str]:
    """Return the documents that a question is asked of: those chosen, and what it names besides what it looks for."""
    facts = {
        entry.id: index.language.facts(entry.metadata)
        for entry in index.engine.documents()
        if within is None or entry.id in within
    }
    searched = set(facts)
    sought = wording.listing.sought if wording.listing else ()
    for clue in wording.clues:
        if any(start < clue.end and clue.start < end for start, end in sought):
            continue
        named = {name for name, own in facts.items() if clue.facts & own}
        if named or any(kind in _NAME_DOCUMENTS for kind, _ in clue.facts):
            searched &= named
    return searched


def _holding(index: Index, phrases: Sequence[_Sought], within: Collection[str]) -> list[str]:
    """Return the passages that hold all phrases; an acronym must stand there as one."""
    acronyms = {word for phrase in phrases for word in phrase.acronyms()}
    found = index.engine.holding([[term.term for term in phrase.terms] for phrase in phrases], within, acronyms)
    if not acronyms:
        return found
    return [
        one.passage.id
        for one in index.engine.fetch(found)
        if (terms := index.language.terms(one.passage.text))
        and all(any(phrase.spans(one.passage.text, terms)) for phrase in phrases)
    ]


def _cited(index: Index, number: int, stored: StoredPassage, phrases: Iterable[_Sought]) -> Citation:
    """Cite a passage with the words looked for as its highlights; its score is their number."""
    passage = stored.passage
    terms = index.language.terms(passage.text)
    spans = sorted({span for phrase in phrases for span in phrase.spans(passage.text, terms)})
    marks = tuple((passage.start + start, passage.start + end) for start, end in spans)
    return cite(Hit(passage, stored.document.metadata, float(len(marks)), {}, marks), number)


def _grouped(citations: Iterable[Citation]) -> dict[str, list[Citation]]:
    """Return citations by document, in the order of the first of each."""
    by_document: dict[str, list[Citation]] = {}
    for citation in citations:
        by_document.setdefault(citation.document, []).append(citation)
    return by_document


def _place(name: str) -> tuple[str, int]:
    """Return the document of a passage and where in it the passage begins."""
    document, _, span = name.rpartition("#")
    return document, int(span.partition("-")[0])
