"""An update in a process of its own."""

from __future__ import annotations

import os
import sys

import pytest

import qa
from qa.errors import IndexBusy, IndexProblem
from qa.index.build import describe_index
from qa.index.generations import writing
from qa.service.update_worker import UpdateProcess


@pytest.mark.slow
def test_a_process_of_its_own_updates_as_this_one_would(write, tmp_path):
    """The child's report and index are those of ``update_index``, and its errors have their class."""
    source = write("source", travel__txt="Travel by rail.")
    root = tmp_path / "i"
    qa.build_index(source, root)
    (source / "heron.txt").write_text("The heron waits for fish at the pond.\n")
    (source / os.fsdecode(b"bad \xff.txt")).write_bytes(b"\xff\0")
    seen = []
    report = UpdateProcess(root)(lambda *progress: seen.append(progress))
    assert (report.documents, report.added, [s.reason for s in report.skipped]) == (2, 1, ["unreadable"])
    assert seen[-1][0] == "encoding"
    assert [one["file"] for one in describe_index(root)["skipped"]] == ["bad \N{REPLACEMENT CHARACTER}.txt"]
    (source / "heron.txt").unlink()
    with writing(root), pytest.raises(IndexBusy, match=f"process {os.getpid()}"):
        UpdateProcess(root)(lambda *_: None)


def test_a_process_of_its_own_can_be_ended(tmp_path, monkeypatch):
    """The child does not get keyboard interrupts, ends when it is stopped, and no other child starts."""
    endless = """print('{"progress": ["reading", 0, 1]}', flush=True); import time; time.sleep(600)"""
    monkeypatch.setattr("qa.service.update_worker.command_for", lambda *_: [sys.executable, "-c", endless])
    apart = UpdateProcess(tmp_path)
    groups = []

    def progress(*_):
        groups.append(os.getpgid(apart._process.pid))
        apart.stop()

    with pytest.raises(IndexProblem, match="broke off .status -9.; the index is as it was before"):
        apart(progress)
    assert groups == [apart._process.pid]
    with pytest.raises(IndexProblem, match="not brought up to date any more"):
        apart(progress)
