"""Follow-ups: what was said steers a question that leans on it, and no other."""

from __future__ import annotations

import math

import pytest
from conftest import DOCUMENTS, STATEMENT

import qa
from qa.retrieval.features import Weights, score
from qa.retrieval.followup import Leaning, Signs, bears_on, in_conversation, read_history, read_signs, shipped_leaning
from qa.retrieval.query import analyse_query
from qa.types import Turn

SAID = (
    Turn("user", "What is the Global Counter-Terrorism Coordination Compact?"),
    Turn(
        "assistant",
        "The Compact aims to further strengthen the coordination and coherence in the counter-terrorism "
        "activities of thirty-five different United Nations entities.",
    ),
)


@pytest.fixture(scope="module")
def two(tmp_path_factory, encoder):
    """A bot that knows the statement and a text about bread."""
    folder = tmp_path_factory.mktemp("two")
    (folder / STATEMENT).write_bytes((DOCUMENTS / STATEMENT).read_bytes())
    (folder / "bread.txt").write_text("Bread\n\nKnead flour and water.\n\nWait an hour. Bake it in a hot oven.\n")
    qa.build_index(folder, folder / "index", encoder=encoder)
    return qa.open_bot(folder / "index", encoder=encoder)


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


def test_a_conversation_speaks_for_an_answer_only_where_the_question_says_little(bot, two):
    """A question that says enough is refused after a conversation as without one; one that leans on it is surer."""
    mercury = "What is the boiling point of mercury?"
    alone, said = bot.ask(mercury), bot.ask(mercury, history=SAID)
    assert (alone.found, said.found) == (False, False)
    assert said.query != mercury
    assert said.confidence == pytest.approx(alone.confidence, abs=1e-6)
    initiated = "When was it initiated?"
    ranked = two.retriever.search(initiated, 50, history=SAID)
    given = [hit.why.parts["conversation"] for hit in ranked.hits]
    assert ranked.signals.conversation == pytest.approx((given[0] - min(given)) * 6 / 33, abs=1e-6)  # "it" points back
    assert ranked.signals.conversation > 0
    assert two.ask(initiated, history=SAID).confidence > two.ask(initiated).confidence


@pytest.mark.parametrize("question", ["Who wrote it?", "How does it work?", "Tell me more", "When was it initiated?"])
def test_within_one_document_a_conversation_makes_nothing_surer(bot, question):
    """All its passages are spoken of alike: that a document is meant does not say that a passage answers."""
    said = bot.ask(question, history=SAID)
    assert said.query != question
    assert said.confidence == pytest.approx(bot.ask(question).confidence, abs=1e-3)


@pytest.mark.parametrize(
    ("question", "bears"),
    [
        ("Can you elaborate?", 1.0),
        ("Tell me more", 1.0),
        ("Why is that?", 1.0),
        ("Who wrote it?", 1.0),
        ("How many pillars does it have?", 1.0),
        ("Give me an example", 1.0),
        ("What is the boiling point of mercury?", 0.0),
        ("Who said that bread is baked?", 0.0),
    ],
)
def test_what_was_said_bears_on_what_points_back_or_only_asks_for_more(two, question, bears):
    """A conversation makes an answer surer where it is asked for more of it, not where for something else."""
    assert bears_on(analyse_query(two.index, question)) == bears
    signals = two.retriever.search(question, 1, history=SAID).signals
    assert (signals.conversation > 0) is bool(bears)


def test_a_foreign_question_without_a_shared_word_is_refused_in_a_conversation_too(bot):
    """Nothing is found by words, and the conversation is of no use in a language the encoder does not know."""
    answer = bot.ask("联合国全球反恐战略是何时通过的？", history=SAID)
    assert (answer.found, answer.reason, answer.citations) == (False, "language-not-covered", ())
    assert (answer.language, answer.query) == ("zh", answer.question)


def test_signs_say_what_following_the_conversation_would_change(bot):
    """What the passage that comes first with the conversation lacks of the best without it, and what it gains."""
    index = bot.index
    query, said = analyse_query(index, "When was it initiated?"), read_history(index, SAID)
    every = score(index, query, index.engine.passages(STATEMENT), Weights())
    alone = every.only(range(0, len(every.stored), 2))
    followed = in_conversation(index, query, said, every, Weights())
    signs = read_signs(query, said, alone, followed)
    part = followed.parts["conversation"]
    own = followed.scores() - part
    first, best = followed.scores().argmax(), own.argmax()
    assert (signs.refers, signs.names, signs.words, signs.said) == (1.0, 0.0, 4 / 15, 0.0)
    assert signs.alone == pytest.approx(alone.scores().max())
    assert (signs.lost, signs.won) == pytest.approx((own[best] - own[first], part[first] - part[best]), abs=1e-6)
    again = read_signs(analyse_query(index, "Is it the Compact of entities?"), said, alone, followed)
    assert (again.names, again.said) == (1.0, 1.0)


def test_a_question_is_as_specific_as_its_words_are_rare(bot):
    """Of 33 passages: a word that all hold tells next to nothing, one that none holds all that a word can."""
    stored = bot.index.engine.passages(STATEMENT)
    assert len(stored) == 33
    for question, terms in (("How does it work?", ["work"]), ("And the terrorists?", ["terrorist"])):
        held = [sum(term in one.terms for one in stored) for term in terms]
        expected = sum(math.log1p((33 - n + 0.5) / (n + 0.5)) for n in held) / math.log1p(33.5 / 0.5)
        assert analyse_query(bot.index, question).specificity == pytest.approx(expected)
        assert 0 < expected < 1
    assert analyse_query(bot.index, "And the penguins of Antarctica?").specificity == 1


def test_the_probability_of_leaning_is_that_of_the_regression():
    """Log odds of three to one are three in four; each sign moves them by its weight."""
    even = Leaning(Signs(0, 0, 0, 0, 0, 0, 0, 0), math.log(3), 0.5)
    assert even.probability(Signs(1, 1, 1, 1, 1, 1, 1, 1)) == pytest.approx(0.75)
    moved = Leaning(Signs(0, 0, 0, 0, 0, 0, -2, 1), 0.0, 0.5)
    assert moved.probability(Signs(0, 0, 0, 0, 0, 0, 0.5, 1)) == pytest.approx(0.5)
    assert shipped_leaning().weights.refers > 0 > shipped_leaning().weights.lost
