"""Measure the words that are marked: ``python -m benchmarks.words SET[=INDEX] …``, for sets whose evidence is exact.

Prints, for the answerable questions, F1 and exact match of the best words in the passage that holds the evidence, and,
where that passage came first, how often words are marked and how often they are right (F1 of at least a half).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.common import open_set
from benchmarks.pages import set_arguments
from qa.evaluation.words import overlap, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qa.answering.bot import Bot
    from qa.evaluation.sets import EvaluationSet
    from qa.types import Passage, Span

RIGHT = 0.5


def measure(bot: Bot, questions: EvaluationSet) -> dict[str, float]:
    """Return the measures of a set whose queries have spans."""
    by_document: dict[str, list[Passage]] = {}
    for passage in bot.index.passages():
        by_document.setdefault(passage.document, []).append(passage)
    f1, exact, firsts, marked = [], [], [], []
    for query in (query for query in questions.queries if query.answerable):
        wanted = [bot.document(name).text[start:end] for name, spans in query.spans.items() for start, end in spans]
        for passage in _holding(by_document, query.spans)[:1]:
            [read] = bot.reader.read(query.text, [(passage.context, passage.text)]) if bot.reader else [None]
            said = passage.text[slice(*read.words)] if read else ""
            f1.append(max(overlap(said, text) for text in wanted))
            exact.append(float(any(plain(said) == plain(text) for text in wanted)))
        first = bot.ask(query.text, history=query.history, k=1).citations[0]
        if any(a < first.end and first.start < b for a, b in query.spans.get(first.document, ())):
            said = bot.document(first.document).text[slice(*first.answer)] if first.answer else ""
            firsts.append(max(overlap(said, text) for text in wanted) >= RIGHT)
            marked.append(first.answer is not None)
    right = np.array(firsts)[np.array(marked)]
    return {
        "F1": float(np.mean(f1)),
        "EM": float(np.mean(exact)),
        "first passage right": float(len(firsts)),
        "of these marked": float(np.mean(marked)),
        "of these marked rightly": float(np.mean(firsts)),
        "of the marked, right": float(right.mean()),
    }


def _holding(by_document: Mapping[str, Sequence[Passage]], spans: Mapping[str, Sequence[Span]]) -> Sequence[Passage]:
    """Return the passages that hold a span wholly."""
    return [
        passage
        for name, places in spans.items()
        for start, end in places
        for passage in by_document.get(name, ())
        if passage.start <= start and end <= passage.end
    ]


def main() -> int:
    """Measure and print."""
    for argument in set_arguments(__doc__).parse_args().sets:
        bot, questions = open_set(argument)
        print(questions.name, {name: round(value, 3) for name, value in measure(bot, questions).items()}, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
