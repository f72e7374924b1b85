"""Locks on files, and what works on a system that has neither ``fcntl`` nor limits on processes, as Windows."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from conftest import ROOT

from qa.index.locks import lock

WITHOUT_POSIX = """
import os, sys
for name in ("resource", "pwd", "grp", "termios", "syslog"):
    sys.modules[name] = None
import portalocker, subprocess, torch  # their own ways on Windows
sys.modules["fcntl"] = None
import json
from pathlib import Path
import qa
import qa.cli, qa.cli.ask, qa.cli.index, qa.cli.serve, qa.service.updates, qa.service.uploads, qa.viewer, qa.web.process
folder = Path(sys.argv[1])
report = qa.build_index(folder / "documents", folder / "index")
answer = qa.open_bot(folder / "index").ask("When was the commission founded?")
print(json.dumps([answer.citations[0].quote, [(s.file, s.detail) for s in report.skipped]]))
"""


def test_locks_exclude_each_other_and_end_with_their_file(tmp_path):
    """Any number of shared locks, or one exclusive lock; it ends when its file is closed."""
    path = tmp_path / "lock"
    path.touch()
    with path.open("rb") as first, path.open("rb") as second:
        lock(first, shared=True)
        lock(second, shared=True, wait=False)
        with path.open("rb") as third, pytest.raises(BlockingIOError):
            lock(third, wait=False)
    with path.open("rb") as file:
        lock(file, wait=False)


@pytest.mark.slow
def test_plain_texts_are_indexed_and_asked_where_processes_have_no_limits(tmp_path):
    """Without limits on processes plain text is indexed and answers; other files are named, with the way out."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.txt").write_text("The commission was founded in 1921.")
    (tmp_path / "documents" / "b.html").write_text("<p>The commission was founded in 1921.</p>")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    quote, ((file, detail),) = json.loads(done.stdout)
    assert (quote, file) == ("The commission was founded in 1921.", "b.html")
    assert "WSL 2" in detail
