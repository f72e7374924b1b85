"""Progress of a reader through a long file, so that the process that waits for it can grant it more time."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_listener: ContextVar[Callable[[int], None] | None] = ContextVar("listener", default=None)


@contextmanager
def reporting_to(listener: Callable[[int], None]) -> Iterator[None]:
    """While this context is open, call ``listener`` with every number of pages that is reported."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def report(pages: int) -> None:
    """Report how many pages of the current file are done."""
    listener = _listener.get()
    if listener is not None:
        listener(pages)
