"""The documents of a server: what is in the index, what is added to it and taken out of it while it answers."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from qa.errors import NotAdded
from qa.service.update_worker import UpdateApart
from qa.service.updates import Updater
from qa.service.uploads import AddedFiles, safe_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from qa.service.catalogue import Catalogue, Outcome
    from qa.service.reloading_bot import LiveBot
    from qa.service.updates import Progressed, Run
    from qa.service.uploads import Incoming

Stage = Literal["waiting", "indexed", "skipped", "failed", "absent"]
"""What has become of an added file: it waits for its update, is in the index, could not be read, could not be indexed
because the update failed, or is not there."""


@dataclass(frozen=True, slots=True)
class Result:
    """What has become of a file that was added; ``outcome`` once it was looked at, ``problem`` if the update failed."""

    stage: Stage
    outcome: Outcome | None = None
    problem: str | None = None


class Corpus:
    """What an index holds, and files added to it and removed from it by hand. Threads may share it.

    Changes are made to a folder of the index at once and reach answers with the next generation, which is made in the
    background between entering and leaving this as a context.
    """

    def __init__(
        self, bot: LiveBot, *, run: Run | None = None, tell: Callable[[Progressed], None] | None = None
    ) -> None:
        self._bot = bot
        self._files = AddedFiles(bot.path)
        apart = UpdateApart(bot.path)
        self._updater = Updater(bot, run or apart, end=apart.end, tell=tell)
        self._held = ExitStack()

    def __enter__(self) -> Self:
        self._files.sweep()
        self._held.enter_context(self._updater)
        return self

    def __exit__(self, *exception: object) -> None:
        self._held.close()

    def catalogue(self) -> Catalogue:
        """Return what the generation holds that answers now."""
        return self._bot.catalogue()

    def generation(self) -> str:
        """Return the name of the generation that answers now."""
        return self._bot.generation

    def built(self) -> datetime:
        """Return when the generation was made that answers now."""
        return self._bot.built()

    def progress(self) -> Progressed:
        """Return how far bringing the index up to date has come."""
        return self._updater.state()

    def update(self) -> int:
        """Have the index brought up to date with its sources, and return the request's number."""
        return self._updater.request()

    def wait(self, number: int, seconds: float) -> bool:
        """Wait until a request is dealt with; return whether it is."""
        return self._updater.wait(number, seconds)

    @contextmanager
    def receive(self, name: str, size: int, *, replace: bool = False) -> Iterator[Incoming]:
        """Give a file to write ``size`` bytes into, under a safe form of ``name``; at the end it is in its place.

        Afterwards ``update`` is to be called. Raises ``NotAdded`` as ``AddedFiles.receive`` does, and where a folder
        that was indexed has a document of that name.
        """
        safe = safe_name(name)
        self._refuse_names_of_others(safe)
        with self._files.receive(safe, size, replace=replace) as incoming:
            yield incoming

    def check(self, name: str, size: int, *, replace: bool = False) -> None:
        """Refuse a file that ``receive`` would not take, as it does."""
        safe = safe_name(name)
        self._refuse_names_of_others(safe)
        self._files.check(safe, size, replace=replace)

    def remove(self, name: str) -> int:
        """Remove a file that was added, and return the number of the update with which it leaves the answers.

        Raises ``NotAdded`` where there is none; documents of the indexed folders are removed there.
        """
        if name not in self._files.names():
            self._refuse_names_of_others(name)
        self._files.remove(name)
        return self.update()

    def result(self, name: str, number: int) -> Result:
        """Return what has become of a file added with the update of that number."""
        state = self.progress()
        failed = state.failed_from is not None and number >= state.failed_from
        if state.done < number or (failed and state.what):  # a run that is under way takes up what failed, too
            return Result("waiting", problem=state.problem)
        if failed:
            return Result("failed", problem=state.problem)
        outcome = self.catalogue().added.get(name)
        if outcome is None:
            return Result("absent")
        return Result("indexed" if outcome.documents else "skipped", outcome)

    def _refuse_names_of_others(self, name: str) -> None:
        """Refuse the name of a document that lies in an indexed folder: one of the two could not be cited."""
        catalogue = self.catalogue()
        if any(entry.document == name and entry.file is None for entry in catalogue.entries):
            where = ", ".join(catalogue.sources)
            raise NotAdded(
                "from-a-folder",
                f"a document called {name} is in the index already, of {where}; change it there, or rename this one",
            )
