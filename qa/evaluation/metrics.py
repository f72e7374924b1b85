"""Measures of ranking and refusal, and the comparison of two runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa.evaluation.risk import auroc, calibration_error, risk_at, risk_coverage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.evaluation.risk import Flags, Floats
    from qa.evaluation.runs import Run
    from qa.evaluation.sets import Qrels, Query

PERMUTATIONS = 10_000
SIGNIFICANT = 0.05
KEPT = 0.95
"""Share of the answerable questions that are answered where recall is compared between sets."""
COVERAGES = (0.5, 0.8, 0.9, 1.0)
"""Shares of answered questions at which the risk is reported."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The measures of one query by name, empty where it is unanswerable, and the bot's confidence and decision.

    ``relevant`` are the items that answer the query. ``highlight_is_relevant`` says whether a highlighted sentence of
    the first citation overlaps the evidence, None where there is no evidence or the first citation is wrong.
    """

    query: Query
    relevant: frozenset[str]
    measures: Mapping[str, float]
    confidence: float
    found: bool
    first_is_relevant: bool
    highlight_is_relevant: bool | None


def measure(qrels: Qrels, run: Run) -> dict[str, dict[str, float]]:
    """Return the values of ir-measures by query and measure; a judged query that is missing from the run scores 0."""
    import ir_measures
    from ir_measures import RR, Judged, R, Success, nDCG

    wanted = [nDCG @ 10, Success @ 1, Success @ 5, R @ 10, RR @ 10, Judged @ 10]
    values: dict[str, dict[str, float]] = {query: {str(name): 0.0 for name in wanted} for query in qrels}
    judged = {query: items for query, items in qrels.items() if items}
    answered = {query: run[query] for query in judged if run.get(query)}
    for result in ir_measures.iter_calc(wanted, judged, answered):
        values[result.query_id][str(result.measure)] = float(result.value)
    return values


def means(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the mean of each measure over the answerable queries; Highlight@1 over those with spans as evidence."""
    judged = [outcome for outcome in outcomes if outcome.query.answerable]
    result = {
        name: float(np.mean([o.measures[name] for o in judged])) for name in (judged[0].measures if judged else ())
    }
    marked = [o.highlight_is_relevant for o in judged if o.highlight_is_relevant is not None]
    if marked:
        result["Highlight@1"] = float(np.mean(marked))
    return result


def refusal(outcomes: Sequence[Outcome]) -> dict[str, float] | None:
    """Return the measures of confidence and refusal, None without outcomes.

    An answer is right if its first citation is relevant; an answer to an unanswerable question is always wrong. AURC is
    the area under the curve of risk (share of wrong answers) against coverage (share of questions answered, the most
    confident first; Geifman and El-Yaniv 2017). ``risk@c`` is the risk at coverage c. ECE is the expected calibration
    error over ten bins of equal width. ``coverage`` and ``risk`` are at the shipped threshold. With questions of both
    kinds, AUROC says how well confidence separates the answerable ones; precision and recall are of refusing, and
    ``recall@0.95`` is the recall of the threshold at which 95 of 100 answerable questions are still answered.
    """
    if not outcomes:
        return None
    answerable = np.array([o.query.answerable for o in outcomes])
    confidence, right = confidences(outcomes)
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
            kept = np.sort(confidence[answerable])
            border = kept[int((1 - KEPT) * len(kept) + 1e-9)]
            result[f"recall@{KEPT}"] = float((confidence[~answerable] < border).mean())
    if answerable.any():
        result["refused_answerable"] = float(refused[answerable].mean())
    return result


def confidences(outcomes: Sequence[Outcome]) -> tuple[Floats, Flags]:
    """Return the confidence of each answer, and whether it is right."""
    return np.array([o.confidence for o in outcomes]), np.array([o.first_is_relevant for o in outcomes])


def compare(values: Sequence[float], others: Sequence[float]) -> dict[str, float]:
    """Return the mean difference of two runs, query by query, and its significance.

    ``p`` is of a two-sided paired randomization test (Smucker et al. 2007). ``minimum_detectable_effect`` is the
    difference that this many queries show with a power of 80 %.
    """
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
