"""The documents of a server: listed, uploaded and removed while it answers."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from qa.errors import UploadError
from qa.service.update_worker import UpdateProcess
from qa.service.updates import Updater
from qa.service.uploads import Uploads, safe_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from qa.service.catalogue import Catalogue, UploadResult
    from qa.service.reloading_bot import ReloadingBot
    from qa.service.updates import RunUpdate, UpdateState
    from qa.service.uploads import Upload

Stage = Literal["waiting", "indexed", "skipped", "failed", "absent"]
"""Where an uploaded file is: its update has not run, it is in the index, it could not be read, its update failed, or
there is no such file."""


@dataclass(frozen=True, slots=True)
class UploadStatus:
    """What happened to an uploaded file: ``result`` once it was read, ``problem`` if its update failed."""

    stage: Stage
    result: UploadResult | None = None
    problem: str | None = None


class Corpus:
    """The documents of an index, with uploads and removals. Threads may share it.

    Uploads change a folder of the index at once. They reach the answers with the next generation, which is built in
    the background while this is entered as a context.
    """

    def __init__(
        self, bot: ReloadingBot, *, run: RunUpdate | None = None, notify: Callable[[UpdateState], None] | None = None
    ) -> None:
        self._bot = bot
        self._uploads = Uploads(bot.path)
        process = UpdateProcess(bot.path)
        self._updater = Updater(bot, run or process, stop=process.stop, notify=notify)
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        self._uploads.sweep()
        self._entered.enter_context(self._updater)
        return self

    def __exit__(self, *exception: object) -> None:
        self._entered.close()

    def catalogue(self) -> Catalogue:
        """Return the documents of the current generation."""
        return self._bot.catalogue()

    def generation(self) -> str:
        """Return the name of the current generation."""
        return self._bot.generation

    def built(self) -> datetime:
        """Return when the current generation was built."""
        return self._bot.built()

    def progress(self) -> UpdateState:
        """Return the state of updates in the background."""
        return self._updater.state()

    def update(self) -> int:
        """Request an update of the index from its sources, and return the number of the request."""
        return self._updater.request()

    def wait(self, number: int, seconds: float) -> bool:
        """Wait until a request is done; return whether it is."""
        return self._updater.wait(number, seconds)

    @contextmanager
    def receive(self, name: str, size: int, *, replace: bool = False) -> Iterator[Upload]:
        """Give an upload to write ``size`` bytes into, under a safe form of ``name``; it is in place at the end.

        Call ``update`` afterwards. Raises ``UploadError`` as ``Uploads.receive`` does, and if a document of an indexed
        folder has that name.
        """
        safe = safe_name(name)
        self._refuse_names_of_sources(safe)
        with self._uploads.receive(safe, size, replace=replace) as upload:
            yield upload

    def check(self, name: str, size: int, *, replace: bool = False) -> None:
        """Raise ``UploadError`` for a file that ``receive`` would refuse."""
        safe = safe_name(name)
        self._refuse_names_of_sources(safe)
        self._uploads.check(safe, size, replace=replace)

    def remove(self, name: str) -> int:
        """Remove an uploaded file, and return the number of the update that takes it out of the answers.

        Raises ``UploadError`` if there is no such file. Documents of the indexed folders are removed there.
        """
        if name not in self._uploads.names():
            self._refuse_names_of_sources(name)
        self._uploads.remove(name)
        return self.update()

    def result(self, name: str, number: int) -> UploadStatus:
        """Return what happened to a file that was uploaded with the update of that number."""
        state = self.progress()
        failed = state.failed_from is not None and number >= state.failed_from
        if state.done < number or (failed and state.activity):  # the current run repeats what failed
            return UploadStatus("waiting", problem=state.problem)
        if failed:
            return UploadStatus("failed", problem=state.problem)
        result = self.catalogue().uploads.get(name)
        if result is None:
            return UploadStatus("absent")
        return UploadStatus("indexed" if result.documents else "skipped", result)

    def _refuse_names_of_sources(self, name: str) -> None:
        """Refuse the name of a document of an indexed folder: citations could not tell the two apart."""
        catalogue = self.catalogue()
        if any(entry.id == name and entry.file is None for entry in catalogue.entries):
            where = ", ".join(catalogue.sources)
            raise UploadError(
                "from-a-folder",
                f"a document called {name} is in the index already, of {where}; change it there, or rename this one",
            )
