"""What the page looks like where that can be measured: dark, narrow, still."""

from __future__ import annotations

import re

import pytest
from browser.conftest import BOX
from browser.fake_bot import ADOPTED


def _background(page, selector):
    colour = page.locator(selector).first.evaluate("e => getComputedStyle(e).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_page_follows_the_systems_colours(visit, chat, ask, scheme, dark):
    """Where the system is set to dark the page, the quotation and the source are dark, else light."""
    page = visit(chat, color_scheme=scheme)
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    for selector in ("body", ".lead", "#source .pane"):
        assert (_background(page, selector) < 64) is dark


@pytest.mark.parametrize("place", ["/", "/fr/"])
def test_nothing_scrolls_sideways(visit, chat, ask, place):
    """At no width does the page scroll sideways: at the start, with answers, with the source open."""
    page = visit(chat + place)

    def check(selector="html"):
        for width in (320, 390, 768, 1024, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            wider = page.locator(selector).evaluate("e => e.scrollWidth - e.clientWidth")
            assert wider <= 0, f"at {width} pixels {selector} is {wider} wider than the window"

    check()
    ask(page, "x" * 300)
    ask(page, ADOPTED).locator(".further > summary").click()
    check()
    page.locator(".exchange").last.locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    check()
    check("#source .body")


@pytest.mark.parametrize(
    ("width", "place", "new", "language"),
    [(1024, "/", "New conversation", "Français"), (1280, "/fr/", "Nouvelle conversation", "English")],
)
def test_the_head_stays_beside_the_source(visit, chat, ask, width, place, new, language):
    """While a source is open, whatever the head offers is in view and can be pressed."""
    page = visit(chat + place, viewport={"width": width, "height": 800})
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    edge = page.locator("#source .pane").bounding_box()["x"]
    controls = page.locator("#masthead nav > :visible").all()
    assert [control.inner_text() for control in controls] == ["Conversations", new, language]
    for control in controls:
        box = control.bounding_box()
        assert box["x"] + box["width"] <= edge
        control.click(trial=True)


def test_nothing_of_gradio_shows(page, ask):
    """No footer, share, copy or settings button of the toolkit is on the page, only our own controls."""
    verdicts = ["Yes, this is the right passage", "No, this is not the right passage"]
    ask(page, ADOPTED)
    buttons = page.locator("button:visible").evaluate_all("all => all.map(e => e.ariaLabel ?? e.innerText)")
    assert buttons == ["Conversations", "New conversation", "Copy quotation", "Copy link", *verdicts, "Ask"]
    head = page.request.get(page.url, headers={"accept": "text/html"}).text().split("<script")[0]
    assert "gradio" not in head.lower()
    assert "og:" not in head
    assert page.locator("footer").count() == 0
    assert page.title() == "Chapter & Verse"


def test_a_new_question_comes_to_stand_below_the_head(visit, chat, ask):
    """However tall the head is, a question just asked is in full view below it."""
    page = visit(f"{chat}/fr/", viewport={"width": 900, "height": 700})
    ask(page, ADOPTED)
    exchange = ask(page, "What threat has the defeat of ISIL brought?")
    head = page.locator("#masthead").bounding_box()
    top = exchange.locator("h2").bounding_box()["y"]
    assert head["height"] <= top < head["height"] + 60


def test_the_ring_of_the_box_shows_for_the_keyboard_alone(page):
    """The box has the focus at the start without a ring; it has one after Tab, and loses it with a click."""
    ring = "getComputedStyle(document.querySelector('#question .input-container')).boxShadow"
    still = page.evaluate(ring)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.wait_for_function(f"({ring}) !== {still!r}")
    page.locator("h1").click()
    page.locator(BOX).click()
    assert page.evaluate(ring) == still


def test_the_head_neither_jumps_nor_wraps_thrice(visit, chat, ask):
    """The head has the same height before and after a question, and two lines at most at 820 pixels."""
    page = visit(chat, viewport={"width": 820, "height": 900})
    height = "document.getElementById('masthead').offsetHeight"
    before = page.evaluate(height)
    ask(page, ADOPTED)
    assert page.evaluate(height) == before <= 2 * 52
