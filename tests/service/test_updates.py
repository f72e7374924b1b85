"""Updates of an index in the background."""

from __future__ import annotations

import os
import threading

import pytest
from small_corpus import LONG, wait_until

import qa
from qa.errors import IndexBusy, IndexProblem, QAError
from qa.index.build import update_index
from qa.index.generations import writing
from qa.service.updates import Updater


def test_requests_during_a_run_share_the_next_one(reloading_bot, update):
    """Five requests during a run lead to one more run, after which all are done."""
    with Updater(reloading_bot, update) as updater:
        first = updater.request()
        assert update.begun.acquire(timeout=LONG)
        more = [updater.request() for _ in range(5)]
        update.go.release(2)
        assert updater.wait(first, LONG)
        assert updater.wait(more[-1], LONG)
        assert (update.runs, updater.state().requested, updater.state().done) == (2, 6, 6)


def test_progress_and_report_are_there_to_be_seen(reloading_bot, root, folder, small_encoder):
    """A run shows its activity and counts, and afterwards its report."""
    (folder / "heron.txt").write_text("The heron eats fish.")
    seen, told = [], []

    def run(progress):
        def noted(*said):
            progress(*said)
            seen.append(updater.state())

        return update_index(root, encoder=small_encoder, progress=noted)

    with Updater(reloading_bot, run, notify=told.append) as updater:
        assert updater.wait(updater.request(), LONG)
    assert [(s.activity, s.file) for s in seen][:2] == [("reading", "heron.txt"), ("reading", "")]
    assert (seen[-1].activity, seen[-1].count, seen[-1].total) == ("encoding", 1, 1)
    assert (updater.state().activity, updater.state().problem, updater.state().report.added) == ("", None, 1)
    assert told == [updater.state()]


@pytest.mark.parametrize("failing", [QAError("the disk is full; make room"), RuntimeError("unforeseen"), MemoryError()])
def test_a_failure_is_said_and_the_old_index_answers(reloading_bot, update, failing):
    """A failure becomes a sentence; the old generation answers, and the next request runs again."""
    before = reloading_bot.generation
    update.failing = failing
    with Updater(reloading_bot, update) as updater:
        update.go.release(2)
        assert updater.wait(updater.request(), LONG)
        problem = updater.state().problem
        assert str(failing) in problem
        assert reloading_bot.generation == before
        assert updater.wait(updater.request(), LONG)
        assert (updater.state().problem, updater.state().report.documents) == (None, 2)


def test_updating_outlives_whatever_fails_beside_it(reloading_bot, root, folder, small_encoder, monkeypatch):
    """Later updates run even if a check of the index fails or standard error is closed."""
    glanced = threading.Event()

    def failing(path):
        glanced.set()
        raise PermissionError(13, "Permission denied", str(path / "CURRENT"))

    def gone(_state):
        raise BrokenPipeError

    monkeypatch.setattr("qa.service.reloading_bot.current", failing)
    with Updater(
        reloading_bot, lambda _progress: update_index(root, encoder=small_encoder), notify=gone, poll_seconds=0.02
    ) as updater:
        assert glanced.wait(LONG)
        wait_until(lambda: "Permission denied" in (updater.state().problem or ""))
        monkeypatch.undo()
        wait_until(lambda: updater.state().problem is None)
        assert updater.wait(updater.request(), LONG)
        (folder / "heron.txt").write_text("The heron eats fish.")
        assert updater.wait(updater.request(), LONG)
    assert "heron.txt" in reloading_bot.document_ids()


def test_an_index_that_another_process_writes_is_waited_for(reloading_bot, root, small_encoder, folder):
    """While another process writes the index, the update waits with that reason, and then runs."""
    (folder / "heron.txt").write_text("The heron eats fish.")
    busy = threading.Event()

    def run(progress):
        try:
            return update_index(root, encoder=small_encoder, progress=progress)
        except IndexBusy:
            busy.set()
            raise

    with Updater(reloading_bot, run, poll_seconds=0.05) as updater:
        with writing(root):
            number = updater.request()
            assert busy.wait(LONG)
            wait_until(lambda: f"is being written by process {os.getpid()}" in (updater.state().problem or ""))
            assert updater.state().done < number
        assert updater.wait(number, LONG)
    assert "heron.txt" in reloading_bot.document_ids()


def test_what_others_publish_is_followed_without_being_asked(reloading_bot, root, folder, small_encoder):
    """A generation that another process published answers after the next check."""
    with Updater(reloading_bot, pytest.fail, poll_seconds=0.02):
        (folder / "heron.txt").write_text("The heron eats fish.")
        qa.build_index(folder, root, encoder=small_encoder)
        wait_until(lambda: "heron.txt" in reloading_bot.document_ids())


def test_leaving_ends_a_run_and_waits_for_it(reloading_bot):
    """On exit a run is broken off without being reported."""
    begun, ended, over, told = threading.Event(), threading.Event(), [], []

    def run(_progress):
        begun.set()
        assert ended.wait(LONG)
        over.append(True)
        raise IndexProblem("broke off")

    with Updater(reloading_bot, run, stop=ended.set, notify=told.append) as updater:
        updater.request()
        assert begun.wait(LONG)
    assert (over, told) == ([True], [])
