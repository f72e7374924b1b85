"""A bot that opens each new generation of its index."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest
from small_corpus import LONG, WORDS, wait_until
from word_encoder import WordEncoder

import qa
from qa.errors import IndexMismatch
from qa.index.build import describe_index
from qa.service.updates import Updater


def test_a_bot_takes_over_what_another_process_published(reloading_bot, root, folder, small_encoder):
    """After ``refresh`` the new generation answers, lists and suggests; without a new one nothing is opened."""
    assert reloading_bot.refresh() is False
    before, built = reloading_bot.generation, reloading_bot.built()
    (folder / "heron.txt").write_text("The heron eats fish at the pond.")
    qa.build_index(folder, root, encoder=small_encoder)
    assert reloading_bot.ask("Where does the heron eat fish?").generation == before
    assert reloading_bot.refresh() is True
    answer = reloading_bot.ask("Where does the heron eat fish?")
    assert answer.citations[0].quote == "The heron eats fish at the pond."
    assert answer.generation == reloading_bot.generation == reloading_bot.catalogue().generation != before
    assert reloading_bot.built() >= built
    assert reloading_bot.suggestions("her") == ["heron"]
    assert reloading_bot.encoder is small_encoder


def test_a_question_in_flight_is_finished_on_the_generation_it_began_with(reloading_bot, root, folder, small_encoder):
    """A question that is asked before the index is replaced gets its answer from the old generation."""
    inside, go = threading.Event(), threading.Event()
    plain = small_encoder.encode_query

    def slow(text):
        if "doctor" in text:
            inside.set()
            assert go.wait(LONG)
        return plain(text)

    small_encoder.encode_query = slow
    given = []
    asking = threading.Thread(target=lambda: given.append(reloading_bot.ask("Which leave needs a doctor?")))
    asking.start()
    assert inside.wait(LONG)
    old = reloading_bot.generation
    (folder / "leave.txt").unlink()
    qa.build_index(folder, root, encoder=small_encoder)
    reloading_bot.refresh()
    assert not (root / "generations" / old).exists()
    assert reloading_bot.document_ids() == ["travel.txt"]
    go.set()
    asking.join(LONG)
    assert (given[0].generation, given[0].citations[0].quote) == (old, "Sick leave needs a doctor.")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="lists open files as Linux does")
def test_an_old_generation_is_closed_with_its_last_question(reloading_bot, root, folder, small_encoder):
    """Its files are closed at once, not when garbage is collected: until then they take room on the disk."""
    gc.disable()
    try:
        for number in range(3):
            (folder / "heron.txt").write_text(f"The heron eats {number} fish.")
            qa.build_index(folder, root, encoder=small_encoder)
            assert reloading_bot.refresh()
            reloading_bot.ask("heron fish")
        held = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    finally:
        gc.enable()
    assert not [name for name in held if str(root) in name and "(deleted)" in name]


def test_a_generation_that_cannot_be_opened_leaves_the_old_one_answering(reloading_bot, root, folder):
    """An index that was rebuilt with another encoder is refused, and the old generation answers."""
    before = reloading_bot.generation
    qa.build_index(folder, root, encoder=WordEncoder(WORDS, fingerprint="words-2"))
    with pytest.raises(IndexMismatch, match="built with encoder"):
        reloading_bot.refresh()
    assert reloading_bot.ask("Which leave needs a doctor?").generation == before


def test_a_generation_that_was_refused_is_not_opened_again(reloading_bot, root, folder, small_encoder, monkeypatch):
    """A generation that cannot be opened is read once and reported once, and the problem ends with the next one."""
    opened, told = [], []

    def counted(path, **options):
        opened.append(describe_index(path)["generation"])
        return qa.open_bot(path, **options)

    monkeypatch.setattr("qa.service.reloading_bot.open_bot", counted)
    qa.build_index(folder, root, encoder=WordEncoder(WORDS, fingerprint="words-2"))
    refused = describe_index(root)["generation"]
    with Updater(reloading_bot, pytest.fail, notify=told.append, poll_seconds=0.02) as updater:
        wait_until(lambda: "built with encoder words (words-2)" in (updater.state().problem or ""))
        for _ in range(3):
            with pytest.raises(IndexMismatch, match="built with encoder"):
                reloading_bot.refresh()
        assert opened == [refused]
        qa.build_index(folder, root, encoder=small_encoder)
        wait_until(lambda: updater.state().problem is None)
    assert opened == [refused, reloading_bot.generation]
    assert [state.problem.partition(" was ")[0] for state in told] == [str(root)]
