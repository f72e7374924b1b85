"""An index is a list of segments: an update writes what changed, and many segments answer as one."""

from __future__ import annotations

import os
import random
import shutil

import pytest
from word_encoder import WordEncoder

import qa
from qa.errors import IndexDamaged
from qa.index.build import describe_index, open_index
from qa.index.local import writer

WORDS = "leave days sick note doctor travel rail cost"


def build(source, to, encoder=None):
    return qa.build_index(source, to, encoder=encoder or WordEncoder(WORDS))


def opened(to):
    return open_index(to, encoder=WordEncoder(WORDS))


def sentence(chosen):
    return " ".join(chosen.choices(WORDS.split(), k=6)).capitalize() + "."


def fill(folder, names, seed):
    """Write files of two paragraphs each, of words that the seed decides."""
    folder.mkdir(exist_ok=True)
    for name in names:
        chosen = random.Random(f"{seed} {name}")
        (folder / f"{name}.txt").write_text(f"{sentence(chosen)}\n\n{sentence(chosen)}")


def files(to):
    """Return the inode of every file of the current generation's segments, by segment and name."""
    folder = to / "generations" / describe_index(to)["generation"]
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.glob("*/*")}


def answers(index):
    """Return what an engine says to every kind of question, in an order that equal scores do not decide."""
    engine, encoder = index.engine, index.encoder

    def found(ranking):
        return sorted((-round(score, 5), name) for name, score in ranking)

    texts = ("sick leave", "the cost of rail", "a doctor's note", "travel days")
    words = WORDS.split()
    names = [passage.id for passage in index.passages()]
    third = {entry.id for entry in list(engine.documents())[::3]}
    return (
        [found(engine.nearest(encoder.encode_query(one).vector, 500, some)) for one in texts for some in (None, third)],
        [found(engine.matching(one.split(), 500, some)) for one in texts for some in (None, third)],
        [engine.holding([[one], [other]], some) for one in words for other in words for some in (None, third)],
        engine.statistics([*words, "zebra"]),
        dict(engine.vocabulary()),
        [(entry.id, entry.digest, entry.passages) for entry in engine.documents()],
        [(one.passage, one.terms, one.vector.tolist(), one.tokens.codes.tolist()) for one in engine.fetch(names)],
    )


@pytest.mark.parametrize("tier", [1000, 4])
def test_ten_updates_answer_as_one_build(tmp_path, monkeypatch, tier):
    """Documents that came, changed, moved and left: rankings and statistics are those of the corpus built at once."""
    monkeypatch.setattr(writer, "_SMALLEST", tier)
    source = tmp_path / "documents"
    for step in range(10):
        fill(source, range(step * 4, step * 4 + 4), 1)
        fill(source, range(0, step * 4, 5), f"changed {step}")
        if step > 2:
            (source / f"{step * 3}.txt").unlink()
            (source / f"{step * 3 + 1}.txt").rename(source / f"moved-{step}.txt")
        build(source, tmp_path / "updated")
    build(source, tmp_path / "at once")
    updated, at_once = opened(tmp_path / "updated"), opened(tmp_path / "at once")
    assert len(at_once.manifest["segments"]) == 1 < len(updated.manifest["segments"])
    assert answers(updated) == answers(at_once)


def test_an_update_writes_what_changed_and_nothing_else(tmp_path):
    """The files of the other documents are the very same ones, and only the changed file is encoded."""
    source, encoder = tmp_path / "documents", WordEncoder(WORDS)
    fill(source, range(60), 1)
    build(source, tmp_path / "i", encoder)
    before, encoded = files(tmp_path / "i"), encoder.encoded
    fill(source, [7], 2)
    report = build(source, tmp_path / "i", encoder)
    after = files(tmp_path / "i")
    assert (report.changed, encoder.encoded - encoded) == (1, 2)
    assert {name: after[name] for name in before} == before
    assert len({name.partition("/")[0] for name in after}) == 2
    (generation,) = (tmp_path / "i" / "generations").iterdir()
    assert generation.name == describe_index(tmp_path / "i")["generation"]


def test_what_left_is_noted_and_no_segment_written(tmp_path):
    """A file that vanished is a line of the manifest, and its passages are found no more."""
    source = tmp_path / "documents"
    fill(source, range(10), 1)
    build(source, tmp_path / "i")
    before = files(tmp_path / "i")
    (source / "3.txt").unlink()
    assert build(source, tmp_path / "i").removed == 1
    assert files(tmp_path / "i") == before
    index = opened(tmp_path / "i")
    assert list(index.manifest["segments"].values()) == [["3.txt"]]
    assert index.engine.statistics(["leav"]).passages == 18
    assert index.engine.passages("3.txt") == []
    with pytest.raises(KeyError):
        index.engine.document("3.txt")
    with pytest.raises(KeyError):
        index.engine.fetch([next(iter(opened_before(index)))])


