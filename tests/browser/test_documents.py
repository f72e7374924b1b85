"""The documents in a real browser: looked through, added by dropping files, asked, removed, and followed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading

import pytest
from browser.conftest import BOX
from browser.fake_bot import STATEMENT
from conftest import ROOT, SHARED
from server_process import free_port, wait_for
from small_corpus import small_corpus

import qa
from qa.errors import QAError, UploadError
from qa.service.uploads import safe_name

ADOPTED = "When was the Global Counter-Terrorism Strategy adopted?"
PENGUINS = "Penguins\n\nThe emperor penguin breeds in winter on the sea ice of Antarctica.\n"
BREEDS = "Where does the emperor penguin breed?"
SPEECHES = 54
LONG = 30
DROP = """(target, files) => {
  const dataTransfer = new DataTransfer();
  for (const [name, text] of files)
    dataTransfer.items.add(new File([Uint8Array.from(text, c => c.charCodeAt(0))], name));
  for (const kind of ['dragenter', 'dragover', 'drop'])
    target.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer})); }"""
"""Drops files, given as pairs of name and text in Latin-1, on an element, as a person would."""


@pytest.fixture(scope="module")
def library(tmp_path_factory, encoder):
    """A corpus of the statement and of speeches by two countries, with one file that cannot be read."""
    texts = {STATEMENT.name: STATEMENT.read_text("utf-8"), "photo.png": "\x89PNG"}
    for number in range(SPEECHES):
        code, session = (("KEN", "TCD")[number % 2], 20 + number)
        texts[f"{code}_{session}_{1945 + session}.txt"] = f"The harvest of season {number} was brought in by hand.\n"
    with small_corpus(tmp_path_factory.mktemp("library"), texts, encoder) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def address(start_chat, library):
    return start_chat(library.bot, corpus=library)


@pytest.fixture
def page(visit, address, library):
    """A page of the chat; what a test adds is gone before the next."""
    yield visit(address)
    for name in library._uploads.names():
        library.remove(name)
    assert library.wait(library.update(), LONG)


def _open(page):
    page.locator("[data-documents]").click()
    page.locator("#documents .list li").first.wait_for()


def _drop(page, *files, on="#documents .drop"):
    page.locator(on).evaluate(DROP, [list(file) for file in files])


def _row(page, name):
    return page.locator("#documents .upload", has=page.get_by_text(name, exact=True))


def _said(page, name, stage):
    """Wait until a file has come so far, and return what is said of it."""
    row = page.locator(f"#documents .upload[data-stage={stage}]", has=page.get_by_text(name, exact=True))
    row.wait_for()
    return row.locator(".said").inner_text()


def _titles(page):
    return page.locator("#documents .list .open").all_inner_texts()


def _count(page, text):
    page.wait_for_function("t => document.querySelector('#documents .count').textContent === t", arg=text)


def test_the_documents_are_listed_filtered_and_opened(page):
    """By year, country and words the list is narrowed; more are shown on request; an entry opens its source."""
    _open(page)
    _count(page, f"{SPEECHES + 1} documents")
    assert len(_titles(page)) == 50
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function(f"document.querySelectorAll('#documents .list .open').length === {SPEECHES + 1}")
    assert page.get_by_role("button", name="Show more").is_hidden()
    page.get_by_label("Country").select_option("country:Chad")
    _count(page, f"{SPEECHES // 2} of {SPEECHES + 1} documents")
    page.get_by_label("Year").select_option("year:1966")
    _count(page, f"1 of {SPEECHES + 1} documents")
    assert page.locator("#documents .list .id").inner_text() == "TCD_21_1966.txt"
    page.get_by_label("Year").select_option("year:1965")
    _count(page, "No matches")
    for facet in ("Country", "Year"):
        page.get_by_label(facet).select_option("")
    page.get_by_label("Search by title").fill("voronkov MOSCOW")
    _count(page, f"1 of {SPEECHES + 1} documents")
    assert "33 passages" in page.locator("#documents .list .facts").inner_text()
    page.locator("#documents .list .open").click()
    page.locator("#source .text").wait_for()
    assert "Voronkov" in page.locator("#source h2").inner_text()
    assert page.locator("#documents dialog").is_hidden()
    assert "document=statement-voronkov" in page.url
    page.go_back()
    page.locator("#source .pane").wait_for(state="hidden")


def test_a_dropped_file_is_indexed_while_the_old_index_answers(page, ask, library):
    """Dropped, waiting, indexed: meanwhile old answers come, then the new document answers, and is removed again."""
    with library.gate.shut():
        _open(page)
        _drop(page, ["penguins.txt", PENGUINS])
        assert _said(page, "penguins.txt", "waiting") in ("Waiting to be indexed", "Being read")
        page.locator("#documents .updating").wait_for()
        assert page.locator("#documents .stage").inner_text() == "Reading files: 0 of 1"
        page.get_by_role("button", name="Close").click()
        assert "2006" in ask(page, ADOPTED).locator(".lead").inner_text()
        assert "penguin" not in ask(page, BREEDS).locator(".citation").first.inner_text().lower()
    page.wait_for_function(f"document.querySelector('.toast').textContent.includes('{SPEECHES + 2} documents')")
    assert page.locator(".toast").inner_text() == f"The new index is in use: {SPEECHES + 2} documents."
    assert page.locator("#masthead .corpus").text_content() == f"Searching in {SPEECHES + 2} documents"
    lead = ask(page, BREEDS).locator(".lead")
    assert lead.locator("blockquote").inner_text() == PENGUINS.split("\n\n")[1].strip()
    _open(page)
    assert _said(page, "penguins.txt", "indexed") == "Indexed: 1 passage"
    page.get_by_label("Search by title").fill("penguins")
    _count(page, f"1 of {SPEECHES + 2} documents")
    assert "added here" in page.locator("#documents .list .facts").inner_text()
    page.get_by_role("button", name="Remove penguins.txt").click()
    page.get_by_role("button", name="Yes, remove").click()
    _count(page, "No matches")
    page.get_by_role("button", name="Close").click()
    assert page.locator("#masthead .corpus").text_content() == f"Searching in {SPEECHES + 1} documents"
    assert "penguin" not in ask(page, BREEDS).locator(".citation").first.inner_text().lower()


def test_what_is_said_is_said_to_screen_readers(page):
    """While the list is open its own live region says a file's result and that the new index answers."""
    _open(page)
    page.evaluate(
        """() => { window.heard = []; new MutationObserver(() => window.heard.push(
             document.querySelector('#documents [role=status]').textContent))
             .observe(document.querySelector('#documents [role=status]'), {childList: true, characterData: true}); }"""
    )
    _drop(page, ["penguins.txt", PENGUINS])
    _said(page, "penguins.txt", "indexed")
    assert page.evaluate("window.heard") == [
        f"The new index is in use: {SPEECHES + 2} documents.", "penguins.txt: Indexed: 1 passage",
    ]  # fmt: skip
    assert page.locator("#documents [role=status]").evaluate("e => e.closest('dialog').open")


