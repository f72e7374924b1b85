"""Quotations as people pass them on: the words, then where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.types import Citation


def details(metadata: Mapping[str, str], title: str) -> list[tuple[str, str]]:
    """Return the metadata that the title does not contain, as names and values in their order."""
    return [
        (name, value)
        for name, value in metadata.items()
        if value.strip() and value not in title and not (name == "date" and "dates" in metadata)
    ]


def reference(citation: Citation) -> str:
    """Return where a quotation stands, in one line: title, metadata, heading, pinpoint, document."""
    parts = [citation.title or citation.document, *(value for _, value in details(citation.metadata, citation.title))]
    if citation.heading and citation.heading != citation.title:
        parts.append(f"under “{citation.heading}”")
    parts.append(citation.pinpoint)
    document = f" ({citation.document})" if citation.title else ""
    return " ".join(f"{', '.join(parts)}{document}".split())


def quotation(citation: Citation) -> str:
    """Return a quotation to the letter in quotation marks, with its reference below."""
    return f"“{citation.quote}”\n— {reference(citation)}"
