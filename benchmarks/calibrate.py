"""Fit the confidence of answers: ``python -m benchmarks.calibrate [--gather DIR]``.

``--gather`` asks the questions of squad, clapnq and mtrag, which are evaluation sets in DIR, and of this project's
``data/eval/statement-users``. It writes the features of each first hit to ``benchmarks/calibration/evidence.csv``:
numbers, no text. Without ``--gather`` that file is used. The fits, of hits that were read and of hits that were not,
go to ``qa/answering/calibration.json``.

There are three protocols. "own" asks every question over the whole corpus, also the unanswerable ones of the same
topic. "absent" removes half of the documents and asks the answerable questions. "alone" asks each question of the
article it is about, a short document on one topic. Half of the documents (of mtrag, half of the conversations) are for
fitting, the other half for the printed figures; the SHA-1 of the id decides. statement-users is for fitting only;
data/eval/statement is never used here.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.common import command_line
from qa.answering.confidence import FEATURES, READ_FEATURES
from qa.retrieval.retriever import Retriever
from qa.types.answers import CLEAR, LIKELY

if TYPE_CHECKING:
    from qa.answering.bot import Bot

HERE = Path(__file__).parent
EVIDENCE = HERE / "calibration" / "evidence.csv"
CALIBRATION = HERE.parent / "qa" / "answering" / "calibration.json"
UNREAD = tuple(name for name in FEATURES if name not in READ_FEATURES)
TRIED = ("phrase", "passages")
"""Features that are not used; the report says what each would add."""
SHARES = {
    "squad own": 2.0,
    "squad absent": 1.0,
    "squad alone": 1.0,
    "clapnq own": 1.0,
    "clapnq absent": 0.5,
    "mtrag own": 1.5,
    "statement-users own": 2.5,
}
"""The weight of each part of the evidence, whatever the number of its questions."""
PROTOCOLS = {"squad": ("own", "absent", "alone"), "clapnq": ("own", "absent")}
RISK = 0.03
"""The shipped threshold refuses at most this share of the right answers of any part that is fitted to."""


def half(text: str, which: int) -> bool:
    """Say whether a document belongs to the first half of division number ``which``; divisions are independent."""
    return hashlib.sha1(f"{which} {text.split('#')[0]}".encode(), usedforsecurity=False).digest()[0] % 2 == 0


def gather(folder: Path) -> None:
    """Ask the questions and write the evidence."""
    import qa
    from qa.answering.bot import Bot
    from qa.evaluation.runner import index_of

    rows: list[list[object]] = []
    sources = {folder / name: index_of(folder / name / "corpus.jsonl") for name in ("squad", "clapnq", "mtrag")}
    qa.build_index(HERE.parent / "data" / "documents", "embeddings/default")
    sources[HERE.parent / "data" / "eval" / "statement-users"] = Path("embeddings/default")
    for questions, path in sources.items():
        reading = qa.open_bot(path)
        for bot in (reading, Bot(reading.index)):
            for protocol in PROTOCOLS.get(questions.name, ("own",)):
                rows += evidence_of(bot, questions, protocol)
                print(
                    f"{questions.name} {protocol}, {'read' if bot.reader else 'not read'}: {len(rows)} rows", flush=True
                )
    EVIDENCE.parent.mkdir(exist_ok=True)
    with EVIDENCE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["set", "protocol", "read", "fitting", "answerable", "right", *FEATURES, *TRIED])
        writer.writerows(rows)


def evidence_of(bot: Bot, folder: Path, protocol: str) -> list[list[object]]:
    """Return a row for each question of a set: the features of its first hit, and whether that is right."""
    from qa.evaluation.sets import load_set

    questions = load_set(folder, lambda document: bot.document(document).text)
    entries = [entry for entry in bot.index.engine.documents() if protocol != "absent" or half(entry.id, 2)]
    kept = {entry.id for entry in entries}
    documents = sorted(kept) if protocol == "absent" else ()
    passages = sum(entry.passages for entry in entries)
    rows: list[list[object]] = []
    for query in questions.queries[:: 3 if folder.name == "squad" else 1]:
        answers = set(query.spans) or set((questions.qrels or {}).get(query.id, {}))
        if protocol == "absent" and not query.answerable:
            continue
        text = " ".join(query.text.split())
        if protocol == "alone":
            nearest = min(answers) if answers else nearest_document(bot, text)
            documents = [f"{nearest.split('#')[0]}#*"]
            passages = sum(entry.passages for entry in entries if fnmatchcase(entry.id, documents[0]))
        ranked = bot.retriever.search(text, 1, documents, history=() if protocol == "alone" else query.history)
        if ranked.signals is None:
            continue
        passage = ranked.hits[0].passage
        features = {**asdict(ranked.signals), "premises": float(bool(bot.unmet_premises(text, ranked.hits[0])))}
        if query.spans:
            places = query.spans.get(passage.document, ())
            right = any(start < passage.end and passage.start < end for start, end in places)
        else:
            right = passage.document in answers
        possible = query.answerable and (protocol != "absent" or not kept.isdisjoint(answers))
        fitting = half(query.id.split("<")[0] if folder.name == "mtrag" else passage.document, 3)
        values = ["" if features[feature] is None else f"{features[feature]:.5f}" for feature in FEATURES]
        tried = [f"{ranked.hits[0].why.parts['phrase']:.5f}", f"{math.sqrt(math.log(passages)):.5f}"]
        fitting = fitting or folder.name == "statement-users"
        rows.append(
            [
                folder.name,
                protocol,
                int(bot.reader is not None),
                int(fitting),
                int(possible),
                int(right and query.answerable),
                *values,
                *tried,
            ]
        )
    return rows


def nearest_document(bot: Bot, text: str) -> str:
    """Return the document of the nearest passage, which need not be read for that."""
    return Retriever(bot.index).search(text, 1).hits[0].passage.document


@dataclass(frozen=True)
class Data:
    """The evidence: features ``(rows, features)``, flags and the part of each row, and the weight of each row."""

    features: np.ndarray
    answerable: np.ndarray
    right: np.ndarray
    fitting: np.ndarray
    parts: np.ndarray
    weights: np.ndarray


def read(names: tuple[str, ...] = FEATURES, *, unread: bool = False) -> Data:
    """Read the evidence of hits that were read, or of those that were not, with the features of some names."""
    with EVIDENCE.open() as file:
        rows = [row for row in csv.DictReader(file) if (row["read"] == "0") == unread]
    flags = [np.array([row[name] == "1" for row in rows]) for name in ("answerable", "right", "fitting")]
    parts = np.array([f"{row['set']} {row['protocol']}" for row in rows])
    weights = np.zeros(len(rows))
    for part, share in SHARES.items():
        for chosen in (flags[2] & (parts == part), ~flags[2] & (parts == part)):
            weights[chosen] = share / max(1, chosen.sum())
    features = np.array([[float(row[name]) for name in names] for row in rows])
    return Data(features, *flags, parts, weights)


def fit(data: Data) -> tuple[np.ndarray, float]:
    """Fit on the fitting half; return weights for the features as they are, and the bias."""
    fitting = data.fitting
    scale = data.features[fitting].std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=10_000, tol=1e-9)
    weights = data.weights[fitting] / data.weights[fitting].mean()
    model.fit(data.features[fitting] / scale, data.right[fitting], sample_weight=weights)
    return model.coef_[0] / scale, float(model.intercept_[0])


def confidence_of(data: Data, weights: np.ndarray, bias: float) -> np.ndarray:
    """Return the probability for each row."""
    return np.asarray(1 / (1 + np.exp(-(data.features @ weights + bias))))


def threshold_for(data: Data, confidence: np.ndarray, risk: float = RISK) -> float:
    """Return the confidence that at most the share ``risk`` of the right answers is below, in each part fitted to."""
    chosen = data.fitting & data.right
    return float(min(np.quantile(confidence[chosen & (data.parts == part)], risk) for part in SHARES))


def report_borders(data: Data, confidence: np.ndarray) -> None:
    """Print how the three words of ``Answer.clarity`` fall on right and on wrong answers."""
    print("\nright answers: clear, clear or likely; wrong ones: clear, clear or likely (unseen half)")
    for part in SHARES:
        held = (data.parts == part) & (~data.fitting | (part == "statement-users own"))
        shares = [
            f"{(confidence[held & chosen] >= border).mean():.2f}"
            for chosen in (data.right, ~data.right)
            for border in (CLEAR, LIKELY)
        ]
        print(f"{part:20} {'  '.join(shares)}")


def report(data: Data, confidence: np.ndarray, threshold: float) -> None:
    """Print the quality of a calibration on the unseen half, of statement-users on all of it."""
    from qa.evaluation.risk import auroc, calibration_error

    print(f"{'part':20} {'n':>5} {'AUROC':>6} {'right':>6} {'ECE':>6}  refused: right, unanswerable")
    for part in SHARES:
        held = (data.parts == part) & (~data.fitting | (part == "statement-users own"))
        refused = confidence < threshold
        print(
            f"{part:20} {held.sum():5} {auroc(confidence[held], data.answerable[held]):6.3f} "
            f"{auroc(confidence[held], data.right[held]):6.3f} "
            f"{calibration_error(confidence[held], data.right[held]):6.3f}  "
            f"{refused[held & data.right].mean():.3f} {refused[held & ~data.answerable].mean():.3f}"
        )
    print(f"all, weighed as fitted: ECE {weighed_error(data, confidence):.3f}")


def report_thresholds(data: Data, confidence: np.ndarray, shipped: float) -> None:
    """Print the effect of other thresholds on MTRAG's unanswerable turns, and on right answers of the unseen half."""
    turns = data.parts == "mtrag own"
    weights = data.weights * (~data.fitting & data.right)
    print("\nthreshold: refusal on mtrag, precision and recall (unseen half); share of right answers refused, weighed")
    for threshold in (shipped, 0.2, 0.25, 0.3, 0.35, 0.4):
        refused = confidence < threshold
        cells = []
        for chosen in (turns, turns & ~data.fitting):
            precision = (~data.answerable[chosen & refused]).mean()
            cells.append(f"{precision:.2f} {refused[chosen & ~data.answerable].mean():.2f}")
        print(f"{threshold:.2f}: {cells[0]} ({cells[1]}); {weights[refused].sum() / weights.sum():.3f}")


