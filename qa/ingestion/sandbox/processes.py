"""Child processes of our own: this interpreter, isolated, that finds the modules this one finds."""

from __future__ import annotations

import json
import sys
from pathlib import Path

_MAIN = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from {} import main; main(*sys.argv[2:])"


def command_for(module: str, *arguments: str) -> list[str]:
    """Return the command that runs ``main(*arguments)`` of one of our modules, wherever it is run.

    It imports nothing from its working folder and minds no PYTHON variables. ``module`` is a name of ours, never data.
    """
    paths = json.dumps([entry or str(Path.cwd()) for entry in sys.path])
    return [sys.executable, "-I", "-c", _MAIN.format(module), paths, *arguments]
