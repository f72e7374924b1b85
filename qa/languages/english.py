"""English, with what is known of the documents of the United Nations in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.languages import clues, entities
from qa.languages.analysis import ANALYSER, analyse
from qa.languages.identification import other_language
from qa.types import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.types import Entity, Fact, Term

_REFERS = re.compile(
    r"\b(?:its?|they|them|theirs?|he|him|his|she|hers?|this|that|these|those|ones?|there|such|same|former|latter|both|"
    r"else|others?|another|instead)\b",
    re.IGNORECASE,
)
_ASKING = frozenset(
    term.term
    for term in analyse(
        "tell say said explain elaborate expand clarify describe detail details summarise summarize summary continue "
        "repeat rephrase example examples mean means meaning give please know understand thing things information info "
        "point kind sort next second third further else thanks okay yes really exactly"
    )
)
"""Words by which people ask for more, whatever it is about."""
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|theirs?|he|him|his|she|hers?|these|those|ones?|former|latter|(?:this|that)(?=\W*$))\b",
    re.IGNORECASE,
)
"""Words for something that was named before, less those that as often stand for nothing of the kind."""
_NAMES = re.compile(r"(?<!^)\b[A-Z]\w+")


class English:
    """English as ``qa.protocols.Language``: it has no state, so threads may share it."""

    name = ANALYSER

    def terms(self, text: str) -> list[Term]:
        """Return the words of a text, without case, accents and endings."""
        return analyse(text)

    def wording(self, question: str) -> Wording:
        """Return how a question is worded."""
        terms = tuple(analyse(question))
        return Wording(
            terms=terms,
            clues=clues.clues(question),
            refers=bool(_REFERS.search(question)),
            points_back=bool(_POINTS_BACK.search(question)),
            has_name=bool(_NAMES.search(question)),
            asks_for_more=all(term.stop or term.term in _ASKING for term in terms),
        )

    def facts(self, metadata: Mapping[str, str]) -> frozenset[Fact]:
        """Return what a document's metadata state."""
        return clues.facts(tuple(sorted(metadata.items())))

    def entities(self, text: str) -> Sequence[Entity]:
        """Return what a text names by value."""
        return entities.entities(text)

    def other_language(self, text: str) -> str | None:
        """Return the ISO 639-1 code of a text that is surely not English, else None."""
        return other_language(text)
