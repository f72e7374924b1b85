"""Does a question lose by what was said before it? ``python -m benchmarks.topic_change [SET …] [--most N]``.

Asks every answerable question of sets that bring their own corpus fresh, and again after a conversation about something
else: one to three earlier questions of the set, none of them about the same article, each answered with the text of the
document that answers it. The conversations are drawn by a fixed seed. Prints both rankings' Success@1 and nDCG@10,
their difference with its p (two-sided paired randomization test), and how often the history changed what was searched.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import qa
from benchmarks.gates import SEED, SHARED, article
from qa.evaluation import DEPTH, compare, items, judgements, load_set, measure
from qa.measuring import index_of
from qa.types import Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.bot import Bot
    from qa.evaluation import EvaluationSet, Query

TURNS = 3
"""Most questions that were asked, and answered, before."""


def conversations(questions: EvaluationSet, bot: Bot) -> list[Query]:
    """Return the answerable queries, each after a random conversation about other articles."""
    draw = random.Random(SEED)  # noqa: S311 - a fixed draw, no secret
    asked = [(query, _gold(questions, query)) for query in questions.queries if query.answerable]
    changed = []
    for query, own in asked:
        topics = {article(document) for document in own}
        history: list[Turn] = []
        for _ in range(draw.randint(1, TURNS)):
            other, gold = draw.choice(asked)
            while topics & {article(document) for document in gold}:
                other, gold = draw.choice(asked)
            history += [Turn("user", other.text), Turn("assistant", bot.document(gold[0]).text)]
        changed.append(replace(query, history=tuple(history)))
    return changed


def _gold(questions: EvaluationSet, query: Query) -> list[str]:
    """Return the documents that answer a query."""
    if query.spans:
        return list(query.spans)
    return [document for document, grade in (questions.qrels or {})[query.id].items() if grade > 0]


def asked(
    bot: Bot, questions: EvaluationSet, queries: Sequence[Query], measures: Sequence[str]
) -> tuple[dict[str, list[float]], float]:
    """Return the measures of each query, and the share of queries whose history changed the text searched with."""
    run, used = {}, 0
    for query in queries:
        answer = bot.ask(query.text, history=query.history, k=DEPTH)
        run[query.id] = items(answer.citations, by_passage=questions.by_passage(query))
        used += answer.query != " ".join(query.text.split())
    relevant = judgements(questions, bot.index.store.all_passages())
    values = measure({query.id: relevant[query.id] for query in queries}, run)
    return {name: [values[query.id][name] for query in queries] for name in measures}, used / len(queries)


def report(folder: Path, most: int | None) -> str:
    """Return what a change of topic does on a set."""
    bot = qa.open_bot(index_of(folder / "corpus.jsonl"))
    questions = load_set(folder)
    queries = conversations(questions, bot)[:most]
    measures = ("Success@1", "nDCG@10")
    fresh, _ = asked(bot, questions, [replace(query, history=()) for query in queries], measures)
    after, used = asked(bot, questions, queries, measures)
    lines = [f"{questions.name}: {len(queries):,} questions; history used for {used:.1%}"]
    for name in measures:
        compared = compare(after[name], fresh[name])
        means = [sum(values[name]) / len(queries) for values in (fresh, after)]
        lines.append(
            f"  {name:<10} fresh {means[0]:.4f}  after another topic {means[1]:.4f}  "
            f"difference {compared['difference']:+.4f}  p {compared['p']:.4f}  "
            f"minimum detectable effect {compared['minimum_detectable_effect']:.4f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = [SHARED / "eval" / name for name in ("squad", "clapnq")]
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET", default=default, help="default: squad and clapnq")
    parser.add_argument("--most", type=int, metavar="N", help="questions of each set at most")
    options = parser.parse_args()
    for folder in options.sets:
        if not (folder / "corpus.jsonl").is_file():
            parser.error(f"{folder} brings no corpus.jsonl; it takes a set with a corpus of its own")
        print(report(folder, options.most), flush=True)


if __name__ == "__main__":
    main()
