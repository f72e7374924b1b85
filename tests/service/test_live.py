"""An index that changes while it answers: followed, updated in the background, added to and taken from by hand."""

from __future__ import annotations

import os
import sys
import threading

import pytest
from watchfiles import watch
from word_encoder import WordEncoder

import qa
from qa.errors import IndexBusy, IndexMismatch, IndexProblem, QAError, SourceError, UploadError
from qa.index.build import describe_index, update_index
from qa.index.generations import writing
from qa.ingestion.sandbox.pool import read_all
from qa.service.corpus import Corpus
from qa.service.reloading_bot import ReloadingBot
from qa.service.update_worker import UpdateProcess
from qa.service.updates import Updater
from qa.service.watcher import Watcher

WORDS = "leave days sick note doctor travel rail cost heron pond fish"
LONG = 30
"""Seconds after which something that must happen counts as not happening."""


@pytest.fixture
def encoder():
    return WordEncoder(WORDS)


@pytest.fixture
def folder(write):
    return write(leave__txt="Annual leave is thirty days.\n\nSick leave needs a doctor.", travel__txt="Travel by rail.")


@pytest.fixture
def root(folder, tmp_path, encoder):
    """The folder of an index of two documents."""
    qa.build_index(folder, tmp_path / "i", encoder=encoder)
    return tmp_path / "i"


@pytest.fixture
def live(root, encoder):
    return ReloadingBot(root, encoder=encoder, threshold=0)


class Held:
    """An update that waits to be let go, once for each run; ``failing`` makes the next one fail."""

    def __init__(self, root, encoder):
        self._root, self._encoder = root, encoder
        self.go = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        self.runs = 0
        self.failing = None

    def __call__(self, progress):
        self.runs += 1
        self.begun.release()
        assert self.go.acquire(timeout=LONG)
        if self.failing:
            failing, self.failing = self.failing, None
            raise failing
        return update_index(self._root, encoder=self._encoder, progress=progress)


@pytest.fixture
def held(root, encoder):
    return Held(root, encoder)


