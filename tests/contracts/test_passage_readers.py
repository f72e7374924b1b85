"""What every reader of passages promises."""

from __future__ import annotations

import pytest
from lexicographer import Lexicographer

from qa.reading.trained_reader import TrainedReader

IMPLEMENTATIONS = {"PassageReader": ["TrainedReader", "Lexicographer"]}
PASSAGES = [
    ("The Strategy\n", "The Strategy was adopted in 2006 by consensus."),
    ("", "Ships call at the harbour. " * 60 + "It was built in 2006."),
    ("Ünïcode 🌍\n", "🌍 Nothing is said of years."),
]


@pytest.fixture(params=IMPLEMENTATIONS["PassageReader"])
def reader(request, encoder):
    return TrainedReader(encoder) if request.param == "TrainedReader" else Lexicographer("2006")


def test_every_passage_is_read_and_words_lie_in_its_text(reader):
    read = reader.read("When was the Strategy adopted?", PASSAGES)
    assert len(read) == len(PASSAGES)
    for one, (_, text) in zip(read, PASSAGES, strict=True):
        assert 0 <= one.words[0] < one.words[1] <= len(text)
        assert 0 <= one.certainty <= 1


def test_the_passage_that_answers_is_told_from_the_one_that_does_not(reader):
    answers, _, silent = reader.read("When was the Strategy adopted?", PASSAGES)
    assert answers.answers > 0 > silent.answers
    assert PASSAGES[0][1][slice(*answers.words)] == "2006"
    assert answers.certainty >= reader.certain


def test_nothing_to_read_is_nothing_read(reader):
    assert reader.read("When was the Strategy adopted?", []) == []


def test_it_reads_the_same_again(reader):
    question = "When was the Strategy adopted?"
    assert reader.read(question, PASSAGES) == reader.read(question, PASSAGES)
    assert reader.name
