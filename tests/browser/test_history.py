"""Copying, words on answers, folded passages, and the list of conversations in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser.fake_bot import ADOPTED, FakeBot, document, statement

from qa.answering.quotation import quotation

THREAT = "What threat has the defeat of ISIL brought?"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def _names(page):
    return page.locator("#history .open").all_inner_texts()


def _open_list(page):
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.locator("#history .list > *").first.wait_for()


def test_a_quotation_is_copied_with_its_citation_in_one_click(visit, chat, ask, bot):
    """The clipboard holds the words to the letter, and below them all that finds them again."""
    page = visit(chat, **CLIPBOARD)
    ask(page, ADOPTED).get_by_role("button", name="Copy quotation").first.click()
    page.locator(".toast.shown").wait_for()
    assert page.locator(".toast").inner_text() == "Quotation copied, with its citation."
    assert page.evaluate("navigator.clipboard.readText()") == quotation(bot.ask(ADOPTED).citations[0])


def test_copying_works_where_the_browser_keeps_its_clipboard(visit, chat, ask):
    """On a page without HTTPS, which is given no clipboard, copying works all the same, and the focus stays."""
    page = visit(chat, **CLIPBOARD)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    button = ask(page, ADOPTED).get_by_role("button", name="Copy quotation").first
    button.click()
    page.locator(".toast.shown").wait_for()
    assert page.locator(".toast").inner_text() == "Quotation copied, with its citation."
    assert button.evaluate("e => e === document.activeElement")


def test_the_right_passage_and_no_answer_are_noted_and_taken_back(page, ask):
    """Each word on an answer is shown as given, contradicts the other, and a second click takes it back."""
    exchange = ask(page, ADOPTED)
    right = exchange.get_by_role("button", name="Yes, this is the right passage").first
    wrong = exchange.get_by_role("button", name="No, this is not the right passage").first
    for button, said, states in (
        (right, "Marked as the right passage.", ("true", "false")),
        (wrong, "Marked: not the right passage.", ("false", "true")),
        (wrong, "Mark removed.", ("false", "false")),
    ):
        button.click()
        page.wait_for_function("said => document.querySelector('.toast').textContent === said", arg=said)
        assert (right.get_attribute("aria-pressed"), wrong.get_attribute("aria-pressed")) == states


def test_near_identical_passages_stand_as_one_and_each_is_within_reach(visit, start_chat, ask):
    """A paragraph that four documents repeat is shown once, with the others behind “Also in 3 other documents”."""
    text = "The Council reaffirms that terrorism in all its forms is one of the most serious threats to peace in {}."
    repeated = [document(f"{y}.txt", f"\n\n{text.format(y)}", f"Resolution {y}") for y in (2001, 2005, 2010, 2019)]
    for one in repeated:
        object.__setattr__(one.blocks[0], "kind", "paragraph")
    page = visit(start_chat(FakeBot([*repeated, statement()])))
    exchange = ask(page, "What does the Council reaffirm that terrorism is to peace, among serious threats?")
    lead = exchange.locator(".lead")
    lead.locator(".also > summary").click()
    assert lead.locator(".also > summary").inner_text() == "Also in 3 other documents"
    links = lead.locator(".also a.cite")
    assert [text.split(" ·")[0] for text in links.all_inner_texts()] == [
        "Resolution 2005", "Resolution 2010", "Resolution 2019",
    ]  # fmt: skip
    links.last.click()
    page.locator("mark.passage").wait_for()
    assert page.locator("mark.passage").inner_text() == text.format(2019)
    assert exchange.locator(".others .number").first.inner_text() == "2"  # numbers have no gaps


def test_conversations_are_listed_opened_renamed_and_deleted(page, ask):
    """By mouse: what was asked is listed, opens again, takes another name, and goes when that is confirmed."""
    ask(page, ADOPTED)
    page.get_by_role("button", name="New conversation").click()
    page.locator(".start").wait_for()
    ask(page, THREAT)
    _open_list(page)
    assert _names(page) == [THREAT, ADOPTED]
    page.locator("#history .open").last.click()
    page.wait_for_function("q => document.querySelector('.exchange h2')?.textContent === q", arg=ADOPTED)
    assert page.locator(".exchange").count() == 1
    _open_list(page)
    page.get_by_role("button", name=f"Rename: {ADOPTED}").click()
    page.keyboard.type("For the report")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.toast').textContent === 'Renamed.'")
    assert _names(page) == [THREAT, "For the report"]
    page.get_by_role("button", name="Delete: For the report").click()
    page.get_by_role("button", name="Yes, delete").click()
    page.wait_for_function("document.querySelector('.toast').textContent === 'Deleted.'")
    assert _names(page) == [THREAT]
    page.get_by_role("button", name="Close").click()
    page.locator(".start").wait_for()  # the conversation on the screen was the one deleted
    page.reload()
    _open_list(page)
    assert _names(page) == [THREAT]


def test_a_name_being_written_is_not_lost_to_a_list_that_comes_late(page, ask):
    """A list asked for earlier and answered later leaves the box as it is; what was renamed shows when it is closed."""
    ask(page, ADOPTED)
    page.get_by_role("button", name="New conversation").click()
    page.locator(".start").wait_for()
    ask(page, THREAT)
    waiting = []
    page.route("**/conversations", lambda route: waiting.append(route))  # noqa: PLW0108 - its own arguments
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Conversations", exact=True).click()
    while len(waiting) < 2:
        page.wait_for_timeout(10)
    waiting[1].continue_()
    page.get_by_role("button", name=f"Rename: {ADOPTED}").click()
    page.keyboard.type("For the")
    with page.expect_response("**/conversations"):
        waiting[0].continue_()
    page.keyboard.type(" report")
    page.keyboard.press("Enter")
    while len(waiting) < 3:
        page.wait_for_timeout(10)
    page.get_by_role("button", name=f"Rename: {THREAT}").click()
    page.keyboard.type("Threat")
    with page.expect_response("**/conversations"):
        waiting[2].continue_()
    page.wait_for_function("document.querySelector('.toast').textContent === 'Renamed.'")
    assert page.locator("#history .rename:not([hidden]) input").input_value() == "Threat"
    page.unroute("**/conversations")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="For the report", exact=True).wait_for()
    assert _names(page) == [THREAT, "For the report"]
    assert page.locator("#history .open").first.evaluate("e => e === document.activeElement")


def test_conversations_are_each_browsers_own(page, ask, visit, chat):
    """Another browser's list does not hold what was asked in this one."""
    ask(page, ADOPTED)
    other = visit(chat)
    _open_list(other)
    assert other.locator("#history .list").inner_text() == "There are none yet. Every question you ask is saved here."


