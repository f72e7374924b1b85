"""Run an evaluation from end to end: set, index, answers, measures, comparison."""

from __future__ import annotations

import hashlib
import os
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.answering.bot import open_bot
from qa.answering.confidence import shipped_calibration
from qa.errors import EvaluationError
from qa.evaluation.report import render, render_comparison, to_dict
from qa.evaluation.sets import DEPTH, SIGNIFICANT, compare, judge, judgements, load_set, measure, read_run, write_run
from qa.files import digest_of
from qa.index.build import build_index

if TYPE_CHECKING:
    from qa.answering.bot import Bot
    from qa.evaluation.sets import EvaluationSet, Qrels, Run
    from qa.protocols import Progress

EXTREMES = 5
"""Queries named of those that lost most against an earlier run, and of those that gained most."""


def evaluate(
    folder: Path,
    index: Path | None,
    *,
    default_index: Path,
    run: Path | None = None,
    against: Path | None = None,
    plot: Path | None = None,
    by_query: bool = False,
    progress: Progress | None = None,
) -> tuple[str, dict[str, Any], bool]:
    """Measure on a set and return the report, its JSON, and whether the run got significantly worse than ``against``.

    Without ``index`` a set with its own corpus is indexed in a cache folder, once; any other is asked of
    ``default_index``. ``plot`` is a PNG to draw. Raises ``EvaluationError`` for a set or run that does not hold what it
    must, and for a file that could not be written, before anything is asked.
    """
    started = time.perf_counter()
    _check(run, plot)
    if not folder.is_dir():
        raise EvaluationError(f"there is no folder {folder}; an evaluation set is a folder with queries.jsonl")
    corpus = folder / "corpus.jsonl"
    if index is None and corpus.is_file():
        index = index_of(corpus, progress)
    bot = open_bot(index or default_index)
    questions = load_set(folder, lambda document: bot.document(document).text)
    passages = list(bot.index.passages())
    done = iter(range(1, len(questions.queries) + 1))
    outcomes, rankings = judge(
        questions,
        lambda query: bot.ask(query.text, history=query.history, k=DEPTH),
        passages,
        lambda: progress("asking", next(done), len(questions.queries)) if progress else None,
    )
    about = _about(bot, questions)
    if plot:
        from qa.evaluation.plot import draw

        draw(plot, questions.name, outcomes, shipped_calibration().threshold)
    if run:
        write_run(run, rankings, "chapter-verse", about)
    summary = to_dict(questions, outcomes, len(passages), time.perf_counter() - started)
    text = render(summary, outcomes, about, by_query=by_query)
    if against is None:
        return text, summary, False
    qrels = judgements(questions, passages)
    summary["against"] = compared = _compared(questions, qrels, rankings, against, about)
    worse = compared["difference"] < 0 and compared["p"] < SIGNIFICANT
    return text + render_comparison(compared, str(against)), summary, worse


def _check(run: Path | None, plot: Path | None) -> None:
    """Raise before the questions are asked what would otherwise be found out after them."""
    for path in (run, plot):
        if path and not path.parent.is_dir():
            raise EvaluationError(f"{path} cannot be written: there is no folder {path.parent}")
    if plot and plot.suffix.lower() != ".png":
        raise EvaluationError(f"{plot} must end in .png: the plot is drawn as PNG")
    for name in ("ir_measures", *(["matplotlib"] if plot else [])):
        if find_spec(name) is None:
            raise EvaluationError(f"evaluating needs {name}; run: pip install 'chapter-verse[evaluate]'")


def _about(bot: Bot, questions: EvaluationSet) -> dict[str, str]:
    """Return what two runs must share to be compared (questions, documents, and where these were cut into passages,
    for queries that are judged by passages), and what may differ between them.
    """  # noqa: D205
    documents = "".join(f"{entry.id} {entry.digest}\n" for entry in bot.index.engine.documents())
    passages = "".join(f"{passage.document} {passage.start} {passage.end}\n" for passage in bot.index.passages())
    about = {
        "queries": questions.digest,
        "corpus": hashlib.sha256(documents.encode()).hexdigest(),
        "passages": hashlib.sha256(passages.encode()).hexdigest(),
        "model": bot.index.manifest["encoder"]["fingerprint"],
        "code": code_digest(),
    }
    return {name: digest[:16] for name, digest in about.items()}


def code_digest(package: Path = Path(__file__).parents[1]) -> str:
    """Return the SHA-256 of all that decides an answer: every module at any depth, and what was fitted."""
    digest = hashlib.sha256()
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.json")]):
        name, content = path.relative_to(package).as_posix(), path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _compared(
    questions: EvaluationSet, qrels: Qrels, rankings: Run, against: Path, about: dict[str, str]
) -> dict[str, Any]:
    """Compare with an earlier run of the same questions over the same corpus."""
    earlier, header = read_run(against)
    judged = [query for query in questions.queries if query.answerable]
    cut = ("passages",) if any(questions.by_passage(query) for query in judged) else ()
    for part in ("queries", "corpus", *cut):
        if header.get(part, about[part]) != about[part]:
            raise EvaluationError(f"{against} is a run of other {part} ({header[part]}, here {about[part]})")
    if not judged:
        raise EvaluationError(f"{questions.name} has no answerable query, so its rankings cannot be compared")
    wanted = {query.id: qrels[query.id] for query in judged}
    old_values, new_values = measure(wanted, earlier), measure(wanted, rankings)
    before, now = ([values[query.id]["nDCG@10"] for query in judged] for values in (old_values, new_values))
    changed: list[dict[str, Any]] = [
        {"query": query.id, "text": query.text, "before": old, "now": new, "difference": new - old}
        for query, old, new in zip(judged, before, now, strict=True)
    ]
    changed.sort(key=lambda change: float(change["difference"]))
    losses = [change for change in changed if change["difference"] < 0]
    gains = [change for change in reversed(changed) if change["difference"] > 0]
    return {
        **compare(now, before),
        "lost": len(losses),
        "gained": len(gains),
        "losses": losses[:EXTREMES],
        "gains": gains[:EXTREMES],
    }


def index_of(corpus: Path, progress: Progress | None = None) -> Path:
    """Return an index of a set's own corpus, built on first use and kept in the user's cache folder."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    index = home / "chapter-verse" / "evaluation" / digest_of(corpus)[:16]
    build_index(corpus, index, progress=progress)
    return index
