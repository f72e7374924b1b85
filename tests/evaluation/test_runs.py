"""Runs as files."""

from __future__ import annotations

from qa.evaluation.runs import read_run, write_run


def test_runs_survive_being_written(tmp_path):
    """A run is read back as it was, ids with spaces too, under the lines that say of what it is a run."""
    run = {"q 1": {"a b#0-5": 0.0, "c%": -1.0}}
    write_run(tmp_path / "run", run, "tag", {"queries": "abc"})
    lines = (tmp_path / "run").read_text().splitlines()
    assert lines == ["# queries abc", "q%201 Q0 a%20b#0-5 1 0 tag", "q%201 Q0 c%25 2 -1 tag"]
    assert read_run(tmp_path / "run") == (run, {"queries": "abc"})
