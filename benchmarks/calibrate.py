"""Fit the confidence of answers: ``python -m benchmarks.calibrate [--gather DIR]``.

``--gather`` asks the questions of squad and clapnq, found as evaluation sets in DIR, and writes the evidence for each
first hit to ``benchmarks/calibration/evidence.csv``: numbers only, no text. Without it that file is used. The fit goes
to ``qa/calibration.json``.

Two protocols: "own" asks every question of the whole corpus, the unanswerable ones of the same topic too; "absent"
removes half of the documents and asks the answerable ones. Half of the documents are for fitting, the other half for
the figures that are printed, chosen by the SHA-1 of their id.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).parent
EVIDENCE = HERE / "calibration" / "evidence.csv"
CALIBRATION = HERE.parent / "qa" / "calibration.json"
FEATURES = ("sentence", "passage", "weakest")
REFUSED_RIGHT_ANSWERS = 0.005
"""The shipped threshold refuses no more than this share of the right answers in any part of the fitting half."""


def half(text: str, which: int) -> bool:
    """Say whether a document belongs to the first half, one of several independent halvings."""
    return hashlib.sha1(f"{which} {text.split('#')[0]}".encode(), usedforsecurity=False).digest()[0] % 2 == 0


def gather(folder: Path) -> None:
    """Ask the questions and write the evidence."""
    import tempfile

    import qa
    from qa.evaluation import load_set

    rows = []
    for name, step in (("squad", 3), ("clapnq", 1)):
        with tempfile.TemporaryDirectory() as temporary:
            index = Path(temporary) / name
            qa.build_index(folder / name / "corpus.jsonl", index)
            bot = qa.open_bot(index)
            questions = load_set(folder / name).queries[::step]
            kept = [d for d in bot.document_ids() if half(d, 2)]
            for protocol, documents in (("own", ()), ("absent", kept)):
                for query in questions:
                    if protocol == "absent" and not query.answerable:
                        continue
                    ranked = bot.retriever.search(query.text, 1, documents)
                    if ranked.evidence is None:
                        continue
                    passage = ranked.hits[0].passage
                    places = query.spans.get(passage.document, ())
                    right = any(start < passage.end and passage.start < end for start, end in places)
                    possible = query.answerable and (protocol == "own" or any(d in kept for d in query.spans))
                    values = [f"{getattr(ranked.evidence, feature):.5f}" for feature in FEATURES]
                    fitting = half(passage.document, 3)
                    rows.append([name, protocol, int(fitting), int(possible), int(right), *values])
            print(f"{name}: {len(rows)} rows")
    EVIDENCE.parent.mkdir(exist_ok=True)
    with EVIDENCE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["set", "protocol", "fitting", "answerable", "right", *FEATURES])
        writer.writerows(rows)


def read() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return features, answerable, right, fitting and the part each row belongs to."""
    with EVIDENCE.open() as file:
        rows = list(csv.DictReader(file))
    features = np.array([[float(row[name]) for name in FEATURES] for row in rows])
    flags = [np.array([row[name] == "1" for row in rows]) for name in ("answerable", "right", "fitting")]
    parts = np.array([f"{row['set']} {row['protocol']}" for row in rows])
    return features, *flags, parts


def fit() -> dict[str, float]:
    """Fit on the fitting half, every part of equal weight, and return what ``qa/calibration.json`` holds."""
    features, _, right, fitting, parts = read()
    weights = np.zeros(len(parts))
    for part in np.unique(parts):
        chosen = fitting & (parts == part)
        weights[chosen] = 1 / chosen.sum()
    weights *= fitting.sum() / weights.sum()
    model = LogisticRegression(C=1.0, max_iter=10_000, tol=1e-9)
    model.fit(features[fitting], right[fitting], sample_weight=weights[fitting])
    probabilities = model.predict_proba(features)[:, 1]
    quantiles = [
        np.quantile(probabilities[fitting & right & (parts == part)], REFUSED_RIGHT_ANSWERS)
        for part in np.unique(parts)
    ]
    coefficients = dict(zip(FEATURES, (round(float(value), 4) for value in model.coef_[0]), strict=True))
    bias = round(float(model.intercept_[0]), 4)
    return {**coefficients, "bias": bias, "threshold": round(float(np.min(quantiles)), 2)}


def report(calibration: dict[str, float]) -> None:
    """Print how the calibration does on the half it was not fitted to."""
    from qa.evaluation import auroc, calibration_error

    features, answerable, right, fitting, parts = read()
    score = features @ np.array([calibration[name] for name in FEATURES]) + calibration["bias"]
    confidence = 1 / (1 + np.exp(-score))
    print(f"{'part':15} {'n':>5} {'AUROC':>6} {'right':>6} {'ECE':>6}  refused: right, unanswerable")
    for part in np.unique(parts):
        held = ~fitting & (parts == part)
        refused = confidence < calibration["threshold"]
        print(
            f"{part:15} {held.sum():5} {auroc(confidence[held], answerable[held]):6.3f} "
            f"{auroc(confidence[held], right[held]):6.3f} {calibration_error(confidence[held], right[held]):6.3f}  "
            f"{refused[held & right].mean():.3f} {refused[held & ~answerable].mean():.3f}"
        )


def main() -> None:
    """Gather if asked, fit, write and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gather", type=Path, metavar="DIR", help="the folder with the sets squad and clapnq")
    options = parser.parse_args()
    if options.gather:
        gather(options.gather)
    calibration = fit()
    CALIBRATION.write_text(json.dumps(calibration, indent=2) + "\n")
    print(json.dumps(calibration))
    report(calibration)


if __name__ == "__main__":
    main()
