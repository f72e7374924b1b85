"""What a conversation is worth to a question: ``python -m benchmarks.follow_ups [--most N] [--un INDEX]``.

Follow-ups are the conversations of MTRAG (``../shared/eval/mtrag``) and, with the index of the UN corpus, those of
``tests/sets/conversations``. Independent questions come from SQuAD and CLAPNQ (``../shared/eval``) after a random
conversation, drawn by ``benchmarks.topic_change``, ``--most`` of each set (default 300).

Prints Success@1, Success@5 and nDCG@10 of each set: asked alone, and with the conversation, as shipped and with other
values for when a question is a new topic and for what is preferred. A last row for each of conversations and domains of
MTRAG takes for every one the values that are best on the others. Then the conversations of ``tests/sets`` as a user
would have them, with the program's own answers as what was said before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

import qa
from benchmarks.common import ROOT, SHARED, command_line
from benchmarks.domains import domain
from benchmarks.topic_change import conversations
from qa.evaluation.metrics import measure
from qa.evaluation.runner import index_of, qrels_of
from qa.evaluation.runs import DEPTH, item_scores
from qa.evaluation.sets import load_set
from qa.retrieval import followup
from qa.types import Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.answering.bot import Bot
    from qa.evaluation.sets import EvaluationSet, Query

SETS = ROOT / "tests" / "sets" / "conversations"
MEASURES = ("Success@1", "Success@5", "nDCG@10")
Values = tuple[float, float, float]
SHIPPED: Values = (followup.NEW_TOPIC, followup.PREFERENCE, followup.NEARNESS)
"""When a question is a new topic, what the document that answered last has more, and others by their nearness."""
OTHERS: Sequence[Values] = (
    *((new_topic, *SHIPPED[1:]) for new_topic in (0.2, 9.0)),
    *((SHIPPED[0], *pair) for pair in ((0.0, 0.3), (0.0, 0.5), (0.1, 0.0), (0.1, 0.5), (0.2, 0.0), (0.2, 0.3))),
)


def asked(bot: Bot, questions: EvaluationSet, queries: Sequence[Query], *, alone: bool = False) -> np.ndarray:
    """Return the measures of each query, float ``(queries, measures)``."""
    relevant = qrels_of(questions, bot.index.passages())
    rows = []
    for query in queries:
        history = () if alone else query.history
        hits = bot.retriever.search(" ".join(query.text.split()), DEPTH, history=history).hits
        run = item_scores([hit.passage for hit in hits], by_passage=questions.by_passage(query))
        values = measure({query.id: relevant[query.id]}, {query.id: run})[query.id]
        rows.append([values[name] for name in MEASURES])
    return np.array(rows)


def with_values(values: Values, *arguments: object) -> np.ndarray:
    """Return the measures of each query where other values decide."""
    names = ("NEW_TOPIC", "PREFERENCE", "NEARNESS")
    with patch.multiple(followup, **dict(zip(names, values, strict=True))):
        return asked(*arguments)  # type: ignore[arg-type]


def in_turn(bot: Bot, questions: EvaluationSet) -> list[tuple[bool, bool]]:
    """Ask conversations with the program's own answers; return whether the first, and one of five, was right."""
    relevant = qrels_of(questions, bot.index.passages())
    found, history = [], list[Turn]()
    for query in questions.queries:
        if not query.history:
            history = []
        hits = bot.retriever.search(query.text, 5, history=history).hits
        right = [not relevant[query.id].keys().isdisjoint(item_scores([hit.passage], by_passage=True)) for hit in hits]
        found.append((right[0], any(right)))
        history += [Turn("user", query.text), Turn("assistant", hits[0].passage.text)]
    return found


def left_out(tables: dict[Values, np.ndarray], groups: Sequence[str]) -> np.ndarray:
    """Return the mean measures where each group's values are those with the best nDCG@10 on the other groups."""
    labels = np.array(groups)
    rows = []
    for group in dict.fromkeys(groups):
        best = max(tables, key=lambda values: tables[values][labels != group, -1].mean())
        rows.append(tables[best][labels == group])
    return np.concatenate(rows).mean(axis=0)


def main() -> None:
    """Ask, and print."""
    parser = command_line(__doc__)
    parser.add_argument(
        "--most", type=int, default=300, metavar="N", help="questions of squad and clapnq at most, each"
    )
    parser.add_argument("--un", metavar="INDEX", help="an index of the UN corpus, for tests/sets/conversations")
    options = parser.parse_args()
    folders = [SHARED / "eval" / name for name in ("mtrag", "squad", "clapnq")]
    for folder in [*folders, *(sorted(SETS.glob("*/")) if options.un else [])]:
        corpus = folder / "corpus.jsonl"
        bot = qa.open_bot(index_of(corpus) if corpus.is_file() else options.un)
        questions = load_set(folder, lambda document, bot=bot: bot.document(document).text)
        queries = [query for query in questions.queries if query.answerable]
        if folder.name in ("squad", "clapnq"):
            drawn = conversations(questions, bot)
            queries = drawn[:: max(1, -(-len(drawn) // options.most))]
        print(f"\n{folder.name}: {len(queries)} questions: {', '.join(MEASURES)}")
        rows = {"alone": asked(bot, questions, queries, alone=True)}
        tables = {values: with_values(values, bot, questions, queries) for values in (SHIPPED, *OTHERS)}
        rows |= {f"new topic {new}, {one} + {two} cosine": rows_ for (new, one, two), rows_ in tables.items()}
        means = {name: values.mean(axis=0) for name, values in rows.items()}
        if folder.name == "mtrag":
            relevant = qrels_of(questions, bot.index.passages())
            groups = {
                "conversations": [query.history[0].text if query.history else query.id for query in queries],
                "domains": [domain(relevant[query.id]) for query in queries],
            }
            means |= {f"by other {name}": left_out(tables, labels) for name, labels in groups.items()}
        if folder.parent == SETS:
            means["in turn, own answers"] = np.append(np.mean(in_turn(bot, questions), axis=0), np.nan)
        for name, values in means.items():
            print(f"{name:40} {' '.join(f'{value:.4f}' for value in values)}", flush=True)


if __name__ == "__main__":
    main()
