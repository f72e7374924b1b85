"""Immutable generations: published whole or not at all, and never served with a byte changed."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
from pathlib import Path

import pytest

from qa.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexNotFound
from qa.index import generations
from qa.index.generations import reading, writing

PRIME = 4093
"""Distance of the flipped bytes: a prime, so that they fall on every place within a word."""


def publish(root, content, keep=False):
    with writing(root) as writer:
        folder = writer.begin()
        (folder / "data.bin").write_bytes(content)
        (folder / "more.txt").write_text("more")
        if keep:
            with reading(root) as generation:
                writer.keep(generation, "part", folder)
        else:
            (folder / "part").mkdir()
            (folder / "part" / "own.bin").write_bytes(b"a part")
        return writer.publish(folder, {"length": len(content)})


def read(root):
    with reading(root) as generation:
        return (generation.path / "data.bin").read_bytes(), generation.about


def test_what_was_published_is_read(tmp_path):
    """A reader gets the last generation, and only that one stays on the disk."""
    publish(tmp_path, b"one")
    second = publish(tmp_path, b"second")
    assert read(tmp_path) == (b"second", {"length": 6})
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [second.name]
    assert second.name.startswith("000002-")


def test_a_part_that_is_kept_is_neither_written_nor_read(tmp_path, monkeypatch):
    """It is the same file under another name; its bytes are hashed by who opens the index, not by who publishes it."""
    first = publish(tmp_path, b"one")
    inode = (first.path / "part" / "own.bin").stat().st_ino
    hashed = []
    digest_of = generations.digest_of
    with writing(tmp_path) as writer:
        folder = writer.begin()
        (folder / "data.bin").write_bytes(b"second")
        writer.keep(first, "part", folder)
        monkeypatch.setattr(generations, "digest_of", lambda path: (hashed.append(path.name), digest_of(path))[1])
        second = writer.publish(folder, {})
    assert set(hashed) == {"data.bin"}
    assert (second.path / "part" / "own.bin").stat().st_ino == inode
    assert second.files["part/own.bin"] == first.files["part/own.bin"]
    assert not first.path.exists()
    read(tmp_path)
    assert "own.bin" in hashed


def test_nothing_published_is_said(tmp_path):
    """An empty folder has no index, and the message says how to make one."""
    with pytest.raises(IndexNotFound, match="qa index data/documents --to"), reading(tmp_path):
        pass


def test_a_failing_writer_leaves_the_old_generation(tmp_path):
    """An exception while writing loses nothing and leaves nothing behind."""
    publish(tmp_path, b"old")

    def fail():
        with writing(tmp_path) as writer:
            (writer.begin() / "half").write_bytes(b"x")
            raise RuntimeError("disk on fire")

    with pytest.raises(RuntimeError, match="disk on fire"):
        fail()
    assert read(tmp_path)[0] == b"old"
    assert len(list((tmp_path / "generations").iterdir())) == 1


def flips(size):
    """Return the places to damage in a file: ends and every prime-th byte."""
    return sorted({*range(min(64, size)), *range(max(0, size - 64), size), *range(0, size, PRIME)})


def test_every_flipped_byte_is_noticed(tmp_path):
    """A changed byte anywhere in any file, CURRENT and the manifest too, is refused before it is read, by file name."""
    publish(tmp_path, os.urandom(50_000))
    publish(tmp_path, os.urandom(50_000), keep=True)
    files = [tmp_path / "CURRENT", *(path for path in (tmp_path / "generations").rglob("*") if path.is_file())]
    assert len(files) == 5
    for path in files:
        path.chmod(0o600)
        whole = path.read_bytes()
        for place in flips(len(whole)):
            damaged = bytearray(whole)
            damaged[place] ^= 0x41
            path.write_bytes(damaged)
            with pytest.raises((IndexDamaged, IndexMismatch), match=r"CURRENT|MANIFEST|data|more|own|format"):
                read(tmp_path)
        path.write_bytes(whole)
    assert read(tmp_path)[1] == {"length": 50_000}


@pytest.mark.parametrize("harm", ["truncate", "extend", "remove", "empty"])
def test_every_other_damage_is_noticed(tmp_path, harm):
    """A file cut short, grown, emptied or gone is refused."""
    generation = publish(tmp_path, b"content")
    path = generation.path / "data.bin"
    path.chmod(0o600)
    if harm == "remove":
        path.unlink()
    else:
        path.write_bytes({"truncate": b"conten", "extend": b"contents", "empty": b""}[harm])
    with pytest.raises(IndexDamaged, match=r"data\.bin"):
        read(tmp_path)


def test_another_format_is_refused(tmp_path):
    """An index of a later format is refused with both numbers."""
    publish(tmp_path, b"x")
    pointer = json.loads((tmp_path / "CURRENT").read_text())
    (tmp_path / "CURRENT").write_text(json.dumps({**pointer, "format": 99}))
    with pytest.raises(IndexMismatch, match="format 99, this version reads 4"):
        read(tmp_path)


@pytest.mark.parametrize(
    "content", ['{"format": 99, "generation": "000001-abcdef", "manifest_sha256": "x"}', "", "{}", "no"]
)
def test_an_index_that_cannot_be_read_can_be_built_again(tmp_path, content):
    """Another format or a damaged CURRENT: what a reader is told to do, building it again, works."""
    publish(tmp_path, b"old")
    (tmp_path / "CURRENT").write_text(content)
    with pytest.raises((IndexMismatch, IndexDamaged)):
        read(tmp_path)
    new = publish(tmp_path, b"newer")
    assert read(tmp_path)[1] == {"length": 5}
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [new.name]


def test_a_second_writer_is_refused_by_name(tmp_path):
    """While one writes, another is told at once which process holds the lock."""
    with writing(tmp_path), pytest.raises(IndexBusy, match=f"process {os.getpid()} since"), writing(tmp_path):
        pass
    publish(tmp_path, b"free again")


def test_a_generation_that_is_being_opened_is_not_removed(tmp_path):
    """A reader in the middle of opening keeps its generation while the next is published; later it goes."""
    publish(tmp_path, b"first")
    with reading(tmp_path) as generation:
        publish(tmp_path, b"second")
        assert (generation.path / "data.bin").read_bytes() == b"first"
    publish(tmp_path, b"third")
    assert not generation.path.exists()
    assert read(tmp_path)[0] == b"third"


def killed_at(root, step):
    """Publish in a child that dies by SIGKILL before its ``step``-th operation on the disk."""
    count = 0

    def counted(function):
        def call(*arguments, **options):
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return call

    for owner, name in (
        (Path, "mkdir"),
        (Path, "write_bytes"),
        (Path, "write_text"),
        (Path, "chmod"),
        (Path, "rename"),
        (Path, "replace"),
        (Path, "unlink"),
        (os, "fsync"),
        (os, "link"),
        (shutil, "rmtree"),
    ):
        setattr(owner, name, counted(getattr(owner, name)))
    publish(root, b"new", keep=True)
    os._exit(0)


@pytest.mark.slow
def test_a_kill_at_any_step_leaves_old_or_new_and_frees_the_writer(tmp_path):
    """Killed before any of its operations, a writer leaves the old index or the new, and the next one works."""
    publish(tmp_path / "template", b"old")
    context = multiprocessing.get_context("fork")
    outcomes = []
    for step in range(1, 100):
        root = tmp_path / f"step{step}"
        shutil.copytree(tmp_path / "template", root)
        child = context.Process(target=killed_at, args=(root, step))
        child.start()
        child.join()
        outcomes.append(read(root)[0])
        publish(root, b"next", keep=True)
        assert read(root)[0] == b"next"
        assert [path.read_bytes() for path in root.glob("generations/*/part/*")] == [b"a part"]
        assert len(list((root / "generations").iterdir())) == 1
        assert not list(root.glob(".CURRENT-*"))
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
    assert len(outcomes) > 15
    assert set(outcomes) == {b"old", b"new"}
    assert outcomes == sorted(outcomes, reverse=True), "once new, always new"


@pytest.mark.slow
def test_readers_never_see_an_error_while_generations_change(tmp_path):
    """Four processes that read all the time while forty generations are published see whole ones only."""
    publish(tmp_path, b"0" * 5000)
    context = multiprocessing.get_context("fork")
    stop = context.Event()

    def look(errors):
        while not stop.is_set():
            try:
                content = read(tmp_path)[0]
                if len(set(content)) != 1:
                    errors.put("torn")
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                errors.put(repr(error))

    errors = context.Queue()
    readers = [context.Process(target=look, args=(errors,)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(40):
        publish(tmp_path, str(number % 10).encode() * 5000)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors.empty(), errors.get()


def test_the_files_reach_the_disk_before_the_pointer(tmp_path, monkeypatch):
    """Every file and folder is synced before CURRENT is replaced, and its folder after."""
    log = []
    sync, replace = generations.sync, Path.replace
    monkeypatch.setattr(generations, "sync", lambda path: (log.append(path.name.split("-")[0]), sync(path))[1])
    monkeypatch.setattr(Path, "replace", lambda self, target: (log.append("commit"), replace(self, target))[1])
    publish(tmp_path, b"x")
    commit = log.index("commit")
    written = {"data.bin", "more.txt", "own.bin", "part", "MANIFEST.json"}
    assert written | {".writing", "generations", ".CURRENT"} <= set(log[:commit])
    assert log[commit + 1] == tmp_path.name


def test_what_is_not_ours_is_left_alone(tmp_path):
    """A file that a desktop leaves among the generations hinders no later write, and stays."""
    publish(tmp_path, b"old")
    (tmp_path / "generations" / ".DS_Store").write_bytes(b"\0")
    (tmp_path / "generations" / "000099.txt").write_text("a note")
    publish(tmp_path, b"new")
    assert read(tmp_path)[0] == b"new"
    assert len(list((tmp_path / "generations").iterdir())) == 3


@pytest.mark.parametrize("content", ["[]", "3", '"x"', "null", "{}", "{", ""])
def test_a_pointer_of_another_shape_is_damage(tmp_path, content):
    """Whatever JSON CURRENT holds, one sentence says that it names no generation."""
    publish(tmp_path, b"old")
    (tmp_path / "CURRENT").write_text(content)
    with pytest.raises(IndexDamaged, match="CURRENT does not name a generation"), reading(tmp_path):
        pass


def test_litter_of_killed_writers_is_removed_by_the_next_one_that_changes_nothing(tmp_path):
    """What was begun, a pointer that was not renamed, and generations that nobody names; files of others stay."""
    kept = publish(tmp_path, b"current").name
    for name in (".writing-0a0b", "000009-abcdef"):
        (tmp_path / "generations" / name).mkdir()
        (tmp_path / "generations" / name / "data.bin").write_bytes(b"left")
    (tmp_path / ".CURRENT-0a0b").write_text("left")
    (tmp_path / "generations" / ".DS_Store").write_bytes(b"of a file manager")
    with writing(tmp_path):
        pass
    assert sorted(path.name for path in (tmp_path / "generations").iterdir()) == [".DS_Store", kept]
    assert not list(tmp_path.glob(".CURRENT-*"))
    assert read(tmp_path)[0] == b"current"
