"""Documents of the United Nations: resolutions, and speeches whose file names give metadata."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT, SHARED
from make_pdf import RESOLUTION, make_pdf

from qa.ingestion.readers import profiles, read

UN = SHARED / "corpora" / "un"


def documents(path):
    return list(read(path, path.name))


@pytest.fixture
def document(tmp_path):
    def make(*pages):
        (tmp_path / "a.pdf").write_bytes(make_pdf(*pages))
        return documents(tmp_path / "a.pdf")[0]

    return make


def test_a_resolution_is_cited_by_its_own_numbers(document):
    """Preambular and operative paragraphs, items over two pages, and annexes have their printed numbers."""
    found = document(*RESOLUTION)
    assert [(b.pinpoint, b.page, found.text[b.start : b.end]) for b in found.blocks if b.pinpoint] == [
        ("preambular para. 1", 1, "Recalling its resolution 66/10 of 18 November 2011,"),
        ("preambular para. 2", 1, "Mindful of the need to act,"),
        ("op. para. 1", 1, "1. Decides to act on the following:"),
        ("op. para. 1 (a)", 1, "(a) The first matter;"),
        ("op. para. 1 (b)", 1, "(b) The second matter, namely:"),
        ("op. para. 1 (b) (i)", 1, "(i) Its beginning;"),
        ("op. para. 1 (b) (ii)", 2, "(ii) Its end;"),
        ("op. para. 2", 2, "2. Requests a report."),
        ("annex, para. 1", 2, "1. The report shall be short."),
        ("annex, para. 2", 2, "2. The report shall be clear."),
        ("annex, para. 2, table row 1", 2, "Copies\tLanguages"),
        ("annex, para. 2, table row 2", 2, "193\t6"),
    ]
    item = next(b for b in found.blocks if b.pinpoint == "op. para. 1 (a)")
    assert item.label == "1. Decides to act on the following:"


def test_a_resolution_states_its_metadata(document):
    """The masthead and the foot of the page give title, symbol, session, date of adoption and language."""
    found = document(*RESOLUTION)
    assert found.title == "78/999. Measures of several kinds"
    assert found.metadata == {
        "symbol": "A/RES/78/999",
        "session": "78",
        "agenda item": "109",
        "dates": "7 December 2023",
        "date": "2023-12-07",
        "year": "2023",
        "language": "en",
    }
    assert "23-24925" not in found.text
    assert "2/2" not in found.text


def test_without_profiles_a_resolution_is_read_like_any_document(document, monkeypatch):
    """Generic readers know no resolution: its paragraphs are all there, its symbol and operative numbers are not."""
    known = document(*RESOLUTION)
    monkeypatch.setattr(profiles, "PROFILES", ())
    generic = document(*RESOLUTION)
    paragraphs = {known.text[b.start : b.end] for b in known.blocks if b.pinpoint}
    assert paragraphs <= {generic.text[b.start : b.end] for b in generic.blocks}
    assert not {"symbol", "session", "language"} & generic.metadata.keys()
    assert not any("op. para." in (block.pinpoint or "") for block in generic.blocks)
    assert "annex, para. 2" in {block.pinpoint for block in generic.blocks}


@pytest.mark.slow
def test_no_running_head_or_page_number_is_in_a_passage_of_the_resolutions():
    """In every sixth resolution furniture is left out, numbers are complete and preambular paragraphs are whole."""
    files = sorted((UN / "resolutions").glob("*.pdf"))[::6]
    if not files:
        pytest.skip("the given corpora do not lie beside the project")
    furniture = re.compile(r"\d{2}-\d{5}\b|^\d{1,3}/\d{1,3}$|^A/(?:RES|C\.\d|\d\d)/\S*\w$|Please recycle")
    for path in files:
        (found,) = read(path, path.name)
        own = [found.text[b.start : b.end] for b in found.blocks if b.kind in ("paragraph", "note", "heading")]
        assert not [text for text in own if furniture.search(text)], path.name
        numbers = [int(m[1]) for b in found.blocks if (m := re.fullmatch(r"op\. para\. (\d+)", b.pinpoint or ""))]
        assert numbers == list(range(1, len(numbers) + 1)), path.name
        notes = [int(m[1]) for b in found.blocks if (m := re.fullmatch(r"footnote (\d+)", b.pinpoint or ""))]
        assert notes == list(range(1, len(notes) + 1)), path.name
        preamble = [found.text[b.start : b.end] for b in found.blocks if (b.pinpoint or "").startswith("preambular")]
        assert not [text for text in preamble if not text.endswith((",", ":", ";"))], path.name
        assert found.metadata["symbol"].replace("/", "_") == path.stem


@pytest.mark.parametrize(
    ("name", "title", "metadata"),
    [
        (
            "AFG_72_2017.txt",
            "Afghanistan, 72nd session, 2017",
            {"country": "Afghanistan", "session": "72", "year": "2017"},
        ),
        (
            "KOR_73_2018.txt",
            "Republic of Korea, 73rd session, 2018",
            {"country": "Republic of Korea", "session": "73", "year": "2018"},
        ),
        (
            "EU__66_2011.txt",
            "European Union, 66th session, 2011",
            {"country": "European Union", "session": "66", "year": "2011"},
        ),
        ("AFG_72_2018.txt", "AFG_72_2018", {}),
        ("ABC_72_2017.txt", "ABC_72_2017", {}),
        ("Notes_72_2017.txt", "Notes_72_2017", {}),
    ],
)
def test_the_name_of_a_speech_gives_metadata(tmp_path, name, title, metadata):
    """The file name of a speech gives country, session and year; other names give nothing."""
    (tmp_path / name).write_text("We meet again, and much is still to be done.")
    (document,) = documents(tmp_path / name)
    assert (document.title, document.metadata) == (title, metadata)


def test_metadata_in_the_text_go_before_those_in_the_name(write):
    """The name adds only what the text does not state."""
    source = "Statement by Ms. Ada Lovelace\n\n25 September 2017, New York\n\nWe meet again, and much remains to do."
    (document,) = documents(write(GBR_72_2017__txt=source) / "GBR_72_2017.txt")
    assert document.title == "Statement by Ms. Ada Lovelace"
    assert document.metadata["speaker"] == "Ms. Ada Lovelace"
    assert document.metadata["date"] == "2017-09-25"
    assert document.metadata["country"] == "United Kingdom of Great Britain and Northern Ireland"


def test_generic_readers_do_not_name_the_united_nations():
    """Only the folder of profiles knows this family of documents."""
    modules = (ROOT / "qa" / "ingestion").rglob("*.py")
    naming = [
        path for path in modules if re.search(r"united.nations|op\. para", path.read_text("utf-8"), re.IGNORECASE)
    ]
    assert {path.parent.name for path in naming} == {"profiles"}
