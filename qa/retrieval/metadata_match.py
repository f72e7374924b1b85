"""Words of a question that name the document: matched with what the documents' metadata state."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.protocols import Language
    from qa.types import Clue


def stated(clues: Sequence[Clue], metadata: Mapping[str, str], language: Language) -> list[Clue]:
    """Return the clues of a question that a document's metadata state."""
    known = language.facts(metadata)
    return [clue for clue in clues if clue.facts & known]