def opened_before(index):
    """Return the ids of passages that are still in the files and no longer in the index."""
    (segment,) = index.engine.segments
    return [name for name in segment.documents.in_rows(range(len(segment))) if name.startswith("3.txt#")]


def test_segments_are_few_and_merging_encodes_nothing(tmp_path, monkeypatch):
    """After sixty updates their number is that of some tiers, and only what was new was encoded."""
    monkeypatch.setattr(writer, "_SMALLEST", 4)
    monkeypatch.setattr(writer, "_IN_A_TIER", 3)
    source, encoder = tmp_path / "documents", WordEncoder(WORDS)
    most = 0
    for step in range(60):
        fill(source, [step], 1)
        build(source, tmp_path / "i", encoder)
        most = max(most, len(describe_index(tmp_path / "i")["segments"]))
    assert encoder.encoded == 120
    assert 3 <= most <= 3 * 4  # tiers of 4, 12, 36 and 108 passages
    build(source, tmp_path / "again")
    assert answers(opened(tmp_path / "i")) == answers(opened(tmp_path / "again"))


def test_a_segment_of_which_most_left_is_written_again(tmp_path):
    """Its space comes back, and nothing is encoded."""
    source, encoder = tmp_path / "documents", WordEncoder(WORDS)
    fill(source, range(10), 1)
    build(source, tmp_path / "i", encoder)
    (before,) = describe_index(tmp_path / "i")["segments"]
    for number in range(6):
        (source / f"{number}.txt").unlink()
    build(source, tmp_path / "i", encoder)
    segments = describe_index(tmp_path / "i")["segments"]
    assert before not in segments
    assert list(segments.values()) == [[]]
    assert (encoder.encoded, opened(tmp_path / "i").engine.statistics(["leav"]).passages) == (20, 8)


def test_an_open_index_answers_while_its_segments_are_merged(tmp_path, monkeypatch):
    """What was opened before goes on answering from files that were merged and removed."""
    monkeypatch.setattr(writer, "_SMALLEST", 2)
    monkeypatch.setattr(writer, "_IN_A_TIER", 2)
    source = tmp_path / "documents"
    fill(source, range(4), 1)
    build(source, tmp_path / "i")
    index = opened(tmp_path / "i")
    before = answers(index)
    for number in range(4, 12):
        fill(source, [number], 1)
        build(source, tmp_path / "i")
    assert not set(index.manifest["segments"]) & set(describe_index(tmp_path / "i")["segments"])
    assert answers(index) == before


def test_a_disk_without_hard_links_gets_copies(tmp_path, monkeypatch):
    """Some file systems have none: the update works as well, and takes the room of a copy."""
    source = tmp_path / "documents"
    fill(source, range(5), 1)
    build(source, tmp_path / "i")
    before = files(tmp_path / "i")

    def refuse(*_arguments):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    fill(source, [9], 1)
    build(source, tmp_path / "i")
    after = files(tmp_path / "i")
    assert before.keys() < after.keys()
    assert not set(before.values()) & set(after.values())
    assert opened(tmp_path / "i").manifest["documents"] == 6


def test_a_damaged_segment_that_stayed_is_noticed(tmp_path):
    """A byte that changes in a file that later generations share is refused, and building again mends it."""
    source = tmp_path / "documents"
    fill(source, range(5), 1)
    build(source, tmp_path / "i")
    (first,) = describe_index(tmp_path / "i")["segments"]
    fill(source, [9], 1)
    build(source, tmp_path / "i")
    path = tmp_path / "i" / "generations" / describe_index(tmp_path / "i")["generation"] / first / "tokens.bin"
    path.chmod(0o600)
    damaged = bytearray(path.read_bytes())
    damaged[3] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(IndexDamaged, match=r"tokens\.bin is not as it was written"):
        opened(tmp_path / "i")
    assert build(source, tmp_path / "i").added == 6
    assert first not in opened(tmp_path / "i").manifest["segments"]


def test_a_copied_index_answers_and_goes_on(tmp_path):
    """A folder that was copied elsewhere, where no file is shared, is an index like any other."""
    source = tmp_path / "documents"
    fill(source, range(5), 1)
    build(source, tmp_path / "i")
    fill(source, [9], 1)
    build(source, tmp_path / "i")
    shutil.copytree(tmp_path / "i", tmp_path / "copy")
    assert answers(opened(tmp_path / "copy")) == answers(opened(tmp_path / "i"))
    fill(source, [10], 1)
    assert build(source, tmp_path / "copy").added == 1
