"""Answers and documents to HTML, without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from browser.fake_bot import FakeBot, statement
from interface_words import ENGLISH

from qa.answering.asked_as import asked_as
from qa.languages.english_only import english_only
from qa.types import Reason
from qa.web.views import answers, source_pane
from qa.web.views.masthead import masthead

QUESTION = "When was the consensus UN Global Counter-Terrorism Strategy adopted?"


@pytest.fixture
def bot():
    """Return the bot that knows the statement."""
    return FakeBot([statement()])


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_a_sentence(bot, reason):
    """Each reason of the contract is said in a sentence of its own, that of a language in the question's language."""
    foreign = "ru" if reason == "language-not-covered" else None
    answer = replace(bot.ask(""), reason=reason, language=foreign)
    said = english_only("ru", shared=False).text if foreign else ENGLISH.no_answer[reason]
    assert said in answers.answer(1, answer, ENGLISH).replace("&#39;", "'")
    assert len(set(ENGLISH.no_answer.values())) == len(get_args(Reason)) - 1


@pytest.mark.parametrize(
    ("probability", "words"),
    [(1.0, "high confidence (99"), (0.8, "high confidence (80"), (0.79, "medium"), (0.59, "low"), (0, "confidence (1")],
)
def test_confidence_is_said_in_words_and_never_as_certainty(bot, probability, words):
    """A probability becomes a word and a percentage between 1 and 99."""
    assert words in answers.answer(1, replace(bot.ask(QUESTION), confidence=probability), ENGLISH)


@pytest.mark.parametrize(("probability", "verdict"), [(0.5, "Answered in"), (0.49, "Possible answer in")])
def test_what_probably_does_not_answer_is_not_called_an_answer(bot, probability, verdict):
    """From even odds on the documents answer; below, they may: on the page, to a screen reader."""
    answer = replace(bot.ask(QUESTION), confidence=probability)
    assert f">{verdict} the documents" in answers.answer(1, answer, ENGLISH)
    assert answers.announcement(answer, ENGLISH).startswith(f"{verdict} the documents")


def test_the_metadata_line_stands_once_per_document(bot):
    """Five citations of one document say who, when and where once."""
    markup = answers.answer(1, bot.ask(QUESTION), ENGLISH)
    assert markup.count('class="citation') == 5
    assert markup.count('class="facts"') == 1


@pytest.mark.parametrize(
    ("query", "in_context", "shown"),
    [
        (QUESTION, False, False),
        (f" {QUESTION}  ", False, False),
        (f"Who? {QUESTION}", True, False),
        ("Why?", True, True),
    ],
)
def test_asked_as_shows_a_readable_question_or_nothing(bot, query, in_context, shown):
    """White space is no difference; two questions one after the other are not shown, but can be asked apart."""
    given = replace(bot.ask(QUESTION), query=query)
    markup = answers.answer(1, given, ENGLISH)
    assert asked_as(given) == (query if shown else None)
    assert ("asked-as" in markup, "Searched for:" in markup) == (in_context, shown)
    assert ("Searched for:" in answers.announcement(given, ENGLISH)) is shown


def test_an_index_that_takes_over_in_between_is_counted_anew(bot, monkeypatch):
    """When the only document is another by the time its title is asked for, the count is taken again."""
    counted = iter([["gone.txt"], ["one.txt", "two.txt"]])
    monkeypatch.setattr(bot, "document_ids", lambda: next(counted))
    assert "Searching in 2 documents" in masthead(*source_pane.loaded(bot), ENGLISH)
