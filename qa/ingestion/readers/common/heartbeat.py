"""How a reader of a long file says that it is getting on, so that a process that waits for it gives it more time."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_listener: ContextVar[Callable[[int], None] | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Callable[[int], None]) -> Iterator[None]:
    """Within, call ``listener`` with the number of pages that a reader says are done."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def beat(pages: int) -> None:
    """Say that so many pages of the file that is being read are done."""
    listener = _listener.get()
    if listener is not None:
        listener(pages)
