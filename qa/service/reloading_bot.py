"""A bot that follows its index: it opens a new generation between two questions, whichever process published it."""

from __future__ import annotations

import threading
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answering.bot import Bot, open_bot
from qa.errors import IndexDamaged, IndexMismatch
from qa.index.engines import current
from qa.service.catalogue import catalogue_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.protocols import Encoder
    from qa.service.catalogue import Catalogue
    from qa.types import Answer, Document, Turn


class ReloadingBot:
    """Answers from the newest generation of an index that could be opened. Threads may share it.

    A question is answered by the generation that was current when it was asked; the files of that generation stay open
    until then, even if they are removed meanwhile. The encoder is loaded once.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        encoder: Encoder | None = None,
        threshold: float | None = None,
        reader: bool = True,
    ) -> None:
        self.path = Path(path)
        self._threshold = threshold
        self._with_reader = reader
        self._opening = threading.Lock()
        self._refused: tuple[str, IndexDamaged | IndexMismatch] | None = None
        self._open = _Opened(open_bot(path, encoder=encoder, threshold=threshold, reader=reader))

    @property
    def encoder(self) -> Encoder:
        """The encoder of the index and of questions."""
        return self._open.bot.index.encoder

    @property
    def generation(self) -> str:
        """The name of the current generation."""
        return self._open.bot.index.generation

    def refresh(self) -> bool:
        """Open the newest generation if it is not open yet; return whether it was opened.

        If it is open already, this reads one small file. Raises ``IndexProblem`` if the new generation cannot be
        opened; the old one then goes on answering. A damaged or mismatched generation is not opened a second time.
        """
        with self._opening:
            name = current(self.path)
            if name == self.generation:
                return False
            if self._refused is not None and self._refused[0] == name:
                raise self._refused[1].with_traceback(None)
            try:
                bot = open_bot(self.path, encoder=self.encoder, threshold=self._threshold, reader=self._with_reader)
                self._open = _Opened(bot)
            except (IndexDamaged, IndexMismatch) as error:
                self._refused = name, error
                raise
            return True

    def ask(
        self,
        question: str,
        *,
        history: Iterable[Turn] = (),
        k: int | None = None,
        documents: Sequence[str] = (),
        skip: int = 0,
    ) -> Answer:
        """Answer as ``Bot.ask`` does."""
        return self._open.bot.ask(question, history=history, k=k, documents=documents, skip=skip)

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
        """Return completions of a partly typed question, as ``Bot.suggestions`` does."""
        return self._open.bot.suggestions(typed, offered=offered, k=k)

    def spelling(self, question: str) -> str | None:
        """Return the question with corrected spelling, as ``Bot.spelling`` does."""
        return self._open.bot.spelling(question)

    def catalogue(self) -> Catalogue:
        """Return the documents of the current generation."""
        return self._open.catalogue

    def built(self) -> datetime:
        """Return when the current generation was built."""
        return self._open.built


class _Opened:
    """One open generation: its bot, and its catalogue, which is made on first use."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.built = datetime.fromisoformat(bot.index.manifest["created"])

    @cached_property
    def catalogue(self) -> Catalogue:
        index = self.bot.index
        return catalogue_of(index.generation, self.built, index.manifest, index.engine.documents())
