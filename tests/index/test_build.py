"""Building, updating and opening an index."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from word_encoder import WordEncoder

import qa
from qa.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexNotFound, SourceError
from qa.index import engines
from qa.index.build import describe_index, open_index, update_index
from qa.index.encoded_passages import encoded_text
from qa.index.generations import writing
from qa.ingestion.segmenter import ParagraphSegmenter
from qa.ingestion.sources import read_sources

WORDS = "leave days sick note doctor travel rail cost"


def build(source, to, encoder=None, **options):
    return qa.build_index(source, to, encoder=encoder or WordEncoder(WORDS), **options)


@pytest.fixture
def folder(write):
    return write(leave__txt="Annual leave is thirty days.\n\nSick leave needs a doctor.", travel__txt="Travel by rail.")


def test_the_report_counts_what_happened(folder, tmp_path):
    """A first build adds, an edit changes, a vanished file is removed, and nothing happens when nothing changed."""
    first = build(folder, tmp_path / "i")
    assert (first.documents, first.passages, first.added, first.changed, first.removed) == (2, 3, 2, 0, 0)
    (folder / "leave.txt").write_text("Annual leave is forty days.\n\nSick leave needs a doctor.")
    (folder / "travel.txt").unlink()
    (folder / "cost.txt").write_text("The cost of rail.")
    second = build(folder, tmp_path / "i")
    assert (second.documents, second.passages, second.added, second.changed, second.removed) == (2, 3, 1, 1, 1)
    generation = describe_index(tmp_path / "i")["generation"]
    third = build(folder, tmp_path / "i")
    assert (third.added, third.changed, third.removed) == (0, 0, 0)
    assert describe_index(tmp_path / "i")["generation"] == generation


def test_unchanged_passages_keep_their_vectors(folder, tmp_path):
    """After an edit of one paragraph only that one is encoded again, and every vector is what it must be."""
    encoder = WordEncoder(WORDS)
    build(folder, tmp_path / "i", encoder)
    assert encoder.encoded == 3
    (folder / "leave.txt").write_text("New: cost of leave.\n\nSick leave needs a doctor.")
    build(folder, tmp_path / "i", encoder)
    assert encoder.encoded == 4
    index = open_index(tmp_path / "i", encoder=encoder)
    for name in ("leave.txt", "travel.txt"):
        for stored in index.engine.passages(name):
            expected = encoder.encode_query(encoded_text(stored.passage))
            assert stored.vector == pytest.approx(expected.vector, abs=1e-3)
            unpacked = stored.tokens.quantisation.unpack(stored.tokens.codes)
            assert unpacked == pytest.approx(expected.tokens.vectors, abs=1e-6)
            assert stored.tokens.spans.tolist() == expected.tokens.spans.tolist()


def test_passages_are_slices_of_their_documents(statement_index, encoder):
    """On disk as in memory, every passage of the statement is a slice of its document."""
    index = open_index(statement_index, encoder=encoder)
    passages = list(index.passages())
    assert len(passages) == 33
    for passage in passages:
        assert index.engine.document(passage.document).text[passage.start : passage.end] == passage.text


def test_skipped_files_are_listed_and_the_rest_indexed(folder, tmp_path):
    """A bad file is listed with its reason, in the report and in the index, and its neighbours are indexed."""
    (folder / "bad.txt").write_bytes(b"\xff\0")
    (folder / "image.png").write_bytes(b"\x89PNG")
    report = build(folder, tmp_path / "i")
    assert report.documents == 2
    assert [(s.file, s.reason) for s in report.skipped] == [
        ("bad.txt", "not-this-format"),
        ("image.png", "unsupported"),
    ]
    assert [s["reason"] for s in describe_index(tmp_path / "i")["skipped"]] == ["not-this-format", "unsupported"]


def test_two_documents_of_one_name_are_not_mixed_up(write, tmp_path):
    """A second source with a file of the same relative path is listed, and the first one stays."""
    first, second = write("a", x__txt="Annual leave."), write("b", x__txt="Travel by rail.")
    report = build([first, second], tmp_path / "i")
    assert (report.documents, [(s.file, s.reason) for s in report.skipped]) == (1, [("x.txt", "same-name")])
    assert open_index(tmp_path / "i", encoder=WordEncoder(WORDS)).engine.document("x.txt").text == "Annual leave."


def test_names_that_are_not_text_are_skipped(folder, tmp_path):
    """A file whose name is not UTF-8 cannot be cited: it is listed in letters that can be shown, the rest indexed."""
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("The cost of rail.")
    report = build(folder, tmp_path / "i")
    assert (report.documents, [(s.file, s.reason) for s in report.skipped]) == (2, [("caf\ufffd.txt", "unreadable")])


@pytest.mark.parametrize("content", [{}, {"a__txt": b""}, {"a__xyz": b"x"}])
def test_nothing_to_index_leaves_the_old_index(folder, write, tmp_path, content):
    """An empty folder, or one of unusable files, is an error that says so, and the index stays as it was."""
    build(folder, tmp_path / "i")
    empty = write("empty", **content)
    empty.mkdir(exist_ok=True)
    with pytest.raises(SourceError, match="nothing to index in .*empty.*left as it is"):
        build(empty, tmp_path / "i")
    assert describe_index(tmp_path / "i")["documents"] == 2


def test_another_encoder_is_refused_by_name(folder, tmp_path):
    """Opening with other weights than those that built it names both and the command that rebuilds."""
    build(folder, tmp_path / "i")
    with pytest.raises(
        IndexMismatch,
        match=r"built with encoder words \(words-1\).*asked with words \(words-2\).*qa index .*documents --to",
    ):
        open_index(tmp_path / "i", encoder=WordEncoder(WORDS, fingerprint="words-2"))


def test_another_segmenter_is_refused(folder, tmp_path, monkeypatch):
    """An index whose passages were cut by another version is refused, not served."""
    build(folder, tmp_path / "i")
    monkeypatch.setattr(ParagraphSegmenter, "name", "paragraphs/99")
    with pytest.raises(IndexMismatch, match="segmenter “paragraphs/2"):
        open_index(tmp_path / "i", encoder=WordEncoder(WORDS))


def test_building_with_another_encoder_encodes_everything_again(folder, tmp_path):
    """Vectors of another model are never reused."""
    build(folder, tmp_path / "i")
    other = WordEncoder(WORDS, fingerprint="words-2")
    build(folder, tmp_path / "i", other)
    assert other.encoded == 3
    assert open_index(tmp_path / "i", encoder=other).manifest["encoder"]["fingerprint"] == "words-2"


def test_a_damaged_index_is_refused_and_can_be_built_again(folder, tmp_path):
    """One changed byte is refused with the file's name; indexing again mends it."""
    build(folder, tmp_path / "i")
    (vectors,) = (tmp_path / "i").glob("generations/*/*/vectors.bin")
    vectors.chmod(0o600)
    damaged = bytearray(vectors.read_bytes())
    damaged[-1] ^= 1
    vectors.write_bytes(damaged)
    with pytest.raises(IndexDamaged, match=r"vectors\.bin is not as it was written; build it again"):
        open_index(tmp_path / "i", encoder=WordEncoder(WORDS))
    assert build(folder, tmp_path / "i").added == 2
    open_index(tmp_path / "i", encoder=WordEncoder(WORDS))


