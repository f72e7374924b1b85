"""Make the encoder, segmenter and language of an index again from its manifest, for example in a background update.

A manifest may come from anywhere. So it can only name classes that are installed here and have the class method
``from_settings``. Nothing is fetched: a part that is not on this machine is an error.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qa.errors import IndexMismatch

if TYPE_CHECKING:
    from collections.abc import Mapping


def describe(component: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the protocols
    """Return how to make a part again: its name, its class as ``module:Class``, and its settings.

    Class and settings are None if the part cannot be made again. Such a part must be given to open the index.
    """
    cls = type(component)
    again = hasattr(cls, "from_settings")
    return {
        "name": component.name,
        "class": f"{cls.__module__}:{cls.__qualname__}" if again else None,
        "settings": component.settings() if again else None,
    }


def make(kind: str, described: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any of the protocols
    """Make a part, such as an encoder, from what ``describe`` returned.

    Raises ``IndexMismatch`` if its class has no ``from_settings``, cannot be imported here, or refuses the settings.
    """
    name, place = described["name"], described["class"]
    if place is None:
        raise IndexMismatch(
            f"the index was built with the {kind} {name}, which does not say how to make it again; "
            f"open the index with {kind}=…, or give its class settings() and from_settings()"
        )
    module, _, attribute = place.partition(":")
    try:
        cls = getattr(import_module(module), attribute)
        return cls.from_settings(described["settings"])
    except (ImportError, AttributeError, TypeError) as error:
        raise IndexMismatch(
            f"the index was built with the {kind} {name}, whose class {place} cannot be used here ({error}); "
            f"install the package that has it, or open the index with {kind}=…"
        ) from error
