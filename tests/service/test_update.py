"""An index brought up to date: with its sources, and with the files that were uploaded to it."""

from __future__ import annotations

import pytest
from small_corpus import WORDS
from word_encoder import WordEncoder

import qa
from qa.errors import SourceError
from qa.index.build import describe_index, update_index
from qa.ingestion.sandbox.pool import read_all
from qa.service.reloading_bot import ReloadingBot


def test_added_files_belong_to_the_index_with_every_indexing(root, folder, small_encoder):
    """``qa index`` keeps uploaded files and drops removed ones, and the catalogue tells them from the sources."""
    (root / "documents").mkdir()
    (root / "documents" / "heron.txt").write_text("The heron eats fish at the pond.")
    assert qa.build_index(folder, root, encoder=small_encoder).added == 1
    again = qa.build_index(folder, root, encoder=small_encoder)
    assert (again.documents, again.added, again.removed) == (3, 0, 0)
    entries = ReloadingBot(root, encoder=small_encoder).catalogue().entries
    assert {entry.id: entry.file for entry in entries} == {
        "heron.txt": "heron.txt", "leave.txt": None, "travel.txt": None,
    }  # fmt: skip
    (root / "documents" / "heron.txt").unlink()
    assert qa.build_index(folder, root, encoder=small_encoder).removed == 1
    assert describe_index(root)["uploads"] == []


def test_a_source_goes_before_an_added_file_of_its_name(root, folder, small_encoder):
    """Of two documents with one name the source's stays, and the upload is skipped with its reason."""
    (root / "documents").mkdir()
    (root / "documents" / "travel.txt").write_text("The heron.")
    report = qa.build_index(folder, root, encoder=small_encoder)
    assert [(s.file, s.reason) for s in report.skipped] == [("travel.txt", "same-name")]
    reloading_bot = ReloadingBot(root, encoder=small_encoder)
    assert reloading_bot.document("travel.txt").text == "Travel by rail."
    catalogue = reloading_bot.catalogue()
    assert catalogue.skipped == ()
    assert [one.reason for one in catalogue.uploads["travel.txt"].skipped] == ["same-name"]


def test_an_index_below_its_source_is_no_source(folder, small_encoder):
    """If the index lies in the indexed folder, uploads are read as uploads only."""
    to = folder / "deep" / "i"
    qa.build_index(folder, to, encoder=small_encoder)
    (to / "documents").mkdir()
    (to / "documents" / "heron.txt").write_text("The heron eats fish at the pond.")
    assert update_index(to, encoder=small_encoder).skipped == ()
    entries = ReloadingBot(to, encoder=small_encoder).catalogue().entries
    assert {entry.id: entry.file for entry in entries} == {
        "heron.txt": "heron.txt", "leave.txt": None, "travel.txt": None,
    }  # fmt: skip


def test_added_files_do_not_stand_in_for_lost_sources(root, folder, small_encoder):
    """If the sources are empty, as on an unmounted disk, the index stays as it is, even with uploads."""
    (root / "documents").mkdir()
    (root / "documents" / "heron.txt").write_text("The heron eats fish.")
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(SourceError, match="nothing to index in .*left as it is"):
        update_index(root, encoder=small_encoder)
    assert describe_index(root)["documents"] == 2


def test_an_update_reads_and_cuts_only_what_changed(root, folder, small_encoder, monkeypatch):
    """Unchanged files are not read, segmented or encoded again, and their documents stay the same."""
    before = ReloadingBot(root, encoder=small_encoder)
    read = []

    def noted(files, progress):
        read.extend(name for _, name in files)
        return read_all(files, progress)

    monkeypatch.setattr("qa.ingestion.sources.read_all", noted)
    (folder / "cost.txt").write_text("The cost of rail.")
    small_encoder.encoded = 0
    report = update_index(root, encoder=small_encoder)
    assert (report.documents, report.added, report.changed) == (3, 1, 0)
    assert read == ["cost.txt"]
    assert small_encoder.encoded == 1
    after = ReloadingBot(root, encoder=small_encoder)
    for name in before.document_ids():
        assert after.document(name) == before.document(name)
        now, earlier = (
            [passage for passage in bot._open.bot.index.passages() if passage.document == name]
            for bot in (after, before)
        )
        assert now == earlier


def test_taking_something_out_needs_no_model(root, folder):
    """If files only vanished, no text is given to the encoder, so its weights are not loaded."""

    class Unloaded(WordEncoder):
        def count_tokens(self, texts):
            raise AssertionError(texts)

        def encode_passages(self, texts):
            raise AssertionError(texts)

    (folder / "travel.txt").unlink()
    assert update_index(root, encoder=Unloaded(WORDS)).removed == 1
    assert describe_index(root)["passages"] == 2


def test_relative_sources_are_found_from_anywhere(write, tmp_path, small_encoder, monkeypatch):
    """An index with relative sources is updated from another working folder; a missing source is reported."""
    folder = write(leave__txt="Annual leave is thirty days.")
    monkeypatch.chdir(tmp_path)
    qa.build_index("documents", "i", encoder=small_encoder)
    generation = describe_index("i")["generation"]
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert update_index(tmp_path / "i", encoder=small_encoder).documents == 1
    assert describe_index(tmp_path / "i")["generation"] == generation
    assert describe_index(tmp_path / "i")["sources"] == ["documents"]
    folder.rename(tmp_path / "moved")
    with pytest.raises(SourceError, match=f"there is no file or folder {tmp_path}/documents"):
        update_index(tmp_path / "i", encoder=small_encoder)
