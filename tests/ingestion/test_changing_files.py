"""A file that is written or replaced while it is read is never indexed: its text could be old and its digest new."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.ingestion.readers.detection import detect_format

DATA = Path(__file__).parents[1] / "data"
FILES = sorted(path.name for path in DATA.glob("note.*"))


def replaced(path):
    """Put another file of the same content in its place."""
    shutil.copyfile(path, path.with_name("other"))
    path.with_name("other").replace(path)


def written(path):
    """Write into the file, and set its time back."""
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    with path.open("r+b") as file:
        file.write(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def grown(path):
    """Append to the file."""
    with path.open("ab") as file:
        file.write(b" ")


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("change", [replaced, written, grown])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_changes_is_refused(name, change, early, tmp_path, monkeypatch):
    """Whether it changes before the reader opens it or after the reader has read it."""
    path = tmp_path / name
    shutil.copyfile(DATA / name, path)
    module = import_module(f"qa.ingestion.readers.{detect_format(path, name)}")
    reader = module.read

    def disturbed(path, name):
        documents = [] if early else list(reader(path, name))
        change(path)
        yield from (documents or reader(path, name))

    monkeypatch.setattr(module, "read", disturbed)
    with pytest.raises(DocumentError) as refused:
        list(read(path, name))
    assert early or refused.value.detail.startswith("changed while it was read")


def test_records_before_the_change_are_kept(tmp_path, monkeypatch):
    """A record has a digest of its own, so those that were read whole are right."""
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(f'{{"_id": "{number}", "text": "Number {number}."}}\n' for number in range(3)))
    module = import_module("qa.ingestion.readers.records")
    reader = module.read

    def disturbed(path, name):
        yield from reader(path, name)
        grown(path)

    monkeypatch.setattr(module, "read", disturbed)
    documents = read(path, "corpus.jsonl")
    assert [next(documents).id, next(documents).id] == ["0", "1"]
    with pytest.raises(DocumentError, match="changed while it was read"):
        next(documents)