def test_no_index_is_said(tmp_path):
    """Opening or updating a folder without an index says how to build one, and makes nothing there."""
    for use in open_index, update_index:
        with pytest.raises(IndexNotFound, match="build one: qa index"):
            use(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("slow", ["build", "update"])
def test_what_is_written_meanwhile_is_not_undone(folder, write, tmp_path, monkeypatch, slow):
    """A run that has read its sources keeps others off until it has published: the later one's reading counts."""
    to, other, encoder = tmp_path / "i", write("other", heron__txt="The heron."), WordEncoder(WORDS)
    build(folder, to)

    def overtaken(*arguments):
        found = read_sources(*arguments)
        monkeypatch.undo()
        with pytest.raises(IndexBusy):
            build(other, to)
        return found

    monkeypatch.setattr("qa.index.build.read_sources", overtaken)
    build(folder, to) if slow == "build" else update_index(to, encoder=encoder)
    build(other, to)
    assert [entry.id for entry in open_index(to, encoder=encoder).engine.documents()] == ["heron.txt"]


def test_while_another_writes_nothing_is_read(folder, tmp_path, monkeypatch):
    """Where the lock is held a build and an update end at once, without a look at the sources or the index."""
    build(folder, tmp_path / "i")
    monkeypatch.setattr("qa.index.build.read_sources", lambda *_: pytest.fail("was read"))
    for module in ("engine", "writer"):
        monkeypatch.setattr(f"qa.index.local.{module}.reading", lambda *_: pytest.fail("was read"))
    with writing(tmp_path / "i"):
        for use in (lambda: build(folder, tmp_path / "i"), lambda: update_index(tmp_path / "i")):
            with pytest.raises(IndexBusy):
                use()


def test_progress_counts_up_to_the_total(folder, tmp_path):
    """Reading and encoding are reported up to their totals."""
    seen = []
    build(folder, tmp_path / "i", progress=lambda *report: seen.append(report))
    assert ("reading", 2, 2) in seen
    assert seen[-1] == ("encoding", 3, 3)


@pytest.mark.slow
def test_two_builds_give_the_same_vectors(statement_index, encoder, tmp_path):
    """Building the statement twice gives equal passages and vectors equal within float noise."""
    from conftest import DOCUMENTS, STATEMENT

    qa.build_index(DOCUMENTS, tmp_path / "again", encoder=encoder)
    first, second = open_index(statement_index, encoder=encoder), open_index(tmp_path / "again", encoder=encoder)
    assert list(first.passages()) == list(second.passages())
    vectors = [np.stack([one.vector for one in index.engine.passages(STATEMENT)]) for index in (first, second)]
    np.testing.assert_allclose(*vectors, atol=1e-6)


def test_the_manifest_is_readable(folder, tmp_path):
    """The manifest names the parts that built the index, and its sources, in plain JSON."""
    build(folder, tmp_path / "i")
    (manifest,) = (tmp_path / "i").glob("generations/*/MANIFEST.json")
    about = json.loads(manifest.read_text())["about"]
    assert about["encoder"] == {
        "name": "words",
        "fingerprint": "words-1",
        "class": "word_encoder:WordEncoder",
        "settings": {"words": WORDS, "max_tokens": 256, "fingerprint": "words-1"},
    }
    assert about["segmenter"]["class"] == "qa.ingestion.segmenter:ParagraphSegmenter"
    assert about["language"]["class"] == "qa.languages.english:English"
    assert about["engine"] == {"name": "local", "vectors": "Flat"}
    assert (about["dim"], about["documents"], about["passages"], about["sources"]) == (8, 2, 3, [str(folder)])


def test_an_encoder_is_made_again_by_name(folder, tmp_path):
    """Opening and updating need no encoder given where it says how to make it: class and settings are remembered."""
    build(folder, tmp_path / "i")
    index = open_index(tmp_path / "i")
    assert isinstance(index.encoder, WordEncoder)
    assert index.encoder.fingerprint == "words-1"
    (folder / "cost.txt").write_text("The cost of rail.")
    assert update_index(tmp_path / "i").added == 1


def test_a_part_that_cannot_be_made_again_is_said(folder, tmp_path):
    """One sentence names the encoder and the way out; with the encoder given the index opens."""
    encoder = WordEncoder(WORDS)
    encoder.__class__ = type("Plain", (), {k: v for k, v in vars(WordEncoder).items() if "settings" not in k})
    build(folder, tmp_path / "i", encoder)
    with pytest.raises(IndexMismatch, match=r"encoder words, which does not say how.*encoder=…"):
        open_index(tmp_path / "i")
    assert open_index(tmp_path / "i", encoder=encoder).encoder is encoder


@pytest.mark.parametrize(
    "place", ["no_such_module:Encoder", "word_encoder:Missing", "subprocess:Popen", "os:system", "collections:Counter"]
)
def test_a_manifest_names_only_parts_that_take_part(folder, tmp_path, place, monkeypatch):
    """What a manifest names is made only if it can be imported and has from_settings: nothing else is called."""
    monkeypatch.setattr("qa.index.components.describe", _described_as(place))
    build(folder, tmp_path / "i")
    monkeypatch.undo()
    with pytest.raises(IndexMismatch, match=f"class {place} cannot be used here"):
        open_index(tmp_path / "i")


def _described_as(place):
    def describe(component):
        return {"name": component.name, "class": place, "settings": {"args": ["true"]}}

    return describe


def test_without_a_language_words_are_compared_as_written(folder, tmp_path):
    """With None nothing is stemmed, and the index goes on so when it is opened and updated."""
    build(folder, tmp_path / "i", language=None)
    engine = open_index(tmp_path / "i").engine
    assert engine.statistics(["days", "day"]).frequencies == {"days": 1}
    assert open_index(tmp_path / "i").language.name == "words/1"


def test_another_kind_of_faiss_index_is_built_from_the_same_vectors(folder, tmp_path):
    """Changing the kind encodes nothing again, and an update keeps to it."""
    encoder = WordEncoder(WORDS)
    build(folder, tmp_path / "i", encoder)
    build(folder, tmp_path / "i", encoder, vectors="HNSW32,Flat")
    assert encoder.encoded == 3
    assert describe_index(tmp_path / "i")["engine"]["vectors"] == "HNSW32,Flat"
    (folder / "cost.txt").write_text("The cost of rail.")
    update_index(tmp_path / "i")
    assert describe_index(tmp_path / "i")["engine"]["vectors"] == "HNSW32,Flat"


def test_a_renamed_file_is_not_encoded_again(folder, tmp_path):
    """A document under another name has the words that the old one had."""
    encoder = WordEncoder(WORDS)
    (folder / "travel.md").write_text("# Rail\n\nTravel by rail.")
    build(folder, tmp_path / "i", encoder)
    before = encoder.encoded
    (folder / "travel.md").rename(folder / "journey.md")
    report = build(folder, tmp_path / "i", encoder)
    assert (report.added, report.removed, encoder.encoded) == (1, 1, before)


def test_an_address_names_another_engine(folder, tmp_path, monkeypatch):
    """Building, updating, describing and asking go to the engine of the address, and answer as the local one does."""
    monkeypatch.setitem(engines.MODULES, "brute", "brute_force")
    encoder = WordEncoder(WORDS)
    assert build(folder, "brute://leave", encoder).passages == build(folder, tmp_path / "i", encoder).passages == 3
    (folder / "cost.txt").write_text("The cost of rail.")
    assert update_index("brute://leave").added == update_index(tmp_path / "i").added == 1
    assert describe_index("brute://leave")["documents"] == 3
    answers = [
        qa.open_bot(to, threshold=0).ask("What does sick leave need?") for to in ("brute://leave", tmp_path / "i")
    ]
    quotes = [[citation.quote for citation in answer.citations] for answer in answers]
    assert quotes[0] == quotes[1] != []


def test_an_unknown_engine_is_said(folder):
    """One sentence names the address."""
    with pytest.raises(IndexNotFound, match="there is no engine for nowhere://x; an index is a folder"):
        build(folder, "nowhere://x")
