"""Folders watched for changes, each of which leads to an update of the index: ``qa serve --watch``."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from watchfiles import watch

from qa.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_QUIET: Final = 400
"""Milliseconds without a further change after which changes are passed on: a file is often written in steps."""
_AT_LATEST: Final = 5_000
"""Milliseconds after which they are passed on in any case."""
_AGAIN: Final = 5.0
"""Seconds after which watching what could not be watched is tried again."""


class Watcher:
    """Calls ``changed`` with the paths that changed below some files and folders, while it is entered as a context.

    Hidden files and folders, which are never indexed, and what lies below ``ignored`` do not count. Each time watching
    has begun, ``changed`` is called with no paths, for what changed until then. It begins anew where it fails, or where
    a folder is replaced by another; ``tell`` gets a sentence then. Raises ``SourceError`` where one of the paths does
    not exist.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        changed: Callable[[list[Path]], None],
        *,
        ignored: Path,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        resolved = [path.resolve() for path in paths]
        if missing := [str(path) for path in resolved if not path.exists()]:
            raise SourceError(f"there is no file or folder {missing[0]} to watch; index again from where it is now")
        self._folders = [path for path in resolved if path.is_dir()]
        self._files = {path for path in resolved if not path.is_dir()}
        self._changed = changed
        self._tell = tell or (lambda _sentence: None)
        self._ignored = ignored.resolve()
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        if self._folders:
            self._start(self._folders, recursive=True)
        if self._files:  # an editor replaces a file by another of its name, so its folder is what is watched
            self._start(sorted({path.parent for path in self._files}), recursive=False)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()

    def _start(self, paths: list[Path], *, recursive: bool) -> None:
        threading.Thread(target=self._watch, args=(paths, recursive), name="watcher", daemon=True).start()

    def _watch(self, paths: list[Path], recursive: bool) -> None:
        where, said = ", ".join(str(path) for path in paths), ""
        while not self._stop.is_set():
            try:
                self._follow(paths, recursive)
                said = ""
            except (OSError, RuntimeError) as error:  # RuntimeError is what watchfiles makes of the kernel's
                sentence = f"{where} cannot be watched ({error}); it is tried again every {_AGAIN:g} seconds"
                if sentence != said:
                    self._tell(sentence)
                said = sentence
                self._stop.wait(_AGAIN)

    def _follow(self, paths: list[Path], recursive: bool) -> None:
        """Pass changes on until one of the paths is no longer the folder that it was."""
        counts = self._is_in_a_folder if recursive else self._is_a_file
        folders = _identities(paths)
        begun = False
        for changes in watch(
            *paths,
            watch_filter=lambda _change, path: Path(path) in paths or counts(Path(path)),
            debounce=_AT_LATEST,
            step=_QUIET,
            stop_event=self._stop,
            rust_timeout=500,
            recursive=recursive,
            raise_interrupt=False,
            ignore_permission_denied=True,
            yield_on_timeout=True,
        ):
            changed = {Path(path) for _, path in changes}
            counted = sorted(path for path in changed if counts(path))
            if counted or not begun:
                self._changed(counted)
            begun = True
            if not changed.isdisjoint(paths) or _identities(paths) != folders:
                self._tell(f"{', '.join(str(path) for path in paths)}: a folder was replaced; watching it anew")
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
