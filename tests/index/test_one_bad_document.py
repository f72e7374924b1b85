"""One document that cannot be read, segmented, analysed, encoded or stored never stops the others."""

from __future__ import annotations

import json

import pytest
from word_encoder import WordEncoder

import qa
from qa.errors import EncoderError
from qa.index.build import describe_index
from qa.ingestion.segmenter import ParagraphSegmenter
from qa.languages.english import English

WORDS = "leave days travel rail"
HALF = "\ud83d"


class Segmenter(ParagraphSegmenter):
    """Fails over one text."""

    def __call__(self, document, encoder):
        if "segment" in document.text:
            raise IndexError("no segments")
        return super().__call__(document, encoder)


class Language(English):
    """Fails over one text, and makes of another what no file can hold."""

    def terms(self, text):
        if "analyse" in text:
            raise KeyError("no terms")
        return [type(term)(f"{term.term}{HALF}" if "store" in text else term.term, term.start, term.end, stop=False)
                for term in super().terms(text)]  # fmt: skip


class Encoder(WordEncoder):
    """Fails over one text, or altogether."""

    broken = False

    def encode_passages(self, texts):
        if self.broken:
            raise EncoderError("the model is gone")
        if any("encode" in text for text in texts):
            raise RuntimeError("no vector")
        return super().encode_passages(texts)


def build(folder, to):
    return qa.build_index(folder, to, encoder=Encoder(WORDS), segmenter=Segmenter(), language=Language())


@pytest.mark.parametrize("step", ["segment", "analyse", "encode", "store"])
def test_the_others_are_indexed(step, write, tmp_path):
    """The document is named with the error, the rest answers, and the index is consistent, uploads included."""
    folder = write(a__txt="Annual leave is thirty days.", b__txt=f"This one fails to {step}.", c__txt="Travel by rail.")
    report = build(folder, tmp_path / "i")
    assert (report.documents, [one.file for one in report.skipped]) == (2, ["b.txt"])
    assert "cannot be indexed" in report.skipped[0].detail
    described = describe_index(tmp_path / "i")
    assert described["documents"] == 2
    assert build(folder, tmp_path / "i").skipped[0].file == "b.txt"
    assert describe_index(tmp_path / "i") == described  # nothing changed, so nothing is written anew
    uploads = tmp_path / "i" / "documents"
    uploads.mkdir()
    (uploads / "d.txt").write_text(f"This one fails to {step}.\n\nAnd more.")
    (uploads / "e.txt").write_text("Rail is cheap.")
    report = build(folder, tmp_path / "i")
    assert (report.documents, [one.file for one in report.skipped]) == (3, ["b.txt", "d.txt"])
    assert describe_index(tmp_path / "i")["uploads"][0]["documents"] == []
    bot = qa.open_bot(tmp_path / "i", encoder=Encoder(WORDS), threshold=0)
    assert bot.document_ids() == ["a.txt", "c.txt", "e.txt"]
    assert bot.ask("travel by rail").citations[0].quote == "Travel by rail."


def test_an_encoder_that_is_broken_is_no_fault_of_the_documents(write, tmp_path, monkeypatch):
    """Nothing is skipped and the old index stays."""
    folder = write(a__txt="Annual leave is thirty days.")
    build(folder, tmp_path / "i")
    (folder / "b.txt").write_text("Travel by rail.")
    monkeypatch.setattr(Encoder, "broken", True)
    with pytest.raises(EncoderError):
        build(folder, tmp_path / "i")
    assert describe_index(tmp_path / "i")["documents"] == 1


def test_where_nothing_is_left_the_error_is_raised(write, tmp_path):
    """An index of nothing is not built."""
    with pytest.raises(RuntimeError, match="no vector"):
        build(write(a__txt="This fails to encode."), tmp_path / "i")


def test_an_emoji_in_rtf_is_read(write, tmp_path):
    """RTF writes an emoji as two halves; half an emoji makes the file unreadable, and no other."""
    folder = write(
        joy__rtf=r"{\rtf1\ansi Leave is joy \u-10179?\u-8704? here.}",
        half__rtf=r"{\rtf1\ansi Leave is half \u-10179? a joy.}",
        rail__txt="Travel by rail.",
    )
    report = qa.build_index(folder, tmp_path / "i", encoder=WordEncoder(WORDS))
    assert [(one.file, one.reason) for one in report.skipped] == [("half.rtf", "damaged")]
    bot = qa.open_bot(tmp_path / "i", encoder=WordEncoder(WORDS))
    assert "Leave is joy \N{GRINNING FACE} here." in bot.document("joy.rtf").text


@pytest.mark.parametrize("field", ["_id", "title", "text", "metadata", "name"])
def test_a_record_with_half_a_surrogate_pair_is_skipped(field, write, tmp_path):
    """Whatever field of it holds the half."""
    record = {"_id": "r", "title": "t", "text": "Annual leave is thirty days.", "metadata": {"country": "Kenya"}}
    broken = {"metadata": {"country": HALF}} if field == "metadata" else {field: f"a {HALF}"}
    broken = {"metadata": {HALF: "Kenya"}} if field == "name" else broken
    folder = write(bad__jsonl=json.dumps(record | broken), rail__txt="Travel by rail.")
    report = qa.build_index(folder, tmp_path / "i", encoder=WordEncoder(WORDS))
    assert (report.documents, [one.reason for one in report.skipped]) == (1, ["damaged"])


def test_bad_records_are_named_and_the_others_indexed(write, tmp_path):
    """A file of records is not given up at the first line that is none, nor is the record before it lost."""
    good = [json.dumps({"_id": str(number), "text": f"Travel by rail {number}."}) for number in range(3)]
    half = json.dumps({"_id": "half", "text": f"Leave {HALF}."})
    lines = [good[0], "[", good[1], half, "[" * 100_000, good[0], "{}", good[2]]
    report = qa.build_index(write(all__jsonl="\n".join(lines)), tmp_path / "i", encoder=WordEncoder(WORDS))
    (skipped,) = report.skipped
    assert (report.documents, skipped.reason) == (3, "not-this-format")
    assert all(f"line {number} " in skipped.detail for number in (2, 4, 5))
    assert skipped.detail.endswith("; and 2 more lines like these")
