"""The loss of a question after a change of topic: ``python -m benchmarks.topic_change [SET[=INDEX] …] [--most N]``.

Asks the questions of sets without history, and again after a conversation about another topic: one to three other
questions of the set with their answers, none about the same article. In a set with a single article the conversation
consists of other questions about it; the article of an unanswerable question is unknown. A fixed seed draws the
conversations. A set without its own corpus uses INDEX, by default ``embeddings/default``.

Prints for the answerable questions Success@1 and nDCG@10 of both rankings, their difference with its p (two-sided
paired randomization test), how often the history changed the search, and how many were refused; for the unanswerable
questions how many were refused.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.common import OWN_SETS, SHARED, command_line, open_set
from benchmarks.gates import SEED, article
from qa.errors import EvaluationError, QAError
from qa.evaluation.metrics import compare, measure
from qa.evaluation.runner import qrels_of
from qa.evaluation.runs import DEPTH, item_scores
from qa.types import Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.answering.bot import Bot
    from qa.evaluation.sets import EvaluationSet, Query

TURNS = 3
"""Most earlier questions of a conversation."""


def conversations(questions: EvaluationSet, bot: Bot, *, answerable: bool = True) -> list[Query]:
    """Return the answerable queries, or the unanswerable ones, each after a random conversation about other articles.

    Raises ``EvaluationError`` if the set has no questions for such a conversation.
    """
    draw = random.Random(SEED)  # noqa: S311 - a fixed draw, no secret
    known = [(query, _gold(questions, query)) for query in questions.queries if query.answerable]
    alike = len({article(document) for _, own in known for document in own}) == 1
    asked = known if answerable else [(query, []) for query in questions.queries if not query.answerable]
    changed = []
    for query, own in asked:
        topics = {article(document) for document in own}
        others = {
            other.id
            for other, gold in known
            if other is not query and (alike or not topics & {article(document) for document in gold})
        }
        if not others:
            raise EvaluationError(f"{questions.name} has no answerable question to be asked before {query.text!r}")
        history: list[Turn] = []
        for _ in range(draw.randint(1, TURNS)):
            other, gold = draw.choice(known)
            while other.id not in others:
                other, gold = draw.choice(known)
            history += [Turn("user", other.text), Turn("assistant", _answer(bot, other, gold[0], whole=not alike))]
        changed.append(replace(query, history=tuple(history)))
    return changed


def _gold(questions: EvaluationSet, query: Query) -> list[str]:
    """Return the documents that answer a query."""
    if query.spans:
        return list(query.spans)
    return [document for document, grade in (questions.qrels or {})[query.id].items() if grade > 0]


def _answer(bot: Bot, query: Query, document: str, *, whole: bool) -> str:
    """Return the text that answers a query: the document or, in a set with a single document, the evidence."""
    text = bot.document(document).text
    spans = query.spans.get(document, ())
    return text if whole or not spans else " ".join(text[start:end] for start, end in spans)


def asked(
    bot: Bot, questions: EvaluationSet, queries: Sequence[Query], measures: Sequence[str]
) -> tuple[dict[str, list[float]], float, float]:
    """Return the measures of each answerable query, and two shares of all queries.

    These are the share whose search the history changed, and the share that was refused.
    """
    run, used, refused = {}, 0, 0
    for query in queries:
        answer = bot.ask(query.text, history=query.history, k=DEPTH)
        run[query.id] = item_scores(answer.citations, by_passage=questions.by_passage(query))
        used += answer.query != " ".join(query.text.split())
        refused += not answer.found
    relevant = qrels_of(questions, bot.index.passages())
    judged = [query.id for query in queries if query.answerable]
    values = measure({name: relevant[name] for name in judged}, run) if judged else {}
    found = {name: [values[query][name] for query in judged] for name in measures}
    return found, used / len(queries), refused / len(queries)


def report(argument: str, most: int | None) -> str:
    """Return the report on a set, given as SET or SET=INDEX."""
    bot, questions = open_set(argument)
    queries = conversations(questions, bot)[:most]
    measures = ("Success@1", "nDCG@10")
    fresh, _, refused = asked(bot, questions, [replace(query, history=()) for query in queries], measures)
    after, used, refused_after = asked(bot, questions, queries, measures)
    lines = [f"{questions.name}: {len(queries):,} answerable questions; history used for {used:.1%}"]
    for name in measures:
        compared = compare(after[name], fresh[name])
        means = [sum(values[name]) / len(queries) for values in (fresh, after)]
        lines.append(
            f"  {name:<10} fresh {means[0]:.4f}  after another topic {means[1]:.4f}  "
            f"difference {compared['difference']:+.4f}  p {compared['p']:.4f}  "
            f"minimum detectable effect {compared['minimum_detectable_effect']:.4f}"
        )
    lines.append(f"  {'refused':<10} fresh {refused:.4f}  after another topic {refused_after:.4f}")
    if others := conversations(questions, bot, answerable=False)[:most]:
        _, _, refused = asked(bot, questions, [replace(query, history=()) for query in others], measures)
        _, used, refused_after = asked(bot, questions, others, measures)
        lines.append(f"{questions.name}: {len(others):,} unanswerable questions; history used for {used:.1%}")
        lines.append(f"  {'refused':<10} fresh {refused:.4f}  after another topic {refused_after:.4f}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = command_line(__doc__)
    default = [SHARED / "eval" / name for name in ("squad", "clapnq")] + sorted(OWN_SETS.iterdir())
    parser.add_argument(
        "sets",
        nargs="*",
        metavar="SET[=INDEX]",
        default=[str(folder) for folder in default],
        help="default: squad, clapnq and our own",
    )
    parser.add_argument("--most", type=int, metavar="N", help="questions of each set at most")
    options = parser.parse_args()
    for argument in options.sets:
        try:
            print(report(argument, options.most), flush=True)
        except QAError as error:
            parser.error(f"{argument}: {error}")


if __name__ == "__main__":
    main()
