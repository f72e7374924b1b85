"""A bot that follows its index: a new generation takes over between two questions, whoever published it."""

from __future__ import annotations

import threading
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answering.bot import Bot, open_bot
from qa.errors import IndexDamaged, IndexMismatch
from qa.index.generations import current
from qa.service.catalogue import catalogue_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.protocols import Encoder
    from qa.service.catalogue import Catalogue
    from qa.types import Answer, Document, Turn


class LiveBot:
    """Answers from the newest generation of an index that could be opened. Threads may share it.

    A question that is being answered while a generation takes over is finished on the one it began with, whose files
    stay open until then although they may be removed. The encoder is loaded once.
    """

    def __init__(self, path: str | Path, *, encoder: Encoder | None = None, threshold: float | None = None) -> None:
        self.path = Path(path)
        self._threshold = threshold
        self._opening = threading.Lock()
        self._refused: tuple[str, IndexDamaged | IndexMismatch] | None = None
        self._open = _Opened(open_bot(path, encoder=encoder, threshold=threshold))

    @property
    def encoder(self) -> Encoder:
        """What encodes questions, and built the index."""
        return self._open.bot.index.encoder

    @property
    def generation(self) -> str:
        """The name of the generation that answers now."""
        return self._open.bot.index.generation

    def refresh(self) -> bool:
        """Answer from the current generation from now on; return whether it is another one than before.

        Costs a glance at one small file where it is the same. Raises ``IndexProblem`` if the new one cannot be opened;
        then the old one goes on answering. One that is damaged or of another encoder is not looked at again.
        """
        with self._opening:
            name = current(self.path)
            if name == self.generation:
                return False
            if self._refused is not None and self._refused[0] == name:
                raise self._refused[1].with_traceback(None)
            try:
                self._open = _Opened(open_bot(self.path, encoder=self.encoder, threshold=self._threshold))
            except (IndexDamaged, IndexMismatch) as error:
                self._refused = name, error
                raise
            return True

    def ask(self, question: str, *, history: Iterable[Turn] = (), k: int = 5, documents: Sequence[str] = ()) -> Answer:
        """Answer as ``Bot.ask`` does."""
        return self._open.bot.ask(question, history=history, k=k, documents=documents)

    def document_ids(self) -> list[str]:
        """Return the ids of the indexed documents, sorted."""
        return self._open.bot.document_ids()

    def document(self, document_id: str) -> Document:
        """Return a document with its text; ``KeyError`` if the index has none of that id."""
        return self._open.bot.document(document_id)

    def file(self, document: Document) -> Path | None:
        """Return the file a document was read from, as ``Bot.file`` does."""
        return self._open.bot.file(document)

    def suggestions(self, typed: str, *, offered: Iterable[str] = (), k: int = 6) -> list[str]:
        """Return what that which is being typed may become, as ``Bot.suggestions`` does."""
        return self._open.bot.suggestions(typed, offered=offered, k=k)

    def spelling(self, question: str) -> str | None:
        """Return what a question may have been meant to say, as ``Bot.spelling`` does."""
        return self._open.bot.spelling(question)

    def catalogue(self) -> Catalogue:
        """Return what the generation holds that answers now."""
        return self._open.catalogue

    def built(self) -> datetime:
        """Return when the generation was made that answers now."""
        return self._open.built


class _Opened:
    """One generation: the bot that answers from it, and what it holds once somebody asks for that."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.built = datetime.fromisoformat(bot.index.about["created"])

    @cached_property
    def catalogue(self) -> Catalogue:
        index = self.bot.index
        return catalogue_of(index.generation, self.built, index.about, index.store.listing())
