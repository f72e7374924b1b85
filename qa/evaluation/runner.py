"""An evaluation from end to end: set, index, answers, measures, comparison with an earlier run.

Ranking measures use the ranking before refusal; refusal is measured separately.
"""

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
from qa.evaluation.metrics import SIGNIFICANT, Outcome, compare, measure
from qa.evaluation.report import render, render_comparison, to_dict
from qa.evaluation.runs import DEPTH, item_scores, read_run, write_run
from qa.evaluation.sets import load_set
from qa.files import digest_of
from qa.index.build import build_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from qa.answering.bot import Bot
    from qa.evaluation.runs import Run
    from qa.evaluation.sets import EvaluationSet, Qrels, Query
    from qa.protocols import Progress
    from qa.types import Answer, Passage, Span

EXTREMES = 5
"""Number of the largest losses against an earlier run that are named, and of the largest gains."""


def evaluate(
    folder: Path,
    index: Path | None,
    *,
    default_index: Path,
    run: Path | None = None,
    against: Path | None = None,
    plot: Path | None = None,
    by_query: bool = False,
    reader: bool = True,
    progress: Progress | None = None,
) -> tuple[str, dict[str, Any], bool]:
    """Evaluate on a set; return the report, its JSON, and whether the run is significantly worse than ``against``.

    Without ``index``, a set with its own corpus is indexed once in a cache folder, and any other set uses
    ``default_index``. ``plot`` is a PNG to draw. Raises ``EvaluationError`` for an incomplete set or run and, before
    any question is asked, for a file that could not be written.
    """
    started = time.perf_counter()
    _check(run, plot)
    if not folder.is_dir():
        raise EvaluationError(f"there is no folder {folder}; an evaluation set is a folder with queries.jsonl")
    corpus = folder / "corpus.jsonl"
    if index is None and corpus.is_file():
        index = index_of(corpus, progress)
    bot = open_bot(index or default_index, reader=reader)
    questions = load_set(folder, lambda document: bot.document(document).text)
    qrels = qrels_of(questions, bot.index.passages())
    number = iter(range(1, len(questions.queries) + 1))
    outcomes, rankings = judge(
        questions,
        lambda query: bot.ask(query.text, history=query.history, k=DEPTH),
        qrels,
        lambda: progress("asking", next(number), len(questions.queries)) if progress else None,
    )
    about = _about(bot, questions)
    if plot:
        from qa.evaluation.plot import draw

        draw(plot, questions.name, outcomes, shipped_calibration(read=bot.reader is not None).threshold)
    if run:
        write_run(run, rankings, "chapter-verse", about)
    summary = to_dict(questions, outcomes, int(bot.index.manifest["passages"]), time.perf_counter() - started)
    text = render(summary, outcomes, about, by_query=by_query)
    if against is None:
        return text, summary, False
    summary["against"] = compared = _compare(questions, qrels, rankings, against, about)
    worse = compared["difference"] < 0 and compared["p"] < SIGNIFICANT
    return text + render_comparison(compared, str(against)), summary, worse


def judge(
    questions: EvaluationSet, ask: Callable[[Query], Answer], qrels: Qrels, tick: Callable[[], None]
) -> tuple[list[Outcome], Run]:
    """Ask every question and measure the rankings; ``tick`` is called after each question.

    Returns an outcome for each query, in the set's order, and the run.
    """
    answers = {}
    for query in questions.queries:
        answers[query.id] = ask(query)
        tick()
    run = {q.id: item_scores(answers[q.id].citations, by_passage=questions.by_passage(q)) for q in questions.queries}
    values = measure({query.id: qrels[query.id] for query in questions.queries if query.answerable}, run)
    outcomes = []
    for query in questions.queries:
        answer, measures = answers[query.id], values.get(query.id, {})
        first = bool(measures.get("Success@1"))
        highlight = _is_highlighted(query, answer) if first else None
        relevant = frozenset(item for item, grade in qrels[query.id].items() if grade > 0)
        outcomes.append(Outcome(query, relevant, measures, answer.confidence, answer.found, first, highlight))
    return outcomes, run


def qrels_of(questions: EvaluationSet, passages: Iterable[Passage]) -> Qrels:
    """Return the relevance of documents or, for a query with spans, of the passages that overlap its spans."""
    by_document: dict[str, list[Span]] = {}
    for passage in passages:
        by_document.setdefault(passage.document, []).append((passage.start, passage.end))
    qrels = questions.qrels or {}
    return {
        query.id: _relevant(query, by_document) if questions.by_passage(query) else dict(qrels.get(query.id, {}))
        for query in questions.queries
    }


def index_of(corpus: Path, progress: Progress | None = None) -> Path:
    """Return an index of a set's own corpus. It is built on first use and stays in the user's cache folder."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    index = home / "chapter-verse" / "evaluation" / digest_of(corpus)[:16]
    build_index(corpus, index, progress=progress)
    return index


def code_digest(package: Path = Path(__file__).parent.parent) -> str:
    """Return the SHA-256 of everything that decides an answer: all modules and the data files that they read."""
    digest = hashlib.sha256()
    for path in sorted(path for kind in ("py", "json", "toml") for path in package.rglob(f"*.{kind}")):
        name, content = path.relative_to(package).as_posix(), path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _relevant(query: Query, by_document: Mapping[str, list[Span]]) -> dict[str, int]:
    """Return the passages that overlap the query's spans; every passage of a document that is named without spans."""
    return {
        f"{document}#{start}-{end}": 1
        for document, spans in query.spans.items()
        for start, end in by_document.get(document, ())
        if not spans or _overlaps((start, end), spans)
    }


def _is_highlighted(query: Query, answer: Answer) -> bool | None:
    """Say whether a highlight of the first citation overlaps the evidence; None where the evidence has no spans."""
    first = answer.citations[0]
    spans = query.spans.get(first.document)
    return any(_overlaps(highlight, spans) for highlight in first.highlights) if spans else None


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _check(run: Path | None, plot: Path | None) -> None:
    """Raise, before any question is asked, the errors that would otherwise come after all of them."""
    for path in (run, plot):
        if path and not path.parent.is_dir():
            raise EvaluationError(f"{path} cannot be written: there is no folder {path.parent}")
    if plot and plot.suffix.lower() != ".png":
        raise EvaluationError(f"{plot} must end in .png: the plot is drawn as PNG")
    for name in ("ir_measures", *(["matplotlib"] if plot else [])):
        if find_spec(name) is None:
            raise EvaluationError(f"evaluating needs {name}; run: pip install 'chapter-verse[evaluate]'")


def _about(bot: Bot, questions: EvaluationSet) -> dict[str, str]:
    """Return digests of what decides a run.

    Two runs can be compared if they share ``queries`` and ``corpus``, and ``passages`` where queries are judged by
    passages. ``model`` and ``code`` may differ.
    """
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


def _compare(
    questions: EvaluationSet, qrels: Qrels, rankings: Run, against: Path, about: dict[str, str]
) -> dict[str, Any]:
    """Compare with an earlier run of the same questions over the same corpus."""
    earlier, header = read_run(against)
    judged = [query for query in questions.queries if query.answerable]
    segmented = ("passages",) if any(questions.by_passage(query) for query in judged) else ()
    for part in ("queries", "corpus", *segmented):
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