def weighed_error(data: Data, confidence: np.ndarray) -> float:
    """Return the expected calibration error of the unseen half, its parts weighted as in the fit."""
    held = ~data.fitting
    weights = data.weights * held / (data.weights * held).sum()
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = weights * (confidence - data.right)
    return float(sum(abs(gaps[bins == place].sum()) for place in range(10)))


def compare_features() -> None:
    """Print the effect on the unseen half of leaving out each feature, and of adding each unused one."""
    from qa.evaluation.risk import auroc

    parts = [part for part in SHARES if part != "statement-users own"]
    print(f"\nAUROC of answerable by part: {', '.join(parts)}; ECE")
    variants = {"as shipped": FEATURES}
    variants |= {f"without {name}": tuple(f for f in FEATURES if f != name) for name in FEATURES}
    variants |= {f"with {name}": (*FEATURES, name) for name in TRIED}
    for title, names in variants.items():
        data = read(names)
        confidence = confidence_of(data, *fit(data))
        held = [~data.fitting & (data.parts == part) for part in parts]
        values = "  ".join(f"{auroc(confidence[h], data.answerable[h]):.3f}" for h in held)
        print(f"{title:22} {values}  {weighed_error(data, confidence):.3f}")


def main() -> None:
    """Gather if asked, fit, write and report."""
    parser = command_line(__doc__)
    parser.add_argument("--gather", type=Path, metavar="DIR", help="the folder with the sets squad, clapnq and mtrag")
    options = parser.parse_args()
    if options.gather:
        gather(options.gather)
    shipped = {}
    for kind, names in (("unread", UNREAD), ("read", FEATURES)):
        data = read(names, unread=kind == "unread")
        weights, bias = fit(data)
        confidence = confidence_of(data, weights, bias)
        shipped[kind] = {
            "weights": {name: round(float(value), 4) for name, value in zip(names, weights, strict=True)},
            "bias": round(bias, 4),
            "threshold": (threshold := math.floor(threshold_for(data, confidence) * 100) / 100),
        }
        print(f"\n{kind}: {json.dumps(shipped[kind])}")
        report(data, confidence, threshold)
        report_borders(data, confidence)
        report_thresholds(data, confidence, threshold)
    CALIBRATION.write_text(json.dumps(shipped, indent=2) + "\n")
    compare_features()


if __name__ == "__main__":
    main()
