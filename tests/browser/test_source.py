"""The source pane in a real browser: the passage in its document, to the letter, by mouse and by keyboard."""

from __future__ import annotations

import statistics

import pytest
from browser.conftest import BOX
from browser.fake_bot import ADOPTED, FakeBot, document

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
FOCUSED = "document.activeElement"


def _text(page, selector):
    return page.locator(selector).evaluate("e => e.textContent")


def _in_view(page, selector):
    return page.locator(selector).evaluate(
        """e => { const box = e.getBoundingClientRect(), frame = e.closest('.body').getBoundingClientRect();
                  return box.top >= frame.top && box.top < frame.bottom; }"""
    )


def test_a_citation_opens_its_source_at_the_passage(page, ask, bot):
    """A click on a citation shows the document beside the chat, at the passage, which is marked to the letter."""
    exchange = ask(page, ADOPTED)
    exchange.locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    citation = bot.ask(ADOPTED).citations[0]
    assert _text(page, "mark.passage") == citation.quote
    start, end = citation.highlights[0]
    assert _text(page, "mark.passage mark") == bot.document(citation.document).text[start:end]
    assert _in_view(page, "mark.passage")
    assert page.locator("#source h2").inner_text() == citation.title
    assert page.locator(".paragraph:has(mark.passage)").get_attribute("data-number") == "14"
    assert exchange.is_visible()


def test_every_citation_leads_to_its_own_passage(page, ask, bot):
    """Each of the five citations, head lines included, marks exactly its quotation, while the pane stays open."""
    question = "Who is Vladimir Voronkov, Under-Secretary-General for Counter-Terrorism?"
    exchange = ask(page, question)
    exchange.locator(".further > summary").click()
    for passage in exchange.locator(".passage > summary").all():
        passage.click()
    for position, citation in enumerate(bot.ask(question).citations):
        exchange.locator("a.cite").nth(position).click()
        page.wait_for_function(
            "quote => document.querySelector('mark.passage')?.textContent === quote", arg=citation.quote
        )
        assert exchange.locator("a.cite[aria-current]").count() == 1


def test_the_source_shows_the_whole_document(page, ask, bot):
    """Every paragraph of the document is in the pane, verbatim and numbered as citations number them."""
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    shown = page.locator("#source .paragraph p").evaluate_all("all => all.map(e => e.textContent)")
    source = bot.document(bot.document_ids()[0])
    assert shown == [source.text[b.start : b.end] for b in source.blocks if b.kind == "paragraph"]


def test_a_citation_of_a_document_that_was_replaced_marks_nothing(visit, start_chat, ask):
    """When the document has other words by now at the place of a citation, a sentence says so in the marks' stead."""
    before, after = "The heron eats fish at the pond.", "The stork, which eats frogs, left the pond."
    bot = FakeBot([document("birds.txt", f"Birds\n\n{before}", "Birds")])
    page = visit(start_chat(bot))
    exchange = ask(page, "Which heron eats fish at the pond?")
    bot.documents[0] = document("birds.txt", f"Birds\n\n{after}", "Birds")
    exchange.locator("a.cite").first.click()
    page.locator("#source .remark").wait_for()
    assert page.locator("#source .remark").inner_text().startswith("The document has changed since this answer")
    assert after in page.locator("#source .text").inner_text()
    assert page.locator("#source mark").count() == 0


def test_keyboard_alone_opens_reads_and_returns(page, ask):
    """Tab reaches a citation, Enter opens it with the focus on the passage, Escape leads back to the citation."""
    ask(page, ADOPTED)
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(f"{FOCUSED}.matches('a.cite')"):
            break
    assert page.evaluate(f"getComputedStyle({FOCUSED}).outlineStyle") == "solid"
    address = page.evaluate(f"{FOCUSED}.search")
    page.keyboard.press("Enter")
    page.wait_for_function(f"{FOCUSED}.matches('mark.passage')")
    page.keyboard.press("Escape")
    page.wait_for_function(f"{FOCUSED}.matches('a.cite')")
    assert page.evaluate(f"{FOCUSED}.search") == address
    assert page.locator("#source .pane").is_hidden()


