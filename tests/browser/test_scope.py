"""Questions are asked of chosen documents: from the address, the list and the source pane, and back to all."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from browser.conftest import BOX, PHONE
from browser.fake_bot import ADOPTED, STATEMENT, FakeBot, FakeCorpus, document, statement

PENGUINS = "Where do the emperor penguins breed in winter?"
HARVEST = "Which harvest of the season was brought in by hand?"
TITLE = "On <b>penguins</b>"
BIRDS = "birds/one & two.txt"
SPEECHES = 5_000
COUNTRIES = ("Chad", "Kenya", "Peru", "Fiji")
CHOICE = ("documents", "folder", "filter", "words")


@pytest.fixture(scope="module")
def many():
    """Return a bot that knows the statement, one other document, and five thousand speeches in folders."""
    text = "A\n\nB\n\nC\n\nThe emperor penguins breed on the sea ice in winter."
    speeches = [
        document(
            f"speeches/{2000 + number % 20}/{number:04}.txt",
            f"A\n\nB\n\nC\n\nThe harvest of season {number} was brought in by hand.",
            f"Speech {number:04}",
            {"country": COUNTRIES[number % 4], "year": str(2000 + number % 20), "committee": f"{number % 3 + 1}th"},
        )
        for number in range(SPEECHES)
    ]
    return FakeBot([statement(), document(BIRDS, text, TITLE), *speeches])


@pytest.fixture(scope="module")
def address(start_chat, many):
    """Return the address of a chat with it."""
    return start_chat(many, corpus=FakeCorpus(many), editors=frozenset())


def _chosen(page):
    return [(name, value) for name, value in parse_qsl(urlsplit(page.url).query) if name in CHOICE]


def _open(page):
    page.locator("[data-documents]").click()
    page.locator("#documents .list li").first.wait_for()


def _count(page, text):
    page.wait_for_function("t => document.querySelector('#documents .count').textContent === t", arg=text)


def _head(page, text):
    page.wait_for_function("t => document.querySelector('#masthead .scope b')?.textContent === t", arg=text)


def _cited(exchange):
    return {
        link.evaluate("e => new URLSearchParams(e.search).get('document')") for link in exchange.locator("a.cite").all()
    }


def test_an_address_narrows_the_questions_until_all_are_searched(address, visit, ask):
    """Only the chosen document answers, which head and answer say; a reload keeps it, one click leads to all."""
    page = visit(f"{address}/?{urlencode({'documents': BIRDS})}")
    head = page.locator("#masthead .scope")
    head.get_by_text(TITLE).wait_for()
    refused = ask(page, ADOPTED)
    assert refused.locator(".verdict.missing").count() == 1
    assert TITLE in refused.locator(".scope").inner_text()
    assert ask(page, PENGUINS).locator(".verdict.found").count() == 1
    assert _chosen(page) == [("documents", BIRDS)]
    page.wait_for_timeout(1_000)  # the stream of the last answer ends after the answer is shown
    page.reload()
    head.get_by_text(TITLE).wait_for()
    head.get_by_role("link", name="Search all documents").click()
    head.wait_for(state="hidden")
    answered = ask(page, ADOPTED)
    assert answered.locator(".verdict.found").count() == 1
    assert answered.locator(".scope").count() == 0
    assert _chosen(page) == []


def test_the_source_pane_leads_to_questions_of_its_document(address, visit, ask, axe):
    """“Ask this document” in the source pane asks the document in it; a new conversation asks all again."""
    page = visit(address)
    ask(page, PENGUINS).locator(".lead a.cite").click()
    page.get_by_role("link", name="Ask this document").click()
    _head(page, TITLE)
    assert _chosen(page) == [("documents", BIRDS)]
    assert axe(page) == []
    page.get_by_role("button", name="New conversation").click()
    page.locator("#masthead .scope").wait_for(state="hidden")
    assert ask(page, ADOPTED).locator(".verdict.found").count() == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("documents=nowhere.txt", "None of the chosen documents"),
        ("filter=country:Atlantis", "None of the chosen documents"),
        ("filter=nonsense:x", "None of the chosen documents"),
        ("&".join(f"documents={number}" for number in range(101)), "At most 100 documents"),
    ],
)
def test_an_address_that_chooses_nothing_says_so(address, visit, ask, query, said):
    """Where nothing of a choice exists, or it is too long, the page says so and asks all; nothing is cut silently."""
    page = visit(f"{address}/?{query}")
    page.locator(".toast.shown").wait_for()
    assert said in page.locator(".toast").inner_text()
    assert _chosen(page) == []
    assert ask(page, ADOPTED).locator(".verdict.found").count() == 1


def test_several_documents_are_chosen_in_the_list_by_mouse(address, visit, ask):
    """Two of five thousand, found by different words, are asked together; the list shows them again, and clears."""
    page = visit(address)
    _open(page)
    assert page.locator("#documents [data-choose]").count() == 50
    for words, title in (("penguins", TITLE), ("0007", "Speech 0007")):
        page.get_by_label("Search by title").fill(words)
        _count(page, f"1 of {SPEECHES + 2:,} documents")
        page.get_by_role("checkbox", name=f"Choose {title}").check()
    chosen = page.locator("#documents .chosen")
    assert chosen.locator(".number").inner_text() == "2 documents chosen"
    chosen.get_by_role("button", name="Show only these").click()
    _count(page, f"2 of {SPEECHES + 2:,} documents")
    assert page.locator("#documents [data-choose]:checked").count() == 2
    chosen.get_by_role("link", name="Ask these").click()
    _head(page, "2 documents")
    assert page.locator("#documents dialog").is_hidden()
    assert _chosen(page) == [("documents", BIRDS), ("documents", "speeches/2007/0007.txt")]
    answered = ask(page, f"{PENGUINS} {HARVEST}")
    assert answered.locator(".scope").inner_text() == "Only in 2 documents"
    assert _cited(answered) == {BIRDS, "speeches/2007/0007.txt"}
    _open(page)
    assert page.locator("#documents .chosen .number").inner_text() == "2 documents chosen"
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#documents .chosen").is_hidden()


def test_all_that_a_folder_and_filters_leave_are_asked(address, visit, ask, many):
    """A folder, metadata and words are carried as such, however many documents they leave; head and answer say them."""
    page = visit(address)
    _open(page)
    assert page.get_by_role("link", name="Ask all of these").is_hidden()
    page.get_by_label("Folder").select_option("speeches")
    _count(page, f"{SPEECHES:,} of {SPEECHES + 2:,} documents")
    page.get_by_label("Country").select_option("country:Kenya")
    page.get_by_label("Committee").select_option("committee:2th")
    left = sum(number % 4 == 1 and number % 3 == 1 for number in range(SPEECHES))
    _count(page, f"{left} of {SPEECHES + 2:,} documents")
    page.get_by_role("link", name="Ask all of these").click()
    shown = f"speeches/ · Kenya · 2th ({left} documents)"
    _head(page, shown)
    assert _chosen(page) == [("folder", "speeches"), ("filter", "country:Kenya"), ("filter", "committee:2th")]
    answered = ask(page, HARVEST)
    assert answered.locator(".scope").inner_text() == f"Only in {shown}"
    by_id = {one.id: one.metadata for one in many.documents}
    assert {(by_id[name]["country"], by_id[name]["committee"]) for name in _cited(answered)} == {("Kenya", "2th")}
    page.wait_for_timeout(1_000)
    page.reload()
    _head(page, shown)
    assert page.locator(".exchange .scope").inner_text() == "Only in speeches/ · Kenya · 2th"
    _open(page)
    assert page.get_by_label("Country").input_value() == "country:Kenya"
    page.keyboard.press("Escape")
    exported = page.request.get(f"{address}/conversations/{_conversation(page)}.md").text()
    assert "Only in Folder: speeches/, Country: Kenya, Committee: 2th." in exported


def test_a_conversation_goes_on_with_its_documents(address, visit, ask):
    """Opened from the list of conversations, it asks the documents that its last question was asked of."""
    page = visit(f"{address}/?filter=country:Fiji&words=speech")
    _head(page, "Fiji · “speech” (1,250 documents)")
    ask(page, HARVEST)
    page.get_by_role("button", name="New conversation").click()
    page.locator("#masthead .scope").wait_for(state="hidden")
    page.locator("#start .recent a").first.click()
    _head(page, "Fiji · “speech” (1,250 documents)")
    assert _chosen(page) == [("filter", "country:Fiji"), ("words", "speech")]


def _conversation(page):
    return dict(parse_qsl(urlsplit(page.url).query))["conversation"]


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_the_keyboard_alone_chooses(address, visit, axe, screen):
    """Space checks a document, the number is said, Tab leads to “Ask these”; axe finds nothing, nothing overflows."""
    page = visit(address, **screen)
    _open(page)
    page.locator("#documents [data-choose]").first.focus()
    page.keyboard.press("Space")
    assert page.locator("#documents [role=status]").inner_text() == "1 document chosen"
    assert axe(page) == []
    assert page.locator("#documents dialog").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    bar, dialog = (page.locator(f"#documents {name}").bounding_box() for name in (".chosen", "dialog"))
    assert bar["y"] + bar["height"] <= dialog["y"] + dialog["height"] + 1
    page.get_by_role("button", name="Show more").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.these')")
    page.keyboard.press("Enter")
    page.locator("#masthead .scope b").wait_for()
    assert _chosen(page) == [("documents", STATEMENT.name)]
    page.wait_for_function(f"document.activeElement === document.querySelector('{BOX}')")


def test_no_more_are_chosen_one_by_one_than_an_address_carries(address, visit):
    """At the limit it is said that a folder or a filter takes any number, and no further box can be checked."""
    page = visit(address)
    page.evaluate("document.querySelector('#documents dialog').dataset.most = 3")
    _open(page)
    boxes = page.locator("#documents [data-choose]")
    for place in range(3):
        boxes.nth(place).check()
    assert "A folder or a filter takes any number." in page.locator("#documents [role=status]").inner_text()
    assert page.locator("#documents [data-choose]:enabled").count() == 3
    boxes.nth(1).uncheck()
    assert page.locator("#documents [data-choose]:disabled").count() == 0
