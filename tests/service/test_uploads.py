"""Uploaded files: their names, their limits, and that a partial file is never visible."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import unicodedata
from types import SimpleNamespace

import pytest
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import UploadError
from qa.index.locks import lock
from qa.service import uploads
from qa.service.uploads import Uploads, safe_name


@pytest.fixture
def files(tmp_path):
    return Uploads(tmp_path / "index")


def put(files, name, content=b"text", **options):
    with files.receive(name, options.pop("size", len(content)), **options) as incoming:
        incoming.write(content)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\report.pdf", "report.pdf"),
        ("a\nb\tc\0.txt", "a b c.txt"),
        (".hidden.txt", "hidden.txt"),
        ("..", None),
        ("/", None),
        ("", None),
        ("\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "fdp.exe"),
        ("e\N{COMBINING ACUTE ACCENT}.txt", "é.txt"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("😀" * 100 + ".txt", "😀" * 49 + ".txt"),
        ("half \ud800.txt", "half ?.txt"),
        ("name. . ", "name"),
    ],
)
def test_names_are_made_safe(name, safe):
    """A safe name has no folder, no control or bidirectional marks, is not hidden and not too long."""
    if safe is None:
        with pytest.raises(UploadError) as caught:
            safe_name(name)
        assert caught.value.reason == "no-name"
    else:
        assert safe_name(name) == safe


@pytest.mark.slow
@given(st.text(max_size=400))
def test_whatever_the_name_it_stays_in_its_folder(name):
    """Any text becomes one path component or is refused, and a safe name stays the same."""
    try:
        safe = safe_name(name)
    except UploadError:
        return
    assert 0 < len(safe.encode()) <= 200
    assert not set(safe) & set("/\\")
    assert not safe.startswith(".")
    assert not any(unicodedata.category(letter) == "Cc" for letter in safe)
    assert safe_name(safe) == safe


def test_hostile_names_stay_in_the_folder(files):
    """Every name from lists of path traversals and naughty strings is refused or becomes a file in the folder."""
    folder = SHARED / "robustness" / "path-traversal"
    if not folder.is_dir():
        pytest.skip("the lists of traversals are not part of the project")
    lines = {line for file in folder.glob("*.txt") for line in file.read_text("utf-8", "replace").splitlines()}
    names = set()
    for line in sorted(lines)[::7]:
        try:
            name = safe_name(line)
        except UploadError:
            continue
        if name not in names and len(names) < 200:
            put(files, name)
            names.add(name)
    assert len(names) > 20
    assert set(files.names()) == names
    assert [path.name for path in files.folder.parent.iterdir()] == ["documents"]


def test_a_file_is_there_whole_and_for_its_owner_alone(files):
    """Before the last byte there is no file; afterwards there is one that only its owner can read."""
    with files.receive("a.txt", 6) as incoming:
        incoming.write(b"one")
        assert files.names() == []
        incoming.write(b"two")
    assert files.names() == ["a.txt"]
    assert (files.folder / "a.txt").read_bytes() == b"onetwo"
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((files.folder / "a.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize(("size", "content"), [(3, b"four"), (5, b"four"), (4, None)])
def test_what_breaks_off_leaves_nothing(files, size, content):
    """Too many bytes, too few, or an exception leave no file and nothing half written."""

    def send():
        with files.receive("a.txt", size) as incoming:
            if content is None:
                raise RuntimeError("the other side is gone")
            incoming.write(content)

    with pytest.raises((UploadError, RuntimeError), match=r"broke off|longer|gone"):
        send()
    assert list(files.folder.iterdir()) == []


def test_a_name_is_replaced_only_if_asked_for(files):
    """A second file of the same name is refused, and replaces the first only on request."""
    put(files, "a.txt", b"one")
    with pytest.raises(UploadError, match="was added before") as caught:
        put(files, "a.txt", b"two")
    assert caught.value.reason == "there-already"
    assert (files.folder / "a.txt").read_bytes() == b"one"
    put(files, "a.txt", b"two", replace=True)
    assert (files.folder / "a.txt").read_bytes() == b"two"


def test_limits_of_size_count_and_disk(files, monkeypatch):
    """An empty file, a file that is too large, one too many, and one without disk space are refused before writing."""

    def reason(size):
        with pytest.raises(UploadError) as caught:
            put(files, "b.txt", b"x", size=size)
        return caught.value.reason

    assert reason(0) == "empty"
    assert reason(uploads.MOST_BYTES + 1) == "too-large"
    monkeypatch.setattr(uploads, "MOST_FILES", 1)
    put(files, "a.txt")
    assert reason(1) == "too-many"
    put(files, "a.txt", replace=True)
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    free = uploads.SPARE_BYTES + 10
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=free))
    put(files, "a.txt", b"x" * 10, replace=True)
    assert reason(11) == "no-space"


def test_only_what_was_added_is_removed(files, tmp_path):
    """The name of no file, a path, a link or a hidden file removes nothing and is refused."""
    put(files, "a.txt")
    (tmp_path / "index" / "CURRENT").write_text("x")
    (files.folder / "link.txt").symlink_to(tmp_path / "index" / "CURRENT")
    for name in ("b.txt", "../CURRENT", "link.txt", ".", "..", "", str(tmp_path / "index" / "CURRENT")):
        with pytest.raises(UploadError, match="cannot be removed here"):
            files.remove(name)
    files.remove("a.txt")
    assert files.names() == []
    assert (tmp_path / "index" / "CURRENT").exists()


def test_a_name_that_no_file_can_have_is_not_there(files):
    """A name that is longer than a file system accepts is the name of no file."""
    put(files, "a.txt")
    for name in ("a" * 300, "é" * 200, "a\0.txt", "\ud800"):
        with pytest.raises(UploadError) as caught:
            files.remove(name)
        assert caught.value.reason == "not-there"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "no-space"),
        (errno.EDQUOT, "no-space"),
        (errno.EROFS, "not-writable"),
        (errno.EACCES, "not-writable"),
    ],
)
def test_a_disk_that_takes_nothing_is_said(files, monkeypatch, number, reason):
    """A folder that cannot be written to refuses uploads and removals with a reason."""
    put(files, "a.txt")

    def refuse(*_given, **_named):
        raise OSError(number, "no")

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkstemp", refuse)
        patch.setattr("pathlib.Path.unlink", refuse)
        for change in (lambda: put(files, "b.txt"), lambda: files.remove("a.txt")):
            with pytest.raises(UploadError) as caught:
                change()
            assert caught.value.reason == reason
    assert files.names() == ["a.txt"]


def test_a_disk_that_fills_up_on_the_way_is_said(files, monkeypatch):
    """A disk that fills up during an upload is reported, and nothing half written is left."""
    make = tempfile.mkstemp

    def make_full(**options):
        made, path = make(**options)
        os.close(made)
        return os.open("/dev/full", os.O_WRONLY), path

    monkeypatch.setattr("tempfile.mkstemp", make_full)
    with pytest.raises(UploadError, match="make room there") as caught:
        put(files, "a.txt")
    assert caught.value.reason == "no-space"
    assert list(files.folder.iterdir()) == []


def test_what_a_killed_server_left_is_swept_and_what_is_being_written_is_not(files):
    """A sweep removes the partial file of a dead writer, and keeps one that is being written."""
    put(files, "a.txt")
    left = files.folder / ".partial-left"
    left.write_bytes(b"half")
    with files.receive("b.txt", 4) as incoming:
        incoming.write(b"te")
        Uploads(files.folder.parent).sweep()
        assert not left.exists()
        incoming.write(b"xt")
    assert files.names() == ["a.txt", "b.txt"]
    with left.open("wb") as file:
        lock(file)
        files.sweep()
        assert left.exists()


def test_sweeping_makes_no_folder(files):
    """An index without uploads has no folder for them."""
    files.sweep()
    assert not files.folder.exists()
    assert files.names() == []
