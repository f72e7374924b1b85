"""The picture of confidence."""

from __future__ import annotations

import pytest
from made_sets import outcome

from qa.errors import EvaluationError
from qa.evaluation.plot import draw


@pytest.mark.slow
@pytest.mark.parametrize("unanswerable", [0, 1, 2])
def test_the_plot_is_a_picture(tmp_path, unanswerable):
    """A PNG that is wide enough to print is drawn for every kind of set, also with one question and without answers."""
    outcomes = [outcome(0.9, True, True), outcome(0.9, False, False)]
    outcomes += [outcome(0.3, False, False, answerable=False)] * unanswerable
    for count, asked in enumerate((outcomes, outcomes[1:2])):
        path = tmp_path / f"{count}.png"
        draw(path, "a set", asked, 0.5)
        assert path.read_bytes().startswith(b"\x89PNG")
        assert int.from_bytes(path.read_bytes()[16:20], "big") >= 1500
    with pytest.raises(EvaluationError, match="cannot be written"):
        draw(tmp_path, "a set", outcomes, 0.5)
