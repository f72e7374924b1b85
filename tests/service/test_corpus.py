"""Files uploaded and removed while a server answers."""

from __future__ import annotations

import pytest
from small_corpus import LONG, upload

from qa.errors import QAError, UploadError
from qa.service.corpus import Corpus


def test_a_file_is_added_answers_and_is_removed(reloading_bot, update, root):
    """An upload waits, is indexed, answers, and is gone after its removal; other documents stay."""
    with Corpus(reloading_bot, run=update) as corpus:
        number = upload(corpus, "ponds/heron.txt", "The heron eats fish at the pond.\n\nA heron.")
        assert corpus.result("heron.txt", number).stage == "waiting"
        assert "heron.txt" not in {
            one.document for one in reloading_bot.ask("Where does the heron eat fish?").citations
        }
        update.go.release()
        assert corpus.wait(number, LONG)
        result = corpus.result("heron.txt", number)
        assert (result.stage, result.result.documents, result.result.passages) == ("indexed", 1, 2)
        assert reloading_bot.ask("Where does the heron eat fish?").citations[0].document == "heron.txt"
        assert reloading_bot.file(reloading_bot.document("heron.txt")) == root / "documents" / "heron.txt"
        update.go.release()
        number = corpus.remove("heron.txt")
        assert corpus.wait(number, LONG)
        assert corpus.result("heron.txt", number).stage == "absent"
        assert reloading_bot.document_ids() == ["leave.txt", "travel.txt"]
        assert list((root / "documents").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"\xff\0", "not-this-format"),
        ("a.png", b"\x89PNG\0", "unsupported"),
        ("a.pdf", b"no", "not-this-format"),
    ],
)
def test_a_file_that_cannot_be_read_is_skipped_with_its_reason(reloading_bot, update, name, content, reason):
    """An upload gets the same reason as from ``qa index``, and can be removed."""
    with Corpus(reloading_bot, run=update) as corpus:
        update.go.release(2)
        number = upload(corpus, name, content)
        assert corpus.wait(number, LONG)
        result = corpus.result(name, number)
        assert (result.stage, [one.reason for one in result.result.skipped]) == ("skipped", [reason])
        assert corpus.wait(corpus.remove(name), LONG)
        assert corpus.catalogue().uploads == {}


def test_a_failed_update_is_the_result(reloading_bot, update):
    """If the update fails, the file has failed, and the next update indexes it."""
    with Corpus(reloading_bot, run=update) as corpus:
        update.failing = QAError("the disk is full; make room")
        update.go.release(2)
        number = upload(corpus, "heron.txt", "The heron.")
        assert corpus.wait(number, LONG)
        assert (corpus.result("heron.txt", number).stage, corpus.result("heron.txt", number).problem) == (
            "failed", "the disk is full; make room",
        )  # fmt: skip
        assert corpus.wait(corpus.update(), LONG)
        assert corpus.result("heron.txt", number).stage == "indexed"


def test_a_failed_replacement_is_not_said_to_be_indexed(reloading_bot, update):
    """A failed replacement and earlier failures stay failed until a run succeeds."""
    with Corpus(reloading_bot, run=update) as corpus:
        update.go.release()
        first = upload(corpus, "heron.txt", "The heron eats fish.")
        assert corpus.wait(first, LONG)
        numbers = []
        for text in ("The heron left.", "The heron is back."):
            update.failing = QAError("the disk is full; make room")
            update.go.release()
            numbers.append(upload(corpus, "heron.txt", text, replace=True))
            assert corpus.wait(numbers[-1], LONG)
        assert [corpus.result("heron.txt", number).stage for number in (first, *numbers)] == [
            "indexed", "failed", "failed",
        ]  # fmt: skip
        update.go.release()
        assert corpus.wait(corpus.update(), LONG)
        assert corpus.result("heron.txt", numbers[0]).stage == "indexed"
    assert reloading_bot.document("heron.txt").text == "The heron is back."


def test_names_of_the_folders_are_theirs(reloading_bot, update):
    """A document of an indexed folder cannot be replaced or removed by an upload of its name."""
    with Corpus(reloading_bot, run=update) as corpus:
        for change in (
            lambda: upload(corpus, "travel.txt", "x"),
            lambda: corpus.check("travel.txt", 1, replace=True),
            lambda: corpus.remove("travel.txt"),
        ):
            with pytest.raises(UploadError, match="is in the index already, of ") as caught:
                change()
            assert caught.value.reason == "from-a-folder"
        with pytest.raises(UploadError, match="no file called nowhere"):
            corpus.remove("nowhere.txt")
    assert update.runs == 0


def test_a_replaced_file_answers_with_its_new_words(reloading_bot, update):
    """After a file is replaced, answers quote the new one."""
    with Corpus(reloading_bot, run=update) as corpus:
        update.go.release(2)
        assert corpus.wait(upload(corpus, "heron.txt", "The heron eats fish."), LONG)
        assert corpus.wait(upload(corpus, "heron.txt", "The heron left the pond.", replace=True), LONG)
        assert reloading_bot.ask("heron pond").citations[0].quote == "The heron left the pond."
        assert corpus.progress().report.changed == 1