@pytest.mark.parametrize(("name", "form"), [("Markdown", "md"), ("Word", "docx"), ("JSON", "json")])
def test_a_conversation_is_exported_by_a_click(page, ask, bot, name, form):
    """A click saves the conversation as a file under its title, with the quotation and its reference in it."""
    ask(page, THREAT)
    _open_list(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Export as {name}").click()
    assert download.value.suggested_filename == f"{THREAT[:-1]}.{form}"
    content = Path(download.value.path()).read_bytes()
    quote = bot.ask(THREAT).citations[0].quote
    if form == "json":
        assert json.loads(content)["exchanges"][0]["answer"]["citations"][0]["quote"] == quote
    elif form == "md":
        assert " ".join(quote.split())[:60] in content.decode().replace("\\", "")
    else:
        assert content.startswith(b"PK")


def test_keyboard_alone_keeps_conversations(page, ask):
    """By keyboard: open the list, rename, leave renaming with Escape, delete, and come back to where one was."""
    ask(page, ADOPTED)
    page.get_by_role("button", name="Conversations", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("#history .open").wait_for()
    page.keyboard.press("Tab")  # from Close to the conversation
    for key, focused in (
        ("Tab", "[data-rename]"), ("Enter", ".rename input"), ("Escape", ".open"), ("Tab", "[data-rename]"),
        ("Tab", "[data-delete]"), ("Enter", "[data-sure]"), ("Escape", ".open"),
    ):  # fmt: skip
        page.keyboard.press(key)
        page.wait_for_function(f"document.activeElement.matches('#history {focused}')")
    assert page.evaluate("document.querySelector('#history dialog').open")
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('#history dialog').open")
    assert page.evaluate("document.activeElement.matches('[data-conversations]')")


def test_what_cannot_be_noted_is_said(page, ask, visit):
    """When the server no longer has the conversation, a word on its answer is answered with a sentence."""
    exchange = ask(page, ADOPTED)
    page.context.clear_cookies()
    exchange.locator("[data-verdict]").first.click()
    page.locator(".toast.shown").wait_for()
    assert "could not be saved" in page.locator(".toast").inner_text()
    visit.troubles.remove("Failed to load resource: the server responded with a status of 404 (Not Found)")