def add(corpus, name, text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    with corpus.receive(name, len(content), **options) as incoming:
        incoming.write(content)
    return corpus.update()


def ids(bot):
    return bot.document_ids()


# An index with added files


def test_added_files_belong_to_the_index_with_every_indexing(root, folder, encoder):
    """``qa index`` of the sources keeps what was added, drops what was removed, and the catalogue tells them apart."""
    (root / "documents").mkdir()
    (root / "documents" / "heron.txt").write_text("The heron eats fish at the pond.")
    assert qa.build_index(folder, root, encoder=encoder).added == 1
    again = qa.build_index(folder, root, encoder=encoder)
    assert (again.documents, again.added, again.removed) == (3, 0, 0)
    entries = ReloadingBot(root, encoder=encoder).catalogue().entries
    assert {entry.document: entry.file for entry in entries} == {
        "heron.txt": "heron.txt", "leave.txt": None, "travel.txt": None,
    }  # fmt: skip
    (root / "documents" / "heron.txt").unlink()
    assert qa.build_index(folder, root, encoder=encoder).removed == 1
    assert describe_index(root)["added"] == []


def test_a_source_goes_before_an_added_file_of_its_name(root, folder, encoder):
    """Of two documents of one name the source's stays, and the added one is skipped with the reason."""
    (root / "documents").mkdir()
    (root / "documents" / "travel.txt").write_text("The heron.")
    report = qa.build_index(folder, root, encoder=encoder)
    assert [(s.file, s.reason) for s in report.skipped] == [("travel.txt", "same-name")]
    live = ReloadingBot(root, encoder=encoder)
    assert live.document("travel.txt").text == "Travel by rail."
    catalogue = live.catalogue()
    assert catalogue.skipped == ()
    assert [one.reason for one in catalogue.uploads["travel.txt"].skipped] == ["same-name"]


def test_an_index_below_its_source_is_no_source(folder, encoder):
    """Where the index lies within the indexed folder, files added to it are read as that and as nothing else."""
    to = folder / "deep" / "i"
    qa.build_index(folder, to, encoder=encoder)
    (to / "documents").mkdir()
    (to / "documents" / "heron.txt").write_text("The heron eats fish at the pond.")
    assert update_index(to, encoder=encoder).skipped == ()
    entries = ReloadingBot(to, encoder=encoder).catalogue().entries
    assert {entry.document: entry.file for entry in entries} == {
        "heron.txt": "heron.txt", "leave.txt": None, "travel.txt": None,
    }  # fmt: skip


def test_added_files_do_not_stand_in_for_lost_sources(root, folder, encoder):
    """Where the sources hold nothing any more, as on an unmounted disk, the index stays although files were added."""
    (root / "documents").mkdir()
    (root / "documents" / "heron.txt").write_text("The heron eats fish.")
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(SourceError, match="nothing to index in .*left as it is"):
        update_index(root, encoder=encoder)
    assert describe_index(root)["documents"] == 2


def test_an_update_reads_and_cuts_only_what_changed(root, folder, encoder, monkeypatch):
    """Unchanged files are neither read nor cut nor encoded again, and the new generation holds them as they were."""
    before = ReloadingBot(root, encoder=encoder)
    read = []

    def noted(files, progress):
        read.extend(name for _, name in files)
        return read_all(files, progress)

    monkeypatch.setattr("qa.ingestion.sources.read_all", noted)
    (folder / "cost.txt").write_text("The cost of rail.")
    encoder.encoded = 0
    report = update_index(root, encoder=encoder)
    assert (report.documents, report.added, report.changed) == (3, 1, 0)
    assert read == ["cost.txt"]
    assert encoder.encoded == 1
    after = ReloadingBot(root, encoder=encoder)
    for name in ids(before):
        assert after.document(name) == before.document(name)
        now, earlier = ([p for p in bot._open.bot.index.passages() if p.document == name] for bot in (after, before))
        assert now == earlier


def test_taking_something_out_needs_no_model(root, folder):
    """Where only something vanished no text is given to the encoder, whose weights need not be loaded."""

    class Unloaded(WordEncoder):
        def count_tokens(self, texts):
            raise AssertionError(texts)

        def encode_passages(self, texts):
            raise AssertionError(texts)

    (folder / "travel.txt").unlink()
    assert update_index(root, encoder=Unloaded(WORDS)).removed == 1
    assert describe_index(root)["passages"] == 2


def test_relative_sources_are_found_from_anywhere(write, tmp_path, encoder, monkeypatch):
    """An index of a folder named from one place is brought up to date from another; if it is gone, that is said."""
    folder = write(leave__txt="Annual leave is thirty days.")
    monkeypatch.chdir(tmp_path)
    qa.build_index("documents", "i", encoder=encoder)
    generation = describe_index("i")["generation"]
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert update_index(tmp_path / "i", encoder=encoder).documents == 1
    assert describe_index(tmp_path / "i")["generation"] == generation
    assert describe_index(tmp_path / "i")["sources"] == ["documents"]
    folder.rename(tmp_path / "moved")
    with pytest.raises(SourceError, match=f"there is no file or folder {tmp_path}/documents"):
        update_index(tmp_path / "i", encoder=encoder)


# A bot that follows its index


def test_a_bot_takes_over_what_another_process_published(live, root, folder, encoder):
    """After a glance the new generation answers, lists, dates and suggests; without a new one nothing is opened."""
    assert live.refresh() is False
    before, built = live.generation, live.built()
    (folder / "heron.txt").write_text("The heron eats fish at the pond.")
    qa.build_index(folder, root, encoder=encoder)
    assert live.ask("Where does the heron eat fish?").generation == before
    assert live.refresh() is True
    answer = live.ask("Where does the heron eat fish?")
    assert answer.citations[0].quote == "The heron eats fish at the pond."
    assert answer.generation == live.generation == live.catalogue().generation != before
    assert live.built() >= built
    assert live.suggestions("her") == ["heron"]
    assert live.encoder is encoder


def test_a_question_in_flight_is_finished_on_the_generation_it_began_with(live, root, folder, encoder):
    """A question that is being answered while the index is replaced, and its files removed, gets the old answer."""
    inside, go = threading.Event(), threading.Event()
    plain = encoder.encode_query

    def slow(text):
        if "doctor" in text:
            inside.set()
            assert go.wait(LONG)
        return plain(text)

    encoder.encode_query = slow
    given = []
    asking = threading.Thread(target=lambda: given.append(live.ask("Which leave needs a doctor?")))
    asking.start()
    assert inside.wait(LONG)
    old = live.generation
    (folder / "leave.txt").unlink()
    qa.build_index(folder, root, encoder=encoder)
    live.refresh()
    assert not (root / "generations" / old).exists()
    assert ids(live) == ["travel.txt"]
    go.set()
    asking.join(LONG)
    assert (given[0].generation, given[0].citations[0].quote) == (old, "Sick leave needs a doctor.")


def test_a_generation_that_cannot_be_opened_leaves_the_old_one_answering(live, root, folder):
    """An index rebuilt with another encoder is refused, and what was open goes on answering."""
    before = live.generation
    qa.build_index(folder, root, encoder=WordEncoder(WORDS, fingerprint="words-2"))
    with pytest.raises(IndexMismatch, match="built with encoder"):
        live.refresh()
    assert live.ask("Which leave needs a doctor?").generation == before


def test_a_generation_that_was_refused_is_not_opened_again(live, root, folder, encoder, monkeypatch):
    """What cannot answer is hashed once and said once, and is no problem any more when another takes its place."""
    opened, told = [], []

    def counted(path, **options):
        opened.append(describe_index(path)["generation"])
        return qa.open_bot(path, **options)

    monkeypatch.setattr("qa.service.reloading_bot.open_bot", counted)
    qa.build_index(folder, root, encoder=WordEncoder(WORDS, fingerprint="words-2"))
    refused = describe_index(root)["generation"]
    with Updater(live, pytest.fail, notify=told.append, poll_seconds=0.02) as updater:
        wait_until(lambda: "built with encoder words (words-2)" in (updater.state().problem or ""))
        for _ in range(3):
            with pytest.raises(IndexMismatch, match="built with encoder"):
                live.refresh()
        assert opened == [refused]
        qa.build_index(folder, root, encoder=encoder)
        wait_until(lambda: updater.state().problem is None)
    assert opened == [refused, live.generation]
    assert [state.problem.partition(" was ")[0] for state in told] == [str(root)]


# Updates in the background


def test_requests_during_a_run_share_the_next_one(live, held):
    """Five requests while a run is under way lead to one further run, after which all are done."""
    with Updater(live, held) as updater:
        first = updater.request()
        assert held.begun.acquire(timeout=LONG)
        more = [updater.request() for _ in range(5)]
        held.go.release(2)
        assert updater.wait(first, LONG)
        assert updater.wait(more[-1], LONG)
        assert (held.runs, updater.state().requested, updater.state().done) == (2, 6, 6)


def test_progress_and_report_are_there_to_be_seen(live, root, folder, encoder):
    """While a run is under way its stage and counts are there, afterwards its report."""
    (folder / "heron.txt").write_text("The heron eats fish.")
    seen, told = [], []

    def run(progress):
        def noted(*said):
            progress(*said)
            seen.append(updater.state())

        return update_index(root, encoder=encoder, progress=noted)

    with Updater(live, run, notify=told.append) as updater:
        assert updater.wait(updater.request(), LONG)
    assert [(s.activity, s.file) for s in seen][:2] == [("reading", "heron.txt"), ("reading", "")]
    assert (seen[-1].activity, seen[-1].count, seen[-1].total) == ("encoding", 1, 1)
    assert (updater.state().activity, updater.state().problem, updater.state().report.added) == ("", None, 1)
    assert told == [updater.state()]


@pytest.mark.parametrize("failing", [QAError("the disk is full; make room"), RuntimeError("unforeseen"), MemoryError()])
def test_a_failure_is_said_and_the_old_index_answers(live, held, failing):
    """Whatever fails becomes a sentence; the old generation answers on, and the next request runs again."""
    before = live.generation
    held.failing = failing
    with Updater(live, held) as updater:
        held.go.release(2)
        assert updater.wait(updater.request(), LONG)
        problem = updater.state().problem
        assert str(failing) in problem
        assert live.generation == before
        assert updater.wait(updater.request(), LONG)
        assert (updater.state().problem, updater.state().report.documents) == (None, 2)


def test_updating_outlives_whatever_fails_beside_it(live, root, folder, encoder, monkeypatch):
    """Neither a glance at the index that fails nor a standard error that is gone ends the updates to come."""
    glanced = threading.Event()

    def failing(path):
        glanced.set()
        raise PermissionError(13, "Permission denied", str(path / "CURRENT"))

    def gone(_state):
        raise BrokenPipeError

    monkeypatch.setattr("qa.service.reloading_bot.current", failing)
    with Updater(
        live, lambda _progress: update_index(root, encoder=encoder), notify=gone, poll_seconds=0.02
    ) as updater:
        assert glanced.wait(LONG)
        wait_until(lambda: "Permission denied" in (updater.state().problem or ""))
        monkeypatch.undo()
        wait_until(lambda: updater.state().problem is None)
        assert updater.wait(updater.request(), LONG)
        (folder / "heron.txt").write_text("The heron eats fish.")
        assert updater.wait(updater.request(), LONG)
    assert "heron.txt" in ids(live)


def test_an_index_that_another_process_writes_is_waited_for(live, root, encoder, folder):
    """While another process writes the index the update waits and says so, and runs once that has finished."""
    (folder / "heron.txt").write_text("The heron eats fish.")
    busy = threading.Event()

    def run(progress):
        try:
            return update_index(root, encoder=encoder, progress=progress)
        except IndexBusy:
            busy.set()
            raise

    with Updater(live, run, poll_seconds=0.05) as updater:
        with writing(root):
            number = updater.request()
            assert busy.wait(LONG)
            wait_until(lambda: f"is being written by process {os.getpid()}" in (updater.state().problem or ""))
            assert updater.state().done < number
        assert updater.wait(number, LONG)
    assert "heron.txt" in ids(live)


def test_what_others_publish_is_followed_without_being_asked(live, root, folder, encoder):
    """A generation published by ``qa index`` elsewhere answers after the next glance."""
    with Updater(live, pytest.fail, poll_seconds=0.02):
        (folder / "heron.txt").write_text("The heron eats fish.")
        qa.build_index(folder, root, encoder=encoder)
        wait_until(lambda: "heron.txt" in ids(live))


@pytest.mark.slow
def test_a_process_of_its_own_updates_as_this_one_would(write, tmp_path):
    """The child's report and index are those of ``update_index``; its errors arrive as what they are."""
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
    """It does not get what is typed here, ends in the midst of its work when told to, and none begins after it."""
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


def test_leaving_ends_a_run_and_waits_for_it(live):
    """After leaving, no run is under way any more, and that it broke off is nobody's business."""
    begun, ended, over, told = threading.Event(), threading.Event(), [], []

    def run(_progress):
        begun.set()
        assert ended.wait(LONG)
        over.append(True)
        raise IndexProblem("broke off")

    with Updater(live, run, stop=ended.set, notify=told.append) as updater:
        updater.request()
        assert begun.wait(LONG)
    assert (over, told) == ([True], [])


# The corpus


def test_a_file_is_added_answers_and_is_removed(live, held, root):
    """An added file waits, is indexed with its passages, answers, and is gone after its removal; the rest stays."""
    with Corpus(live, run=held) as corpus:
        number = add(corpus, "ponds/heron.txt", "The heron eats fish at the pond.\n\nA heron.")
        assert corpus.result("heron.txt", number).stage == "waiting"
        assert "heron.txt" not in {one.document for one in live.ask("Where does the heron eat fish?").citations}
        held.go.release()
        assert corpus.wait(number, LONG)
        result = corpus.result("heron.txt", number)
        assert (result.stage, result.result.documents, result.result.passages) == ("indexed", 1, 2)
        assert live.ask("Where does the heron eat fish?").citations[0].document == "heron.txt"
        assert live.file(live.document("heron.txt")) == root / "documents" / "heron.txt"
        held.go.release()
        number = corpus.remove("heron.txt")
        assert corpus.wait(number, LONG)
        assert corpus.result("heron.txt", number).stage == "absent"
        assert ids(live) == ["leave.txt", "travel.txt"]
        assert list((root / "documents").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"\xff\0", "not-this-format"),
        ("a.png", b"\x89PNG\0", "unsupported"),
        ("a.pdf", b"no", "not-this-format"),
    ],
)
def test_a_file_that_cannot_be_read_is_skipped_with_its_reason(live, held, name, content, reason):
    """What ``qa index`` would say of a file is said of one that was added, and it can be removed."""
    with Corpus(live, run=held) as corpus:
        held.go.release(2)
        number = add(corpus, name, content)
        assert corpus.wait(number, LONG)
        result = corpus.result(name, number)
        assert (result.stage, [one.reason for one in result.result.skipped]) == ("skipped", [reason])
        assert corpus.wait(corpus.remove(name), LONG)
        assert corpus.catalogue().uploads == {}


