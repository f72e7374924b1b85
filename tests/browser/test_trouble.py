"""What the page says when the server refuses, is slow, or is gone."""

from __future__ import annotations

import time

import pytest
from browser.conftest import BOX
from browser.fake_bot import ADOPTED, FakeBot, statement


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (429, "too many questions in a short time"),
        (413, "Something went wrong"),
        (None, "does not respond. Is it still"),
    ],
)
def test_a_refused_question_is_said_and_not_lost(page, visit, ask, status, said):
    """A question that the server refuses, or that does not reach it, stays in the box, and a sentence says why."""
    page.route(
        "**/gradio_api/**",
        lambda route: (
            route.continue_()
            if route.request.method == "GET"
            else route.fulfill(status=status, body="no") if status else route.abort()
        ),
    )  # fmt: skip
    page.locator(BOX).fill(ADOPTED)
    page.keyboard.press("Enter")
    page.locator(".toast.shown").wait_for()
    assert said in page.locator(".toast").inner_text()
    assert page.locator(BOX).input_value() == ADOPTED
    if status is None:  # once Gradio hears of the server again it loads the page anew
        page.wait_for_function("sessionStorage.getItem('unasked') === null")
        page.wait_for_function("q => document.querySelector('#question textarea')?.value === q", arg=ADOPTED)
    page.unroute_all()
    assert "2006" in ask(page, ADOPTED).inner_text()
    visit.troubles.clear()


def test_a_question_whose_answer_cannot_be_fetched_does_not_wait_for_ever(page, visit):
    """When the server goes between question and answer, the question says so in the answer's place."""
    asked = []

    def once(route):
        asked.append(route)
        route.continue_() if len(asked) == 1 else route.abort()

    page.route("**/gradio_api/queue/join*", once)
    page.route("**/gradio_api/run/predict*", once)
    page.locator(BOX).fill(ADOPTED)
    page.keyboard.press("Enter")
    page.locator(".exchange .verdict.failed").wait_for()
    assert "The server does not respond" in page.locator(".exchange").inner_text()
    assert page.locator(".exchange[aria-busy]").count() == 0
    visit.troubles.clear()


def test_a_question_waits_visibly_while_the_model_is_loading(start_chat, visit):
    """A question asked before the model is there shows at once that it is being looked for, and is answered then."""

    class Slow(FakeBot):
        def ask(self, *arguments, **options):
            time.sleep(3)
            return super().ask(*arguments, **options)

    page = visit(start_chat(Slow([statement()])))
    page.locator(BOX).fill(ADOPTED)
    page.keyboard.press("Enter")
    page.locator(".exchange[aria-busy] .searching").wait_for(timeout=2_500)
    assert page.locator(".exchange h2").inner_text() == ADOPTED
    page.locator(".exchange .verdict.found").wait_for()
    assert page.locator(".exchange[aria-busy]").count() == 0