def test_a_skipped_file_is_shown_with_its_reason_and_can_be_removed(page, library):
    """What cannot be read says why, as ``qa index`` would, beside its name and below what was skipped."""
    _open(page)
    assert page.locator("#documents .skipped summary").inner_text() == "1 file was skipped"
    _drop(page, ["broken.txt", "\xff\x00"], ["penguins.txt", PENGUINS])
    said = _said(page, "broken.txt", "skipped")
    assert said.startswith("Skipped, not the format its name says: holds binary data, not text")
    assert said.endswith("Save it again in the format that you want, and add that.")
    assert _said(page, "penguins.txt", "indexed") == "Indexed: 1 passage"
    page.locator("#documents .skipped summary").click()
    items = page.locator("#documents .skipped li")
    assert [text.split("\n")[0] for text in items.all_inner_texts()] == ["broken.txt", "photo.png"]
    assert "cannot read .png" in items.last.inner_text()
    assert items.last.get_by_role("button").count() == 0
    items.first.get_by_role("button", name="Remove broken.txt").click()
    page.get_by_role("button", name="Yes, remove").click()
    page.wait_for_function("document.querySelectorAll('#documents .skipped li').length === 1")
    assert library._uploads.names() == ["penguins.txt"]


def test_a_second_file_of_a_name_replaces_the_first_only_on_request(page, ask):
    """The name is said to be taken; Replace sends it all the same, and its words answer."""
    _open(page)
    _drop(page, ["birds.txt", PENGUINS])
    _said(page, "birds.txt", "indexed")
    _drop(page, ["birds.txt", PENGUINS.replace("Antarctica", "the Ross Sea")])
    assert _said(page, "birds.txt", "refused") == "A file with this name has already been added."
    page.locator("#documents [data-replace]:visible").click()
    page.wait_for_function("document.querySelectorAll('#documents .upload[data-stage=indexed]').length === 2")
    page.get_by_role("button", name="Close").click()
    assert "the Ross Sea" in ask(page, BREEDS).locator(".lead").inner_text()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (STATEMENT.name, "x", "The index already has a document with this name"),
        ("empty.txt", "", "It is empty."),
        ("photo2.png", "\x89PNG", "Files of this kind cannot be read. Save it as PDF"),
        ("large.txt", "x" * 20, "It is larger than a file may be here."),
        ("unsent.txt", "x", "The file could not be sent"),
    ],
)
def test_what_cannot_be_added_is_said_beside_its_name(page, visit, name, content, said):
    """A name of a folder's document, nothing, too much, and a server that is gone are each said in a sentence."""
    _open(page)
    if name == "large.txt":
        page.locator("#documents dialog").evaluate("e => { e.dataset.limit = 10; }")
    if name == "unsent.txt":
        page.route(re.compile(r"/documents\?name="), lambda route: route.abort())
    _drop(page, [name, content])
    assert _said(page, name, "refused").startswith(said)
    assert page.locator("#documents [data-replace]:visible").count() == 0
    if name == "unsent.txt":
        visit.troubles.clear()  # the browser's own word on the request that failed
    if name == "empty.txt":
        page.get_by_role("button", name="Dismiss").click()
    else:
        page.get_by_role("button", name="Close").click()
        _open(page)
    assert page.locator("#documents .upload").count() == 0


