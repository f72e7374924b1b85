"""Citations: where a passage stands, in the words people use for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.types import Citation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.types import Hit, Passage


def pinpoint(passage: Passage) -> str:
    """Say where in its document a passage stands: ``para. 12, p. 3``; a head line is ``head``."""
    if passage.paragraph is None:
        place = "head"
    elif passage.part is None:
        place = f"para. {passage.paragraph}"
    else:
        place = f"para. {passage.paragraph}, part {passage.part}"
    return place if passage.page is None else f"{place}, p. {passage.page}"


def cite(hit: Hit, number: int, metadata: Mapping[str, str]) -> Citation:
    """Turn a hit into the citation numbered ``number``, with the metadata of its document."""
    passage = hit.passage
    return Citation(
        number=number,
        document=passage.document,
        title=passage.title,
        metadata=metadata,
        page=passage.page,
        paragraph=passage.paragraph,
        heading=passage.heading,
        pinpoint=pinpoint(passage),
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        highlights=hit.highlights,
        score=hit.score,
        ranks=hit.ranks,
        why=hit.why,
    )
