"""The page itself in a real browser: marks on the quoted words, pages turned, the file taken along."""

from __future__ import annotations

import hashlib
import re
from itertools import chain
from urllib.parse import parse_qs, urlsplit

import pytest
from browser.fake_bot import FakeBot
from make_pdf import Text, make_pdf, paragraph

from benchmarks.marks import letters_within
from qa.ingestion.readers import read
from qa.ingestion.source_files import Files
from qa.types import page_at

FIRST = (
    "The members of the committee met on Monday to consider the\n"
    "report of the working group and its annexes, which had been\n"
    "circulated to all delegations a week before the meeting."
)
SECOND = (
    "The chair thanked the delegations. They agreed that the\n"
    "proposals deserved further study and asked the secretariat to\n"
    "prepare a paper on the costs of each of them. It was late."
)
ASKED = "Which proposals deserved further study by the secretariat?"
ANSWER = "They agreed that the proposals deserved further study and asked the secretariat to prepare a paper on the "
ANSWER += "costs of each of them."
NAME = "report.pdf"
FOCUSED = "document.activeElement"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a report of three pages, the answer at the foot of the second, in two columns."""
    folder = tmp_path_factory.mktemp("papers")
    left = paragraph(60, 200, SECOND, indent=12, size=9)
    right = paragraph(330, 200, FIRST, indent=12, size=9)
    above = [*paragraph(60, 280, FIRST, indent=12, size=9), *paragraph(330, 280, FIRST, indent=12, size=9)]
    second = [*above, *(line for pair in zip(left, right, strict=True) for line in pair)]
    third = [Text(100, 700, "Annex", 14, "bold"), *paragraph(100, 660, FIRST)]
    (folder / NAME).write_bytes(make_pdf([*paragraph(100, 600, FIRST)], second, third))
    return folder


@pytest.fixture(scope="module")
def reports(folder):
    return FakeBot(list(read(folder / NAME, NAME)), files=Files([folder]))


@pytest.fixture(scope="module")
def library(start_chat, reports):
    """Return the address of a chat about the report."""
    return start_chat(reports)


@pytest.fixture
def opened(visit, library, ask):
    """Return a function that asks and opens the citation, which shows its page."""

    def open_page(place="/", **context):
        page = visit(library + place, **context)
        ask(page, ASKED).locator("a.cite").first.click()
        _drawn(page, 2)
        return page

    return open_page


def _drawn(page, number):
    """Wait until a page is shown and its picture is there."""
    page.wait_for_function(
        """number => { const image = document.querySelector('#source .sheet img');
             return image?.complete && image.naturalWidth && image.src.includes(`&page=${number}&`); }""",
        arg=number,
    )


def _shares(page, name):
    """Return the marks of one shade as they lie on the screen, as shares of the picture."""
    return page.locator("#source .paper").evaluate(
        """(paper, name) => { const image = paper.querySelector('img').getBoundingClientRect();
             return [...paper.querySelectorAll(`i.${name}`)].map(e => e.getBoundingClientRect()).map(box =>
               [(box.left - image.left) / image.width, (box.top - image.top) / image.height,
                (box.right - image.left) / image.width, (box.bottom - image.top) / image.height]); }""",
        name,
    )


def _fields(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def _in_view(page, selector):
    return page.locator(selector).first.evaluate(
        """e => { const box = e.getBoundingClientRect(), frame = e.closest('.body').getBoundingClientRect();
                  return box.top >= frame.top && box.bottom <= frame.bottom && box.left >= frame.left; }"""
    )


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("larger", [False, True])
def test_the_marks_on_the_screen_lie_on_the_quoted_words(opened, folder, reports, width, larger):
    """What PDFium reads under the marks is the quotation, at every width and size; the answer is marked stronger."""
    page = opened(viewport={"width": width, "height": 844})
    if larger:
        for _ in range(2):
            page.get_by_role("button", name="Larger").click()
        page.wait_for_function("document.querySelector('.zooming output').textContent.startsWith('150')")
    quote = reports.ask(ASKED).citations[0].quote
    assert quote == SECOND.replace("\n", " ")
    assert letters_within(folder / NAME, 2, _shares(page, "passage")) == quote.replace(" ", "")
    assert letters_within(folder / NAME, 2, _shares(page, "answer")) == ANSWER.replace(" ", "")
    assert _in_view(page, "i.answer")
    colours = [
        page.locator(f"i.{name}").first.evaluate("e => getComputedStyle(e).backgroundColor")
        for name in ("passage", "answer")
    ]
    assert colours == ["rgb(253, 240, 191)", "rgb(255, 213, 74)"]


def test_pages_are_turned_by_buttons_and_keys(opened):
    """Arrow keys and buttons turn pages, the focus stays where it was, and a button leads back to the passage."""
    page = opened()
    assert page.locator(".turning .number").inner_text() == "Page 2 of 3"
    page.locator("#source .body").focus()
    page.keyboard.press("ArrowRight")
    _drawn(page, 3)
    assert page.locator("#source [role=status]").inner_text() == "Page 3 of 3"
    assert page.evaluate(f"{FOCUSED}.matches('#source .body')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    _drawn(page, 2)
    page.get_by_role("button", name="Previous page").focus()
    page.keyboard.press("Enter")
    _drawn(page, 1)
    assert page.evaluate(f"{FOCUSED}.dataset.turn") == "back"
    assert page.evaluate(f"{FOCUSED}.ariaDisabled") == "true"
    page.keyboard.press("Enter")
    assert page.locator("i.answer").count() == 0
    page.get_by_role("button", name="To the passage (page 2)").click()
    _drawn(page, 2)
    assert page.locator("i.answer").count() == 3


def test_keyboard_alone_reaches_the_text_and_returns(visit, library, ask):
    """A PDF opens at its page; Shift+Tab leads to the switch; after the text is shown, Escape leads to the citation."""
    page = visit(library)
    ask(page, ASKED).locator("a.cite").first.focus()
    page.keyboard.press("Enter")
    _drawn(page, 2)
    page.wait_for_function(f"{FOCUSED}.matches('#source .body')")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(f"{FOCUSED}.dataset.view") == "text":
            break
    page.keyboard.press("Space")
    page.locator("mark.passage").wait_for()
    assert page.evaluate(f"[{FOCUSED}.dataset.view, {FOCUSED}.ariaPressed]") == ["text", "true"]
    page.keyboard.press("Escape")
    page.wait_for_function(f"{FOCUSED}.matches('a.cite')")


def test_an_address_opens_the_same_page_again(opened, visit):
    """The address says that the page is shown, and which; opened elsewhere it shows the same, and Back closes it."""
    page = opened()
    assert (_fields(page)["view"], _fields(page)["sheet"]) == ("page", "2")
    fresh = visit(page.url, ready="#source .sheet")
    _drawn(fresh, 2)
    edges, others = (list(chain.from_iterable(_shares(one, "answer"))) for one in (fresh, page))
    assert edges == pytest.approx(others, abs=0.002)
    page.get_by_role("button", name="Next page").click()
    _drawn(page, 3)
    page.reload()
    _drawn(page, 3)
    assert _fields(page)["sheet"] == "3"
    page.locator("[data-view=text]").click()
    page.locator("mark.passage").wait_for()
    assert not {"view", "sheet"} & _fields(page).keys()
    assert page.locator("a.cite[aria-current]").count() == 1
    page.go_back()
    page.locator("#source .pane").wait_for(state="hidden")


def test_the_choice_is_remembered(opened, ask):
    """Who chooses the text is shown text from then on, until pages are chosen again; then each citation's page."""
    page = opened()
    page.locator("[data-view=text]").click()
    page.locator("mark.passage").wait_for()
    page.keyboard.press("Escape")
    page.locator("#source .pane").wait_for(state="hidden")
    exchange = ask(page, "When had the report of the working group been circulated to delegations?")
    exchange.locator("a.cite").first.click()
    page.wait_for_function("document.querySelector('mark.passage')?.textContent.includes('report of the working')")
    page.locator("[data-view=page]").click()
    _drawn(page, 1)
    page.locator(".exchange").first.locator("a.cite").first.click()
    _drawn(page, 2)


