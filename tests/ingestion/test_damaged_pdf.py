"""A damaged PDF never loses text in silence: it is refused, read in full, or doubtful."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import SHARED

from benchmarks.mutations import mutate
from qa.ingestion.readers import read
from qa.ingestion.readers.pdf.soundness import is_damaged
from qa.ingestion.sandbox.pool import read_all

NOTE = Path(__file__).parents[1] / "data" / "note.pdf"
UN = SHARED / "corpora" / "un"


def damaged(sources, count, folder):
    """Yield the text of a PDF, and the document that its damaged copy gives, for copies that are read."""
    chance = random.Random(7)
    files = []
    for number in range(count):
        source = chance.choice(sources)
        path = folder / f"{number}.pdf"
        path.write_bytes(mutate(source.read_bytes(), chance))
        files.append((path, source))
    results = read_all([(path, path.name) for path, _ in files], lambda *_: None)
    whole = {source: next(iter(read(source, source.name))).text for source in sources}
    for (_, source), result in zip(files, results, strict=True):
        if result.documents:
            yield whole[source], result.documents[0]


@pytest.mark.slow
def test_what_is_missing_is_doubtful(tmp_path):
    """Of copies of a PDF that are damaged at random, none has another text and no doubt."""
    read_in_part = [(whole, found) for whole, found in damaged([NOTE], 100, tmp_path) if found.text != whole]
    assert read_in_part
    assert all(found.doubts for _, found in read_in_part)


@pytest.mark.slow
def test_what_is_missing_of_real_documents_is_doubtful(tmp_path):
    """The same for documents of the United Nations, but for single letters that depend on what no checksum covers."""
    sources = [path for path in sorted(UN.rglob("*.pdf")) if path.stat().st_size < 400_000][::12]
    if not sources:
        pytest.skip("the given corpora do not lie beside the project")
    read_in_part = [(whole, found) for whole, found in damaged(sources, 150, tmp_path) if found.text != whole]
    silent = [(len(whole), len(found.text)) for whole, found in read_in_part if not found.doubts]
    assert len(silent) <= len(read_in_part) / 50
    assert all(abs(whole - found) <= whole / 1_000 for whole, found in silent)


@pytest.mark.slow
@pytest.mark.parametrize("path", [NOTE, *sorted(UN.rglob("*.pdf"))], ids=lambda path: path.name)
def test_a_sound_file_is_not_damaged(path):
    """No PDF of the corpora is taken for damaged."""
    assert not is_damaged(path)
