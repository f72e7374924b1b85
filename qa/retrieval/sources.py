"""Whose words a question asks for: the documents by them, and the paragraphs that it names by number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from qa.languages.terms import fold
from qa.types import SourceAsked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from qa.index.build import Index
    from qa.types import Fact, Passage, Place, Source, Wording

_TIMES = ("session", "year")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for by name.

    ``sources`` are None where it names none. ``documents`` are those by them, None where none is. ``passages`` are the
    ids of the paragraphs named, None where none is named or it is not said of which document.
    """

    sources: tuple[SourceAsked, ...] | None = None
    documents: frozenset[str] | None = None
    passages: tuple[str, ...] | None = None


class NamedSources:
    """Finds documents by their source. What they state is read with the first question that names one."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def asked(self, text: str, wording: Wording, within: Collection[str] | None, *, alone: bool) -> Asked:
        """Return what a question asks for, of the documents ``within``.

        "He" is the only speaker there is, in a question that stands ``alone``.
        """
        if not wording.sources and not wording.places:
            return Asked()
        scope = self._every if within is None else self._every & frozenset(within)
        by_source = [(one, self._documents(one, scope, alone=alone)) for one in wording.sources]
        by_source = [(one, theirs) for one, theirs in by_source if theirs or one.certain]
        authors = [(one, theirs) for one, theirs in by_source if one.kind not in _TIMES]
        found = frozenset[str]().union(*(theirs for _, theirs in authors)) if authors else scope
        named = [SourceAsked(self._name(text, one, theirs), one.kind, len(theirs)) for one, theirs in authors]
        for one, theirs in by_source:
            if one.kind in _TIMES:
                found &= theirs
                named.append(SourceAsked(self._name(text, one, theirs), one.kind, len(found)))
        only = next(iter(found)) if len(found) == 1 and (named or len(scope) == 1) else None
        passages = self._passages(only, wording.places) if only and wording.places else None
        return Asked(tuple(named) or None, found if named and found else None, passages)

    def _documents(self, source: Source, scope: frozenset[str], *, alone: bool) -> frozenset[str]:
        """Return the documents by a source."""
        if not source.facts:
            return self._of_only_speaker(scope) if alone else frozenset()
        titles = [value for kind, value in source.facts if kind == "title"]
        if titles:
            return frozenset(name for name in scope if any(str(title) in self._titles[name] for title in titles))
        return scope & frozenset[str]().union(*(self._by_fact.get(fact, frozenset()) for fact in source.facts))

    def _of_only_speaker(self, scope: frozenset[str]) -> frozenset[str]:
        speakers = {self._speakers[name] for name in scope if name in self._speakers}
        return frozenset(name for name in scope if name in self._speakers) if len(speakers) == 1 else frozenset()

    def _name(self, text: str, source: Source, documents: frozenset[str]) -> str:
        """Return what a question calls a source; a pronoun is called by the speaker's name."""
        return text[source.start : source.end] if source.facts else self._speakers[next(iter(documents))]

    def _passages(self, document: str, places: Sequence[Place]) -> tuple[str, ...]:
        """Return the ids of the paragraphs of a document that are named, in its order."""
        numbered = [(one.passage, self._places(one.passage)) for one in self._index.engine.passages(document)]
        return tuple(passage.id for passage, own in numbered if any(_is_at(place, own) for place in places))

    def _places(self, passage: Passage) -> Iterable[Place]:
        pinpoint = passage.pinpoint or (f"para. {passage.paragraph}" if passage.paragraph is not None else "")
        return self._index.language.wording(pinpoint).places

    @cached_property
    def _every(self) -> frozenset[str]:
        return frozenset(self._titles)

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {entry.id: fold(entry.title) for entry in self._index.engine.documents()}

    @cached_property
    def _speakers(self) -> dict[str, str]:
        every = self._index.engine.documents()
        return {entry.id: entry.metadata["speaker"] for entry in every if "speaker" in entry.metadata}

    @cached_property
    def _by_fact(self) -> dict[Fact, frozenset[str]]:
        found: dict[Fact, set[str]] = {}
        for entry in self._index.engine.documents():
            for fact in self._index.language.facts(entry.metadata):
                found.setdefault(fact, set()).add(entry.id)
        return {fact: frozenset(names) for fact, names in found.items()}


def _is_at(place: Place, own: Iterable[Place]) -> bool:
    """Say whether a passage stands at a place: at the paragraph, or at its part where one is named."""
    return any(
        one.number == place.number
        and one.parts[: len(place.parts)] == place.parts
        and (one.kind == place.kind or {one.kind, place.kind} == {"", "operative"})
        for one in own
    )
