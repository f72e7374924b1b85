"""What ``Reader`` promises, checked for every format: on a good file, and on bytes that are not one."""

from __future__ import annotations

import json
import re
from importlib import import_module
from itertools import pairwise

import pytest
from conftest import DOCUMENTS, ROOT, STATEMENT

from qa.errors import DocumentError
from qa.files import digest_of
from qa.ingestion.readers import read

DATA = ROOT / "tests" / "data"
SUFFIXES = {"markdown": "md", "plain": "txt", "records": "jsonl"}
READERS = ("csv", "docx", "epub", "html", "markdown", "odt", "pdf", "plain", "pptx", "records", "rtf", "xlsx")
IMPLEMENTATIONS = {"Reader": READERS}
TEXTS = {
    "csv": "name,founded\ncommission,1921\n",
    "markdown": "# Note\n\nThe commission was founded in 1921.\n\n- one\n- two\n",
    "records": json.dumps({"_id": "r1", "title": "Note", "text": "The commission was founded in 1921."}) + "\n",
}


@pytest.fixture(params=READERS)
def source(request, tmp_path):
    """A reader and a good file for it."""
    name = request.param
    reader = import_module(f"qa.ingestion.readers.{name}").read
    if name in TEXTS:
        path = tmp_path / f"note.{name}"
        path.write_text(TEXTS[name])
        return reader, path
    return reader, DOCUMENTS / STATEMENT if name == "plain" else DATA / f"note.{name}"


def test_documents_are_text_in_blocks(source):
    """Blocks are sorted, apart, not empty and within the text; text outside them is white space or markup."""
    reader, path = source
    documents = list(reader(path, "folder/note"))
    assert documents
    for document in documents:
        assert document.text
        assert re.fullmatch("[0-9a-f]{64}", document.digest)
        assert document.digest == digest_of(path) or reader.__module__.endswith("records")  # a record has its own
        assert all(document.text[block.start : block.end].strip() for block in document.blocks)
        assert all(first.end <= second.start for first, second in pairwise(document.blocks))
        assert document.blocks[-1].end <= len(document.text)
        assert document.pages == tuple(sorted(document.pages))
        assert all(isinstance(value, str) for value in document.metadata.values())
    ids = [document.id for document in documents]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("reader", READERS)
def test_what_is_not_of_the_format_is_refused(reader, tmp_path):
    """Bytes that are no file of the format raise ``DocumentError`` with name, reason and detail, and nothing else."""
    name = f"bad.{SUFFIXES.get(reader, reader)}"
    (tmp_path / name).write_bytes(b"\xff\x00\xfe\x00" * 50)
    with pytest.raises(DocumentError) as caught:
        list(read(tmp_path / name, name))
    assert (caught.value.file, bool(caught.value.reason), bool(caught.value.detail)) == (name, True, True)
