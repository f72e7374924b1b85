"""Folders that are watched for changes."""

from __future__ import annotations

import pytest
from small_corpus import wait_until
from watchfiles import watch

from qa.errors import SourceError
from qa.service.corpus import Corpus
from qa.service.watcher import Watcher


@pytest.mark.slow
def test_changes_below_watched_paths_are_passed_on(tmp_path, write):
    """New, changed and removed files of a folder and a replaced watched file are reported, hidden files are not."""
    folder = write("watched", a__txt="a")
    single = write("singles", b__txt="b", other__txt="o") / "b.txt"
    ignored = folder / "index"
    ignored.mkdir()
    seen = set()
    with Watcher([folder, single], seen.update, ignored=ignored):
        wait_until(lambda: (folder / "new.txt").write_text("n") and folder / "new.txt" in seen)
        (ignored / "CURRENT").write_text("x")
        (folder / ".hidden").write_text("x")
        (single.parent / "other.txt").write_text("changed")
        (folder / "deep").mkdir()
        fresh = tmp_path / "fresh"
        fresh.write_text("replaced")
        fresh.replace(single)
        wait_until(lambda: single in seen)
        (folder / "a.txt").unlink()
        wait_until(lambda: folder / "a.txt" in seen)
    assert seen <= {folder / "new.txt", folder / "a.txt", folder / "deep", single}


def test_a_source_that_is_gone_cannot_be_watched(tmp_path):
    """Watching what does not exist is an error that names it."""
    with pytest.raises(SourceError, match=f"there is no file or folder {tmp_path}/gone to watch"):
        Watcher([tmp_path / "gone"], print, ignored=tmp_path)


@pytest.mark.slow
def test_a_watched_folder_that_is_replaced_is_watched_anew(tmp_path, write):
    """A folder that replaces a watched one is watched, and the files that are in it by then are reported."""
    folder = write("watched", a__txt="a")
    calls, said = [], []
    with Watcher([folder], calls.append, ignored=tmp_path / "i", notify=said.append):
        wait_until(lambda: calls == [[]])
        folder.rename(tmp_path / "before")
        write("watched", b__txt="b")
        wait_until(lambda: calls.count([]) == 2)
        wait_until(lambda: (folder / "new.txt").write_text("n") and [folder / "new.txt"] in calls)
    assert any(str(folder) in sentence for sentence in said)


@pytest.mark.slow
def test_watching_that_fails_is_said_and_tried_again(tmp_path, write, monkeypatch):
    """If the kernel refuses notifications, this is reported once, and watching starts when they are available."""
    folder = write("watched", a__txt="a")
    calls, said, tries = [], [], []

    def failing(*paths, **options):
        tries.append(paths)
        if len(tries) <= 2:
            raise OSError("OS file watch limit reached")
        return watch(*paths, **options)

    monkeypatch.setattr("qa.service.watcher.watch", failing)
    monkeypatch.setattr("qa.service.watcher._RETRY_SECONDS", 0.02)
    with Watcher([folder], calls.append, ignored=tmp_path / "i", notify=said.append):
        wait_until(lambda: calls)
        wait_until(lambda: (folder / "new.txt").write_text("n") and [folder / "new.txt"] in calls)
    assert said == [f"{folder} cannot be watched (OS file watch limit reached); it is tried again every 0.02 seconds"]


@pytest.mark.slow
def test_what_changed_before_watching_began_is_not_missed(reloading_bot, update, folder, root):
    """The index is updated once watching has started, so that no change is missed."""
    update.go.release(100)
    (folder / "heron.txt").write_text("The heron eats fish.")
    with Corpus(reloading_bot, run=update) as corpus, Watcher([folder], lambda _paths: corpus.update(), ignored=root):
        wait_until(lambda: "heron.txt" in reloading_bot.document_ids())


@pytest.mark.slow
def test_a_file_dropped_into_a_watched_folder_answers(reloading_bot, update, folder, root):
    """A file that appears in the folder is indexed in the background and answers."""
    update.go.release(100)
    with Corpus(reloading_bot, run=update) as corpus, Watcher([folder], lambda _paths: corpus.update(), ignored=root):
        wait_until(lambda: (folder / "heron.txt").write_text("The heron eats fish.") and corpus.progress().requested)
        wait_until(lambda: "heron.txt" in reloading_bot.document_ids())
        assert reloading_bot.ask("What does the heron eat?").citations[0].quote == "The heron eats fish."
