"""F1 of the words of an answer."""

from __future__ import annotations

import pytest

from qa.evaluation.words import overlap, plain


@pytest.mark.parametrize(
    ("said", "right", "f1"),
    [
        ("in 2006", "2006", 2 / 3),
        ("the Strategy, 2006.", "strategy 2006", 1),
        ("peace peace", "peace", 2 / 3),
        ("war", "peace", 0),
        ("", "peace", 0),
    ],
)
def test_overlap_by_hand(said, right, f1):
    assert overlap(said, right) == pytest.approx(f1)


def test_articles_case_and_signs_do_not_count():
    assert plain("The “U.N.” strategy") == "“un” strategy"
