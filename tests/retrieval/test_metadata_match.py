"""Words that name documents."""

from __future__ import annotations

import pytest
from word_encoder import WordEncoder

import qa
from qa.languages.english import English
from qa.languages.english.clues import clues
from qa.retrieval.features import Weights, score, sentence_cosines
from qa.retrieval.metadata_match import stated
from qa.retrieval.query import analyse_query
from qa.retrieval.retriever import Retriever

KENYA = {"country": "Kenya", "session": "73", "year": "2018"}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Kenya say about rivers in 2018?", ["Kenya", "2018"]),
        ("What did the Kenyan delegation say at the seventy-third session?", ["Kenyan", "seventy-third"]),
        ("What did it say at the 73rd General session?", ["73rd"]),
        ("What did the seventy-third-session speech say?", ["seventy-third"]),
        ("What did Kenya say in 2017?", ["Kenya"]),
        ("Which country said that Kenya had asked in 2018?", ["2018"]),
        ("How many of the 73 rivers are dry?", []),
    ],
)
def test_what_names_a_document(question, named):
    """Country, year and session, however written; a country is not the speaker's where the speaker is asked for."""
    assert [question[f.start : f.end] for f in stated(clues(question), KENYA, English())] == named


def test_a_speaker_is_known_by_name():
    """The last name is enough."""
    question = "What does Voronkov say about drones?"
    found = stated(clues(question), {"speaker": "Mr. Vladimir Voronkov"}, English())
    assert [question[f.start : f.end] for f in found] == ["Voronkov"]


@pytest.fixture
def speeches(tmp_path, write):
    """Two speeches of which one is by Kenya and the other speaks of it."""
    encoder = WordEncoder("rivers kenya norway dry help")
    source = write(
        KEN_73_2018__txt="Our rivers are dry.\n\nWe ask Norway for help.",
        NOR_73_2018__txt="The rivers of Kenya are dry, we hear.\n\nWe will help.",
    )
    qa.build_index(source, tmp_path / "i", encoder=encoder)
    return qa.open_bot(tmp_path / "i", encoder=encoder, threshold=0).index


def test_a_named_document_comes_first(speeches):
    """Naming the speaker outweighs a passage in which the name stands: all passages of the speaker's own meet it."""
    hits = Retriever(speeches).search("What did Kenya say about rivers?", 4).hits
    assert hits[0].passage.document == "KEN_73_2018.txt"


@pytest.mark.parametrize(
    ("question", "compared"),
    [
        ("What did Kenya say about rivers in 2018?", "What did say about rivers in ?"),
        ("What did it say about Kenya in 1999?", "What did it say about in 1999?"),
        ("What about rivers?", "What about rivers?"),
        ("Kenya, 2018?", "Kenya, 2018?"),
    ],
)
def test_what_names_a_document_tells_nothing_within_it(speeches, question, compared):
    """A question is compared with single sentences without such words, unless it has no others."""
    stored = [one for entry in speeches.engine.documents() for one in speeches.engine.passages(entry.id)]
    expected = sentence_cosines(speeches.encoder.encode_query(compared).vector, stored)
    found = score(speeches, analyse_query(speeches, question), stored, Weights(sentence_cosine=1))
    assert found.parts["sentence_cosine"] == pytest.approx(expected)
