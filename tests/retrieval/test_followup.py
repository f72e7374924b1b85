"""Follow-ups: what was asked of and what was said steer a question that leans on them, and no other."""

from __future__ import annotations

import pytest
from conftest import DOCUMENTS, STATEMENT
from lexicographer import Lexicographer

import qa
from qa.languages.english import English
from qa.retrieval.followup import NEARNESS, PREFERENCE, History, complete
from qa.types import Turn

SAID = (
    Turn("user", "What is the Global Counter-Terrorism Coordination Compact?"),
    Turn(
        "assistant",
        "The Compact aims to further strengthen the coordination and coherence in the counter-terrorism "
        "activities of thirty-five different United Nations entities.",
    ),
)
BREAD = (Turn("user", "How do I bake bread?"), Turn("assistant", "Knead flour and water, and wait an hour."))
SPEECHES = {
    "FIN_72_2017.txt": "The Arctic is warming. Soot from ships makes its ice melt.\n\nOur country is a century old.",
    "FIN_73_2018.txt": "We chair the Arctic Council. Soot on white ice must be reduced.\n\nWe host a meeting in June.",
    "PER_72_2017.txt": "Rain and flooding hit our coast.\n\nSoot from fires darkens our glaciers and their ice.",
}
FINLAND = frozenset({("country", "FIN"), ("year", 2017), ("session", 72.0)})


@pytest.fixture(scope="module")
def two(tmp_path_factory, encoder):
    """A bot that knows the statement and a text about bread."""
    folder = tmp_path_factory.mktemp("two")
    (folder / STATEMENT).write_bytes((DOCUMENTS / STATEMENT).read_bytes())
    (folder / "bread.txt").write_text("Bread\n\nKnead flour and water.\n\nWait an hour. Bake it in a hot oven.\n")
    qa.build_index(folder, folder / "index", encoder=encoder)
    return qa.open_bot(folder / "index", encoder=encoder)


@pytest.fixture(scope="module")
def speeches(tmp_path_factory, encoder):
    """A bot that knows three speeches, of two countries and two years."""
    folder = tmp_path_factory.mktemp("speeches")
    for name, text in SPEECHES.items():
        (folder / name).write_text(text)
    qa.build_index(folder, folder / "index", encoder=encoder)
    return qa.open_bot(folder / "index", encoder=encoder)


def test_a_question_that_leans_is_asked_with_what_was_said(bot):
    """Asked when "it" was initiated, the paragraph on the Compact comes first; the answer says what was asked."""
    alone = bot.ask("When was it initiated?")
    leaning = bot.ask("When was it initiated?", history=SAID)
    assert alone.query == "When was it initiated?"
    assert leaning.query == f"{SAID[0].text} When was it initiated?"
    assert "Coordination Compact" in leaning.citations[0].quote
    part = leaning.citations[0].why.parts["conversation"]
    assert PREFERENCE < part <= PREFERENCE + NEARNESS  # its document answered last, and is near the answer
    assert "conversation" not in alone.citations[0].why.parts


@pytest.mark.parametrize(
    "question",
    [
        "Where do terrorist groups seek weapons of mass destruction?",
        "Who sends warm greetings from the Secretary-General?",
    ],
)
def test_a_question_that_stands_by_itself_is_asked_alone(two, question):
    """After a change of topic nothing of the conversation is used: same citations, same confidence."""
    fresh, after = two.ask(question), two.ask(question, history=BREAD)
    assert after.query == question
    assert after.citations == fresh.citations
    assert after.confidence == fresh.confidence


def test_a_topic_is_kept_over_turns_and_dropped_by_a_new_one(speeches):
    """Country and year of the first question complete the later ones; another year replaces its own; another topic."""
    history: list[Turn] = []

    def ask(question):
        answer = speeches.ask(question, history=history)
        history.extend((Turn("user", question), Turn("assistant", answer.citations[0].quote)))
        return answer.citations[0].document, answer.query

    assert ask("What did Finland say in 2017 about soot?") == (
        "FIN_72_2017.txt",
        "What did Finland say in 2017 about soot?",
    )
    assert ask("How old is the country?") == ("FIN_72_2017.txt", "How old is the country? (Finland, 2017)")
    assert ask("and soot in 2018?") == ("FIN_73_2018.txt", "and soot in 2018? (Finland)")
    assert ask("When is the meeting?") == ("FIN_73_2018.txt", "When is the meeting? (Finland, 2018)")
    assert ask("What hit the coast of Peru?") == ("PER_72_2017.txt", "What hit the coast of Peru?")


