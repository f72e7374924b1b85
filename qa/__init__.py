"""Chapter & Verse answers questions in the documents' own words: verbatim passages, cited, or a plain refusal.

Importing this package loads neither torch nor faiss nor gradio; they come with the first call that needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa.errors import QAError
from qa.types import Answer, Citation, Document, IndexReport, Passage, Turn

if TYPE_CHECKING:
    from qa.answering.bot import Bot, open_bot
    from qa.index.build import build_index, describe_index

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Bot",
    "Citation",
    "Document",
    "IndexReport",
    "Passage",
    "QAError",
    "Turn",
    "build_index",
    "describe_index",
    "open_bot",
]

_LATE = {
    "Bot": "qa.answering.bot",
    "open_bot": "qa.answering.bot",
    "build_index": "qa.index.build",
    "describe_index": "qa.index.build",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
