"""Damage that comes after an index was opened, and a disk without room."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import zlib
from contextlib import closing

import pytest
from word_encoder import WordEncoder

import qa
from qa.errors import DiskFull, IndexDamaged
from qa.index.build import open_index
from qa.index.local.segment import Segment
from qa.index.quantisation import Levels

ENCODER = WordEncoder("leave days sick note doctor travel rail cost")


@pytest.fixture
def opened(write, tmp_path):
    """An open index, and the folder of its generation."""
    source = write(leave__txt="Annual leave is thirty days.\n\nSick leave needs a doctor.")
    qa.build_index(source, tmp_path / "i", encoder=ENCODER)
    (folder,) = (tmp_path / "i" / "generations").glob("*/*/")
    return open_index(tmp_path / "i", encoder=ENCODER), folder


def test_a_letter_that_changes_after_opening_is_not_quoted(opened):
    """The store says that it is damaged instead of returning another text, of a passage and of a document."""
    index, folder = opened
    store = folder / "corpus.sqlite"
    store.chmod(0o600)
    with closing(sqlite3.connect(store)) as connection:
        for table in ("passages", "documents"):
            for name, content in connection.execute(f"SELECT id, content FROM {table}").fetchall():
                changed = zlib.compress(zlib.decompress(content).replace(b"thirty days", b"thirsy days"))
                connection.execute(f"UPDATE {table} SET content = ? WHERE id = ?", [changed, name])
        connection.commit()
    again = open_at(index, folder)
    with pytest.raises(IndexDamaged, match=r"leave\.txt#0-28 is not as it was written; build it again"):
        again.fetch(["leave.txt#0-28"])
    with pytest.raises(IndexDamaged, match=r"leave\.txt is not as it was written"):
        again.document("leave.txt")


def open_at(index, folder):
    """Open the engine anew, past the check of the generation's bytes: SQLite may have the page in memory."""
    return type(index.engine)([Segment(folder, ENCODER.dim, Levels(ENCODER.dim))])


@pytest.mark.parametrize("name", ["tokens", "token_spans", "sentences"])
def test_a_file_that_is_cut_short_after_opening_is_said(opened, name):
    """Missing bytes are an error with the file's name, not the end of the process."""
    index, folder = opened
    path = folder / f"{name}.bin"
    path.chmod(0o600)
    os.truncate(path, 1)
    with pytest.raises(IndexDamaged, match=rf"{name}\.bin was cut short; build it again"):
        index.engine.passages("leave.txt")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
@pytest.mark.parametrize("kilobytes", [24, 48, 96, 160])
def test_a_full_disk_is_said_and_nothing_is_left(write, tmp_path, kilobytes):
    """Wherever the room ends, one sentence names the disk, the old index answers, and the folder is as it was."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        source = write(leave__txt="Annual leave is thirty days.")
        qa.build_index(source, disk / "i", encoder=ENCODER)
        before = sorted(path.relative_to(disk) for path in disk.rglob("*"))
        filling = (disk / "filling").open("wb")
        room = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        filling.write(b"x" * max(0, room - (kilobytes << 10)))
        filling.close()
        (source / "long.txt").write_text("\n\n".join(f"Travel number {n} costs days of leave." for n in range(2000)))
        with pytest.raises(DiskFull, match=rf"the disk with {disk}/i is full; make room"):
            qa.build_index(source, disk / "i", encoder=ENCODER)
        (disk / "filling").unlink()
        assert sorted(path.relative_to(disk) for path in disk.rglob("*")) == before
        assert open_index(disk / "i", encoder=ENCODER).manifest["documents"] == 1
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