def test_a_failed_update_is_the_result(live, held):
    """When the update fails, the file's result is the failure, and the next update takes it in."""
    with Corpus(live, run=held) as corpus:
        held.failing = QAError("the disk is full; make room")
        held.go.release(2)
        number = add(corpus, "heron.txt", "The heron.")
        assert corpus.wait(number, LONG)
        assert (corpus.result("heron.txt", number).stage, corpus.result("heron.txt", number).problem) == (
            "failed", "the disk is full; make room",
        )  # fmt: skip
        assert corpus.wait(corpus.update(), LONG)
        assert corpus.result("heron.txt", number).stage == "indexed"


def test_a_failed_replacement_is_not_said_to_be_indexed(live, held):
    """A file whose replacement could not be indexed failed, and so did what failed before it, until a run goes well."""
    with Corpus(live, run=held) as corpus:
        held.go.release()
        first = add(corpus, "heron.txt", "The heron eats fish.")
        assert corpus.wait(first, LONG)
        numbers = []
        for text in ("The heron left.", "The heron is back."):
            held.failing = QAError("the disk is full; make room")
            held.go.release()
            numbers.append(add(corpus, "heron.txt", text, replace=True))
            assert corpus.wait(numbers[-1], LONG)
        assert [corpus.result("heron.txt", number).stage for number in (first, *numbers)] == [
            "indexed", "failed", "failed",
        ]  # fmt: skip
        held.go.release()
        assert corpus.wait(corpus.update(), LONG)
        assert corpus.result("heron.txt", numbers[0]).stage == "indexed"
    assert live.document("heron.txt").text == "The heron is back."


