"""Fit when a question depends on the conversation before it: ``python -m benchmarks.follow_ups [--most N]``.

Follow-ups are the conversations of MTRAG (``../shared/eval/mtrag``). Independent questions come from SQuAD, CLAPNQ
(``../shared/eval``) after a random conversation, drawn by ``benchmarks.topic_change``, ``--most`` of each set (default
900). Each question is ranked without and with the conversation. The regression learns which ranking is better, with the
difference in nDCG@10 as the weight of the question; if both are equal, it learns whether the question is a follow-up.
Follow-ups and independent questions have the same total weight.

Prints for several thresholds the effect on questions that the fit has not seen (eight folds; the questions of one
conversation are in one fold; the mean of three divisions), and the ranking of follow-ups with weights near the shipped
ones. Writes the fit over all questions to ``qa/retrieval/leaning.json``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

import qa
from benchmarks.common import ROOT, SHARED, command_line
from benchmarks.topic_change import conversations
from qa.evaluation.metrics import measure
from qa.evaluation.runner import index_of, qrels_of
from qa.evaluation.runs import item_scores
from qa.evaluation.sets import load_set
from qa.retrieval.features import Weights, score
from qa.retrieval.followup import WEIGHTS, Signs, in_conversation, read_history, read_signs, speaking, spoken_of
from qa.retrieval.query import analyse_query
from qa.retrieval.retriever import candidate_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.answering.bot import Bot
    from qa.evaluation.sets import EvaluationSet, Query
    from qa.protocols import Vectors
    from qa.retrieval.features import Candidates

LEANING = ROOT / "qa" / "retrieval" / "leaning.json"
THRESHOLD = 0.6
"""Probability from which the conversation is used; the table shows the costs on both sides."""
FOLDS, DIVISIONS = 8, 3
STRENGTH = 0.1
"""Inverse strength of the regularisation, for signs of unit variance."""
EVEN = 0.05
"""Weight of a question whose two rankings are equally good."""
MEASURES = ("nDCG@10", "Success@1")


@dataclass(frozen=True, slots=True)
class Case:
    """A question with a conversation before it: its measures alone and with it, and the signs between which to choose.

    ``speaking`` are the signs that a document was spoken of, float32 ``(4, candidates)``, ``own`` the scores without
    them, ``items`` the candidates as items of a run. Cases of one ``group`` are either all fitted to or all tested.
    """

    group: str
    signs: Signs
    alone: tuple[float, ...]
    followed: tuple[float, ...]
    speaking: Vectors
    own: Vectors
    items: Sequence[str]
    relevant: dict[str, int]


def cases(bot: Bot, questions: EvaluationSet, queries: Iterable[Query]) -> list[Case]:
    """Rank each question that has a history without and with it."""
    index, weights = bot.index, Weights()
    relevant = qrels_of(questions, index.passages())
    made = []
    for asked in queries:
        said = read_history(index, asked.history)
        if said is None:
            continue
        query = analyse_query(index, " ".join(asked.text.split()))
        own = {name for ranking in candidate_lists(index, query).values() for name, _ in ranking}
        stored = index.engine.fetch(sorted(own | spoken_of(index, said, None)))
        scored = score(index, query, stored, weights)
        alone = scored.only([place for place, one in enumerate(stored) if one.passage.id in own])
        followed = in_conversation(index, query, said, scored, weights)
        by_passage = questions.by_passage(asked)
        items = [next(iter(item_scores([one.passage], by_passage=by_passage))) for one in stored]
        made.append(
            Case(
                group=asked.history[0].text,
                signs=read_signs(query, said, alone, followed),
                alone=_measured(alone, by_passage, relevant[asked.id]),
                followed=_measured(followed, by_passage, relevant[asked.id]),
                speaking=speaking(index, query, said, followed, weights),
                own=followed.scores() - followed.parts["conversation"],
                items=items,
                relevant=relevant[asked.id],
            )
        )
    return made


def _measured(candidates: Candidates, by_passage: bool, relevant: dict[str, int]) -> tuple[float, ...]:
    order = np.argsort(-candidates.scores(), kind="stable")
    run = item_scores([candidates.stored[place].passage for place in order], by_passage=by_passage)
    return _values(run, relevant)


def _values(run: dict[str, float], relevant: dict[str, int]) -> tuple[float, ...]:
    values = measure({"q": relevant}, {"q": run})["q"]
    return tuple(values[name] for name in MEASURES)


class Table:
    """The cases of all sets as arrays, with the result of a choice between their two rankings."""

    def __init__(self, sets: dict[str, list[Case]]) -> None:
        every = [(name, case) for name, found in sets.items() for case in found]
        self.names = np.array([name for name, _ in every])
        self.signs = np.array([case.signs for _, case in every])
        self.alone = np.array([case.alone for _, case in every])
        self.followed = np.array([case.followed for _, case in every])
        _, self.groups = np.unique([case.group for _, case in every], return_inverse=True)
        self.follow_up = self.names == "mtrag"

    def targets(self) -> tuple[np.ndarray, np.ndarray]:
        """Return for each question whether to use the conversation, and the weight of the question."""
        gain = self.followed[:, 0] - self.alone[:, 0]
        wanted = np.where(gain == 0, self.follow_up, gain > 0)
        share = np.where(self.follow_up, 1 / self.follow_up.sum(), 1 / (~self.follow_up).sum())
        weights = (np.abs(gain) + EVEN) * share
        return wanted, weights / weights.mean()

    def fit(self, chosen: np.ndarray) -> tuple[np.ndarray, float]:
        """Return the weights of the signs and the bias, fitted to the ``chosen`` questions."""
        wanted, weights = self.targets()
        mean, scale = self.signs[chosen].mean(axis=0), self.signs[chosen].std(axis=0) + 1e-9
        model = LogisticRegression(C=STRENGTH, max_iter=10_000, tol=1e-9)
        model.fit((self.signs[chosen] - mean) / scale, wanted[chosen], sample_weight=weights[chosen])
        own = model.coef_[0] / scale
        return own, float(model.intercept_[0] - own @ mean)

    def unseen(self, division: int) -> np.ndarray:
        """Return the probability of each question from a fit that has not seen its group."""
        fold = np.random.default_rng(division).integers(0, FOLDS, self.groups.max() + 1)[self.groups]
        found = np.zeros(len(self.names))
        for number in range(FOLDS):
            weights, bias = self.fit(fold != number)
            found[fold == number] = 1 / (1 + np.exp(-bias - self.signs[fold == number] @ weights))
        return found

    def report(self, follow: np.ndarray, title: str) -> None:
        """Print the effect on each set of using the conversation for some questions."""
        values = np.where(np.atleast_2d(follow)[..., None], self.followed, self.alone).mean(axis=0)
        cells = []
        for name in dict.fromkeys(self.names):
            own = self.names == name
            now, lost = values[own].mean(axis=0), (self.alone[own] - values[own]).mean(axis=0)
            used = follow[..., own].mean()
            cells.append(
                f"{name} {now[0]:.4f} ({used:.0%} followed)"
                if name == "mtrag"
                else f"{name} loses {lost[0]:.4f} {lost[1]:.4f} ({used:.0%})"
            )
        print(f"{title:14} {'   '.join(cells)}")


def compare_weights(found: list[Case]) -> None:
    """Print nDCG@10 of follow-ups, all ranked with the conversation, for weights near the shipped ones."""
    print("\nweights of the signs that a document is spoken of: nDCG@10 of conversations in even, odd places")
    order = {group: place for place, group in enumerate(dict.fromkeys(case.group for case in found))}
    half = np.array([order[case.group] % 2 for case in found])
    variants = {"as shipped": WEIGHTS, "0.5 0.3 0.3 0.3": (0.5, 0.3, 0.3, 0.3)}
    for place, value in enumerate(WEIGHTS):
        for factor in (0.0, 0.75, 1.25):
            changed = (*WEIGHTS[:place], round(value * factor, 3), *WEIGHTS[place + 1 :])
            variants[" ".join(map(str, changed))] = changed
    for title, weights in variants.items():
        values = np.array([_ranked(case, np.array(weights, dtype=np.float32)) for case in found])
        print(f"{title:24} {values[half == 0].mean():.4f} {values[half == 1].mean():.4f}")


def _ranked(case: Case, weights: Vectors) -> float:
    scores = case.own + weights @ case.speaking
    run: dict[str, float] = {}
    for place in np.argsort(-scores, kind="stable"):
        run.setdefault(case.items[place], -float(len(run)))
    return _values(run, case.relevant)[0]


def main() -> None:
    """Gather, fit, write and report."""
    parser = command_line(__doc__)
    parser.add_argument(
        "--most", type=int, default=900, metavar="N", help="questions of squad and clapnq at most, each"
    )
    most = parser.parse_args().most
    sets: dict[str, list[Case]] = {}
    for name in ("mtrag", "squad", "clapnq"):
        folder = SHARED / "eval" / name
        bot = qa.open_bot(index_of(folder / "corpus.jsonl"))
        questions = load_set(folder)
        answerable = [query for query in questions.queries if query.answerable]
        asked = answerable if name == "mtrag" else conversations(questions, bot)
        asked = asked if name == "mtrag" else asked[:: max(1, -(-len(asked) // most))]
        sets[name] = cases(bot, questions, asked)
        print(f"{name}: {len(sets[name])} questions with a conversation before them", flush=True)
    table = Table(sets)
    everyone = np.ones(len(table.names), dtype=bool)
    print(
        "\nmtrag: nDCG@10; squad, clapnq: nDCG@10 and Success@1 lost against asking alone; by fits to other questions"
    )
    table.report(~everyone, "never")
    table.report(everyone, "always")
    table.report(table.followed[:, 0] > table.alone[:, 0], "the better one")
    unseen = np.array([table.unseen(division) for division in range(DIVISIONS)])
    for threshold in (0.4, 0.5, 0.55, 0.6, 0.7):
        table.report(unseen > threshold, f"from {threshold}")
    weights, bias = table.fit(everyone)
    table.report(1 / (1 + np.exp(-bias - table.signs @ weights)) > THRESHOLD, "as written")
    values = {name: round(float(value), 3) for name, value in zip(Signs._fields, weights, strict=True)}
    LEANING.write_text(json.dumps({"weights": values, "bias": round(bias, 3), "threshold": THRESHOLD}, indent=2) + "\n")
    print(LEANING.read_text())
    compare_weights(sets["mtrag"])


if __name__ == "__main__":
    main()
