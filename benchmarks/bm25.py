"""Other constants and analysers for BM25: ``python -m benchmarks.bm25 SET …``.

The engine uses k1 = 1.2 and b = 0.75. This ranks the passages of each set by the textbook formula (Robertson and
Zaragoza 2009) with other constants, without stemming, and with the stop words of the query. It prints Success@1 over
the answerable questions in two halves: questions at even places to choose by, questions at odd places to report.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.common import command_line, open_set
from qa.evaluation.runner import qrels_of
from qa.evaluation.runs import item_scores
from qa.languages.english import English
from qa.retrieval.query import content_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qa.types import Passage

TERMS = English().terms
CONSTANTS = [(k1, b) for k1 in (0.9, 1.2, 1.5, 2.0) for b in (0.4, 0.75, 0.9)]
ANALYSERS: dict[str, tuple[Callable[[str], Iterable[str]], Callable[[str], Iterable[str]]]] = {
    "stems, stop words left out": (lambda text: (t.term for t in TERMS(text)), lambda text: content_terms(TERMS(text))),
    "stems, stop words kept": (
        lambda text: (t.term for t in TERMS(text)),
        lambda text: {t.term: None for t in TERMS(text)},
    ),
    "words as they are": (
        lambda text: (text[t.start : t.end].lower() for t in TERMS(text)),
        lambda text: {text[t.start : t.end].lower(): None for t in TERMS(text) if not t.stop},
    ),
}


class Bm25:
    """The postings of some passages, for any constants."""

    def __init__(self, passages: list[Passage], terms: Callable[[str], Iterable[str]]) -> None:
        counts = [Counter(terms(f"{p.context}\n{p.text}")) for p in passages]
        self._lengths = np.array([sum(count.values()) for count in counts], dtype=float)
        postings: dict[str, list[tuple[int, int]]] = {}
        for row, count in enumerate(counts):
            for term, times in count.items():
                postings.setdefault(term, []).append((row, times))
        self._postings = {term: np.array(found, dtype=float).T for term, found in postings.items()}

    def scores(self, terms: Iterable[str], k1: float, b: float) -> np.ndarray:
        """Return the score of every passage."""
        total = np.zeros(len(self._lengths))
        for term in terms:
            if term not in self._postings:
                continue
            rows, times = self._postings[term][0].astype(int), self._postings[term][1]
            idf = np.log1p((len(total) - len(rows) + 0.5) / (len(rows) + 0.5))
            norm = k1 * (1 - b + b * self._lengths[rows] / self._lengths.mean())
            total[rows] += idf * times * (k1 + 1) / (times + norm)
        return total


def main() -> None:
    """Measure and print."""
    parser = command_line(__doc__)
    parser.add_argument("sets", nargs="+", metavar="SET[=INDEX]")
    for argument in parser.parse_args().sets:
        bot, questions = open_set(argument)
        passages = list(bot.index.passages())
        relevant = qrels_of(questions, passages)
        asked = [query for query in questions.queries if query.answerable]
        for name, (of_passage, of_query) in ANALYSERS.items():
            index = Bm25(passages, of_passage)
            for k1, b in CONSTANTS:
                right = []
                for query in asked:
                    first = passages[int(index.scores(of_query(query.text), k1, b).argmax())]
                    (item,) = item_scores([first], by_passage=questions.by_passage(query))
                    right.append(relevant[query.id].get(item, 0) > 0)
                print(
                    f"{questions.name:16} {name:28} k1 {k1:3} b {b:4}  "
                    f"{np.mean(right[::2]):.3f}  {np.mean(right[1::2]):.3f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
