"""Run an evaluation from end to end: set, index, answers, measures, comparison."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.bot import open_bot
from qa.errors import EvaluationError
from qa.evaluation import DEPTH, SIGNIFICANT, compare, judge, load_set, measure, read_run, write_run
from qa.index import build_index
from qa.report import render, render_comparison, to_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.bot import Bot
    from qa.evaluation import EvaluationSet, Outcome, Run
    from qa.protocols import Progress


def evaluate(
    folder: Path,
    index: Path | None,
    *,
    default_index: Path,
    run: Path | None = None,
    against: Path | None = None,
    by_query: bool = False,
    progress: Progress | None = None,
) -> tuple[str, dict[str, Any], bool]:
    """Measure on a set and return the report, its JSON, and whether the run got significantly worse than ``against``.

    Without ``index`` a set with its own corpus is indexed in a cache folder, once; any other is asked of
    ``default_index``. Raises ``EvaluationError`` for a set or run that does not hold what it must.
    """
    started = time.perf_counter()
    if not folder.is_dir():
        raise EvaluationError(f"there is no folder {folder}; an evaluation set is a folder with queries.jsonl")
    corpus = folder / "corpus.jsonl"
    if index is None and corpus.is_file():
        index = _cached(corpus, progress)
    bot = open_bot(index or default_index)
    questions = load_set(folder, lambda document: bot.document(document).text)
    done = iter(range(1, len(questions.queries) + 1))
    outcomes, rankings = judge(
        questions,
        lambda query: bot.ask(query.text, history=query.history, k=DEPTH),
        bot.index.store.all_passages(),
        lambda: progress("asking", next(done), len(questions.queries)) if progress else None,
    )
    about = _about(bot, questions)
    if run:
        write_run(run, rankings, "chapter-verse", about)
    passages = len(bot.index.store)
    summary = to_dict(questions, outcomes, passages, time.perf_counter() - started)
    text = render(summary, outcomes, about, by_query=by_query)
    if against is None:
        return text, summary, False
    compared = _compared(questions, outcomes, rankings, against, about)
    summary["against"] = compared
    worse = compared["difference"] < 0 and compared["p"] < SIGNIFICANT
    return text + render_comparison(compared, str(against)), summary, worse


def _about(bot: Bot, questions: EvaluationSet) -> dict[str, str]:
    """Return what two runs must share to be compared, and what may differ between them."""
    store = hashlib.sha256("".join(f"{k} {v}\n" for k, v in bot.index.store.digests().items()).encode())
    code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))
    return {
        "queries": questions.digest[:16],
        "corpus": store.hexdigest()[:16],
        "model": bot.index.about["encoder"]["fingerprint"][:16],
        "code": code.hexdigest()[:16],
    }


def _compared(
    questions: EvaluationSet, outcomes: Sequence[Outcome], rankings: Run, against: Path, about: dict[str, str]
) -> dict[str, float]:
    """Compare with an earlier run of the same questions over the same corpus."""
    earlier, header = read_run(against)
    for part in ("queries", "corpus"):
        if header.get(part, about[part]) != about[part]:
            raise EvaluationError(f"{against} is a run of other {part} ({header[part]}, here {about[part]})")
    judged = [outcome for outcome in outcomes if outcome.query.answerable]
    qrels = questions.qrels or {outcome.query.id: dict.fromkeys(outcome.relevant, 1) for outcome in judged}
    qrels = {outcome.query.id: qrels.get(outcome.query.id, {}) for outcome in judged}
    before, now = measure(qrels, earlier), measure(qrels, rankings)
    return compare([now[o.query.id]["nDCG@10"] for o in judged], [before[o.query.id]["nDCG@10"] for o in judged])


def _cached(corpus: Path, progress: Progress | None) -> Path:
    """Return an index of a set's own corpus, built on first use and kept in the user's cache folder."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    with corpus.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    index = home / "chapter-verse" / "evaluation" / digest[:16]
    build_index(corpus, index, progress=progress)
    return index
