"""The documents that a question is asked of: named one by one, or all that a folder, metadata and words leave."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Collection

    from qa.service.catalogue import Catalogue, Entry

MOST: Final = 100
"""Documents that are named one by one, at most; a folder or a filter takes any number."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A choice of documents; an empty one is all of them.

    It holds the named ``documents``, or all if there are none, as far as they are in ``folder``, have the value of each
    of ``facets`` (pairs of name and value), and contain all ``words`` in id, title or metadata.
    """

    documents: tuple[str, ...] = ()
    folder: str = ""
    facets: tuple[tuple[str, str], ...] = ()
    words: str = ""

    @classmethod
    def parse(cls, query: str) -> Scope:
        """Read the query of an address; fields that are not of a choice, and empty ones, are passed over."""
        fields = parse_qs(query.removeprefix("?"))
        facets = (text.partition(":")[::2] for text in fields.get("filter", ()))
        return cls(
            documents=tuple(dict.fromkeys(fields.get("documents", ()))),
            folder=fields.get("folder", [""])[0].strip("/"),
            facets=tuple({name: value for name, value in facets if name and value}.items()),
            words=" ".join(fields.get("words", [""])[0].split()),
        )

    def __bool__(self) -> bool:
        """Return whether it may leave documents out."""
        return bool(self.documents) or self.is_filter

    @property
    def is_filter(self) -> bool:
        """Whether documents are chosen by what they are, and not by name alone."""
        return bool(self.folder or self.facets or self.words)

    @property
    def query(self) -> str:
        """The query that ``parse`` reads, without its question mark."""
        fields = [
            *(("documents", name) for name in self.documents),
            *([("folder", self.folder)] if self.folder else []),
            *(("filter", f"{name}:{value}") for name, value in self.facets),
            *([("words", self.words)] if self.words else []),
        ]
        return urlencode(fields, quote_via=quote, safe="/:")

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self) | {"documents": list(self.documents), "facets": dict(self.facets)}

    def entries(self, catalogue: Catalogue) -> list[Entry]:
        """Return the documents of a catalogue that it holds, in the order of the catalogue."""
        facets = dict(self.facets)
        if not facets.keys() <= catalogue.facets.keys() | catalogue.further_facets.keys():
            return []
        found = catalogue.find(self.words, facets, self.folder)
        named = set(self.documents)
        return [entry for entry in found if entry.id in named] if named else found

    def within(self, ids: Collection[str], catalogue: Catalogue | None) -> tuple[str, ...]:
        """Return the ids of the documents that it holds of ``ids``; where there is no list, a filter holds none."""
        if not self.is_filter:
            known = set(ids)
            return tuple(name for name in self.documents if name in known)
        return tuple(entry.id for entry in self.entries(catalogue)) if catalogue else ()


ALL: Final = Scope()
"""All documents."""
