"""The address of a place in the documents, as the links of the page carry it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote, urlencode

from qa.web.views.marks import merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.types import Citation, Span

_MOST_SPANS: Final = 100
"""Spans that one address may mark. Each is searched for on the page, and anyone can write an address."""
_MOST_SOUGHT: Final = 200
"""Characters that are looked for in a document."""


@dataclass(frozen=True, slots=True)
class Address:
    """A document and, optionally, a passage in it with ``highlights``.

    ``exact`` are the words in it that answer. ``paged`` asks for the image of a page instead of the text. ``page`` is
    its number, by default that of the passage; the query calls it ``sheet``, because Gradio uses ``page`` itself.
    ``check`` is a digest of the passage's text when the address was made. ``find`` is what a reader looks for in the
    document, ``hit`` the number of the place at which it was found, by default the first from the passage on.
    """

    document: str
    passage: Span | None = None
    highlights: tuple[Span, ...] = ()
    paged: bool = False
    page: int | None = None
    check: str | None = None
    exact: Span | None = None
    find: str = ""
    hit: int | None = None

    @classmethod
    def of(cls, citation: Citation) -> Address:
        """Return the address of a citation."""
        passage = citation.start, citation.end
        return cls(citation.document, passage, citation.highlights, check=_check(citation.quote), exact=citation.answer)

    @classmethod
    def parse(cls, query: str) -> Address | None:
        """Read the query of a link, which anyone may have written; None if it is not an address."""
        try:
            fields = parse_qs(query.removeprefix("?"), strict_parsing=True, max_num_fields=10)
            passage, exact = (next(iter(_spans(fields.get(name, [""])[0])), None) for name in ("passage", "exact"))
            highlights = merged(_spans(fields.get("highlights", [""])[0]))
            page, hit = (int(fields[name][0]) if name in fields else None for name in ("sheet", "hit"))
        except ValueError:
            return None
        document = fields.get("document", [""])[0]
        paged = fields.get("view") == ["page"]
        check = fields.get("check", [None])[0]
        find = " ".join(fields.get("find", [""])[0].split())[:_MOST_SOUGHT]
        return cls(document, passage, highlights, paged, page, check, exact, find, hit) if document else None

    def holds_in(self, text: str) -> bool:
        """Return whether ``text`` still has the same words at the passage; True where there is no ``check``."""
        return not (self.passage and self.check) or _check(text[slice(*self.passage)]) == self.check

    def __str__(self) -> str:
        """Return the query, with its question mark."""
        fields = {"document": self.document}
        for name, span in (("passage", self.passage), ("exact", self.exact)):
            if span:
                fields[name] = _text([span])
        if self.highlights:
            fields["highlights"] = _text(self.highlights)
        if self.paged:
            fields["view"] = "page"
        if self.page is not None:
            fields["sheet"] = str(self.page)
        if self.check:
            fields["check"] = self.check
        if self.find:
            fields["find"] = self.find
        if self.hit is not None:
            fields["hit"] = str(self.hit)
        return "?" + urlencode(fields, quote_via=quote, safe="/,")


def _check(quotation: str) -> str:
    return hashlib.sha256(quotation.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _text(spans: Sequence[Span]) -> str:
    return ",".join(f"{start}-{end}" for start, end in spans)


def _spans(text: str) -> list[Span]:
    """Read ``1042-1377,1400-1410``; raises ``ValueError`` if it is anything else, or has too many spans."""
    if text.count(",") >= _MOST_SPANS:
        raise ValueError(f"more than {_MOST_SPANS} spans")
    spans: list[Span] = []
    for piece in filter(None, text.split(",")):
        start, end = piece.split("-")
        spans.append((int(start), int(end)))
    return spans