def test_the_same_question_of_another_year_or_source(speeches):
    """“And in 2018?” and “And Peru?” ask the question before them again."""
    first = Turn("user", "What did Finland say about soot in 2017?")
    said = (first, Turn("assistant", "Soot from ships makes its ice melt."))
    later, other = speeches.ask("and in 2018?", history=said), speeches.ask("And Peru?", history=said)
    assert later.query == "What did Finland say about soot in 2018?"
    assert (later.citations[0].document, later.citations[0].quote[:2]) == ("FIN_73_2018.txt", "We")
    assert other.query == "What did Peru say about soot in 2017?"
    assert other.citations[0].document == "PER_72_2017.txt"
    words = [later.query[slice(*word.query)] for word in later.citations[0].why.words]
    assert "2018" in words  # those of the question completed


@pytest.mark.parametrize(
    ("earlier", "question", "completed"),
    [
        (["What of soot?"], "And in 2018?", "What of soot? (2018)"),
        (["What did Finland say?"], "And about Peru?", "And about Peru?"),
        (["What did Finland’s minister say?"], "Who pays?", "Who pays? (Finland)"),
        (["What of Finland?", "And of soot?"], "Who pays?", "Who pays? (Finland)"),
        (["How did Finland vote?", "And in 2016?"], "And in 2018?", "How did Finland vote? (2016, 2018)"),
        (["How did Finland vote in 2015?", "And in 2017?"], "And in 2018?", "How did Finland vote in 2018?"),
        (["How did Finland vote?", "What of Peru?"], "And in 2018?", "What of Peru? (2018, Finland)"),
        (["What did Peru say in 2016?"], "Who pays?", "Who pays?"),
        (["What did Finland say?"], "What did Ada Byron say of rails?", "What did Ada Byron say of rails?"),
        (["What did Finland say?"], "Which countries mention rails?", "Which countries mention rails?"),
        ([], "And in 2018?", "And in 2018?"),
    ],
)
def test_a_question_is_completed_by_what_named_the_document_that_answered(earlier, question, completed):
    """Only what that document states is carried, and nothing of a kind that the question names itself."""
    assert complete(English(), History(earlier, "FIN_72_2017.txt", FINLAND), question) == completed


@pytest.mark.parametrize("history", [(), (Turn("user", ""),), (Turn("user", "  "), Turn("assistant", ""))])
def test_nothing_said_changes_nothing(bot, history):
    """An empty conversation is none."""
    assert bot.ask("How does it work?", history=history).query == "How does it work?"


@pytest.mark.parametrize("history", [SAID[:1], SAID[1:]])
def test_a_question_alone_or_an_answer_alone_is_a_conversation(bot, history):
    """After a question without an answer there is no document to prefer; an answer has one."""
    assert ("conversation" in bot.ask("When?", history=history).citations[0].why.parts) is (history == SAID[1:])


def test_a_long_conversation_is_read_in_part(bot):
    """A turn of a hundred thousand words is cut, not refused."""
    history = (Turn("user", "Compact " * 100_000), Turn("assistant", "entities " * 100_000))
    assert bot.ask("How does it work?", history=history).citations


def test_of_chosen_documents_only_these_are_searched(speeches):
    """What answered last is no candidate where it is not among them."""
    said = (Turn("user", "What did Finland say about soot?"), Turn("assistant", "Soot from ships makes its ice melt."))
    answer = speeches.ask("How old is the country?", history=said, documents=["PER*"])
    assert {citation.document for citation in answer.citations} == {"PER_72_2017.txt"}


@pytest.mark.parametrize("question", ["Who wrote it?", "How does it work?", "Tell me more", "When was it initiated?"])
def test_within_one_document_a_conversation_makes_nothing_surer(statement_index, encoder, question):
    """All its passages are preferred alike: that a document is meant does not say that a passage answers."""
    bot = qa.open_bot(statement_index, encoder=encoder, reader=False)
    said = bot.ask(question, history=SAID)
    assert said.query != question
    assert said.confidence == pytest.approx(bot.ask(question).confidence, abs=1e-3)


def test_a_reader_is_told_what_was_asked_before(statement_index, encoder):
    """The question alone says too little to be read: "How does it work?"."""
    reader = Lexicographer("2006")
    bot = qa.open_bot(statement_index, encoder=encoder, reader=reader)
    said = bot.ask("How does it work?", history=SAID)
    assert reader.questions == [said.query]
    assert said.query.endswith("How does it work?")


def test_a_foreign_question_without_a_shared_word_is_refused_in_a_conversation_too(bot):
    """Nothing is found by words, and the conversation is of no use in a language the encoder does not know."""
    answer = bot.ask("联合国全球反恐战略是何时通过的？", history=SAID)
    assert (answer.found, answer.reason, answer.citations) == (False, "language-not-covered", ())
    assert (answer.language, answer.query) == ("zh", answer.question)
