"""The documents of a source that is asked for come first, and it is said where there are none."""

from __future__ import annotations

import pytest
from conftest import SHARED
from word_encoder import WordEncoder

import qa
from qa.types import SourceAsked

SPEECHES = {
    "PAK_72_2017.txt": "We speak of Kashmir. India sends troops to Kashmir.",
    "PAK_73_2018.txt": "Trade is our concern.",
    "KEN_73_2018.txt": "Our rivers are dry. Kenya thanks India for its help with rivers.",
    "EU_73_2018.txt": "Africa is our partner.",
}
RESOLUTION = SHARED / "corpora" / "un" / "resolutions" / "A_RES_78_241.pdf"


def indexed(folder, files):
    """Return a bot over some files."""
    (folder / "in").mkdir()
    for name, content in files.items():
        (folder / "in" / name).write_bytes(content)
    encoder = WordEncoder("kashmir troops rivers trade africa help weapons")
    qa.build_index(folder / "in", folder / "index", encoder=encoder)
    return qa.open_bot(folder / "index", encoder=encoder, threshold=0)


@pytest.fixture(scope="module")
def speeches(tmp_path_factory):
    return indexed(tmp_path_factory.mktemp("speeches"), {name: text.encode() for name, text in SPEECHES.items()})


def test_an_absent_source_is_said_and_nothing_is_found(speeches):
    """What others say about it is cited, and is no answer."""
    answer = speeches.ask("What did India say about Kashmir?")
    assert answer.sources_asked == (SourceAsked("India", "country", 0),)
    assert (answer.found, answer.reason, answer.confidence) == (False, "nothing-relevant", 0)
    assert answer.by_others
    assert answer.citations[0].document == "PAK_72_2017.txt"


def test_a_source_that_is_here_comes_first(speeches):
    """Its words come before nearer words of another, which come after them."""
    answer = speeches.ask("What did Kenya say about troops in Kashmir?")
    assert answer.sources_asked == (SourceAsked("Kenya", "country", 1),)
    assert answer.found
    documents = [citation.document for citation in answer.citations]
    assert documents[0] == "KEN_73_2018.txt"
    assert set(documents[1:]) & {"PAK_72_2017.txt"}


def test_one_of_two_sources_is_enough(speeches):
    """The absent one is said; the answer is found."""
    answer = speeches.ask("What did India and Pakistan say about Kashmir?")
    assert [(one.name, one.documents) for one in answer.sources_asked] == [("India", 0), ("Pakistan", 2)]
    assert [one.name for one, _ in answer.absent_sources] == ["India"]
    assert answer.found
    assert not answer.by_others


def test_a_year_counts_within_the_source(speeches):
    """No document by Kenya is from 2017, although others are."""
    answer = speeches.ask("What did Kenya say in its 2017 speech?")
    assert [(one.name, one.kind, one.documents) for one in answer.sources_asked] == [
        ("Kenya", "country", 1),
        ("2017", "year", 0),
    ]
    assert [(one.name, author) for one, author in answer.absent_sources] == [("2017", "Kenya")]
    assert answer.by_others
    assert not answer.found


def test_sources_are_counted_in_the_chosen_documents(speeches):
    """What is not searched is not here."""
    answer = speeches.ask("What did Kenya say about rivers?", documents=["PAK*"])
    assert answer.sources_asked == (SourceAsked("Kenya", "country", 0),)


def test_an_organisation_is_known_by_its_initials(speeches):
    """The EU is the European Union."""
    assert speeches.ask("What did the EU say about Africa?").sources_asked == (SourceAsked("EU", "organisation", 1),)


def test_a_country_spoken_about_is_no_source(speeches):
    """Its own documents do not come first."""
    answer = speeches.ask("Who spoke of Kenya?")
    assert answer.sources_asked is None
    assert not answer.by_others


def test_he_is_the_only_speaker(bot):
    """In a question that stands alone."""
    (source,) = bot.ask("What did he say about drones?").sources_asked
    assert (source.kind, source.documents) == ("person", 1)
    assert "Voronkov" in source.name


@pytest.mark.skipif(not RESOLUTION.is_file(), reason="needs the UN documents beside the project")
@pytest.mark.parametrize(
    ("question", "pinpoint"),
    [
        ("para 2 of A/RES/78/241", "op. para. 2"),
        ("78/241 op 1", "op. para. 1"),
        ("What does the second preambular paragraph of resolution 78/241 say?", "preambular para. 2"),
        ("para 3", "op. para. 3"),
        ("para 99 of A/RES/78/241", None),
    ],
)
def test_a_paragraph_that_is_named_comes_first(tmp_path, question, pinpoint):
    """Also without the document's name where it is the only one; a paragraph that is not there is not found."""
    answer = indexed(tmp_path, {RESOLUTION.name: RESOLUTION.read_bytes()}).ask(question)
    assert answer.found == (pinpoint is not None)
    if pinpoint:
        assert answer.citations[0].pinpoint.startswith(pinpoint)
        assert answer.confidence == 1
