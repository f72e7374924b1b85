"""Many files dropped at once, on a server that counts requests; and what the address keeps of the source before."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from browser.test_documents import DROP
from small_corpus import small_corpus

MANY = 20


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with small_corpus(tmp_path_factory.mktemp("library")) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def address(start_chat, library):
    return start_chat(library.bot, corpus=library)


def _drop(page, *names):
    files = [[name, f"The heron of {name} eats fish."] for name in names]
    page.locator("#documents .drop").evaluate(DROP, files)


def test_a_server_that_is_asked_too_often_gets_its_pause(visit, address):
    """Where a question, the file, or what became of it is refused for a moment, it is repeated after that moment."""
    page = visit(address)
    refused = []

    def refuse_once(route):
        asked = route.request.method, urlsplit(route.request.url).path
        if asked in refused:
            route.continue_()
            return
        refused.append(asked)
        route.fulfill(status=429, headers={"Retry-After": "1"}, body="Too many requests")

    page.route(lambda url: urlsplit(url).path in ("/documents/room", "/documents", "/documents/result"), refuse_once)
    page.locator("[data-documents]").click()
    _drop(page, "heron.txt")
    row = page.locator("#documents .upload[data-stage=indexed]")
    row.wait_for()
    assert row.locator(".said").inner_text() == "Indexed: 1 passage"
    assert {("POST", "/documents/room"), ("POST", "/documents"), ("GET", "/documents/result")} <= set(refused)
    visit.troubles.clear()  # the browser's own word on the requests that were refused


def test_many_files_cost_few_looks_at_how_far_they_are(visit, address, library):
    """The state is asked for about once a second, not once a file, and every file's result is said."""
    page = visit(address)
    page.locator("[data-documents]").click()
    page.locator("#documents .list li").first.wait_for()
    looks = []
    page.on("request", lambda request: looks.append(1) if request.url.endswith("/documents/state?") else None)
    waiting = "n => document.querySelectorAll('#documents .upload[data-stage=waiting]').length === n"
    with library.gate.shut():
        _drop(page, *(f"{number}.txt" for number in range(MANY)))
        page.wait_for_function(waiting, arg=MANY)
        assert 0 < len(looks) < MANY
    page.wait_for_function(waiting.replace("waiting", "indexed"), arg=MANY)


def test_a_document_opened_from_the_list_is_not_opened_at_the_page_of_another(visit, address):
    """Of the source that was open, the address keeps neither passage nor page nor what was found."""
    page = visit(address)
    page.evaluate(
        "history.replaceState(null, '', "
        "'?document=a.pdf&passage=1-2&exact=1-2&check=0&view=page&sheet=12&find=x&hit=2')"
    )
    page.locator("[data-documents]").click()
    with page.expect_request(lambda request: urlsplit(request.url).path == "/source") as asked:
        page.locator("#documents .list .open", has_text="travel").click()
    assert parse_qs(urlsplit(asked.value.url).query) == {"document": ["travel.txt"], "view": ["page"]}


def test_what_was_said_of_a_file_does_not_linger(visit, address):
    """What cannot be read is said at once, with the way out; it goes by a button, or when the list is closed."""
    page = visit(address)
    page.locator("[data-documents]").click()
    rows = page.locator("#documents .upload[data-stage=refused]")
    for number in range(2):
        page.locator("#documents .drop").evaluate(DROP, [[f"photo{number}.png", "\x89PNG"]])
        rows.nth(number).wait_for()
    assert rows.first.locator(".said").inner_text() == (
        "Files of this kind cannot be read. Save it as PDF, Word or plain text, and add that."
    )
    rows.first.get_by_role("button", name="Dismiss").click()
    assert rows.count() == 1
    page.get_by_role("button", name="Close").click()
    page.locator("#documents .upload").wait_for(state="detached")
