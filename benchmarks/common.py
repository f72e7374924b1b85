"""What several benchmarks use: folders, command lines, and sets with a bot over their documents."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answering.bot import Bot
    from qa.evaluation.sets import EvaluationSet

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
"""The folder beside the project where the public sets and corpora may lie; see ``benchmarks.data``."""
UN_CORPUS = SHARED / "corpora" / "un"
OWN_SETS = ROOT / "data" / "eval"
CHROMIUM = {
    "executable_path": shutil.which("chromium") or "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
}
"""How Playwright starts the browser."""
DEFAULT_INDEX = "embeddings/default"


def command_line(description: str | None) -> argparse.ArgumentParser:
    """Return a parser whose help is a module's docstring as it stands."""
    return argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)


def open_set(argument: str) -> tuple[Bot, EvaluationSet]:
    """Open a set, given as SET or SET=INDEX, with a bot over its documents.

    Without INDEX, a set with its own corpus is indexed in the cache, and any other set uses ``DEFAULT_INDEX``.
    """
    import qa
    from qa.evaluation.runner import index_of
    from qa.evaluation.sets import load_set

    name, _, index = argument.partition("=")
    folder = Path(name)
    corpus = folder / "corpus.jsonl"
    bot = qa.open_bot(index or (index_of(corpus) if corpus.is_file() else DEFAULT_INDEX))
    return bot, load_set(folder, lambda document: bot.document(document).text)
