"""For everyone: axe-core in every state, the keyboard alone, and text that is read from the right."""

from __future__ import annotations

import pytest
from browser.conftest import BOX
from browser.fake_bot import ADOPTED, FOOTBALL, FakeBot, document

ARABIC = "يعيد مجلس الأمن تأكيد أن الإرهاب بجميع أشكاله ومظاهره يشكل أحد أخطر التهديدات للسلام والأمن الدوليين."
HEBREW = "מועצת הביטחון חוזרת ומאשרת כי הטרור על כל צורותיו וביטוייו הוא אחד האיומים החמורים ביותר על השלום."


@pytest.mark.parametrize(
    ("scheme", "width", "place"), [("light", 1280, "/"), ("dark", 1280, "/fr/"), ("dark", 390, "/")]
)
def test_axe_finds_nothing_in_any_state(visit, chat, ask, axe, scheme, width, place):
    """Start, answer, refusal, source, and list of conversations in its states are without violations."""
    page = visit(chat + place, color_scheme=scheme, viewport={"width": width, "height": 844}, reduced_motion="reduce")
    assert axe(page) == []
    page.locator(BOX).fill("threat")
    page.locator("#suggested [role=option]").wait_for()
    page.keyboard.press("ArrowDown")
    assert axe(page) == []
    page.keyboard.press("Escape")
    exchange = ask(page, ADOPTED)
    exchange.locator(".further > summary").click()
    exchange.locator("[data-verdict]:visible").first.click()
    page.locator(".toast.shown").wait_for()
    assert axe(page) == []
    ask(page, FOOTBALL)
    ask(page, f"and {FOOTBALL}").get_by_role("button").first.wait_for()  # with history, so that it can be asked alone
    assert axe(page) == []
    exchange.locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.locator("[data-conversations]").click()
    page.locator("#history [data-delete]").click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.locator("#history [data-rename]").click()
    assert axe(page) == []


def test_axe_would_find_something(page, axe):
    """The check itself works: a picture without a text and pale letters are found."""
    page.evaluate(
        """() => { const bad = document.createElement('main'); bad.innerHTML = '<img src="data:,"><p>pale</p>';
                   bad.lastChild.style.cssText = 'color:#ccc;background:#fff'; document.body.append(bad); }"""
    )
    found = " ".join(axe(page))
    assert "image-alt" in found
    assert "color-contrast" in found


def test_every_control_is_reached_by_keyboard_and_seen_to_be(page, ask):
    """Tab reaches every control on the page once, in the order of the page, each with a visible frame around it."""
    ask(page, ADOPTED)
    reachable = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, textarea, summary, [tabindex="0"]')]
                   .filter(e => e.checkVisibility() && !e.disabled).map((e, n) => (e.dataset.place = n))"""
    )
    page.locator("[data-place='0']").focus()
    page.keyboard.press("Shift+Tab")  # round to the last, from which Tab leads to the first
    reached, unseen = [], []
    for _ in range(len(reachable)):
        page.keyboard.press("Tab")
        place, frame = page.evaluate(
            """() => { const e = document.activeElement, style = getComputedStyle(e);
                       const box = getComputedStyle(e.closest('.input-container') ?? e);
                       return [e.dataset.place ?? null, style.outlineStyle !== 'none' || box.boxShadow !== 'none']; }"""
        )
        reached.append(place and int(place))
        if not frame:
            unseen.append(page.evaluate("document.activeElement.outerHTML"))
    assert reached == reachable
    assert unseen == []


def test_keyboard_alone_asks_copies_and_comments(visit, chat, bot):
    """Without a mouse: an example is asked, its quotation copied, a word given on it, further passages opened."""
    page = visit(chat, permissions=["clipboard-read", "clipboard-write"])

    def go_to(selector):
        for _ in range(30):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press("Shift+Tab")
        pytest.fail(f"the keyboard does not reach {selector}")

    assert page.locator(BOX).evaluate("e => e === document.activeElement")
    go_to("[data-example='0']")
    page.keyboard.press("Enter")
    page.locator(".exchange .verdict.found").wait_for()
    go_to(".lead [data-copy]")
    page.keyboard.press("Enter")
    page.locator(".toast.shown").wait_for()
    assert bot.ask(page.locator(".exchange h2").inner_text()).citations[0].quote in page.evaluate(
        "navigator.clipboard.readText()"
    )
    for _ in range(3):  # over the link and the source to “Right passage?”
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator(".lead [data-verdict=right][aria-pressed=true]").wait_for()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".passage[open]").wait_for()
    assert page.evaluate("document.activeElement.matches('.passage > summary')")


def test_what_is_done_is_announced(page, ask):
    """Copying, words on answers and changes to the list are said in a live region, also while the list is open."""
    exchange = ask(page, FOOTBALL)
    exchange.get_by_role("button", name="No answer here").click()
    status = page.locator(".toast[role=status]")
    page.locator(".toast.shown").wait_for()
    assert status.inner_text() == "Marked: the documents do not answer this."
    page.locator("[data-conversations]").click()
    page.locator("#history [data-rename]").click()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.toast').textContent === 'Renamed.'")
    assert status.evaluate("e => e.closest('dialog')?.open === true")


def test_what_is_read_from_the_right_stands_right(visit, start_chat, ask):
    """Arabic and Hebrew stand at the right, with bar and number there; English beside them stands left as ever."""
    text = f"رأس\n\nرأس\n\nرأس\n\n{ARABIC}\n\n{HEBREW}\n\nA paragraph in English on terrorism."
    page = visit(start_chat(FakeBot([document("ar.txt", text, "قرار مجلس الأمن 2462")])))
    exchange = ask(page, f"{ARABIC} {HEBREW} terrorism")
    styles = "e => { const s = getComputedStyle(e); return [s.borderRightWidth, s.borderLeftWidth]; }"
    assert exchange.locator(".lead blockquote").evaluate(styles) == ["4px", "0px"]  # the whole paragraph is meant
    directions = exchange.locator("blockquote").evaluate_all("all => all.map(e => getComputedStyle(e).direction)")
    assert directions == ["rtl", "rtl", "ltr"]
    assert exchange.locator("h2").evaluate("e => getComputedStyle(e).direction") == "rtl"
    exchange.locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    assert page.locator("mark.passage").inner_text() == ARABIC
    edges = page.locator("#source .paragraph").evaluate_all(
        """all => all.map(e => { const p = e.querySelector('p'), range = document.createRange();
             range.selectNodeContents(p); const text = range.getBoundingClientRect(), box = p.getBoundingClientRect();
             return [Math.round(text.left - box.left) > 0, Math.round(box.right - text.right) > 0]; })"""
    )
    touches_right, touches_left = [not right for _, right in edges], [not left for left, _ in edges]
    assert touches_right == [True, True, False]
    assert touches_left[2]
    paragraphs = page.locator("#source .paragraph")
    assert paragraphs.evaluate_all("all => all.map(e => getComputedStyle(e).direction)") == ["rtl", "rtl", "ltr"]


def test_long_words_do_not_scroll_the_list_sideways(visit, chat, ask):
    """At 390 pixels the list of conversations scrolls sideways for no title."""
    page = visit(chat, viewport={"width": 390, "height": 844})
    ask(page, "x" * 300)
    page.locator("[data-conversations]").click()
    page.locator("#history .open").wait_for()
    overflow = "e => e.scrollWidth - e.clientWidth"
    assert page.locator("#history dialog").evaluate(overflow) <= 0
    page.locator("#history [data-rename]").click()
    assert page.locator("#history dialog").evaluate(overflow) <= 0
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
