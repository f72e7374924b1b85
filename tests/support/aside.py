"""Coroutines beside a thread that has a loop already, as Playwright's does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable


def aside(function: Callable[..., Any], *arguments: object) -> Any:
    """Run a coroutine function to its end in a thread of its own and return what it returns."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, function, *arguments).result()
