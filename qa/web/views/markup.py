"""Text from documents and people to inert HTML: everything is escaped here, and nothing is ever read as Markdown."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.types import Citation, Span

_MOST_SPANS: Final = 100
"""Stretches that one address may mark: every one is looked for on the page."""


def escape(text: str) -> str:
    """Return ``text`` as HTML that reads back to the letter.

    A carriage return becomes a reference because an HTML parser would turn a bare one into a line feed.
    """
    return html.escape(text, quote=True).replace("\r", "&#13;")


def marked(text: str, offset: int, spans: Iterable[Span]) -> str:
    """Return ``text`` escaped, with ``spans`` in ``<mark>``.

    ``offset`` is where ``text`` begins in its document; spans count from the document's beginning, those (or the
    parts of those) outside ``text`` are left out, and overlapping ones become one mark.
    """
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        begin, stop = max(start - offset, done), min(end - offset, len(text))
        if begin < stop:
            pieces += [escape(text[done:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
            done = stop
    return "".join([*pieces, escape(text[done:])])


@dataclass(frozen=True, slots=True)
class Address:
    """A place in the documents, as a link on the page carries it: a document and, if any, a passage in it.

    ``paged`` asks for the page itself instead of its text, and ``page`` for which, by default the passage's; in the
    address it is ``sheet``, because Gradio takes ``page`` for itself. ``check`` stands for the words that the passage
    had when the address was made.
    """

    document: str
    passage: Span | None = None
    highlights: tuple[Span, ...] = ()
    paged: bool = False
    page: int | None = None
    check: str | None = None

    @classmethod
    def of(cls, citation: Citation) -> Address:
        """Return where a citation leads."""
        passage = citation.start, citation.end
        return cls(citation.document, passage, citation.highlights, check=_check(citation.quote))

    @classmethod
    def parse(cls, query: str) -> Address | None:
        """Read a link's query, which a browser sends and anyone may have written; None if it is no address."""
        try:
            fields = parse_qs(query.removeprefix("?"), strict_parsing=True, max_num_fields=6)
            passage = _spans(fields.get("passage", [""])[0])
            highlights = _merged(_spans(fields.get("highlights", [""])[0]))
            page = int(fields["sheet"][0]) if "sheet" in fields else None
        except ValueError:
            return None
        document = fields.get("document", [""])[0]
        paged = fields.get("view") == ["page"]
        check = fields.get("check", [None])[0]
        return cls(document, passage[0] if passage else None, highlights, paged, page, check) if document else None

    def holds_in(self, text: str) -> bool:
        """Say whether the passage has its words still in a document's text; without a ``check`` nobody can tell."""
        return not (self.passage and self.check) or _check(text[slice(*self.passage)]) == self.check

    def __str__(self) -> str:
        """Return the query, question mark included."""
        fields = {"document": self.document}
        if self.passage:
            fields["passage"] = _text([self.passage])
        if self.highlights:
            fields["highlights"] = _text(self.highlights)
        if self.paged:
            fields["view"] = "page"
        if self.page is not None:
            fields["sheet"] = str(self.page)
        if self.check:
            fields["check"] = self.check
        return "?" + urlencode(fields, quote_via=quote, safe="/,")


def _check(quotation: str) -> str:
    return hashlib.sha256(quotation.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _text(spans: Sequence[Span]) -> str:
    return ",".join(f"{start}-{end}" for start, end in spans)


def _spans(text: str) -> list[Span]:
    """Read ``1042-1377,1400-1410``; ``ValueError`` if it is anything else, or longer than any citation's."""
    if text.count(",") >= _MOST_SPANS:
        raise ValueError(f"more than {_MOST_SPANS} places")
    spans: list[Span] = []
    for piece in filter(None, text.split(",")):
        start, end = piece.split("-")
        spans.append((int(start), int(end)))
    return spans


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans that cover the same letters, each once, in their order."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        elif start < end:
            merged.append((start, end))
    return tuple(merged)
