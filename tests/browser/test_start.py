"""The page before the first question, in a real browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from browser.conftest import BOX, EXAMPLES, PHONE
from browser.fake_bot import ADOPTED, FakeBot, document
from small_corpus import small_corpus

from qa.types import Block

DESK = {"viewport": {"width": 1440, "height": 900}}


def _with_heading(name, heading):
    """Return a document that begins with a heading."""
    given = document(name, f"{heading}\n\nThe heron eats fish at the pond.", name)
    return replace(given, blocks=(Block("heading", 0, len(heading), level=1), *given.blocks[1:]))


def _top(page, selector):
    return page.locator(selector).bounding_box()["y"]


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_the_box_stands_under_the_heading_until_something_is_asked(visit, chat, ask, screen, axe):
    """Heading, box and examples follow each other without a gap; with a question, the box is at the bottom."""
    page = visit(chat, **screen)
    heading, box = (page.locator(name).bounding_box() for name in (".start", "#question .input-container"))
    assert 0 <= box["y"] - heading["y"] - heading["height"] < 48
    assert 0 <= _top(page, ".examples h3") - box["y"] - box["height"] < 64
    assert not axe(page)
    ask(page, ADOPTED)
    assert page.locator("#start").is_hidden()
    box = page.locator("#question .input-container").bounding_box()
    assert box["y"] + box["height"] > screen["viewport"]["height"] - 60
    page.get_by_role("button", name="New conversation").click()
    page.get_by_text(EXAMPLES[0]).wait_for()
    assert _top(page, "#question") < _top(page, "#start")


def test_suggestions_at_the_start_open_below_the_box(visit, chat):
    """They do not cover the heading."""
    page = visit(chat)
    page.locator(BOX).press_sequentially(EXAMPLES[0][:12])
    page.locator("#suggested [role=option]").first.wait_for()
    assert _top(page, "#suggested") > _top(page, BOX)


def test_examples_are_made_from_headings_where_none_are_given(visit, start_chat):
    """They are asked by a click; markup in a heading is text."""
    headings = ["The pond of the herons", "Where do storks live?", "Introduction", "Frogs <b>and</b> toads here:"]
    bot = FakeBot([_with_heading(f"{n}.txt", heading) for n, heading in enumerate(headings)])
    page = visit(start_chat(bot))
    offered = [
        "What is said about The pond of the herons?",
        headings[1],
        "What is said about Frogs <b>and</b> toads here?",
    ]
    assert page.locator(".examples button").all_inner_texts() == offered
    french = visit(f"{page.url.rstrip('/')}/fr/").locator(".examples button").all_inner_texts()
    assert french == [
        "«\xa0The pond of the herons\xa0»\xa0?",
        headings[1],
        "«\xa0Frogs <b>and</b> toads here\xa0»\xa0?",
    ]
    page.get_by_text(headings[1]).click()
    page.locator(".exchange .verdict").wait_for()
    assert page.locator(".exchange h2").inner_text() == headings[1]


def test_recent_conversations_are_links_on_the_start_page(visit, start_chat, ask):
    """Without any, nothing is said of them; a click opens one again."""
    page = visit(start_chat(FakeBot([document("birds.txt", "Birds\n\nThe heron eats fish at the pond.", "Birds")])))
    question = "Which heron eats fish at the pond?"
    assert page.locator(".recent").is_hidden()
    ask(page, question)
    page.get_by_role("button", name="New conversation").click()
    link = page.locator(".recent").get_by_role("link", name=question)
    link.wait_for()
    assert link.get_attribute("href").startswith("?conversation=")
    link.click()
    page.locator(".exchange .verdict").wait_for()
    assert page.locator(".exchange h2").inner_text() == question
    assert page.locator("#start").is_hidden()


def test_who_may_add_documents_is_told_that_files_can_be_dropped(visit, start_chat, tmp_path, encoder):
    """Nobody else is."""
    with small_corpus(tmp_path, {"birds.txt": "The heron eats fish at the pond."}, encoder) as corpus:
        page = visit(start_chat(corpus.bot, corpus=corpus))
        page.locator(".droppable").wait_for()
        with_nobody = visit(start_chat(corpus.bot, corpus=corpus, editors=frozenset()))
        with_nobody.locator("[data-documents]").click()
        with_nobody.locator("#documents .forbidden").wait_for()
        assert with_nobody.locator(".droppable").is_hidden()
