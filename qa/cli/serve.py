"""The commands that serve others: the chat, who may use it, tools for programs, and what readers said."""

from __future__ import annotations

import getpass
import json
import sqlite3
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.answering.bot import open_bot
from qa.cli.terminal import counted, inert, say
from qa.errors import QAError
from qa.service.feedback import FILE, FeedbackStore, write_set
from qa.service.reloading_bot import ReloadingBot

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from qa.service.corpus import Corpus
    from qa.service.feedback import Feedback
    from qa.service.updates import UpdateState
    from qa.service.watcher import Watcher


def serve(options: argparse.Namespace) -> int:
    """Serve the chat until it is stopped."""
    try:
        from qa.service.corpus import Corpus
        from qa.web import serve
        from qa.web.security.accounts import read_accounts
    except ModuleNotFoundError as error:
        raise QAError(f"the web chat needs {error.name}; run: pip install 'chapter-verse[web]'") from error
    accounts = read_accounts(Path(options.auth)) if options.auth else None
    if strangers := [name for name in options.editor if accounts is None or name not in accounts]:
        raise QAError(
            f"--editor {strangers[0]} is nobody that --auth names; add them: qa password {strangers[0]} --auth FILE"
        )
    bot = ReloadingBot(options.index, threshold=options.threshold)
    examples = _read_examples(Path(options.examples), set(bot.document_ids()))
    with ExitStack() as held:
        corpus = held.enter_context(Corpus(bot, notify=_tell))
        if options.watch:
            held.enter_context(_watching(bot, corpus))
        editors = frozenset(options.editor) if accounts is not None else None
        serve(
            bot,
            options.host,
            options.port,
            examples,
            names=options.name,
            accounts=accounts,
            per_minute=options.per_minute,
            keep_in=Path(options.index),
            corpus=corpus,
            editors=frozenset() if options.read_only else editors,
        )
    return 0


def _watching(bot: ReloadingBot, corpus: Corpus) -> Watcher:
    """Return what has the index follow its sources, and be brought up to date with what they are at the start."""
    from qa.index.build import describe_index, source_paths
    from qa.service.watcher import Watcher

    paths = source_paths(describe_index(bot.path))

    def changed(files: Sequence[Path]) -> None:
        for file in files:
            say(f"changed: {file}")
        corpus.update()

    watcher = Watcher(paths, changed, ignored=bot.path, notify=say)
    for path in paths:
        say(f"watching {path}")
    return watcher


def _tell(state: UpdateState) -> None:
    """Say on standard error how an update in the background went."""
    report = state.report
    if state.problem or report is None:
        say(state.problem or "nothing was indexed")
        return
    say(
        f"the index has {counted(report.documents, 'document')}, {counted(report.passages, 'passage')} "
        f"({report.added} added, {report.changed} changed, {report.removed} removed, {len(report.skipped)} skipped)"
    )


def feedback(options: argparse.Namespace) -> tuple[list[str | dict[str, Any]], list[str]]:
    """Return what readers said of answers, or write it as an evaluation set, and what falls short of that."""
    path = Path(options.index) / FILE
    try:
        entries = FeedbackStore(path).entries() if path.is_file() else ()
    except sqlite3.Error as error:
        raise QAError(f"{path} cannot be read as feedback: {error}; it is made by qa serve") from error
    if options.to and entries:
        count, disputed = write_set(entries, Path(options.to))
        made = f"{options.to}: {count} questions; measure on it: qa evaluate {options.to} --index {options.index}"
        return [made], [f"readers disagree, so it is left out: {question}" for question in disputed]
    if not entries:
        return [], [f"there is no feedback in {options.index}; readers give it below each answer in qa serve"]
    return [entry.to_dict() if options.json else _line(entry) for entry in entries], []


def _line(entry: Feedback) -> str:
    """Return one reader's word as a line: what, of which question, which passage, at which rank."""
    place = f" → [{entry.rank}] {entry.document}, {entry.start}-{entry.end}" if entry.verdict == "right" else ""
    return inert(f"{entry.at:%Y-%m-%d %H:%M}  {entry.verdict:<9}  {' '.join(entry.question.split())}{place}")


def mcp(options: argparse.Namespace) -> int:
    """Serve the tools of the Model Context Protocol on standard input and output until it is closed."""
    try:
        from qa.mcp import build
    except ModuleNotFoundError as error:
        raise QAError(f"qa mcp needs {error.name}; run: pip install 'chapter-verse[mcp]'") from error
    build(open_bot(options.index, threshold=options.threshold)).run()
    return 0


def set_password(options: argparse.Namespace) -> str:
    """Ask for a password, keep its hash, and return what to tell."""
    try:
        from qa.web.security.accounts import set_password
    except ModuleNotFoundError as error:
        raise QAError(f"passwords need {error.name}; run: pip install 'chapter-verse[web]'") from error
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password for {options.name}: ")
        if getpass.getpass("The same again: ") != password:
            raise QAError("the two passwords differ; nothing was changed")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    set_password(Path(options.auth), options.name, password)
    return f"{options.name} can sign in to: qa serve --auth {options.auth}"


def _read_examples(path: Path, documents: set[str]) -> list[str]:
    """Return the questions to offer whose document is in the index."""
    if not path.is_file():
        return []
    try:
        entries = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        return [str(entry["question"]) for entry in entries if entry["document"] in documents]
    except (ValueError, KeyError, TypeError) as error:
        raise QAError(f'{path} must hold lines {{"question": "…", "document": "…"}}: {error}') from error
