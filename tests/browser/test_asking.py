"""Suggestions while typing, another spelling, and a question asked alone, in a real browser."""

from __future__ import annotations

import re

import pytest
from browser.conftest import BOX, EXAMPLES
from browser.fake_bot import ADOPTED, FakeBot, statement
from browser.test_payloads import WATCH, XSS

FOLLOW_UP = "and what of the financing of terrorism by international networks?"
HEADINGS = ["Pillar I: conditions conducive to the spread of terrorism", "Pillar III", "Introduction", "12"]
OPTION = "#suggested [role=option]"


@pytest.fixture(scope="module")
def asker():
    """Return a bot with headings, which takes “Stategy” for “Strategy”."""
    return FakeBot([statement()], HEADINGS, {"Stategy": "Strategy"})


@pytest.fixture(scope="module")
def asking(start_chat, asker):
    """Return the address of a chat with it."""
    return start_chat(asker, EXAMPLES)


@pytest.fixture
def page(visit, asking):
    """Return a page of that chat."""
    return visit(asking)


def _type(page, text):
    """Type a text key by key and wait until what is offered is on the screen."""
    page.locator(BOX).press_sequentially(text)
    page.locator(OPTION).first.wait_for()


def _texts(page):
    return page.locator(f"{OPTION} .text").all_inner_texts()


def _wait_for_answer(page, number):
    exchange = page.locator(".exchange").nth(number - 1)
    exchange.locator(".verdict").wait_for()
    return exchange


def test_headings_are_offered_and_asked_by_arrow_keys(page):
    """Down marks an option while the focus stays in the box, up goes back, Enter asks it and empties the box."""
    _type(page, "PILL")
    assert _texts(page) == ["Pillar III", "Pillar I: conditions conducive to the spread of terrorism"]
    assert page.locator(f"{OPTION} .kind").all_inner_texts() == ["in the documents"] * 2
    assert page.locator("#suggestions [role=status]").inner_text() == "2 suggestions, use the arrow keys"
    box, selected = page.locator(BOX), page.locator(f"{OPTION}[aria-selected=true]")
    assert box.get_attribute("aria-activedescendant") is None
    for key, marked in (
        ("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", None), ("ArrowUp", 1), ("ArrowUp", 0), ("ArrowUp", None),
        ("ArrowDown", 0),
    ):  # fmt: skip
        page.keyboard.press(key)
        expected = None if marked is None else f"suggestion-{marked}"
        assert box.get_attribute("aria-activedescendant") == expected
        assert selected.evaluate_all("all => all.map(e => e.id)") == ([] if marked is None else [expected])
    assert box.evaluate("e => e === document.activeElement && e.value === 'PILL'")
    page.keyboard.press("Enter")
    assert _wait_for_answer(page, 1).locator("h2").inner_text() == "Pillar III"
    assert page.locator("#suggested").is_hidden()
    assert box.evaluate("e => e === document.activeElement && e.value === ''")


def test_an_option_is_asked_by_a_click(page):
    """A click asks what it says, an example here, and the focus is in the box afterwards."""
    _type(page, "defeat isil")
    page.locator(OPTION).click()
    assert _wait_for_answer(page, 1).locator("h2").inner_text() == EXAMPLES[1]
    assert page.locator(BOX).evaluate("e => e === document.activeElement && e.value === ''")


def test_enter_asks_what_was_typed(page):
    """Whoever types and presses Enter asks what was typed, whatever is offered at that moment, and the list goes."""
    _type(page, "pillar")
    page.keyboard.press("Enter")
    assert _wait_for_answer(page, 1).locator("h2").inner_text() == "pillar"
    assert page.locator("#suggested").is_hidden()


def test_escape_closes_the_list_alone(page):
    """The first Escape closes the list and leaves text and source as they are, the second closes the source."""
    page.locator("#masthead .corpus a").click()
    page.locator("#source .text").wait_for()
    page.locator(BOX).focus()
    _type(page, "pillar")
    page.keyboard.press("Escape")
    assert page.locator("#suggested").is_hidden()
    assert page.locator(BOX).input_value() == "pillar"
    assert page.locator("#source .text").is_visible()
    page.keyboard.press("Escape")
    page.locator("#source .pane").wait_for(state="hidden")


def test_leaving_the_box_closes_the_list(page):
    """With Tab, and when the box is emptied, nothing stays open."""
    _type(page, "pillar")
    page.keyboard.press("Tab")
    page.locator("#suggested").wait_for(state="hidden")
    page.locator(BOX).fill("")
    _type(page, "pil")
    page.locator(BOX).fill("")
    page.locator("#suggested").wait_for(state="hidden")


