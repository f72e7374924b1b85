"""How good are the answers? Sets of questions with known answers, runs, measures, and comparison of two runs.

Relevance names a document or a span of its text, never a passage: passages may be cut anew without touching a set.
The ranking is judged as it stands before refusal; refusal is judged apart, as risk against coverage.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import EvaluationError
from qa.evaluation.risk import auroc, calibration_error, risk_at, risk_coverage
from qa.types import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from qa.evaluation.risk import Flags, Floats
    from qa.types import Answer, Citation, Passage, Span

DEPTH = 50
"""Passages of each ranking that are kept in a run; no measure looks deeper than 10."""
PERMUTATIONS = 10_000
SIGNIFICANT = 0.05
COVERAGES = (0.5, 0.8, 0.9, 1.0)
"""Shares of the questions answered at which the risk is reported."""

Qrels = dict[str, dict[str, int]]
Run = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a set; ``spans`` are where its answer stands, by document: no spans mean all of the document."""

    id: str
    text: str
    answerable: bool
    history: tuple[Turn, ...]
    spans: Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Questions, and what answers them: spans (in the queries) or, for a query without them, documents (``qrels``).

    ``corpus`` is the file of the set's own documents, ``digest`` the SHA-256 of questions and judgements.
    """

    name: str
    queries: tuple[Query, ...]
    qrels: Qrels | None
    corpus: Path | None
    digest: str

    def by_passage(self, query: Query) -> bool:
        """Say whether a query is judged by passages and not by documents."""
        return self.qrels is None or bool(query.spans)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured of one query: the measures by name, empty where it has no answer, and the bot's verdict.

    ``relevant`` are the items that answer it.
    """

    query: Query
    relevant: frozenset[str]
    measures: Mapping[str, float]
    confidence: float
    found: bool
    first_is_relevant: bool
    highlight_is_relevant: bool | None


def load_set(folder: Path, text_of: Callable[[str], str] | None = None) -> EvaluationSet:
    """Read an evaluation set; ``text_of`` gives a document's text by id, for sets with quotations.

    Raises ``EvaluationError`` naming file and line for anything missing or malformed, and for a quotation that is no
    longer in its document.
    """
    digest = hashlib.sha256()
    for name in ("queries.jsonl", "qrels.tsv", "evidence.jsonl"):
        if (folder / name).is_file():
            digest.update((folder / name).read_bytes())
    entries = _json_lines(folder / "queries.jsonl", ("_id", "text"))
    evidence = _evidence(folder / "evidence.jsonl", text_of)
    queries = tuple(_query(entry, evidence, folder / "queries.jsonl") for entry in entries)
    if twice := [name for name, count in Counter(query.id for query in queries).items() if count > 1]:
        raise EvaluationError(f"{folder / 'queries.jsonl'} has more than one query {twice[0]!r}")
    if not queries:
        raise EvaluationError(f"{folder / 'queries.jsonl'} holds no queries")
    qrels = None
    if any(query.answerable and not query.spans for query in queries):
        path = folder / "qrels.tsv"
        qrels = _read_qrels(path) if path.is_file() or not any(query.spans for query in queries) else None
    corpus = folder / "corpus.jsonl"
    return EvaluationSet(folder.name, queries, qrels, corpus if corpus.is_file() else None, digest.hexdigest())


