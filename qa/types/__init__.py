"""The nouns of the package, in the order in which they travel: a file to an index, a question to an answer.

All are frozen and need no third-party library. Positions count Unicode code points of ``Document.text``, end exclusive.
Ranks start at 1. A higher score is better.
"""

from qa.types.answers import (
    Answer,
    Citation,
    Clarity,
    Explanation,
    Hit,
    Match,
    MentioningDocument,
    Mentions,
    Premise,
    Reason,
    TokenMatch,
)
from qa.types.documents import (
    Block,
    BlockKind,
    Document,
    DocumentEntry,
    Doubt,
    Doubtful,
    IndexReport,
    Pages,
    Passage,
    Skipped,
    Span,
    page_at,
    pages_within,
)
from qa.types.questions import Clue, Entity, EntityKind, Fact, Listing, Remark, Role, Term, Turn, Value, Wording

__all__ = [
    "Answer",
    "Block",
    "BlockKind",
    "Citation",
    "Clarity",
    "Clue",
    "Document",
    "DocumentEntry",
    "Doubt",
    "Doubtful",
    "Entity",
    "EntityKind",
    "Explanation",
    "Fact",
    "Hit",
    "IndexReport",
    "Listing",
    "Match",
    "MentioningDocument",
    "Mentions",
    "Pages",
    "Passage",
    "Premise",
    "Reason",
    "Remark",
    "Role",
    "Skipped",
    "Span",
    "Term",
    "TokenMatch",
    "Turn",
    "Value",
    "Wording",
    "page_at",
    "pages_within",
]
