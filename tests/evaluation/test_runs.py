"""Runs as files."""

from __future__ import annotations

from qa.evaluation.runs import read_run, write_run


def test_runs_survive_being_written(tmp_path):
    """A run is the same after writing and reading, also with spaces in ids, and so are its comment lines."""
    run = {"q 1": {"a b#0-5": 0.0, "c%": -1.0}}
    write_run(tmp_path / "run", run, "tag", {"queries": "abc"})
    lines = (tmp_path / "run").read_text().splitlines()
    assert lines == ["# queries abc", "q%201 Q0 a%20b#0-5 1 0 tag", "q%201 Q0 c%25 2 -1 tag"]
    assert read_run(tmp_path / "run") == (run, {"queries": "abc"})
