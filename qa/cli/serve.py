"""``qa serve``: the chat in the browser."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.options import add_index, add_no_reader, add_threshold, port, positive
from qa.cli.terminal import count, say
from qa.errors import QAError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.cli.options import Commands, Options, Parser
    from qa.service.corpus import Corpus
    from qa.service.reloading_bot import ReloadingBot
    from qa.service.updates import UpdateState
    from qa.service.watcher import Watcher


def add_to(commands: Commands) -> Parser:
    """Add the command and return its parser."""
    parser = commands.add_parser("serve", help="the chat in the browser")
    add_index(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=port, default=7860, help="port to listen on (default: %(default)s)")
    add_threshold(parser)
    add_no_reader(parser)
    parser.add_argument(
        "--examples",
        metavar="FILE",
        default="data/examples.jsonl",
        help='questions to offer, as JSON Lines {"question", "document"} (default: %(default)s)',
    )
    parser.add_argument("--auth", metavar="FILE", help="let in only whom this file names; made by qa password")
    parser.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="a name the server is reached under; repeatable"
    )
    parser.add_argument(
        "--proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a proxy in front, which says for whom it asks, by X-Forwarded-For and X-Forwarded-Proto; repeatable",
    )
    parser.add_argument(
        "--editor",
        action="append",
        default=[],
        metavar="PERSON",
        help="of those in --auth, who may add and remove documents in the browser: by default nobody; repeatable",
    )
    parser.add_argument("--read-only", action="store_true", help="let nobody add or remove documents in the browser")
    parser.add_argument(
        "--watch", action="store_true", help="follow changes in the indexed folders, and index them in the background"
    )
    parser.add_argument(
        "--per-minute",
        type=positive,
        default=60,
        metavar="N",
        help="questions a client may ask (default: %(default)s)",
    )
    return parser


def run(options: Options) -> int:
    """Serve the chat until it is stopped."""
    from qa.service.reloading_bot import ReloadingBot

    try:
        from qa.service.corpus import Corpus
        from qa.web import serve
        from qa.web.security.accounts import read_accounts
    except ModuleNotFoundError as error:
        raise QAError(f"the web chat needs {error.name}; run: pip install 'chapter-verse[web]'") from error
    accounts = read_accounts(Path(options.auth)) if options.auth else None
    if unknown := [name for name in options.editor if accounts is None or name not in accounts]:
        raise QAError(
            f"--editor {unknown[0]} is nobody that --auth names; add them: qa password {unknown[0]} --auth FILE"
        )
    bot = ReloadingBot(options.index, threshold=options.threshold, reader=options.reader)
    examples = _read_examples(Path(options.examples), set(bot.document_ids()))
    with ExitStack() as entered:
        corpus = entered.enter_context(Corpus(bot, notify=_report_update))
        if options.watch:
            entered.enter_context(_watcher(bot, corpus))
        editors = frozenset(options.editor) if accounts is not None else None
        unfinished = serve(
            bot,
            options.host,
            options.port,
            examples,
            names=options.name,
            proxies=options.proxy,
            accounts=accounts,
            per_minute=options.per_minute,
            save_in=Path(options.index),
            corpus=corpus,
            editors=frozenset() if options.read_only else editors,
        )
    if unfinished:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    return 0


def _watcher(bot: ReloadingBot, corpus: Corpus) -> Watcher:
    """Return a watcher that updates the index when its sources change, and once at the start."""
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


def _report_update(state: UpdateState) -> None:
    """Report a finished update of the index on standard error."""
    report = state.report
    if state.problem or report is None:
        say(state.problem or "nothing was indexed")
        return
    say(
        f"the index has {count(report.documents, 'document')}, {count(report.passages, 'passage')} "
        f"({report.added} added, {report.changed} changed, {report.removed} removed, {len(report.skipped)} skipped)"
    )


def _read_examples(path: Path, documents: set[str]) -> list[str]:
    """Return the example questions about documents of the index."""
    if not path.is_file():
        return []
    try:
        entries = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        return [str(entry["question"]) for entry in entries if entry["document"] in documents]
    except (ValueError, KeyError, TypeError) as error:
        raise QAError(f'{path} must hold lines {{"question": "…", "document": "…"}}: {error}') from error
