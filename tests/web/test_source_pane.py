"""Documents as the source pane shows them, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from browser.fake_bot import FakeBot, document, statement
from interface_words import ENGLISH

from qa.types import Block
from qa.web.views import source_pane
from qa.web.views.address import Address

QUESTION = "When was the consensus UN Global Counter-Terrorism Strategy adopted?"


@pytest.fixture
def bot():
    """Return the bot that knows the statement."""
    return FakeBot([statement()])


@pytest.mark.parametrize("passage", [(3, 9), (0, 5), (4, 20), (10, 12), (25, 33), (0, 33)])
def test_a_passage_is_marked_whole_wherever_it_stands(passage):
    """The marked element holds the passage to the letter: in a block, across blocks, between them, or all of them."""
    text = "one two\n\nthree four\n\n--\n\nfive six seven"[:33]
    blocks = (Block("head", 0, 7), Block("paragraph", 9, 19), Block("paragraph", 25, 33))
    bot = FakeBot([replace(document("d", text, "t"), blocks=blocks)])
    markup = source_pane.view(bot, f"document=d&passage={passage[0]}-{passage[1]}", ENGLISH)
    inside = re.findall(r'<mark class="passage" tabindex="-1">(.*?)</mark>', markup, re.DOTALL)
    assert inside == [text[slice(*passage)]]


@pytest.mark.parametrize("text", ["Something else.", "Before. The heron eats fish.", ""])
def test_a_passage_that_has_other_words_by_now_is_not_marked(text):
    """Once the words at a citation's place are others, or gone, the document is shown as it is, and that it changed."""
    bot = FakeBot([document("d", "Head\n\nThe heron eats fish.", "t")])
    citation = bot.ask("Which fish eats the heron that eats?").citations[0]
    address = Address.of(citation)
    bot.documents[0] = document("d", f"Head\n\n{text}", "t")
    shown = source_pane.view(bot, str(address), ENGLISH)
    assert f'<p class="remark" role="note">{ENGLISH.passage_changed}</p>' in shown
    assert "Head" in shown
    assert "<mark" not in shown


def test_an_address_without_a_check_still_marks_its_place(bot):
    """A link of before, which does not say what the words were, opens as it did."""
    citation = bot.ask(QUESTION).citations[0]
    for check in (Address.of(citation).check, None):
        shown = source_pane.view(bot, str(replace(Address.of(citation), check=check)), ENGLISH)
        assert '<mark class="passage"' in shown
        assert 'class="remark"' not in shown
