"""The whole way, once: the statement's file to an index, a question to its answer on the screen."""

from __future__ import annotations

import pytest
from browser.fake_bot import STATEMENT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def real_bot(tmp_path_factory):
    """Return the bot over an index of the documents that ship."""
    import qa

    index = tmp_path_factory.mktemp("index")
    qa.build_index(STATEMENT.parent, index)
    return qa.open_bot(index)


@pytest.fixture(scope="module")
def real_chat(start_chat, real_bot):
    """Return the address of a chat with the real bot."""
    return start_chat(real_bot)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When was the Global Counter-Terrorism Strategy adopted?", "adopted in 2006"),
        ("Who gave this statement?", "Mr. Vladimir Voronkov"),
        ("Where will the next battleground against terrorism be?", "in the cyberspace"),
    ],
)
def test_the_statement_answers_in_its_own_words(visit, real_chat, real_bot, ask, question, words):
    """The answering words are marked in a quotation that stands in the file, and its citation opens at it."""
    page = visit(real_chat)
    exchange = ask(page, question)
    quote = exchange.locator(".lead blockquote").evaluate("e => e.textContent")
    assert quote in real_bot.document(real_bot.document_ids()[0]).text
    assert words in " ".join(exchange.locator(".lead mark").evaluate_all("all => all.map(e => e.textContent)"))
    exchange.locator(".lead a.cite").click()
    page.locator("mark.passage").wait_for()
    assert page.locator("mark.passage").evaluate("e => e.textContent") == quote
    number = page.locator(".paragraph:has(mark.passage)")
    if number.count():
        assert f"para. {number.get_attribute('data-number')}" in exchange.locator(".lead a.cite").inner_text()


def test_the_statement_does_not_answer_everything(visit, real_chat, ask):
    """A question about something else is refused on the screen."""
    exchange = ask(visit(real_chat), "Who won the football world cup in 2014?")
    assert "The documents do not answer this." in exchange.locator(".verdict").inner_text()
