"""Which words count as misspelt, and which word is suggested instead."""

from __future__ import annotations

import pytest
from brute_force import engine_of_texts

from qa.answering.spelling import Spelling
from qa.languages.english import English

TEXTS = [
    "The Security Council adopted a resolution on terrorism; Mr. Voronkov welcomed the resolution.",
    "The resolution of 2006 deals with the financing of terrorism and with macro policy.",
    "Trade unions met in the Kremlin. Reform reform reforms.",
    "The reformer Kovalenko spoke, and the performer listened.",
]
PIECES = {"resoluton": 3, "resolutoin": 4, "resoultoin": 4, "terorism": 3, "voronkof": 4, "financnig": 4, "macron": 2}


def spelling_of(texts, count_tokens):
    return Spelling(engine_of_texts(*texts), English(), count_tokens)


@pytest.fixture(scope="module")
def spelling():
    return spelling_of(TEXTS, lambda texts: [PIECES.get(text, max(1, len(text) // 3)) for text in texts])


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Which resoluton was it?", "Which resolution was it?"),
        ("Which resolutoin was it?", "Which resolution was it?"),  # two letters exchanged are one slip
        ("What of resoultoin 2006?", "What of resolution 2006?"),  # two slips in a long word
        ("Terorism?", "Terrorism?"),  # the capital is kept
        ("who is voronkof", "who is Voronkov"),  # a name is written as one
        ("Who is Voronkof?", "Who is Voronkov?"),
        ("How is the financnig of terorism seen?", "How is the financing of terrorism seen?"),
        ("Is it terorism or terorism?", "Is it terrorism or terrorism?"),
    ],
)
def test_a_word_near_one_of_the_documents_is_suggested(spelling, question, meant):
    """The nearest word replaces the misspelt one, and nothing else in the question changes."""
    assert spelling(question) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Which resolution was it?",
        "Which resolutions were adopted?",  # known by its stem
        "Who is Macron?",  # a name is not taken for a word, although it is one letter away
        "What of A/RES/60/288x or 2007?",
        "What of TERORISM?",  # capitals alone: it may be an abbreviation
        "Did they trad?",  # four letters are near too much
        "What is a zebrafish?",  # near nothing
        "resoluton terorism financnig macroo",  # about something else, or another language
        "",
        "?!",
    ],
)
def test_nothing_is_suggested(spelling, question):
    """Words of the documents, names, numbers, short words and words without a similar one get no suggestion."""
    assert spelling(question) is None


def test_the_nearest_word_comes_first_and_then_the_more_frequent():
    """Of two words with one error the more frequent is suggested, whatever words have two errors."""
    texts = ["stations", "stations", "rations rations", "nations", "nations nations"]
    meant = spelling_of([*texts, "nations", *["lactation"] * 9], lambda words: [3] * len(words))
    assert meant("xations") == "nations"
    assert meant("statoins") == "stations"


def test_words_that_the_model_has_whole_are_left_alone(encoder):
    """A common word that is missing from the documents is correct, even if it is one letter from a word of theirs."""
    meant = spelling_of(["The kitchin and the plumbers of a government in the housse."], encoder.count_tokens)
    assert [meant(question) for question in ("a kitchen", "the houses", "a plumbers goverment")] == [
        None,
        None,
        "a plumbers government",
    ]


def test_a_bot_says_what_was_meant(bot):
    """The shipped statement gives suggestions, but none for another language or for a text that is too long."""
    assert bot.spelling("When was the Stratgey adopted?") == "When was the Strategy adopted?"
    assert bot.spelling("When was the Strategy adopted?") is None
    assert bot.spelling("Quand la Stratégie mondiale contre le terorisme a-t-elle été adoptée par tous ?") is None
    assert bot.spelling("When was the Stratgey adopted? " * 200) is None


@pytest.mark.slow
def test_the_terminal_asks_what_was_meant(statement_index, capsys):
    """The suggestion goes to standard error, so the answer on standard output is unchanged."""
    from qa.cli import main

    assert main(
        ["ask", "When was the Global Counter-Terrorism Stratgey adopted?", "--index", str(statement_index)]
    ) in (0, 1)
    said = capsys.readouterr()
    assert said.err == "qa: did you mean: When was the Global Counter-Terrorism Strategy adopted?\n"
    assert "did you mean" not in said.out
