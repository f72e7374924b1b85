"""nDCG@10 of MTRAG by domain: ``python -m benchmarks.domains [SET]`` (default ``../shared/eval/mtrag``).

A record's id tells its domain (Katsis et al. 2025): ``ibmcld_…`` is cloud documentation, a number with an
underscore Wikipedia (CLAPNQ), a number finance (FiQA), sixteen hexadecimal digits government. Prints, by domain, the
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.ablation import by_the_bot
from benchmarks.common import command_line, open_set
from qa.evaluation.metrics import measure
from qa.evaluation.runner import qrels_of
from qa.evaluation.runs import DEPTH, item_scores

if TYPE_CHECKING:
    from collections.abc import Iterable

DOMAINS = {
    "cloud": re.compile(r"ibmcld_"),
    "wikipedia": re.compile(r"\d+_\d+-\d+-"),
    "finance": re.compile(r"\d{1,6}-\d+-\d+$"),
    "government": re.compile(r"[0-9a-f]{16}-"),
}


def domain(documents: Iterable[str]) -> str:
    """Return the domain of a query from the ids of the records that answer it."""
    first = min(documents)
    return next((name for name, pattern in DOMAINS.items() if pattern.match(first)), "other")


def main() -> None:
    """Measure and print."""
    parser = command_line(__doc__)
    parser.add_argument("set", nargs="?", default="../shared/eval/mtrag", metavar="SET[=INDEX]")
    bot, questions = open_set(parser.parse_args().set)
    relevant = qrels_of(questions, bot.index.passages())
    asked = [query for query in questions.queries if query.answerable]
    qrels = {query.id: relevant[query.id] for query in asked}
    runs = {
        name: {q.id: item_scores(rank(q), by_passage=questions.by_passage(q)) for q in asked}
        for name, rank in (
            ("without history", lambda query: bot.ask(query.text, k=DEPTH).citations),
            ("with history", partial(by_the_bot, bot)),
        )
    }
    groups: dict[str, list[str]] = defaultdict(list)
    for query in asked:
        groups[domain(qrels[query.id])].append(query.id)
    groups["all"] = [query.id for query in asked]
    values = {name: measure(qrels, run) for name, run in runs.items()}
    for name, ids in groups.items():
        cells = "  ".join(f"{run} {np.mean([found[i]['nDCG@10'] for i in ids]):.3f}" for run, found in values.items())
        print(f"{name:12} {len(ids):4} queries  nDCG@10 {cells}")


if __name__ == "__main__":
    main()
