"""The file of a document is found in its source, nowhere else, and only if it has not changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from conftest import DOCUMENTS, STATEMENT

from qa.errors import FileChanged
from qa.ingestion.source_files import Files
from qa.ingestion.sources import UPLOADS

CONTENT = b"The members of the committee met on Monday."
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "reports"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_bytes(CONTENT)
    (folder / "deep" / "b é 'ü.txt").write_bytes(CONTENT)
    (folder / ".hidden").write_bytes(CONTENT)
    (tmp_path / "secret.txt").write_bytes(CONTENT)
    return folder


def test_a_file_is_found_below_its_source(folder):
    """A file is found in the folder, in a subfolder, and if the source is the file itself."""
    assert Files([folder]).find("a.txt", DIGEST) == folder / "a.txt"
    assert Files([folder]).find("deep/b é 'ü.txt", DIGEST) == folder / "deep" / "b é 'ü.txt"
    assert Files([folder / "a.txt"]).find("a.txt", DIGEST) == folder / "a.txt"


def test_of_several_sources_the_one_with_the_file_counts(folder, tmp_path):
    """Other sources may be missing or hold another file of that name."""
    other = tmp_path / "index" / UPLOADS
    other.mkdir(parents=True)
    (other / "a.txt").write_bytes(b"another")
    (other / "new.txt").write_bytes(CONTENT)
    files = Files([tmp_path / "gone", other, folder])
    assert files.find("a.txt", DIGEST) == folder / "a.txt"
    assert files.find("new.txt", DIGEST) == other / "new.txt"


@pytest.mark.parametrize(
    "name",
    ["nowhere.txt", "", ".", "..", "../secret.txt", "deep/../../secret.txt", "deep/../a.txt", "/etc/passwd", ".hidden",
     "deep", "a.txt/..", "a.txt\0", "x" * 5_000, "deep/\ud800"],
)  # fmt: skip
def test_nothing_else_is_found(folder, name):
    """A name that is missing, outside, hidden, a folder or invalid gives no file and no error."""
    assert Files([folder]).find(name, DIGEST) is None
    assert Files([folder / "a.txt"]).find(name, DIGEST) is None


def test_an_absolute_name_leads_nowhere(folder, tmp_path):
    """The full path of a file is not its name."""
    assert Files([folder]).find(str(tmp_path / "secret.txt"), DIGEST) is None


def test_links_are_followed_inside_only(folder, tmp_path):
    """A link within the folder leads to its file; a link to outside or to itself gives no file."""
    (folder / "inside.txt").symlink_to(folder / "a.txt")
    (folder / "outside.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    (folder / "round").symlink_to(folder / "round")
    (tmp_path / "link").symlink_to(folder)
    files = Files([folder])
    assert files.find("inside.txt", DIGEST) == folder / "a.txt"
    assert [files.find(name, DIGEST) for name in ("outside.txt", "up/secret.txt", "round")] == [None] * 3
    assert Files([tmp_path / "link"]).find("a.txt", DIGEST) == folder / "a.txt"


def test_a_changed_file_is_an_error_until_it_is_put_back(folder):
    """Other content raises; the indexed content is found again."""
    files = Files([folder])
    assert files.find("a.txt", DIGEST)
    (folder / "a.txt").write_bytes(CONTENT + b"!")
    with pytest.raises(FileChanged, match=r"the file a\.txt has changed since it was indexed; run qa index again"):
        files.find("a.txt", DIGEST)
    (folder / "a.txt").write_bytes(CONTENT)
    assert files.find("a.txt", DIGEST) == folder / "a.txt"


def test_a_file_is_read_once_for_its_digest(folder, monkeypatch):
    """A file that has not changed is not read again."""
    files = Files([folder])
    files.find("a.txt", DIGEST)
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: pytest.fail("it was read again"))
    assert files.find("a.txt", DIGEST)


def test_the_bot_finds_the_files_of_its_documents(bot):
    """The file of the statement is found; a document with another digest raises."""
    document = bot.document(STATEMENT)
    assert bot.file(document) == DOCUMENTS / STATEMENT
    with pytest.raises(FileChanged):
        bot.file(replace(document, digest=DIGEST))
