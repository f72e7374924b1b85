"""The worth of each stage of the ranking: ``python -m benchmarks.ablation [--write] SET[=INDEX] …``.

Ranks the answerable questions of each set by every stage and prints Success@1 and nDCG@10; ``--write`` puts the table
into ``docs/retrieval.md``, unless a set was left out. A set with its own corpus is indexed in the cache; any other set
uses INDEX, by default ``embeddings/default``. A stage is a function of an open bot and a query that returns passages or
citations, best first; rows of ``STAGES`` are rows of the table. Only the last stage, the bot itself, gets the history.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.common import open_set
from benchmarks.pages import markdown, measured_on, publish, set_arguments
from benchmarks.stages import INNER, ranked
from qa.errors import QAError
from qa.evaluation.metrics import measure
from qa.evaluation.runner import code_digest, qrels_of
from qa.evaluation.runs import DEPTH, item_scores
from qa.retrieval.features import Weights
from qa.retrieval.query import content_terms
from qa.retrieval.retriever import Retriever

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.answering.bot import Bot
    from qa.evaluation.sets import EvaluationSet, Query
    from qa.protocols import Ranking
    from qa.types import Citation, Passage

    Stage = Callable[[Bot, Query], Sequence[Passage | Citation]]

LIST = 100
"""Passages of each list that are combined."""
READING = 0.15
"""The weight of what is read that was best on held-out articles (``python -m training.reader.choose``)."""
MEASURES = ("Success@1", "nDCG@10")


def by_cosine(bot: Bot, query: Query) -> Sequence[Passage]:
    """Rank by the cosine of query and passage: plain embedding search."""
    return _passages(bot, _dense(bot, query))


def by_words(bot: Bot, query: Query) -> Sequence[Passage]:
    """Rank by BM25."""
    return _passages(bot, _lexical(bot, query))


def by_ranks(bot: Bot, query: Query) -> Sequence[Passage]:
    """Combine the two lists by rank."""
    return _passages(bot, reciprocal_rank_fusion([_dense(bot, query), _lexical(bot, query)]))


def by_scores(bot: Bot, query: Query) -> Sequence[Passage]:
    """Combine the two lists by score."""
    return _passages(bot, convex_combination(_dense(bot, query), _lexical(bot, query)))


def by_stage(bot: Bot, query: Query, *, stage: str) -> Sequence[Passage]:
    """Rank the candidates of both lists by a stage of ``benchmarks.stages``."""
    return ranked(bot, query.text, stage)


def by_the_bot(bot: Bot, query: Query) -> Sequence[Citation]:
    """Rank as the bot does, with the history if there is one."""
    return bot.ask(query.text, history=query.history, k=DEPTH).citations


def by_the_bot_reading(bot: Bot, query: Query) -> Sequence[Passage]:
    """Rank as the bot does, with what is read of the first passages as a part of their scores."""
    retriever = Retriever(bot.index, reader=bot.reader, weights=Weights(reading=READING))
    return [hit.passage for hit in retriever.search(query.text, DEPTH, history=query.history).hits]


STAGES: dict[str, Stage] = {
    "nearest by cosine": by_cosine,
    "BM25": by_words,
    "both, by reciprocal rank (k = 60)": by_ranks,
    "both, by min-max scores (half and half)": by_scores,
    **{name: partial(by_stage, stage=name) for name in INNER},
    "the bot, with the conversation where there is one": by_the_bot,
    f"read: … and what was read of the first five at {READING}": by_the_bot_reading,
}


def reciprocal_rank_fusion(rankings: Sequence[Ranking], k: int = 60) -> Ranking:
    """Combine rankings by the sum of 1 / (k + rank) (Cormack et al. 2009)."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, (passage, _) in enumerate(ranking, 1):
            scores[passage] = scores.get(passage, 0.0) + 1 / (k + rank)
    return _ordered(scores)


def convex_combination(first: Ranking, second: Ranking, weight: float = 0.5) -> Ranking:
    """Combine two rankings by their scores, each scaled to 0 … 1 (Bruch et al. 2023)."""
    scores: dict[str, float] = {}
    for share, ranking in ((weight, first), (1 - weight, second)):
        values = np.array([score for _, score in ranking])
        low, reach = (values.min(), max(float(np.ptp(values)), 1e-12)) if len(values) else (0.0, 1.0)
        for passage, score in ranking:
            scores[passage] = scores.get(passage, 0.0) + share * (score - low) / reach
    return _ordered(scores)


def _ordered(scores: dict[str, float]) -> Ranking:
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _dense(bot: Bot, query: Query) -> Ranking:
    return bot.index.engine.nearest(bot.index.encoder.encode_query(query.text).vector, LIST)


def _lexical(bot: Bot, query: Query) -> Ranking:
    return bot.index.engine.matching(content_terms(bot.index.language.terms(query.text)), LIST)


def _passages(bot: Bot, ranking: Ranking) -> Sequence[Passage]:
    return [stored.passage for stored in bot.index.engine.fetch([name for name, _ in ranking[:DEPTH]])]


def ablate(
    bot: Bot, questions: EvaluationSet, stages: dict[str, Stage], most: int | None = None
) -> dict[str, dict[str, float]]:
    """Return the measures of each stage over the answerable queries of a set, at most ``most``, evenly spread."""
    asked = [query for query in questions.queries if query.answerable]
    if most is not None and len(asked) > most:
        asked = [asked[place * len(asked) // most] for place in range(most)]
    relevant = qrels_of(questions, bot.index.passages())
    qrels = {query.id: relevant[query.id] for query in asked}
    runs: dict[str, dict[str, dict[str, float]]] = {name: {} for name in stages}
    for query in asked:  # all stages of a query before the next: they share what they compute
        for name, stage in stages.items():
            runs[name][query.id] = item_scores(stage(bot, query), by_passage=questions.by_passage(query))
    found = {}
    for name, run in runs.items():
        values = measure(qrels, run)
        found[name] = {wanted: float(np.mean([values[query.id][wanted] for query in asked])) for wanted in MEASURES}
    return found


def main() -> int:
    """Measure, print and write."""
    parser = set_arguments(__doc__)
    parser.add_argument("--most", type=int, metavar="N", help="questions of each set at most, evenly spread")
    options = parser.parse_args()
    columns = {}
    for argument in options.sets:
        try:
            bot, questions = open_set(argument)
        except QAError as error:
            print(f"{argument} is left out: {error}\n", flush=True)
            continue
        columns[questions.name] = ablate(bot, questions, STAGES, options.most)
        for stage, values in columns[questions.name].items():
            print(f"{questions.name:16} {stage:40} {values['Success@1']:.3f} / {values['nDCG@10']:.3f}", flush=True)
        print()
    rows = [
        [stage, *(f"{values[stage]['Success@1']:.3f} / {values[stage]['nDCG@10']:.3f}" for values in columns.values())]
        for stage in STAGES
    ]
    text = f"{markdown(['Success@1 / nDCG@10', *columns], rows)}\n\n{measured_on(code_digest())}"
    if options.most:
        text += f" At most {options.most:,} answerable questions of each set, evenly spread."
    return publish("ablation", text, write=options.write, complete=len(columns) == len(options.sets))


if __name__ == "__main__":
    sys.exit(main())