def _json_lines(path: Path, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file, each of which must have some keys in text."""
    if not path.is_file():
        raise EvaluationError(f"{path} is missing; an evaluation set is a folder with queries.jsonl and judgements")
    entries = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            complete = all(isinstance(entry[key], str) for key in keys)
        except (ValueError, KeyError, TypeError) as error:
            raise EvaluationError(f"{path}, line {number}: {error!r}; it must have {', '.join(keys)}") from error
        if not complete:
            raise EvaluationError(f"{path}, line {number}: {', '.join(keys)} must be text")
        entries.append(entry)
    return entries


def _query(entry: dict[str, Any], evidence: Mapping[str, Mapping[str, tuple[Span, ...]]], path: Path) -> Query:
    """Make a query of a line of queries.jsonl."""
    try:
        spans = {
            name: tuple((int(s), int(e)) for s, e in places) for name, places in (entry.get("spans") or {}).items()
        }
        history = tuple(Turn(turn["role"], turn["text"]) for turn in entry.get("history") or [])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EvaluationError(
            f"{path}, query {entry['_id']}: {error!r}; spans are {{document: [[start, end], …]}}, "
            'history is [{"role", "text"}, …]'
        ) from error
    answerable = bool(entry.get("answerable", True))
    return Query(entry["_id"], entry["text"], answerable, history, spans or evidence.get(entry["_id"], {}))


def _evidence(path: Path, text_of: Callable[[str], str] | None) -> dict[str, dict[str, tuple[Span, ...]]]:
    """Return where each quotation stands, by query and document; every occurrence counts."""
    if not path.is_file():
        return {}
    if text_of is None:
        raise EvaluationError(f"{path} quotes documents: name the index that holds them with --index")
    found: dict[str, dict[str, tuple[Span, ...]]] = {}
    for entry in _json_lines(path, ("query", "document", "quote")):
        quote, document = entry["quote"], entry["document"]
        try:
            text = text_of(document)
        except KeyError as error:
            raise EvaluationError(f"{path} quotes {document}, which the index does not hold") from error
        places = places_of(quote, text)
        if not places:
            raise EvaluationError(f"{path}: the quotation for {entry['query']} is not in {document}: {quote[:60]!r}")
        own = found.setdefault(entry["query"], {})
        own[document] = (*own.get(document, ()), *places)
    return found


def places_of(quote: str, text: str) -> tuple[Span, ...]:
    """Return where a quotation stands; any white space meets any, as readers break lines where they like."""
    words = r"\s+".join(map(re.escape, quote.split()))
    return tuple(match.span() for match in re.finditer(words, text)) if words else ()


def _read_qrels(path: Path) -> Qrels:
    """Read judgements as BEIR has them: a header line, then query, document and relevance, parted by tabs."""
    if not path.is_file():
        raise EvaluationError(f"{path} is missing; a set needs qrels.tsv, evidence.jsonl or spans in its queries")
    qrels: Qrels = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines()[1:], 2):
        fields = line.split("\t")
        if len(fields) != 3 or not fields[2].lstrip("-").isdigit():
            raise EvaluationError(f"{path}, line {number} is not: query, document, relevance, parted by tabs")
        qrels.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return qrels


def judgements(questions: EvaluationSet, passages: Iterable[Passage]) -> Qrels:
    """Return what answers each query, by item: a document or, for a query with spans, the passages that overlap them.

    A passage is called ``document#start-end``.
    """
    by_document: dict[str, list[Span]] = {}
    for passage in passages:
        by_document.setdefault(passage.document, []).append((passage.start, passage.end))
    qrels = questions.qrels or {}
    return {
        query.id: _relevant(query, by_document) if questions.by_passage(query) else dict(qrels.get(query.id, {}))
        for query in questions.queries
    }


def judge(
    questions: EvaluationSet, ask: Callable[[Query], Answer], passages: Iterable[Passage], tick: Callable[[], None]
) -> tuple[list[Outcome], Run]:
    """Ask every question and judge the rankings; ``tick`` is called after each question.

    Returns an outcome a query, in the set's order, and the run: scores by query and item, see ``judgements``.
    """
    answers = {}
    for query in questions.queries:
        answers[query.id] = ask(query)
        tick()
    run = {q.id: items(answers[q.id].citations, by_passage=questions.by_passage(q)) for q in questions.queries}
    qrels = judgements(questions, passages)
    values = measure({query.id: qrels[query.id] for query in questions.queries if query.answerable}, run)
    outcomes = []
    for query in questions.queries:
        answer = answers[query.id]
        own = values.get(query.id, {})
        first = bool(own.get("Success@1"))
        highlight = _highlighted(query, answer) if first else None
        relevant = frozenset(item for item, grade in qrels[query.id].items() if grade > 0)
        outcomes.append(Outcome(query, relevant, own, answer.confidence, answer.found, first, highlight))
    return outcomes, run


def items(ranking: Iterable[Citation | Passage], *, by_passage: bool) -> dict[str, float]:
    """Return a ranking as scores by item; the score of a document is that of its best passage."""
    scores: dict[str, float] = {}
    for place in ranking:
        item = f"{place.document}#{place.start}-{place.end}" if by_passage else place.document
        scores.setdefault(item, -float(len(scores)))  # by rank: trec_eval breaks ties of score by name
    return scores


def _relevant(query: Query, by_document: Mapping[str, list[Span]]) -> dict[str, int]:
    """Return the passages that overlap the query's spans, all of a document that is named without any."""
    return {
        f"{document}#{start}-{end}": 1
        for document, places in query.spans.items()
        for start, end in by_document.get(document, ())
        if not places or _overlaps((start, end), places)
    }


def _highlighted(query: Query, answer: Answer) -> bool | None:
    """Say whether a sentence marked in the first citation overlaps the answer; None where no place was judged."""
    first = answer.citations[0]
    places = query.spans.get(first.document)
    return any(_overlaps(span, places) for span in first.highlights) if places else None


def _overlaps(span: Span, places: Iterable[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in places)


def measure(qrels: Qrels, run: Run) -> dict[str, dict[str, float]]:
    """Return, by query and measure, what ir-measures computes; a judged query missing from the run scores 0."""
    import ir_measures
    from ir_measures import RR, Judged, R, Success, nDCG

    wanted = [nDCG @ 10, Success @ 1, Success @ 5, R @ 10, RR @ 10, Judged @ 10]
    values: dict[str, dict[str, float]] = {query: {str(name): 0.0 for name in wanted} for query in qrels}
    present = {query: items for query, items in qrels.items() if items}
    answered = {query: run[query] for query in present if run.get(query)}
    for result in ir_measures.iter_calc(wanted, present, answered):
        values[result.query_id][str(result.measure)] = float(result.value)
    return values


def means(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the mean of each measure over the answerable queries, and of right highlights where there are spans."""
    judged = [outcome for outcome in outcomes if outcome.query.answerable]
    result = {
        name: float(np.mean([o.measures[name] for o in judged])) for name in (judged[0].measures if judged else ())
    }
    marked = [o.highlight_is_relevant for o in judged if o.highlight_is_relevant is not None]
    if marked:
        result["Highlight@1"] = float(np.mean(marked))
    return result


def refusal(outcomes: Sequence[Outcome]) -> dict[str, float] | None:
    """Judge confidence and refusal; None where nothing was asked.

    An answer is right if its first citation is relevant, so one to an unanswerable question never is. AURC is the area
    under risk, the share of wrong answers, against coverage, the share of questions answered, the most confident
    first (Geifman and El-Yaniv 2017); ``risk@c`` the risk at coverage c; ECE the expected calibration error over ten
    equal bins; ``coverage`` and ``risk`` are those at the shipped threshold. Where there are questions of both kinds,
    AUROC is of confidence telling the answerable ones from the others; precision and recall are of refusing.
    """
    if not outcomes:
        return None
    answerable = np.array([o.query.answerable for o in outcomes])
    confidence, right = verdicts(outcomes)
    refused = np.array([not o.found for o in outcomes])
    risks = risk_coverage(confidence, right)
    result = {"AUROC": auroc(confidence, answerable)} if answerable.any() and not answerable.all() else {}
    result |= {"AURC": float(risks.mean())} | {f"risk@{c}": risk_at(risks, c) for c in COVERAGES}
    result["ECE"] = calibration_error(confidence, right)
    result["coverage"] = float((~refused).mean())
    result["risk"] = float((~right[~refused]).mean()) if (~refused).any() else 0.0
    if not answerable.all():
        correct = float((refused & ~answerable).sum())
        result["precision"] = correct / max(1.0, float(refused.sum()))
        result["recall"] = correct / float((~answerable).sum())
    if answerable.any():
        result["refused_answerable"] = float(refused[answerable].mean())
    return result


def verdicts(outcomes: Sequence[Outcome]) -> tuple[Floats, Flags]:
    """Return the confidence of each answer and whether it is right."""
    return np.array([o.confidence for o in outcomes]), np.array([o.first_is_relevant for o in outcomes])


def compare(values: Sequence[float], others: Sequence[float]) -> dict[str, float]:
    """Compare two runs query by query: the mean difference, its p by a two-sided paired randomization test (Smucker
    et al. 2007), and the difference that this many queries could show four times in five.
    """  # noqa: D205
    differences = np.asarray(values) - np.asarray(others)
    observed = float(differences.mean())
    signs = np.random.default_rng(42).choice([-1.0, 1.0], size=(PERMUTATIONS, len(differences)))
    extreme = int((np.abs((signs * differences).mean(axis=1)) >= abs(observed) - 1e-12).sum())
    deviation = float(differences.std(ddof=1)) if len(differences) > 1 else 0.0
    return {
        "difference": observed,
        "p": (extreme + 1) / (PERMUTATIONS + 1),
        "minimum_detectable_effect": 2.8 * deviation / len(differences) ** 0.5,
    }


def write_run(path: Path, run: Run, tag: str, about: Mapping[str, str]) -> None:
    """Write a TREC run, strictly falling scores, under comment lines that say of what it is a run."""
    lines = [f"# {key} {value}" for key, value in about.items()]
    for query, items in run.items():
        for rank, item in enumerate(sorted(items, key=lambda name, scores=items: -scores[name]), 1):  # type: ignore[misc]
            lines.append(f"{_field(query)} Q0 {_field(item)} {rank} {1 - rank} {_field(tag)}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read_run(path: Path) -> tuple[Run, dict[str, str]]:
    """Read a TREC run and the comment lines above it; raises ``EvaluationError`` naming a malformed line."""
    run: Run = {}
    about: dict[str, str] = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} cannot be read as a run: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.startswith("# "):
            key, _, value = line[2:].partition(" ")
            about[key] = value
            continue
        fields = line.split()
        try:
            run.setdefault(_unfield(fields[0]), {})[_unfield(fields[2])] = float(fields[4])
        except (IndexError, ValueError) as error:
            raise EvaluationError(f"{path}, line {number} is not a line of a TREC run") from error
    return run, about


def _field(text: str) -> str:
    """Return a text without the white space that parts the fields of a run."""
    return "".join(f"%{ord(letter):02x}" if letter.isspace() or letter == "%" else letter for letter in text)


def _unfield(text: str) -> str:
    parts = text.split("%")
    return parts[0] + "".join(chr(int(part[:2], 16)) + part[2:] for part in parts[1:])
