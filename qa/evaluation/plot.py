"""Confidence as a picture: risk against coverage on the left, reliability on the right.

The risk-coverage curve (Geifman and El-Yaniv 2017) is drawn with the curve of a perfect order of the same answers. The
reliability diagram (Niculescu-Mizil and Caruana 2005) has 95 % intervals (Wilson 1927).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from qa.errors import EvaluationError
from qa.evaluation.metrics import confidences
from qa.evaluation.risk import calibration_error, reliability, risk_coverage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from qa.evaluation.metrics import Outcome
    from qa.evaluation.risk import Flags, Floats

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#6E6E6E"
"""Colours of the palette of Okabe and Ito (2008), which colour-blind readers can tell apart."""


def draw(path: Path, name: str, outcomes: Sequence[Outcome], threshold: float) -> None:
    """Draw the outcomes of the set ``name`` into a PNG; below ``threshold`` answers were refused.

    Raises ``EvaluationError`` if the file cannot be written.
    """
    confidence, right = confidences(outcomes)
    answered = np.array([outcome.found for outcome in outcomes])
    figure = Figure(figsize=(7.2, 3.4), dpi=220, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplot_mosaic([["risk", "share"], ["risk", "count"]], height_ratios=[5, 1])
    _risk(axes["risk"], confidence, right, answered, threshold)
    _reliability(axes["share"], axes["count"], confidence, right)
    unanswerable = sum(not outcome.query.answerable for outcome in outcomes)
    figure.suptitle(f"{name}: {len(outcomes):,} questions, of which {unanswerable:,} unanswerable", fontsize=9)
    try:
        figure.savefig(path, format="png", metadata={"Software": "Chapter & Verse"})
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written: {error.strerror}") from error


def _risk(axes: Axes, confidence: Floats, right: Flags, answered: Flags, threshold: float) -> None:
    """Draw the curve, the curves of a perfect order and of no order, and the point of the threshold."""
    count = len(right)
    coverage = np.arange(1, count + 1) / count
    risks = risk_coverage(confidence, right)
    perfect = risk_coverage(right.astype(float), right)
    axes.axhline(risks[-1], linestyle=":", color=GREY, linewidth=1, label="no order")
    axes.plot(coverage, perfect, "--", color=GREY, linewidth=1, label=f"perfect order, AURC {perfect.mean():.3f}")
    axes.plot(coverage, risks, color=BLUE, linewidth=1.6, label=f"confidence, AURC {risks.mean():.3f}")
    if answered.any():
        share, risk = float(answered.mean()), float((~right[answered]).mean())
        label = f"threshold {threshold:.2f}: coverage {share:.2f}, risk {risk:.2f}"
        axes.plot([share], [risk], "o", color=ORANGE, markersize=5, zorder=3, clip_on=False, label=label)
    top = max(0.05, 1.45 * float(max(risks.max(), perfect.max())))
    _style(axes, "coverage: share of questions answered", "risk: share of these answered wrongly")
    axes.set(xlim=(0, 1), ylim=(0, min(1.0, top)))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
    axes.legend(loc="upper left", fontsize=6.5, frameon=False, handlelength=1.8)


def _reliability(axes: Axes, below: Axes, confidence: Floats, right: Flags) -> None:
    """Draw the share of right answers by confidence, and below it the number of answers in each bin."""
    bins = reliability(confidence, right)
    centre = np.array([b.confidence for b in bins])
    share = np.array([b.right for b in bins])
    count = np.array([b.count for b in bins])
    low, high = _wilson(share, count)
    axes.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1, label="perfectly calibrated")
    error = calibration_error(confidence, right)
    axes.errorbar(
        centre,
        share,
        yerr=np.abs(np.stack([share - low, high - share])),
        fmt="o-",
        color=BLUE,
        linewidth=1.4,
        markersize=3.5,
        elinewidth=0.8,
        capsize=2,
        label=f"answers, ECE {error:.3f}; 95 % intervals",
        zorder=3,
    )
    _style(axes, "", "share of answers that are right")
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.tick_params(labelbottom=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=6.5, frameon=False, handlelength=1.8)
    bars = below.bar([(b.low + b.high) / 2 for b in bins], count, 0.09, color=BLUE, alpha=0.35, linewidth=0)
    below.bar_label(bars, [f"{number:,}" for number in count], fontsize=6, color=GREY, padding=1)
    _style(below, "confidence", "answers")
    below.set(xlim=(0, 1), ylim=(0, 1.5 * count.max()), yticks=[])
    below.spines["left"].set_visible(False)


def _wilson(share: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Return the lower and upper limits of the 95 % interval of a share of ``count``."""
    z = 1.959964
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half: Floats = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return centre - half, centre + half


def _style(axes: Axes, across: str, up: str) -> None:
    axes.set_xlabel(across, fontsize=8)
    axes.set_ylabel(up, fontsize=8)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color="#E6E6E6", linewidth=0.6)
    axes.set_axisbelow(True)
