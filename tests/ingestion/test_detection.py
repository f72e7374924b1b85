"""The format of a file is told by its content; files of no readable format are refused."""

from __future__ import annotations

import pytest
from conftest import ROOT

from qa.errors import DocumentError
from qa.ingestion.readers import read


def test_the_content_decides_the_format(tmp_path):
    """A Word file called .txt, an HTML page called .pdf and a note without a suffix are read as what they are."""
    word = (ROOT / "tests" / "data" / "note.docx").read_bytes()
    for name, content, text in (
        ("a.txt", word, "The commission of the upper river was founded on 3 May 1921"),
        ("a.pdf", b"<!doctype html><p>Not found.", "Not found."),
        ("NOTE", b"It is here.", "It is here."),
    ):
        (tmp_path / name).write_bytes(content)
        (document,) = read(tmp_path / name, name)
        assert text in document.text


@pytest.mark.parametrize(
    ("name", "content", "reason", "detail"),
    [
        ("a.txt", b"", "no-text", "holds no text"),
        ("a.txt", b" \r\n\t ", "no-text", "holds no text"),
        ("a.txt", b"\0\1\2\0\0\0", "not-this-format", "holds binary data"),
        ("a.md", b"\xe9\xe8\xe7 \x8f", "not-this-format", "is not UTF-8 text (byte 0xe9 at position 0)"),
        ("a.txt", b"\xff\xfea\0\x00\xd8", "not-this-format", "not UTF-16-LE text"),
        ("a.xyz", b"text", "unsupported", "cannot read .xyz; known: .csv, .docx, .epub"),
        ("a.docx", b"PK", "not-this-format", "is called .docx and holds something else"),
        ("a.pdf", b"Nothing of the kind.", "not-this-format", "is called .pdf and holds something else"),
        ("a.pdf", b"", "no-text", "holds nothing"),
        ("a.docx", b"PK\x03\x04cut", "damaged", "is an archive that cannot be opened"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "unsupported", "is a picture"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unsupported", "save it as DOCX"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
            "is protected by a password",
        ),
        ("a.jsonl", b"{}\n", "not-this-format", "line 1 is not a record"),
        ("a.jsonl", b'{"_id": "1", "text": "x"}\n[', "not-this-format", "line 2 is not JSON"),
        ("a.jsonl", b'{"_id": "1", "text": "x"}\n{"_id": "1", "text": "y"}', "damaged", 'line 2 repeats the _id "1"'),
        ("a.jsonl", b'{"_id": "1", "text": "\\ud800"}', "damaged", "surrogate"),
        ("a.jsonl", b"\n", "no-text", "holds no records"),
    ],
)
def test_unusable_files_are_refused_with_their_reason(tmp_path, name, content, reason, detail):
    """An empty, binary, wrongly encoded, unknown or malformed file raises with its reason and a clear sentence."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError, match=r".+") as caught:
        list(read(tmp_path / name, name))
    assert caught.value.reason == reason
    assert detail in caught.value.detail
