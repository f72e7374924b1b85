"""The files of the page that are the same for everybody: styles, scripts and the icon."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "static"
ICON: Final = _FOLDER / "favicon.svg"


@cache
def styles() -> str:
    """Return all style sheets as one, in the order of their names."""
    return "".join(path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.css")))


@cache
def script(name: str) -> str:
    """Return the script of one part of the page: ``script("source")`` is ``source.js``."""
    return (_FOLDER / f"{name}.js").read_text("utf-8")
