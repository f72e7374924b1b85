"""The engine of an index, by its address: a folder belongs to the local engine, ``NAME://…`` to the one of that name.

An engine is a module with these functions, whose first argument is the address:

- ``open_engine`` returns the name of the current generation, its manifest, and an ``Engine``;
- ``open_writer`` is a context manager that gives an ``EngineWriter``; ``vectors`` is the kind of vector index, or None;
- ``describe`` returns what is said about the current generation, ``current`` its name alone. Neither loads a model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from qa.errors import IndexNotFound

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

FOLDER: Final = "folder"
MODULES: Final = {FOLDER: "qa.index.local.engine"}
"""The module of each engine, by the name in an address."""


def engine_of(address: str | Path) -> ModuleType:
    """Return the module of an index's engine. Raises ``IndexNotFound`` for a name that no engine has."""
    name, separator, _ = str(address).partition("://")
    module = MODULES.get(name if separator else FOLDER)
    if module is None:
        known = ", ".join(f"{name}://…" for name in MODULES if name != FOLDER) or "none yet"
        raise IndexNotFound(f"there is no engine for {address}; an index is a folder; other addresses: {known}")
    return import_module(module)


def current(address: str | Path) -> str:
    """Return the name of the current generation. Raises what the engine's ``open_engine`` raises."""
    return str(engine_of(address).current(address))
