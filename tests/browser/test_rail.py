"""The rail of a wide screen: the lists beside the conversation, without a veil, as they were left."""

from __future__ import annotations

import pytest
from browser.conftest import BOX
from browser.fake_bot import ADOPTED, FakeBot, FakeCorpus, statement

WIDE = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="module")
def address(start_chat):
    bot = FakeBot([statement()])
    return start_chat(bot, corpus=FakeCorpus(bot))


def test_a_list_stands_beside_the_conversation_and_stays_as_it_was_left(address, visit, ask, axe):
    """Conversations at first, without taking the focus; they follow what is asked; documents instead, or nothing."""
    page = visit(address, **WIDE)
    history, documents = page.locator("#history dialog"), page.locator("#documents dialog")
    history.wait_for()
    assert page.locator(BOX).evaluate("e => e === document.activeElement")
    assert page.locator("dialog:modal").count() == 0
    edge = history.bounding_box()
    assert edge["x"] == 0
    assert edge["y"] == page.locator("#masthead").bounding_box()["height"]
    assert page.locator("#masthead").bounding_box()["width"] == 1440
    assert page.locator("#conversation").bounding_box()["x"] >= edge["width"]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    ask(page, ADOPTED)
    history.get_by_role("button", name=ADOPTED, exact=True).wait_for()
    assert history.locator(".open[aria-current]").inner_text() == ADOPTED
    assert axe(page) == []
    button = page.locator("[data-documents]")
    button.click()
    documents.locator(".list li").first.wait_for()
    assert history.is_hidden()
    assert button.get_attribute("aria-expanded") == "true"
    assert axe(page) == []
    page.wait_for_timeout(1_000)  # the stream of the last answer ends after the answer is shown
    page.reload()
    documents.locator(".list li").first.wait_for()
    button.click()
    documents.wait_for(state="hidden")
    page.reload()
    page.locator(BOX).wait_for()
    page.wait_for_function("document.querySelector('[data-documents]').ariaExpanded === 'false'")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_conversation_is_opened_from_the_rail_which_stays(address, visit, ask):
    """A click opens it, and the list is still there."""
    page = visit(address, **WIDE)
    ask(page, ADOPTED)
    page.get_by_role("button", name="New conversation").click()
    page.locator("#history .open").click()
    page.locator(".exchange .verdict").wait_for()
    assert page.locator("#history dialog").is_visible()


def test_a_source_takes_the_room_of_the_rail(address, visit, ask):
    """While it is open there is no rail, and its lists open over the page; then the rail is back."""
    page = visit(address, **WIDE)
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    assert page.locator("#history dialog").is_hidden()
    page.locator("[data-conversations]").click()
    page.locator("#history dialog:modal .open").wait_for()
    page.keyboard.press("Escape")
    page.locator("#history dialog").wait_for(state="hidden")
    page.keyboard.press("Escape")
    page.locator("#source .pane").wait_for(state="hidden")
    page.locator("#history dialog").wait_for()
    assert page.locator("dialog:modal").count() == 0


def test_a_narrow_window_has_no_rail(address, visit):
    """What was beside the page is out of sight when the window becomes narrow, and back when it is wide again."""
    page = visit(address, **WIDE)
    page.locator("#history dialog").wait_for()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#history dialog").wait_for(state="hidden")
    assert page.locator("#conversation").bounding_box()["x"] < 300
    page.set_viewport_size(WIDE["viewport"])
    page.locator("#history dialog").wait_for()
