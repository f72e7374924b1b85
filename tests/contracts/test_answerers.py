"""What ``Answerer`` promises, checked for the bot, the bot that follows its index, and the fake bot of web tests."""

from __future__ import annotations

import pytest
from browser.fake_bot import FakeBot, statement
from conftest import STATEMENT

from qa.service.reloading_bot import ReloadingBot
from qa.types import Turn

ANSWERERS = ("Bot", "ReloadingBot", "FakeBot")
IMPLEMENTATIONS = {"Answerer": ANSWERERS}
QUESTION = "When was the consensus UN Global Counter-Terrorism Strategy adopted?"


@pytest.fixture(params=ANSWERERS, scope="module")
def answerer(request, bot, statement_index, encoder):
    if request.param == "Bot":
        return bot
    if request.param == "ReloadingBot":
        return ReloadingBot(statement_index, encoder=encoder)
    return FakeBot([statement()])


def test_answers_quote_the_documents(answerer):
    """Citations are numbered from 1, at most ``k``, and every quotation and highlight stands in its document."""
    answer = answerer.ask(QUESTION, history=[Turn("user", "Who spoke?")], k=3)
    assert answer.found
    assert answer.question == QUESTION
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert 1 <= len(answer.citations) <= 3
    for citation in answer.citations:
        text = answerer.document(citation.document).text
        assert citation.quote == text[citation.start : citation.end]
        assert all(citation.start <= start < end <= citation.end for start, end in citation.highlights)


def test_refusals_have_a_reason(answerer):
    """An empty question, and one that the documents do not answer."""
    assert answerer.ask(" ").reason == "empty-question"
    refused = answerer.ask("Who won the football championship in Moscow?")
    assert (refused.found, refused.reason) == (False, "nothing-relevant")


def test_documents_are_found_by_id(answerer):
    """Ids are sorted, each names a document, and any other is a ``KeyError``."""
    assert answerer.document_ids() == [STATEMENT]
    assert answerer.document(STATEMENT).id == STATEMENT
    with pytest.raises(KeyError):
        answerer.document("nothing.txt")


def test_typing_is_completed(answerer):
    """Offered questions come back where every word typed begins one of theirs, at most ``k``."""
    offered = ["Who spoke in Moscow?", "Who spoke in Geneva?", "When?"]
    assert answerer.suggestions("who sp", offered=offered, k=1) == ["Who spoke in Geneva?"]
    assert answerer.suggestions("", offered=offered) == []


def test_nothing_is_misspelt_in_a_question_of_known_words(answerer):
    """A question in words of the documents gets no other spelling."""
    assert answerer.spelling(QUESTION) is None