def test_what_is_found_is_marked_on_its_page(opened, folder, reports):
    """“Find” leads from page to page; what PDFium reads under the marks is what was looked for; Escape ends it."""
    report, start = reports.document(NAME), reports.ask(ASKED).citations[0].start
    hits = [(found.start(), page_at(report.pages, found.start())) for found in re.finditer("delegations", report.text)]
    first = next(place for place, (at, _) in enumerate(hits) if at >= start)
    page = opened()
    box = page.get_by_role("searchbox", name="Find in the document")
    said = "document.querySelector('#source .finding output').textContent"

    def is_at(place):
        page.wait_for_function(f"text => {said} === text", arg=f"{place + 1} of {len(hits)}")
        _drawn(page, hits[place][1])
        assert letters_within(folder / NAME, hits[place][1], _shares(page, "now")) == "delegations"

    box.fill("delegations")
    is_at(first)
    for step in range(1, len(hits)):
        box.press("Enter")
        is_at((first + step) % len(hits))
    assert page.evaluate(f"{FOCUSED}.name") == "find"
    assert {sheet for _, sheet in hits} == {1, 2, 3}
    page.get_by_role("button", name="Previous match").click()
    place = (first - 2) % len(hits)
    is_at(place)
    shown = _fields(page)
    assert (shown["find"], shown["hit"], shown["sheet"]) == ("delegations", str(place + 1), str(hits[place][1]))
    box.press("Escape")
    page.wait_for_function(f"{said} === '' && !document.querySelector('i.now')")
    assert page.locator("#source .pane").is_visible()