def test_a_citation_that_is_open_can_be_opened_again(page, ask):
    """A second click on the same citation scrolls back to the passage after one has read on."""
    link = ask(page, ADOPTED).locator("a.cite").first
    link.click()
    page.locator("mark.passage").wait_for()
    page.locator("#source .body").evaluate("e => e.scrollTo(0, e.scrollHeight)")
    assert not _in_view(page, "mark.passage")
    link.click()
    page.wait_for_function(f"{FOCUSED}.matches('mark.passage')")
    assert _in_view(page, "mark.passage")


def test_the_back_button_closes_the_source(page, ask):
    """Back closes the pane and Forward opens it again, as with any page."""
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    page.go_back()
    page.locator("#source .pane").wait_for(state="hidden")
    page.go_forward()
    page.locator("mark.passage").wait_for()


def test_a_citation_is_an_address(page, ask, visit):
    """A citation's link, opened in a new tab, shows the same passage there."""
    ask(page, ADOPTED)
    address = page.locator("a.cite").first.evaluate("e => e.href")
    fresh = visit(address)
    fresh.locator("mark.passage").wait_for()
    assert _text(fresh, "mark.passage") == _text(page, ".lead blockquote")


@pytest.mark.parametrize(
    "query",
    [
        "document=nowhere.txt&passage=1-2",
        "document=../../etc/passwd",
        "document=statement-voronkov-moscow-2018.txt&passage=5-99999999",
        "document=statement-voronkov-moscow-2018.txt&passage=nonsense",
        "document=%ff&a=1&b=2",
    ],
)
def test_an_address_of_nothing_is_said_in_a_sentence(visit, chat, query):
    """An address that leads nowhere, whoever wrote it, shows one sentence."""
    page = visit(f"{chat}/?{query}")
    page.locator("#source .notice").wait_for()
    assert "cannot be shown" in page.locator("#source .notice").inner_text()


def test_on_a_phone_the_source_covers_the_page_and_leads_back(visit, chat, ask):
    """At 390 pixels the source fills the screen, the page behind is out of reach, and a button leads back."""
    page = visit(chat, **PHONE)
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    assert page.locator("#source .pane").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert _in_view(page, "mark.passage")
    assert page.locator(BOX).evaluate("e => e.closest('[inert]') !== null")
    page.get_by_role("button", name="Back to the conversation").click()
    page.wait_for_function(f"{FOCUSED}.matches('a.cite')")
    assert page.locator(BOX).evaluate("e => e.closest('[inert]') === null")


def test_a_source_of_500_paragraphs_opens_in_time(visit, start_chat, ask):
    """From the click to the marked passage, a document of 500 long paragraphs takes at most half a second."""
    text = "\n\n".join(f"Paragraph {n} of the long record. " + "It goes on about the matter. " * 20 for n in range(500))
    page = visit(start_chat(FakeBot([document("long.txt", text, "A long record")])))
    exchange = ask(page, "Which paragraph of the long record goes about the matter?")
    exchange.locator(".further > summary").click()
    for passage in exchange.locator(".passage > summary").all():
        passage.click()
    taken = []
    for _ in range(5):
        taken.append(_milliseconds(page, exchange.locator("a.cite").last, "mark.passage"))
        assert _in_view(page, "mark.passage")
        page.keyboard.press("Escape")
        page.locator("#source .pane").wait_for(state="hidden")
    assert page.locator("#source .paragraph").count() >= 490
    assert statistics.median(taken) < 500


def _milliseconds(page, link, appears):
    """Click, and return how long the page took until ``appears`` was on the screen, by the page's own clock."""
    page.evaluate(
        """selector => { window.taken = new Promise(done => { const from = performance.now(), look = () =>
             document.querySelector(selector)?.offsetParent ? done(performance.now() - from)
                                                            : requestAnimationFrame(look);
           addEventListener('click', look, {once: true, capture: true}); }); }""",
        appears,
    )
    link.click()
    return page.evaluate("window.taken")