def test_names_of_the_folders_are_theirs(live, held):
    """A name that a document of an indexed folder has is neither added nor removed by hand, and that is said."""
    with Corpus(live, run=held) as corpus:
        for change in (
            lambda: add(corpus, "travel.txt", "x"),
            lambda: corpus.check("travel.txt", 1, replace=True),
            lambda: corpus.remove("travel.txt"),
        ):
            with pytest.raises(UploadError, match="is in the index already, of ") as caught:
                change()
            assert caught.value.reason == "from-a-folder"
        with pytest.raises(UploadError, match="no file called nowhere"):
            corpus.remove("nowhere.txt")
    assert held.runs == 0


def test_a_replaced_file_answers_with_its_new_words(live, held):
    """A file that replaces one of its name is what answers then."""
    with Corpus(live, run=held) as corpus:
        held.go.release(2)
        assert corpus.wait(add(corpus, "heron.txt", "The heron eats fish."), LONG)
        assert corpus.wait(add(corpus, "heron.txt", "The heron left the pond.", replace=True), LONG)
        assert live.ask("heron pond").citations[0].quote == "The heron left the pond."
        assert corpus.progress().report.changed == 1


# Watching


def wait_until(true):
    """Wait until something holds, or fail."""
    ticking = threading.Event()
    for _ in range(LONG * 50):
        if true():
            return
        ticking.wait(0.02)
    pytest.fail("it did not come to pass")


