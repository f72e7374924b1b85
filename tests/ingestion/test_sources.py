"""The files of a source."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.errors import SourceError
from qa.ingestion.sandbox.pool import read_all
from qa.ingestion.sources import find_files, read_sources


def test_files_of_a_folder_are_named_by_their_path_in_it(write):
    """Names are relative to the folder and sorted; hidden files are left out."""
    folder = write(**{"b__txt": "x", "a/c__txt": "x", ".hidden__txt": "x", ".git/d__txt": "x"})
    assert [name for _, name in find_files(folder)] == ["a/c.txt", "b.txt"]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
@pytest.mark.timeout(60)
def test_what_is_no_file_is_skipped_with_its_reason(write, tmp_path):
    """Links that lead nowhere, round, out, or to a folder; pipes and sockets: none is read, none is passed over."""
    folder = write(**{"a__txt": "One.", "sub/b__txt": "Two."})
    (tmp_path / "outside.txt").write_text("secret")
    for name, target in {
        "inside.txt": folder / "a.txt",
        "nowhere.txt": folder / "gone",
        "out.txt": tmp_path / "outside.txt",
        "round.txt": folder / "round.txt",
        "sub/folder": folder / "sub",
        "up": tmp_path,
    }.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.txt")
    content = read_sources([folder], tmp_path / "index" / "documents", None, lambda *_: None)
    assert [document.id for document in content.documents] == ["a.txt", "inside.txt", "sub/b.txt"]
    assert {one.file: one.detail.partition(";")[0].partition(",")[0] for one in content.skipped} == {
        "nowhere.txt": "is a link that leads nowhere",
        "out.txt": "is a link that leads out of the source",
        "pipe.txt": "is a pipe",
        "round.txt": "is a link that leads nowhere",
        "sub/folder": "is a link to a folder",
        "up": "is a link to a folder",
    }


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_source_that_is_a_link_is_read(write, tmp_path):
    """Who names a link as the source means the file that it leads to."""
    folder = write(a__txt="One.")
    (tmp_path / "l.txt").symlink_to(folder / "a.txt")
    content = read_sources([tmp_path / "l.txt"], tmp_path / "index" / "documents", None, lambda *_: None)
    assert [(document.id, document.text) for document in content.documents] == [("l.txt", "One.")]
    assert content.skipped == []


def test_a_missing_source_is_an_error(tmp_path):
    """The message names a source that does not exist."""
    with pytest.raises(SourceError, match="there is no file or folder"):
        find_files(tmp_path / "nowhere")


def test_a_folder_that_cannot_be_listed_is_skipped_with_its_reason(write, monkeypatch):
    """A folder without permission is reported; a folder that was just removed is not."""
    folder = write(a__txt="x", **{"locked/b__txt": "x", "gone/c__txt": "x"})
    errors = {"gone": FileNotFoundError, "locked": PermissionError}
    scan = os.scandir

    def refused(path):
        if error := errors.get(Path(path).name):
            raise error(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr("os.scandir", refused)
    found = find_files(folder)
    assert [name for _, name in found] == ["a.txt", "locked"]
    read, locked = read_all(found, lambda _done, _name: None)
    assert len(read.documents) == 1
    assert (locked.skipped.file, locked.skipped.reason) == ("locked", "unreadable")
    del errors["locked"]
    assert [name for _, name in find_files(folder)] == ["a.txt", "locked/b.txt"]
