"""An evaluation as text for a terminal and as the contract's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa.evaluation.metrics import means, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.evaluation.metrics import Outcome
    from qa.evaluation.sets import EvaluationSet

WORST = 10
"""Number of the worst queries that are listed."""


def to_dict(questions: EvaluationSet, outcomes: Sequence[Outcome], passages: int, seconds: float) -> dict[str, Any]:
    """Return the contract's JSON object."""
    return {
        "set": questions.name,
        "queries": len(outcomes),
        "passages": passages,
        "measures": means(outcomes),
        "refusal": refusal(outcomes),
        "seconds": round(seconds, 2),
    }


def render(
    summary: Mapping[str, Any], outcomes: Sequence[Outcome], about: Mapping[str, str], *, by_query: bool = False
) -> str:
    """Return header, measures, refusal, and either the worst queries or, with ``by_query``, all of them."""
    lines = [f"{key:<10}{value}" for key, value in about.items()]
    answerable = [outcome for outcome in outcomes if outcome.query.answerable]
    lines += ["", f"{summary['set']}: {len(answerable)} answerable queries, {summary['passages']:,} passages"]
    lines += [f"  {name:<12}{value:.4f}" for name, value in summary["measures"].items()]
    if summary["refusal"]:
        lines += ["", f"refusal, with {len(outcomes) - len(answerable)} unanswerable queries"]
        lines += [f"  {name:<20}{value:.4f}" for name, value in summary["refusal"].items()]
    if unjudged := [outcome.query.id for outcome in answerable if not outcome.relevant]:
        first = ", ".join(unjudged[:WORST])
        lines += ["", f"{len(unjudged)} answerable without anything relevant in this index, which score 0: {first}"]
    ordered = sorted(answerable, key=lambda o: (o.measures["nDCG@10"], o.measures["RR@10"]))
    if by_query:
        lines += ["", "nDCG@10  RR@10  confidence  query"]
        lines += [_line(outcome) for outcome in outcomes]
    elif ordered and ordered[0].measures["nDCG@10"] < 1:
        lines += ["", f"the {WORST} worst queries: nDCG@10, RR@10, confidence"]
        lines += [_line(outcome) for outcome in ordered[:WORST]]
    return "\n".join(lines)


def render_comparison(compared: Mapping[str, Any], name: str) -> str:
    """Return the comparison with an earlier run, and the queries that changed most."""
    effect = compared["minimum_detectable_effect"]
    lines = [
        f"\n\nagainst {name}: nDCG@10 {compared['difference']:+.4f}, p = {compared['p']:.4f} (paired randomization)",
        f"{compared['lost']} queries lost, {compared['gained']} gained; minimum detectable effect {effect:.4f}",
    ]
    for title, changes in (("the largest losses", compared["losses"]), ("the largest gains", compared["gains"])):
        if changes:
            lines += ["", f"{title}: nDCG@10 before, now"]
            lines += [f"{c['before']:7.3f}  {c['now']:5.3f}  {c['query']}  {c['text']}" for c in changes]
    return "\n".join(lines)


def _line(outcome: Outcome) -> str:
    values = outcome.measures
    scores = f"{values['nDCG@10']:7.3f}  {values['RR@10']:5.3f}" if values else " " * 14
    return f"{scores}  {outcome.confidence:10.2f}  {outcome.query.id}  {outcome.query.text}"
