"""Citations: where a passage stands, in the words people use for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.types import Citation, page_at

if TYPE_CHECKING:
    from qa.types import Hit, Passage


def pinpoint(passage: Passage, page: int | None) -> str:
    """Say where in its document a passage stands: ``para. 12, p. 3``, or as the document numbers it itself.

    A head line is ``head``; ``page`` is that of the words that are cited.
    """
    if passage.pinpoint is not None:
        place = passage.pinpoint
    elif passage.paragraph is None:
        place = "head"
    else:
        place = f"para. {passage.paragraph}"
    if passage.part is not None:
        place = f"{place}, part {passage.part}"
    return place if page is None else f"{place}, p. {page}"


def cited_page(hit: Hit) -> int | None:
    """Return the page of the first highlight: that of the quoted sentence, not of its paragraph's beginning."""
    start = hit.highlights[0][0] if hit.highlights else hit.passage.start
    return page_at(hit.passage.pages, start) or hit.passage.page


def cite(hit: Hit, number: int) -> Citation:
    """Turn a hit into the citation numbered ``number``."""
    passage = hit.passage
    page = cited_page(hit)
    return Citation(
        number=number,
        document=passage.document,
        title=passage.title,
        metadata=hit.metadata,
        page=page,
        paragraph=passage.paragraph,
        heading=passage.heading,
        pinpoint=pinpoint(passage, page),
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        highlights=hit.highlights,
        score=hit.score,
        ranks=hit.ranks,
        why=hit.why,
        answer=hit.answer,
    )