def test_requests_wait_for_a_pause_and_late_answers_are_dropped(page):
    """Fewer requests than keys; what comes back for an earlier text is not shown."""
    requests, held = [], []
    page.on("request", lambda request: requests.append(request.url) if "/suggest?" in request.url else None)
    page.route(re.compile(r"suggest\?q=p$"), lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    with page.expect_request(re.compile(r"suggest\?q=p$")):
        page.locator(BOX).fill("p")
    page.locator(BOX).fill("")
    with page.expect_response(re.compile(r"suggest\?q=pillar$")):
        _type(page, "pillar")
    page.wait_for_function("document.querySelectorAll('#suggested [role=option]').length === 2")
    shown = _texts(page)
    assert len(requests) < 1 + len("pillar")
    assert requests[-1].endswith("suggest?q=pillar")
    for route in held:
        route.fulfill(content_type="text/html", body="<ul data-said=''><li role='option'>late</li></ul>")
    page.evaluate("fetch('suggest?q=nothing')")
    assert _texts(page) == shown


def test_own_questions_are_offered_and_no_others(page, ask, visit, asking):
    """What this browser asked is offered again, said to be so; another browser is offered only what is everybody's."""
    ask(page, ADOPTED)
    _type(page, "consensus")
    assert page.locator(OPTION).all_inner_texts() == [f"{ADOPTED}\nasked before"]
    other = visit(asking)
    _type(other, "adopted")
    assert _texts(other) == [EXAMPLES[0]]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_fits_the_window(visit, start_chat, width):
    """Long headings are wrapped, the list stands within the window, and nothing scrolls sideways."""
    page = visit(
        start_chat(FakeBot([statement()], [f"long {n} {'x' * 100}" for n in range(9)])),
        viewport={"width": width, "height": 700},
    )
    _type(page, "long")
    assert page.locator(OPTION).count() == 6
    box = page.locator("#suggested").bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.locator("#suggested").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_hostile_headings_are_inert(visit, start_chat):
    """Attacks that are headings are offered to the letter and do nothing, nor do they when they are asked."""
    if not XSS.is_dir():
        pytest.skip("the lists of attacks are not part of the project")
    lines = {
        " ".join(line.split())
        for file in XSS.rglob("*.txt")
        for line in file.read_text("utf-8", "replace").splitlines()
    }
    attacks = sorted(line for line in lines if "<" in line and len(line) < 100)[::40]
    assert len(attacks) > 60
    headings = [f"number{n // 6:03} {n} {attack}" for n, attack in enumerate(attacks)]
    page = visit(start_chat(FakeBot([statement()], headings)))
    page.evaluate(WATCH)
    for group in range(0, len(headings), 6):
        page.locator(BOX).fill(f"number{group // 6:03}")
        page.wait_for_function(
            "n => document.querySelector('#suggested .text')?.textContent.startsWith(n + ' ')",
            arg=f"number{group // 6:03}",
        )
        assert sorted(page.locator(f"{OPTION} .text").evaluate_all("all => all.map(e => e.textContent)")) == sorted(
            headings[group : group + 6]
        )
    assert page.locator("#suggested :not(li, span)").count() == 0
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert _wait_for_answer(page, 1).locator("h2").evaluate("e => e.textContent") in headings
    assert page.evaluate("[window.ran, window.refused]") == [[], []]


def test_another_spelling_is_asked_by_a_click(page, ask, asker):
    """A word that seems misspelt is answered as it is, with one line that asks the question as it was meant."""
    typed = "When was the consensus Global Counter-Terrorism Stategy adopted?"
    exchange = ask(page, typed)
    assert asker.asked[-1][0] == typed
    line = exchange.locator(".asked-as")
    assert line.inner_text() == f"Did you mean: {typed.replace('Stategy', 'Strategy')}"
    status = page.locator("#conversation [role=status]").inner_text()
    assert status.startswith(f"Did you mean: “{typed.replace('Stategy', 'Strategy')}” Clear match")
    line.get_by_role("button").click()
    answered = _wait_for_answer(page, 2)
    assert answered.locator("h2").inner_text() == typed.replace("Stategy", "Strategy")
    assert answered.locator(".asked-as").count() == 0
    assert asker.asked[-1][1] == ()  # it takes the place of the other, which is no part of its history


def test_a_follow_up_says_how_it_was_asked_and_is_asked_alone_by_keyboard(page, ask, asker):
    """Two questions in one are not shown. Alone: a new exchange that says so, without history, also after a reload."""
    ask(page, ADOPTED)
    exchange = ask(page, FOLLOW_UP)
    assert exchange.locator(".asked-as q").count() == 0
    status = page.locator("#conversation [role=status]")
    assert status.inner_text().startswith("Clear match")
    exchange.get_by_role("button", name="Search without the previous question").focus()
    page.keyboard.press("Enter")
    alone = _wait_for_answer(page, 3)
    assert asker.asked[-1] == (FOLLOW_UP, ())
    assert alone.locator("h2").inner_text() == FOLLOW_UP
    assert alone.locator(".asked-as").inner_text() == "Searched without the previous questions."
    assert status.inner_text().startswith("Searched without the previous questions. Clear match")
    assert page.locator(BOX).evaluate("e => e === document.activeElement")
    page.reload()
    again = _wait_for_answer(page, 3)
    assert again.locator(".asked-as").inner_text() == "Searched without the previous questions."
    assert (
        page.locator(".exchange").nth(1).get_by_role("button", name="Search without the previous question").is_visible()
    )


def test_asking_alone_in_french(visit, asking, ask):
    """The same in the other language."""
    page = visit(f"{asking}/fr/")
    ask(page, ADOPTED)
    ask(page, FOLLOW_UP).get_by_role("button", name="Chercher sans la question précédente").click()
    assert _wait_for_answer(page, 3).locator(".asked-as").inner_text() == (
        "Recherche faite sans les questions précédentes."
    )
    _type(page, "pillar")
    assert page.locator(f"{OPTION} .kind").first.inner_text() == "dans les documents"


def test_a_suggestion_that_cannot_be_made_costs_nothing(visit, start_chat, ask):
    """When suggesting or spelling fails, the page is quiet about it and questions are answered."""

    class Broken(FakeBot):
        def suggestions(self, typed, **_how):
            raise OSError(typed)

        def spelling(self, question):
            raise OSError(question)

    page = visit(start_chat(Broken([statement()])))
    with page.expect_response(lambda response: "suggest?q=" in response.url) as response:
        page.locator(BOX).fill("pillar")
    assert response.value.text() == '<ul data-said=""></ul>'
    assert page.locator("#suggested").is_hidden()
    page.locator(BOX).fill("")
    assert ask(page, ADOPTED).locator(".verdict.found").count() == 1
