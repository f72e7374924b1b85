"""What a process that reads files may not do, and the result for a file whose process fails."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys

import pytest
from make_pdf import Text, make_pdf

from qa.ingestion.sandbox import pool, processes
from qa.ingestion.sandbox.pool import read_all


def run_inside(code, tmp_path):
    """Run code under the limits; return its output and its exit status."""
    script = (
        f"from qa.ingestion.sandbox import restrictions\nrestrictions.enter()\ntry:\n    {code}\n"
        "except BaseException as e:\n    print(type(e).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False
    )
    return done.stdout.strip(), done.returncode


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("open('new', 'w')", "PermissionError"),
        ("import os; os.remove('there')", "PermissionError"),
        ("import os; os.rename('there', 'away')", "PermissionError"),
        ("import socket; socket.socket()", "PermissionError"),
        ("import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')", "PermissionError"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError"),
        ("import os; os.system('true')", "PermissionError"),
        ("bytes(2 << 30)", "MemoryError"),
    ],
)
def test_a_reader_may_only_read(tmp_path, code, error):
    """Writing, removing, the network, other programs and too much memory are refused."""
    (tmp_path / "there").write_text("x")
    printed, _ = run_inside(code, tmp_path)
    assert printed == error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]


def test_the_kernel_refuses_what_the_hook_does_not_see(tmp_path):
    """Code outside Python can write no bytes and, where the kernel has Landlock, create no file."""
    code = "import ctypes; l = ctypes.CDLL(None); f = l.open(b'new', 0o101, 0o600); print(l.write(f, b'x', 1))"
    printed, status = run_inside(code, tmp_path)
    assert (printed, status) in [("-1", 0), ("", -25)]
    assert not (tmp_path / "new").exists() or (tmp_path / "new").stat().st_size == 0


@pytest.mark.slow
def test_processor_time_is_limited(tmp_path):
    """An endless loop is ended by the kernel."""
    _, status = run_inside("restrictions.allow_seconds(1)\n    while True: pass", tmp_path)
    assert status < 0


@pytest.fixture
def files(write):
    """Return two good PDFs around one called bad.pdf."""
    good = make_pdf([Text(72, 700, "The Strategy was adopted in 2006.")])
    folder = write(**{f"{name}__pdf": good for name in ("a", "bad", "c")})
    return [(path, path.name) for path in sorted(folder.iterdir())]


FAILURES = {
    "crash": ("os.kill(os.getpid(), 11)", "damaged", "its reader broke off"),
    "abort": ("os.abort()", "too-large", "needs more memory"),
    "hang": ("import time; time.sleep(60)", "timeout", "takes too long"),
    "flood": ("sys.__stdout__.buffer.write(b'\\xff' * 70000); sys.__stdout__.flush()", "too-large", "more text"),
    "raise": ("raise OverflowError('odd')", "damaged", "OverflowError: odd"),
    "memory": ("bytes(1 << 31)", "too-large", "more memory"),
    "depth": ("f = lambda: f(); f()", "too-large", "nests deeper"),
}


@pytest.mark.slow
@pytest.mark.parametrize("failure", FAILURES)
def test_a_file_that_fails_harms_no_other(files, monkeypatch, failure):
    """After a crash, a hang, a flood or an error that file has one reason, and its neighbours are read."""
    code, reason, detail = FAILURES[failure]
    script = (
        "import sys, json, os; sys.path[:] = json.loads(sys.argv[1])\n"
        "from qa.ingestion.sandbox import child\n"
        "good = child.read\n"
        f"def read(path, name):\n    if name == 'bad.pdf':\n        {code}\n    yield from good(path, name)\n"
        "child.read = read\nchild.main()"
    )
    monkeypatch.setattr(processes, "command_for", lambda *_: [sys.executable, "-c", script, json.dumps(sys.path)])
    monkeypatch.setattr(pool, "SILENT_SECONDS", 3.0)
    first, bad, last = read_all(files, lambda _done, _name: None, workers=1)
    assert [result.documents[0].text for result in (first, last)] == ["The Strategy was adopted in 2006."] * 2
    assert (bad.documents, bad.skipped.file, bad.skipped.reason) == ((), "bad.pdf", reason)
    assert detail in bad.skipped.detail


def test_results_come_in_the_order_of_the_files(files):
    """Results are in order whichever child is first, and progress names every file."""
    told = []
    results = list(read_all(files, lambda done, name: told.append((done, name)), workers=2))
    assert [result.documents[0].id for result in results] == [name for _, name in files]
    assert told[-1][0] == 3
    assert {name for _, name in told} == {name for _, name in files}


def test_no_child_is_left_behind(files):
    """A caller that stops early leaves no process."""
    results = read_all(files, lambda _done, _name: None, workers=2)
    next(results)
    results.close()
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,args="], capture_output=True, text=True, check=False).stdout
    own = [line for line in listed.splitlines() if line.split()[:1] == [str(os.getpid())]]
    assert not [line for line in own if "qa.ingestion.sandbox.child" in line]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_reader_ends_with_its_parent_while_it_reads(tmp_path):
    """A reader whose parent is killed ends at once, in the middle of a file."""
    os.mkfifo(tmp_path / "endless.txt")
    asking = (
        "import pathlib, time\nfrom qa.ingestion.sandbox import processes\n"
        "started, path = processes.start('qa.ingestion.sandbox.child'), str(pathlib.Path('endless.txt').resolve())\n"
        "started.stdin.write(processes.json_message({'path': path, 'name': 'endless.txt'}))\n"
        "time.sleep(600)"
    )
    with (
        subprocess.Popen([sys.executable, "-c", asking], cwd=tmp_path) as parent,
        (tmp_path / "endless.txt").open("wb", buffering=0) as endless,  # waits for the reader to open it
    ):
        parent.kill()
        watched = select.poll()
        watched.register(endless, 0)
        assert watched.poll(30_000) == [(endless.fileno(), select.POLLERR)], "the reader still has it open"
