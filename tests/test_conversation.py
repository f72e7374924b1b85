"""Follow-ups: what was said steers a question that leans on it, and no other."""

from __future__ import annotations

import pytest

from qa.types import Turn

SAID = (
    Turn("user", "What is the Global Counter-Terrorism Coordination Compact?"),
    Turn(
        "assistant",
        "The Compact aims to further strengthen the coordination and coherence in the counter-terrorism "
        "activities of thirty-five different United Nations entities.",
    ),
)


def test_a_question_that_leans_is_asked_with_what_was_said(bot):
    """Asked when "it" was initiated, the paragraph on the Compact comes first; the answer says what was asked."""
    alone = bot.ask("When was it initiated?")
    leaning = bot.ask("When was it initiated?", history=SAID)
    assert alone.query == "When was it initiated?"
    assert leaning.query == f"{SAID[0].text} When was it initiated?"
    assert "Coordination Compact" in leaning.citations[0].quote
    assert leaning.citations[0].why.parts["conversation"] > 0
    assert "conversation" not in alone.citations[0].why.parts


@pytest.mark.parametrize(
    "question",
    [
        "Where do terrorist groups seek weapons of mass destruction?",
        "Who sends warm greetings from the Secretary-General?",
    ],
)
def test_a_question_that_stands_by_itself_is_asked_alone(bot, question):
    """After a change of topic nothing of the conversation is used: same citations, same confidence."""
    history = (Turn("user", "How do I bake bread?"), Turn("assistant", "Knead flour and water, and wait an hour."))
    fresh, after = bot.ask(question), bot.ask(question, history=history)
    assert after.query == question
    assert [c.start for c in after.citations] == [c.start for c in fresh.citations]
    assert after.confidence == fresh.confidence


@pytest.mark.parametrize("history", [(), (Turn("user", ""),), (Turn("user", "  "), Turn("assistant", ""))])
def test_nothing_said_changes_nothing(bot, history):
    """An empty conversation is none."""
    assert bot.ask("How does it work?", history=history).query == "How does it work?"


def test_a_long_conversation_is_read_in_part(bot):
    """A turn of a hundred thousand words is cut, not refused."""
    history = (Turn("user", "Compact " * 100_000), Turn("assistant", "entities " * 100_000))
    assert bot.ask("How does it work?", history=history).citations


def test_a_foreign_question_without_a_shared_word_is_refused_in_a_conversation_too(bot):
    """Nothing is found by words, and the conversation is of no use in a language the encoder does not know."""
    answer = bot.ask("联合国全球反恐战略是何时通过的？", history=SAID)
    assert (answer.found, answer.reason, answer.citations) == (False, "language-not-covered", ())
    assert (answer.language, answer.query) == ("zh", answer.question)
