"""Questions are asked of chosen documents: from the address, the list and the source pane, and back to all."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from browser.fake_bot import ADOPTED, FakeBot, document, statement

PENGUINS = "Where do the emperor penguins breed in winter?"
TITLE = "On <b>penguins</b>"


@pytest.fixture(scope="module")
def two(start_chat):
    """Return the address of a chat about the statement and one other document."""
    text = "A\n\nB\n\nC\n\nThe emperor penguins breed on the sea ice in winter."
    return start_chat(FakeBot([statement(), document("birds/one & two.txt", text, TITLE)]))


def _chosen(page):
    return parse_qs(urlsplit(page.url).query).get("documents")


def test_an_address_narrows_the_questions_until_all_are_searched(two, visit, ask):
    """Only the chosen document answers, which head and answer say; a reload keeps it, one click leads to all."""
    page = visit(f"{two}/?{urlencode({'documents': 'birds/one & two.txt'})}")
    head = page.locator("#masthead .scope")
    head.get_by_text(TITLE).wait_for()
    refused = ask(page, ADOPTED)
    assert refused.locator(".verdict.missing").count() == 1
    assert TITLE in refused.locator(".scope").inner_text()
    assert ask(page, PENGUINS).locator(".verdict.found").count() == 1
    assert _chosen(page) == ["birds/one & two.txt"]
    page.wait_for_timeout(1_000)  # the stream of the last answer ends after the answer is shown
    page.reload()
    head.get_by_text(TITLE).wait_for()
    head.get_by_role("link", name="Search all documents").click()
    head.wait_for(state="hidden")
    answered = ask(page, ADOPTED)
    assert answered.locator(".verdict.found").count() == 1
    assert answered.locator(".scope").count() == 0
    assert _chosen(page) is None


def test_the_source_pane_leads_to_questions_of_its_document(two, visit, ask, axe):
    """“Ask this document” in the source pane asks the document in it; a new conversation asks all again."""
    page = visit(two)
    ask(page, PENGUINS).locator(".lead a.cite").click()
    page.get_by_role("link", name="Ask this document").click()
    page.locator("#masthead .scope").get_by_text(TITLE).wait_for()
    assert _chosen(page) == ["birds/one & two.txt"]
    assert axe(page) == []
    page.get_by_role("button", name="New conversation").click()
    page.locator("#masthead .scope").wait_for(state="hidden")
    assert ask(page, ADOPTED).locator(".verdict.found").count() == 1


def test_an_address_of_missing_documents_says_so(two, visit, ask):
    """Where none of the chosen documents exists, the page says so and asks all."""
    page = visit(f"{two}/?documents=nowhere.txt")
    page.locator(".toast.shown").wait_for()
    assert "None of the chosen documents" in page.locator(".toast").inner_text()
    assert _chosen(page) is None
    assert ask(page, ADOPTED).locator(".verdict.found").count() == 1
