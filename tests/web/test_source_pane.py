"""Documents as the source pane shows them, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from browser.fake_bot import ADOPTED, FakeBot, document, statement
from interface_words import ENGLISH

from qa.types import Block
from qa.web.views import source_pane
from qa.web.views.address import Address


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


def test_what_is_looked_for_is_marked_and_counted():
    """In any case, across line breaks, as data; the current hit is the first from the passage on, or that asked for."""
    text = "The <b>heron</b> eats.\n\nA HERON and a heron.\n\nHerons\nand a heron"
    bot = FakeBot([replace(document("d", text, "t"), blocks=(Block("paragraph", 0, len(text)),))])
    at = text.index("HERON")

    def shown(query):
        markup = source_pane.view(bot, f"document=d&{query}", ENGLISH)
        said = re.search(r'data-said="(.*?)" data-number="(\d+)" data-before="(\d+)" data-after="(\d+)"', markup)
        return said.groups(), re.findall(r'<mark class="(hit|now)">(.*?)</mark>', markup, re.DOTALL)

    hits = ["heron", "HERON", "heron", "Heron", "heron"]
    marked = [(("now" if number == 1 else "hit"), hit) for number, hit in enumerate(hits)]
    assert shown(f"find=heron&passage={at}-{at + 20}") == (("2 of 5", "2", "1", "3"), marked)
    assert shown("find=heron")[0] == ("1 of 5", "1", "5", "2")
    assert shown("find=heron&hit=5")[0] == shown("find=heron&hit=0")[0] == ("5 of 5", "5", "4", "1")
    assert shown("find=herons%20and%20a") == (("1 of 1", "1", "1", "1"), [("now", "Herons\nand a")])
    assert shown("find=%3Cb%3E")[1] == [("now", "&lt;b&gt;")]
    assert shown("find=stork") == (("No matches", "0", "0", "0"), [])


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
    citation = bot.ask(ADOPTED).citations[0]
    for check in (Address.of(citation).check, None):
        shown = source_pane.view(bot, str(replace(Address.of(citation), check=check)), ENGLISH)
        assert '<mark class="passage"' in shown
        assert 'class="remark"' not in shown