def test_a_source_is_printed_alone_and_with_its_marks(page, ask):
    """On paper stands the open source as a whole, with the marked passage, and nothing of the conversation."""
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    page.emulate_media(media="print")
    assert not page.locator("#conversation").is_visible()
    assert not page.locator("#masthead").is_visible()
    assert page.locator("mark.passage").is_visible()
    assert page.locator("#source .body").evaluate("e => e.scrollHeight - e.clientHeight") <= 0
    page.emulate_media(media="screen")


def test_words_are_found_in_the_text_with_previous_and_next(page, ask, bot):
    """Typing marks and counts, Enter and Shift+Enter walk round, markup is text, and a reload shows the same place."""
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    box, said = page.get_by_role("searchbox", name="Find in the document"), "#source .finding output"
    shows = f"t => document.querySelector('{said}').textContent === t"
    box.press_sequentially("counter-terrorism")
    count = bot.document(bot.document_ids()[0]).text.lower().count("counter-terrorism")
    page.wait_for_function(f"document.querySelector('{said}').textContent.endsWith(' of {count}')")
    first = int(page.locator(said).inner_text().split()[0])
    assert page.locator("mark.passage mark.now").count() == 1  # the first from the passage on
    assert page.locator("mark:is(.hit, .now)").count() == count
    box.press("Enter")
    page.wait_for_function(shows, arg=f"{first + 1} of {count}")
    assert _in_view(page, "mark.now")
    box.press("Shift+Enter")
    page.wait_for_function(shows, arg=f"{first} of {count}")
    assert page.evaluate(f"{FOCUSED}.name") == "find"
    page.get_by_role("button", name="Next match").click()
    page.wait_for_function(shows, arg=f"{first + 1} of {count}")
    page.reload()
    page.locator("mark.now").wait_for()
    assert page.locator(said).inner_text() == f"{first + 1} of {count}"
    box.fill("<b>nowhere</b>")
    page.wait_for_function(shows, arg="No matches")
    assert page.locator("#source .text b").count() == 0
    box.press("Escape")
    page.wait_for_function(shows, arg="")
    assert page.locator("mark.passage").is_visible()
    box.press("Escape")
    page.locator("#source .pane").wait_for(state="hidden")


def test_the_pane_is_made_wider_by_keyboard_and_mouse_and_stays_so(page, ask):
    """Arrow keys and dragging move its edge within limits, the conversation gets the rest, and a reload keeps it."""
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    pane, edge = page.locator("#source .pane"), page.get_by_role("separator", name="Width of the source")

    def width():
        return pane.bounding_box()["width"]

    edge.focus()
    page.keyboard.press("Home")
    assert width() == pytest.approx(0.25 * 1280, abs=1)
    page.keyboard.press("ArrowLeft")
    assert width() == pytest.approx(0.27 * 1280, abs=1)
    assert edge.get_attribute("aria-valuenow") == "27"
    box = edge.bounding_box()
    page.mouse.move(box["x"] + 5, 300)
    page.mouse.down()
    page.mouse.move(640, 300)
    page.mouse.up()
    assert width() == pytest.approx(640, abs=8)
    conversation = page.locator("#conversation").bounding_box()
    assert conversation["x"] + conversation["width"] <= pane.bounding_box()["x"] + 1
    page.reload()
    page.locator("mark.passage").wait_for()
    assert width() == pytest.approx(640, abs=8)


def test_the_button_prints_what_is_open(page, ask):
    """It prints the page of the browser, on which the source stands alone, with its marks."""
    ask(page, ADOPTED).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    page.evaluate("window.print = () => { window.printed = document.body.className; }")
    page.get_by_role("button", name="Print with the marks").click()
    assert "reading" in page.evaluate("window.printed")
    page.emulate_media(media="print")
    for hidden in (".looking", ".edge", ".tools"):
        assert not page.locator(f"#source {hidden}").is_visible()
    assert page.locator("mark.passage").is_visible()
    page.emulate_media(media="screen")