def test_a_failed_update_is_said_and_the_old_index_answers(page, ask, library):
    """When indexing fails, the pane says why and that answers come as before, and so it is."""
    _open(page)
    library.gate.failing = QAError("the disk is full; make room")
    _drop(page, ["penguins.txt", PENGUINS])
    assert "the disk is full" in _said(page, "penguins.txt", "failed")
    problem = page.locator("#documents .problem").inner_text()
    assert (
        problem == "The index could not be updated. Answers come from the index as it was: the disk is full; make room"
    )
    page.get_by_role("button", name="Close").click()
    assert "2006" in ask(page, ADOPTED).locator(".lead").inner_text()


def test_files_may_be_dropped_anywhere(page):
    """A file dropped on the conversation opens the pane and is added; the browser does not leave the page."""
    _drop(page, ["penguins.txt", PENGUINS], on="#conversation")
    assert _said(page, "penguins.txt", "indexed") == "Indexed: 1 passage"
    assert page.locator("#documents dialog").is_visible()


def test_keyboard_alone_adds_finds_opens_and_removes(page, tmp_path):
    """Without a mouse: the pane is opened, a file chosen, the list searched, an entry read, and the file removed."""
    (tmp_path / "penguins.txt").write_text(PENGUINS)
    page.on("filechooser", lambda chooser: chooser.set_files(tmp_path / "penguins.txt"))
    focused = "document.activeElement.matches"

    def tab_to(selector):
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate(f"{focused}('#documents {selector}')"):
                return
        pytest.fail(f"the keyboard does not reach {selector}")

    page.locator("[data-documents]").focus()
    page.keyboard.press("Enter")
    page.locator("#documents .list li").first.wait_for()
    tab_to("input[type=file]")
    outline = "getComputedStyle(document.activeElement.closest('label')).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.press("Enter")
    _said(page, "penguins.txt", "indexed")
    tab_to("[name=words]")
    page.keyboard.type("penguins")
    _count(page, f"1 of {SPEECHES + 2} documents")
    tab_to(".list .open")
    tab_to(".list [data-remove]")
    for key, now in (
        ("Enter", "[data-sure]"), ("Escape", "[data-remove]"), ("Enter", "[data-sure]"), ("Tab", "[data-keep]"),
        ("Enter", "[data-remove]"), ("Shift+Tab", ".list .ask-of"), ("Shift+Tab", ".list .open"),
    ):  # fmt: skip
        page.keyboard.press(key)
        page.wait_for_function(f"{focused}('#documents {now}')")
    page.keyboard.press("Enter")
    page.locator("#source .text").wait_for()
    assert "emperor penguin" in page.locator("#source .text").inner_text()
    page.keyboard.press("Escape")
    page.locator("#source .pane").wait_for(state="hidden")
    assert page.locator(BOX).evaluate("e => e === document.activeElement")
    page.locator("[data-documents]").focus()
    page.keyboard.press("Enter")
    tab_to(".list [data-remove]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_function(f"{focused}('#documents [name=words]')")
    _count(page, "No matches")
    page.keyboard.press("Escape")  # empties the search, as in any browser
    _count(page, f"{SPEECHES + 1} documents")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.matches('[data-documents]')")


def test_what_another_adds_is_seen_and_the_head_follows(page, library):
    """When somebody else changes the documents, a page that is looked at again shows it."""
    added = library.source / "elsewhere.txt"
    added.write_text(PENGUINS)
    assert library.wait(library.update(), LONG)
    try:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_function(
            "text => document.querySelector('#masthead .corpus').textContent === text",
            arg=f"Searching in {SPEECHES + 2} documents",
        )
    finally:
        added.unlink()


def test_where_nothing_may_be_changed_that_is_said(visit, start_chat, library):
    """On a server that is read only the documents are listed, nothing can be added or removed, a drop is refused."""
    page = visit(start_chat(library.bot, corpus=library, editors=frozenset()))
    _open(page)
    assert page.locator("#documents .adding").is_hidden()
    assert page.locator("#documents .forbidden").inner_text() == "Documents cannot be added or removed here."
    _drop(page, ["penguins.txt", PENGUINS], on="#documents .list")
    page.wait_for_function("document.querySelector('#documents [role=status]').textContent")
    assert page.locator("#documents [role=status]").inner_text() == "Documents cannot be added or removed here."
    assert page.locator("#documents .upload").count() == 0


def test_hostile_file_names_are_shown_and_never_run(page, library):
    """Names from the lists of attacks are added, listed, skipped and removed to the letter, and nothing runs."""
    lists = SHARED / "robustness" / "xss"
    if not lists.is_dir():
        pytest.skip("the lists of attacks are not part of the project")
    lines = [line for file in sorted((lists / "patt").glob("*.txt")) for line in file.read_text("utf-8").splitlines()]
    names = {}
    for line in lines:
        try:
            names.setdefault(safe_name(line + ".txt"), line + ".txt")
        except UploadError:
            continue
    chosen = dict(list(names.items())[:: max(1, len(names) // 24)])
    _open(page)
    page.evaluate(
        """() => { window.ran = []; for (const name of ['alert', 'prompt', 'confirm', 'print', 'open'])
             window[name] = (...given) => window.ran.push(name + given);
           addEventListener('securitypolicyviolation', e => window.ran.push(e.blockedURI)); }"""
    )
    with library.gate.shut():
        for place, name in enumerate(chosen.values()):
            content = "\\xff\\x00" if place % 2 else f"Payload {place} in a file."
            page.locator("#documents .drop").evaluate(DROP, [[name, content.encode().decode("unicode_escape")]])
        page.wait_for_function(
            "n => document.querySelectorAll('#documents .upload[data-stage=waiting]').length === n", arg=len(chosen)
        )
    page.wait_for_function("document.querySelectorAll('#documents .upload[data-number]').length === 0")
    assert set(page.locator("#documents .upload .name").all_text_contents()) == set(chosen)
    page.get_by_label("Search by title").fill(".txt")
    page.locator("#documents .skipped summary").click()
    shown = page.locator("#documents .skipped .name, #documents .list .id").all_text_contents()
    added = set(library._uploads.names())
    assert added == set(chosen)
    assert added <= {*shown, *library.bot.document_ids()}
    assert {name for name in added if name not in library.bot.document_ids()} <= set(shown)
    assert page.locator("#documents :is(script, img, svg, iframe, object, embed, style)").count() == 0
    assert page.evaluate("window.ran") == []


@pytest.mark.parametrize(
    ("scheme", "width", "place"), [("light", 1280, "/"), ("dark", 1280, "/fr/"), ("dark", 390, "/")]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, address, library, axe, scheme, width, place):
    """The list, a file on its way, results, a removal and what was skipped: no violations, at 390 pixels neither."""
    page = visit(address + place, color_scheme=scheme, viewport={"width": width, "height": 844})

    def check():
        assert axe(page) == []
        assert page.locator("#documents dialog").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0

    _open(page)
    check()
    long = "w" * 150 + f"{width}{scheme}.txt"
    with library.gate.shut():
        _drop(page, [long, PENGUINS], [f"broken{width}{scheme}.txt", "\xff\x00"], ["e.txt", ""])
        page.wait_for_function("document.querySelectorAll('#documents .upload[data-stage=waiting]').length === 2")
        page.locator("#documents .updating").wait_for()
        check()
    page.locator("#documents .upload[data-stage=indexed]").wait_for()
    page.locator("#documents .upload[data-stage=skipped]").wait_for()
    page.locator("#documents .skipped summary").click()
    page.locator("#documents .skipped [data-remove]").first.click()
    check()
    for name in library._uploads.names():
        library.remove(name)


@pytest.mark.slow
def test_a_file_put_into_a_watched_folder_answers(visit, ask, tmp_path, encoder):
    """``qa serve --watch``: a file put into the folder is read by a process apart, and a question finds it."""
    source, index, port = tmp_path / "source", tmp_path / "index", free_port()
    source.mkdir()
    (source / STATEMENT.name).write_bytes(STATEMENT.read_bytes())
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    qa.build_index(source, index, encoder=encoder)
    server = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", "--index", str(index), "--port", str(port), "--watch"],
        stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    said, indexed = [], threading.Event()

    def listen():
        for line in server.stderr:
            said.append(line.strip())
            if "(1 added" in line:
                indexed.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        (source / "penguins.txt").write_text(PENGUINS)
        assert indexed.wait(120), said
        page = visit(f"http://127.0.0.1:{port}")
        assert "sea ice of Antarctica" in ask(page, BREEDS).locator(".lead").inner_text()
        page.goto("about:blank")  # a page whose server has gone says so in the console
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    assert f"qa: watching {source}" in said
    assert f"qa: changed: {source / 'penguins.txt'}" in said
    assert "qa: the index has 2 documents, 34 passages (1 added, 0 changed, 0 removed, 0 skipped)" in said