def test_changes_below_watched_paths_are_passed_on(tmp_path, write):
    """New, changed and removed files of a folder, and a watched file that is replaced, count; hidden ones do not."""
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


def test_a_watched_folder_that_is_replaced_is_watched_anew(tmp_path, write):
    """A folder that another takes the place of is watched as before, and what lies in it by then is looked at."""
    folder = write("watched", a__txt="a")
    calls, said = [], []
    with Watcher([folder], calls.append, ignored=tmp_path / "i", notify=said.append):
        wait_until(lambda: calls == [[]])
        folder.rename(tmp_path / "before")
        write("watched", b__txt="b")
        wait_until(lambda: calls.count([]) == 2)
        wait_until(lambda: (folder / "new.txt").write_text("n") and [folder / "new.txt"] in calls)
    assert any(str(folder) in sentence for sentence in said)


def test_watching_that_fails_is_said_and_tried_again(tmp_path, write, monkeypatch):
    """Where the kernel gives no more notifications that is said, once, and watching begins when it does."""
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


def test_what_changed_before_watching_began_is_not_missed(live, held, folder, root):
    """The index is brought up to date once changes are noticed, so that none falls in between."""
    held.go.release(100)
    (folder / "heron.txt").write_text("The heron eats fish.")
    with Corpus(live, run=held) as corpus, Watcher([folder], lambda _paths: corpus.update(), ignored=root):
        wait_until(lambda: "heron.txt" in ids(live))


def test_a_file_dropped_into_a_watched_folder_answers(live, held, folder, root):
    """A file that appears in the folder is indexed in the background and answers."""
    held.go.release(100)
    with Corpus(live, run=held) as corpus, Watcher([folder], lambda _paths: corpus.update(), ignored=root):
        wait_until(lambda: (folder / "heron.txt").write_text("The heron eats fish.") and corpus.progress().requested)
        wait_until(lambda: "heron.txt" in ids(live))
        assert live.ask("What does the heron eat?").citations[0].quote == "The heron eats fish."
