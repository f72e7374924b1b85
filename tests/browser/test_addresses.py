"""Every answer and every passage has an address that opens the same thing again."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

from browser.conftest import BOX
from browser.fake_bot import ADOPTED

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def _fields(page):
    return parse_qs(urlsplit(page.url).query)


def test_a_question_has_an_address(visit, chat, bot):
    """``?q=…`` asks a question as soon as the page is there, and gives the answer that asking it gives."""
    page = visit(f"{chat}/?{urlencode({'q': ADOPTED})}")
    page.locator(".exchange .verdict.found").wait_for()
    assert page.locator(".exchange h2").inner_text() == ADOPTED
    assert page.locator(".lead blockquote").evaluate("e => e.textContent") == bot.ask(ADOPTED).citations[0].quote


def test_a_copied_link_opens_the_same_answer_for_somebody_else(visit, chat, ask):
    """“Copy link” below an answer copies an address that shows the same answer in another browser."""
    page = visit(chat, **CLIPBOARD)
    exchange = ask(page, ADOPTED)
    exchange.get_by_role("button", name="Copy link").click()
    page.locator(".toast.shown").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{chat}/?{urlencode({'q': ADOPTED})}"
    other = visit(link)
    other.locator(".exchange .verdict.found").wait_for()
    assert other.locator(".lead blockquote").inner_text() == exchange.locator(".lead blockquote").inner_text()


def test_reloading_brings_back_conversation_and_source(page, ask):
    """The page's address holds conversation and open passage: after a reload both are there, with what was said."""
    ask(page, ADOPTED).get_by_role("button", name="Yes, this is the right passage").first.click()
    second = ask(page, "What threat has the defeat of ISIL brought?")
    second.locator(".lead a.cite").click()
    page.locator("mark.passage").wait_for()
    passage = page.locator("mark.passage").inner_text()
    page.reload()
    page.locator("mark.passage").wait_for()
    page.locator(".exchange .verdict").nth(1).wait_for()
    assert page.locator("mark.passage").inner_text() == passage
    assert page.locator(".exchange h2").all_inner_texts() == [ADOPTED, "What threat has the defeat of ISIL brought?"]
    assert page.locator("[aria-pressed=true]").count() == 1
    page.wait_for_function("document.querySelectorAll('a.cite[aria-current]').length === 1")


def test_the_conversation_goes_on_after_a_reload(page, ask, bot):
    """A follow-up after a reload is asked with the conversation before it, and belongs to it."""
    ask(page, ADOPTED)
    before = _fields(page)["conversation"]
    page.reload()
    page.locator(".exchange .verdict").wait_for()
    ask(page, "and which focus?")
    assert [turn.text for turn in bot.asked[-1][1]] == [ADOPTED, bot.ask(ADOPTED).citations[0].quote]
    assert _fields(page)["conversation"] == before


def test_an_address_of_another_browsers_conversation_asks_the_question_anew(page, ask, visit):
    """Whoever gets an address with somebody's conversation in it sees the last question answered, and nothing else."""
    ask(page, ADOPTED)
    ask(page, "What threat has the defeat of ISIL brought?")
    stranger = visit(page.url)
    stranger.locator(".exchange .verdict").wait_for()
    assert stranger.locator(".exchange h2").all_inner_texts() == ["What threat has the defeat of ISIL brought?"]
    assert _fields(stranger)["conversation"] != _fields(page)["conversation"]


def test_an_address_of_no_conversation_says_so_and_the_chat_works(visit, chat, ask):
    """A conversation that is not there is said to be missing, and questions can be asked."""
    page = visit(f"{chat}/?conversation=nowhere")
    page.locator(".toast.shown").wait_for()
    assert "is no longer kept" in page.locator(".toast").inner_text()
    assert urlsplit(page.url).query == ""
    assert "2006" in ask(page, ADOPTED).inner_text()


def test_a_link_opens_in_a_tab_of_its_own_with_a_key_held(page, ask, chat):
    """With Ctrl held a citation opens in a new tab, as any link, and the page stays as it is."""
    link = ask(page, ADOPTED).locator("a.cite").first
    with page.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    opened.value.locator("mark.passage").wait_for()
    assert opened.value.url.startswith(f"{chat}/?document=")
    assert page.locator("#source .pane").is_hidden()


def test_back_leads_through_conversations(page, ask):
    """Back from a new conversation brings the old one back, Forward leads on."""
    ask(page, ADOPTED)
    page.get_by_role("button", name="New conversation").click()
    page.locator(".start").wait_for()
    page.go_back()
    page.locator(".exchange .verdict").wait_for()
    assert page.locator(".exchange h2").inner_text() == ADOPTED
    page.go_forward()
    page.locator(".start").wait_for()
    assert page.locator(BOX).is_visible()