def test_the_page_is_zoomed_in_steps(opened):
    """Larger and smaller change the sheet, the share is said, the last step disables its button; it is kept."""
    page = opened()
    sheet = "document.querySelector('.sheet').offsetWidth"
    first = page.evaluate(sheet)
    larger, smaller = (page.get_by_role("button", name=name) for name in ("Larger", "Smaller"))
    larger.click()
    assert page.locator(".zooming output").inner_text() == "125\xa0%"
    assert page.evaluate(sheet) == pytest.approx(1.25 * first, abs=2)
    for _ in range(4):
        smaller.click()
    assert page.locator(".zooming output").inner_text() == "50\xa0%"
    assert smaller.get_attribute("aria-disabled") == "true"
    page.reload()
    _drawn(page, 2)
    assert page.locator(".zooming output").inner_text() == "50\xa0%"


def test_the_file_is_taken_along(opened, folder):
    """The link gives the very file that was indexed, under its name."""
    page = opened()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download").click()
    assert started.value.suggested_filename == NAME
    taken = hashlib.sha256(started.value.path().read_bytes()).hexdigest()
    assert taken == hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    assert page.locator("#source .sheet").is_visible()


@pytest.mark.parametrize(("scheme", "width", "place"), [("light", 1280, "/"), ("dark", 390, "/fr/")])
def test_the_page_is_for_everyone(opened, axe, scheme, width, place):
    """The picture has a text and its marks are read, nothing scrolls sideways, and axe finds no fault."""
    page = opened(place, color_scheme=scheme, viewport={"width": width, "height": 844})
    alt = page.locator(".sheet img").get_attribute("alt")
    assert alt == ("Image of page 2 of “Annex”" if place == "/" else "Image de la page 2 de «\xa0Annex\xa0»")
    assert page.locator(".sheet figcaption q").all_inner_texts() == [ANSWER]
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    body = page.locator("#source .body")
    assert body.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    for _ in range(4):
        page.locator("[data-zoom='1']").click()
    assert body.evaluate("e => e.scrollWidth - e.clientWidth") > 100
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_page_that_cannot_be_shown_leaves_the_text(visit, start_chat, tmp_path, ask):
    """When the file has changed a sentence says so, the passage stays marked in the text, and there is no switch."""
    (tmp_path / NAME).write_bytes(make_pdf([*paragraph(100, 600, SECOND)]))
    page = visit(start_chat(FakeBot(list(read(tmp_path / NAME, NAME)), files=Files([tmp_path]))))
    exchange = ask(page, ASKED)
    exchange.locator("a.cite").first.click()
    _drawn(page, 1)
    (tmp_path / NAME).write_bytes(make_pdf([*paragraph(100, 600, FIRST)]))
    page.keyboard.press("Escape")
    exchange.locator("a.cite").first.click()
    page.locator("#source .remark").wait_for()
    assert "has changed since it was indexed" in page.locator("#source .remark").inner_text()
    assert page.locator("mark.passage").inner_text() == SECOND.replace("\n", " ")
    assert page.locator("[data-view]").count() == 0
    assert "view" not in _fields(page)
