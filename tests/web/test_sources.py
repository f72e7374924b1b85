"""The source pane, pages and files by HTTP: what is served, as what, and what is not."""

from __future__ import annotations

import re
from html import unescape

import pytest
from browser.fake_bot import FakeBot
from make_pdf import FIRST, RESOLUTION, SECOND, Text, make_pdf, paragraph
from starlette.testclient import TestClient

from qa.ingestion.readers import read
from qa.ingestion.source_files import Files
from qa.web import create_app

REPORT, MARKUP = "report.pdf", 'sub/näme "quoted"; <b>.html'


pytestmark = pytest.mark.slow  # each builds applications of its own


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a PDF of three pages and an HTML file with an awkward name."""
    folder = tmp_path_factory.mktemp("documents")
    pages = ([*paragraph(100, 700 - 60 * k, body, indent=24)[:3]] for k, body in enumerate((FIRST, SECOND, FIRST)))
    (folder / REPORT).write_bytes(make_pdf(*pages))
    (folder / "sub").mkdir()
    (folder / MARKUP).write_text("<html><body><p>A paragraph of a web page.</p><script>1</script></body></html>")
    return folder


@pytest.fixture(scope="module")
def bot(folder):
    documents = [document for name in (REPORT, MARKUP) for document in read(folder / name, name)]
    return FakeBot(documents, files=Files([folder]))


@pytest.fixture(scope="module")
def client(bot):
    return TestClient(create_app(bot, per_minute=6_000), base_url="http://127.0.0.1")


def _version(bot, name=REPORT):
    return bot.document(name).digest[:16]


def test_a_page_is_a_picture_for_this_browser_alone(client, bot):
    """A page is a PNG that only the browser may cache, and no other type may be guessed for it."""
    fields = {"document": REPORT, "page": 2, "version": _version(bot)}
    answer = client.get("/page", params=fields)
    assert answer.status_code == 200
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert answer.headers["vary"] == "Cookie"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/fr/page", params=fields).content == answer.content
    assert client.get("/", headers={"accept": "text/html"}).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", ["", "0", "-1", "4", "20001", "9" * 400, "9" * 5_000, "1.5", "one", "1 or 1=1", "\0"])
def test_a_page_that_is_not_there_is_a_404(client, bot, page):
    """A page number that the document does not have, or that is no number, gets 404."""
    answer = client.get("/page", params={"document": REPORT, "page": page, "version": _version(bot)})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "nowhere.pdf",
        "../report.pdf",
        "/etc/passwd",
        "sub",
        "report.pdf/..",
        "report.pdf\0",
        "%2e%2e/x",
        "é" * 2_000,
    ],
)
@pytest.mark.parametrize("route", ["page", "file"])
def test_a_document_that_is_not_there_is_a_404(client, name, route):
    """Only the id of a document in the index leads to a page or a file."""
    assert client.get(f"/{route}", params={"document": name, "page": 1}).status_code == 404


def test_a_text_has_no_pages(client, bot):
    """A document that is no PDF has no pages."""
    fields = {"document": MARKUP, "page": 1, "version": _version(bot, MARKUP)}
    assert client.get("/page", params=fields).status_code == 404


@pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "0" * 16}])
def test_a_page_of_another_version_is_not_served(client, version):
    """A page is served only for the version in the address, so that marks lie on the right words."""
    assert client.get("/page", params={"document": REPORT, "page": 2} | version).status_code == 404


def test_a_file_is_taken_along_and_never_shown(client, folder):
    """A file is downloaded unchanged under its own name, with a type that no browser shows."""
    answer = client.get("/file", params={"document": MARKUP})
    assert answer.content == (folder / MARKUP).read_bytes()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=utf-8''n%C3%A4me%20%22quoted%22%3B%20%3Cb%3E.html"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    plain = client.get("/file", params={"document": REPORT})
    assert plain.headers["content-disposition"] == 'attachment; filename="report.pdf"'


def _source(client, **fields):
    answer = client.get("/source", params={"document": REPORT} | fields)
    assert answer.status_code == 200
    return answer.text


def _span(bot, quote):
    start = bot.document(REPORT).text.index(quote)
    return f"{start}-{start + len(quote)}"


def test_the_page_of_the_passage_is_shown_with_its_marks(client, bot):
    """Without a page number the page of the answering words is shown, with the passage and these words marked."""
    fields = {"passage": _span(bot, SECOND.replace("\n", " ")), "highlights": _span(bot, "further study")}
    shown = _source(client, view="page", **fields)
    assert "Page 2 of 3" in shown
    assert (shown.count('<i class="passage"'), shown.count('<i class="answer"')) == (3, 1)
    assert '<q dir="auto">further study</q>' in shown
    assert f"page?document={REPORT}&page=2&version={bot.document(REPORT).digest[:16]}" in unescape(shown)
    other = _source(client, view="page", sheet=3, **fields)
    assert ("Page 3 of 3" in other, "<i class" in other, "Nothing is marked on this page." in other) == (
        True,
        False,
        True,
    )
    assert 'data-turn="home" data-page="2"' in other
    assert re.search(r'data-turn="on" aria-disabled="true"', other)


@pytest.mark.parametrize("page", ["99", "0", "-7", "9" * 400])
def test_a_page_that_cannot_be_shown_leaves_the_text(client, bot, page):
    """A sentence says why there is no page, and the text is shown with the passage marked."""
    shown = _source(client, view="page", sheet=page, passage=_span(bot, "further study"))
    assert '<p class="remark" role="note">The document has no such page. This is its text.</p>' in shown
    assert '<mark class="passage" tabindex="-1">further study</mark>' in shown
    assert 'data-view="text" aria-pressed="true"' in shown


def test_a_changed_file_is_said_and_not_shown(tmp_path):
    """After a file has changed, its pages and the file are not served, and the text says so."""
    path = tmp_path / REPORT
    path.write_bytes(make_pdf([*paragraph(100, 600, FIRST)]))
    bot = FakeBot(list(read(path, REPORT)), files=Files([tmp_path]))
    client = TestClient(create_app(bot, per_minute=6_000), base_url="http://127.0.0.1")
    assert "Page 1 of 1" in _source(client, view="page")
    path.write_bytes(make_pdf([*paragraph(100, 600, SECOND)]))
    shown = _source(client, view="page")
    assert "The file has changed since it was indexed" in shown
    assert "The members of the committee" in shown
    assert "data-view" not in shown
    assert "file?" not in shown
    fields = {"document": REPORT, "page": 1, "version": _version(bot)}
    assert client.get("/page", params=fields).status_code == 404
    assert client.get("/file", params={"document": REPORT}).status_code == 404


def test_a_page_whose_passage_has_other_words_by_now_is_shown_unmarked(client, bot):
    """The page is drawn as it is now, nothing is marked on it, and a sentence says why."""
    shown = _source(client, view="page", sheet=2, passage=_span(bot, "further study"), check="0" * 12)
    assert "The document has changed since this answer" in shown
    assert "Page 2 of 3" in shown
    assert "<i class" not in shown


@pytest.fixture
def resolution(tmp_path):
    """Return a bot that knows a resolution without its file."""
    path = tmp_path / "r.pdf"
    path.write_bytes(make_pdf(*RESOLUTION))
    return FakeBot(list(read(path, "r.pdf")))


def test_titles_and_names_are_data(tmp_path):
    """A file name or title with markup is shown as text, in attributes as well."""
    name = '"><script>alert(1)</script>&.pdf'
    path = tmp_path / name.replace("/", "_")
    path.write_bytes(make_pdf([*paragraph(100, 600, FIRST)], info=rb"/Title (\"><img src=x onerror=alert\(1\)>)"))
    bot = FakeBot(list(read(path, path.name)), files=Files([tmp_path]))
    client = TestClient(create_app(bot, per_minute=6_000), base_url="http://127.0.0.1")
    shown = client.get("/source", params={"document": path.name, "view": "page"}).text
    assert "Page 1 of 1" in shown
    assert (shown.count("<img"), shown.count("<script"), shown.count("onerror")) == (1, 0, 2)
    address = unescape(re.search(r'<img src="([^"]*)"', shown)[1])
    assert client.get(f"/{address}").headers["content-type"] == "image/png"
    link = unescape(re.search(r'href="(file[^"]*)"', shown)[1])
    assert client.get(f"/{link}").content == path.read_bytes()


def test_a_document_without_a_file_is_shown_as_text(resolution):
    """A document without a file is shown as text, without pages and download."""
    client = TestClient(create_app(resolution, per_minute=6_000), base_url="http://127.0.0.1")
    shown = client.get("/source", params={"document": "r.pdf", "view": "page"}).text
    assert 'href="file' not in shown
    assert "data-view" not in shown
    assert "Decides" in shown


def test_the_text_is_numbered_as_the_document_numbers_itself(resolution):
    """Blocks have their own pinpoints instead of numbers, and the text says where pages begin."""
    client = TestClient(create_app(resolution, per_minute=6_000), base_url="http://127.0.0.1")
    shown = client.get("/source", params={"document": "r.pdf"}).text
    pinned = re.findall(
        r'<div class="paragraph pinned"><span class="pinpoint">(.*?)</span><p dir="auto">(.*?)</p>', shown
    )
    assert ("op. para. 1 (b) (ii)", "(ii) Its end;") in pinned
    assert ("preambular para. 1", "Recalling its resolution 66/10 of 18 November 2011,") in pinned
    assert re.findall(r'<p class="leaf">(.*?)</p>', shown) == ["Page 1", "Page 2"]
    assert shown.index('class="leaf">Page 2') < shown.index("(ii) Its end;")


def test_footnotes_look_like_footnotes_and_a_page_may_begin_within_a_paragraph(tmp_path):
    """A footnote has its own pinpoint, and an empty mark shows where a page begins within a paragraph."""
    first = [
        Text(100, 640, "A sentence on this page holds the place of the first, and"),
        *paragraph(100, 600, FIRST),
        Text(100, 564, "The area was named by the group,"),
        Text(242, 568, "1", 6),
        Text(248, 564, "as agreed by all and"),
        Text(100, 90, "1", 5),
        Text(104, 87, "See the report of the group, second part.", 8),
    ]
    second = [Text(100, 700, "by each of the members that were there on that day."), *paragraph(100, 660, SECOND)]
    path = tmp_path / "n.pdf"
    path.write_bytes(make_pdf(first, second))
    bot = FakeBot(list(read(path, "n.pdf")), files=Files([tmp_path]))
    client = TestClient(create_app(bot, per_minute=6_000), base_url="http://127.0.0.1")
    shown = client.get("/source", params={"document": "n.pdf"}).text
    assert 'as agreed by all and <span class="turn" data-page="Page 2"></span>by each of the members' in shown
    assert '<div class="note pinned"><span class="pinpoint">footnote 1, p. 1</span>' in shown
    assert shown.count('class="leaf"') == 1
