"""The measures of every set as a table: ``python -m benchmarks.figures [--write] [--plots DIR] SET[=INDEX] …``.

Prints for each set the report of ``qa evaluate SET --index INDEX``. ``--write`` puts a table of all sets into
``docs/retrieval.md``, unless a set was left out. ``--plots`` draws risk and reliability of each set into a folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.pages import markdown, measured_on, publish, set_arguments
from qa.errors import QAError
from qa.evaluation.runner import code_digest, evaluate

RANKING = {"Success@1": "Success@1", "Success@5": "Success@5", "nDCG@10": "nDCG@10", "Highlight@1": "sentence"}
REFUSAL = {
    "AUROC": "AUROC",
    "AURC": "AURC",
    "ECE": "ECE",
    "coverage": "coverage",
    "risk": "risk",
    "precision": "precision",
    "recall": "recall",
    "recall@0.95": "recall, 95 of 100 answered",
    "refused_answerable": "refused though answerable",
}
NOTE = (
    "Sentence: the marked sentence of a relevant first citation overlaps the answer. Coverage and risk are those at "
    "the shipped threshold, precision and recall those of refusing unanswerable questions; the last recall is that "
    "of the threshold at which 95 of 100 answerable questions are still answered: one right answer in twenty is lost."
)


def row(summary: dict[str, object]) -> list[str]:
    """Return the cells of a set, with a dash where a measure does not apply."""
    refusal = summary["refusal"] or {}
    measures = summary["measures"]
    cells = [f"{summary['set']}", f"{summary['queries']:,}", f"{summary['passages']:,}"]
    cells += [_cell(measures, name) for name in RANKING]
    return cells + [_cell(refusal, name) for name in REFUSAL]


def _cell(values: object, name: str) -> str:
    return f"{values[name]:.3f}" if isinstance(values, dict) and name in values else "–"  # noqa: RUF001 - a dash


def main() -> int:
    """Measure, print and write."""
    parser = set_arguments(__doc__)
    parser.add_argument("--plots", type=Path, metavar="DIR", help="draw a PNG a set into this folder")
    options = parser.parse_args()
    if options.plots:
        options.plots.mkdir(parents=True, exist_ok=True)
    rows = []
    for argument in options.sets:
        name, _, index = argument.partition("=")
        folder = Path(name)
        try:
            text, summary, _ = evaluate(
                folder,
                Path(index) if index else None,
                default_index=Path("embeddings/default"),
                plot=options.plots / f"{folder.name}.png" if options.plots else None,
            )
        except QAError as error:
            print(f"{argument} is left out: {error}\n", flush=True)
            continue
        print(f"{text}\n", flush=True)
        rows.append(row(summary))
    head = ["set", "questions", "passages", *RANKING.values(), *REFUSAL.values()]
    table = f"{markdown(head, rows)}\n\n{NOTE} {measured_on(code_digest())}"
    return publish("figures", table, write=options.write, complete=len(rows) == len(options.sets))


if __name__ == "__main__":
    sys.exit(main())
