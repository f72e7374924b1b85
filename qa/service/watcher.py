"""Watches folders for changes, so that each change updates the index: ``qa serve --watch``."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from watchfiles import watch

from qa.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_SETTLE_MS: Final = 400
"""Changes are reported after this time without a further change: a file is often written in steps."""
_LATEST_MS: Final = 5_000
"""Changes are reported after this time in any case."""
_RETRY_SECONDS: Final = 5.0
"""Time before a path that could not be watched is tried again."""


class Watcher:
    """Calls ``changed`` with the changed paths below some files and folders, while it is entered as a context.

    Ignores hidden files and folders, which are never indexed, and everything below ``ignored``. Whenever watching
    starts, ``changed`` is called without paths, because something may have changed before. Watching starts again after
    an error, and when a folder is replaced by another; ``notify`` is then called with a sentence. Raises
    ``SourceError`` if one of the paths does not exist.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        changed: Callable[[list[Path]], None],
        *,
        ignored: Path,
        notify: Callable[[str], None] | None = None,
    ) -> None:
        resolved = [path.resolve() for path in paths]
        if missing := [str(path) for path in resolved if not path.exists()]:
            raise SourceError(f"there is no file or folder {missing[0]} to watch; index again from where it is now")
        self._folders = [path for path in resolved if path.is_dir()]
        self._files = {path for path in resolved if not path.is_dir()}
        self._changed = changed
        self._notify = notify or (lambda _sentence: None)
        self._ignored = ignored.resolve()
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        if self._folders:
            self._start(self._folders, recursive=True)
        if self._files:  # an editor replaces a file by another of its name, so the folder is watched
            self._start(sorted({path.parent for path in self._files}), recursive=False)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()

    def _start(self, paths: list[Path], *, recursive: bool) -> None:
        threading.Thread(target=self._watch, args=(paths, recursive), name="watcher", daemon=True).start()

    def _watch(self, paths: list[Path], recursive: bool) -> None:
        where, told = ", ".join(str(path) for path in paths), ""
        while not self._stop.is_set():
            try:
                self._follow(paths, recursive)
                told = ""
            except (OSError, RuntimeError) as error:  # watchfiles raises errors of the kernel as RuntimeError
                sentence = f"{where} cannot be watched ({error}); it is tried again every {_RETRY_SECONDS:g} seconds"
                if sentence != told:
                    self._notify(sentence)
                told = sentence
                self._stop.wait(_RETRY_SECONDS)

    def _follow(self, paths: list[Path], recursive: bool) -> None:
        """Report changes until one of the paths is replaced by another folder."""
        is_relevant = self._is_in_a_folder if recursive else self._is_a_file
        folders = _identities(paths)
        started = False
        for changes in watch(
            *paths,
            watch_filter=lambda _change, path: Path(path) in paths or is_relevant(Path(path)),
            debounce=_LATEST_MS,
            step=_SETTLE_MS,
            stop_event=self._stop,
            rust_timeout=500,
            recursive=recursive,
            raise_interrupt=False,
            ignore_permission_denied=True,
            yield_on_timeout=True,
        ):
            changed = {Path(path) for _, path in changes}
            relevant = sorted(path for path in changed if is_relevant(path))
            if relevant or not started:
                self._changed(relevant)
            started = True
            if not changed.isdisjoint(paths) or _identities(paths) != folders:
                self._notify(f"{', '.join(str(path) for path in paths)}: a folder was replaced; watching it anew")
                return

    def _is_in_a_folder(self, path: Path) -> bool:
        if path.is_relative_to(self._ignored):
            return False
        parts = next(path.relative_to(folder).parts for folder in self._folders if path.is_relative_to(folder))
        return not any(part.startswith(".") for part in parts)

    def _is_a_file(self, path: Path) -> bool:
        return path in self._files


def _identities(paths: list[Path]) -> list[tuple[int, int]]:
    return [(found.st_dev, found.st_ino) for found in (path.stat() for path in paths)]
