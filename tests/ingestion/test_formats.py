"""PDF, Word, OpenDocument, RTF, HTML, EPUB (one note in each, made with LibreOffice), Markdown, CSV, records."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from interface_words import ENGLISH
from make_office import W, docx, package, read_bytes, texts

import qa
from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.web.views.address import Address
from qa.web.views.source_pane import view

DATA = ROOT / "tests" / "data"


FORMATS = ("docx", "epub", "html", "odt", "pdf", "rtf")


FOUNDED = (
    "The commission of the upper river was founded on 3 May 1921 by five states – three of them without a coast – "
    "“to keep the river open”."
)


STAFF = "The secretariat has forty-two members of staff, led by Ms. Zoë Müller-Łukasz."


def note(kind):
    (document,) = read(DATA / f"note.{kind}", f"note.{kind}")
    return document


@pytest.mark.parametrize("kind", FORMATS)
def test_a_note_is_read_in_every_format(kind):
    """Paragraphs are whole and in order, with all their letters; a row of a table is a paragraph with tabs."""
    document = note(kind)
    found = texts(document, "paragraph", "heading")
    assert document.title == "Note on the river commission"
    assert [text for text in found if text == FOUNDED or text.endswith(STAFF)] == [
        FOUNDED,
        f"Its seat is in Koblenz. {STAFF}",
    ]
    assert found.index("Dredging\t1 250 000") < found.index("Signal stations\t480 000")
    assert found[-1] == "The budget is approved in November by all members together."


@pytest.mark.parametrize("kind", ["docx", "html", "odt", "pdf"])
def test_headings_notes_and_table_heads_are_kept(kind):
    """Headings have levels, a footnote is a note, and the head of a table labels its rows."""
    document = note(kind)
    assert [(b.level, document.text[b.start : b.end]) for b in document.blocks if b.kind == "heading"] == [
        (1, "Note on the river commission"),
        (2, "Seat and staff"),
        (2, "Duties"),
        (2, "Budget"),
    ]
    (footnote,) = [b for b in document.blocks if b.kind == "note"]
    assert document.text[footnote.start : footnote.end] == "Treaty of Mainz, article 4."
    assert footnote.pinpoint == "footnote 1"
    row = next(b for b in document.blocks if document.text[b.start : b.end].startswith("Dredging"))
    assert row.label == "Item Amount in francs"


@pytest.mark.parametrize("kind", ["docx", "html", "odt", "pdf", "rtf"])
def test_lists_have_their_printed_numbers(kind):
    """The text holds the numbers that a program prints before the items of a list."""
    found = texts(note(kind))
    assert "1. To survey the fairway every spring;" in found
    assert "a. The rules for signals at night;" in found
    assert "b. The rules for crossing under bridges;" in found
    assert "3. To settle disputes over tolls within ninety days." in found


@pytest.fixture(scope="module")
def notes_bot(tmp_path_factory, encoder):
    folder = tmp_path_factory.mktemp("notes")
    for kind in FORMATS:
        shutil.copy(DATA / f"note.{kind}", folder)
    (folder / "rivers.csv").write_text("River;Length in km\nRhine;1 233\nDanube;2 850\n")
    (folder / "wind.txt").write_bytes("The mill at Włodawa – no: at “Vlodava” – stood until 1944.".encode("cp1250"))
    report = qa.build_index(folder, folder / "index", encoder=encoder)
    assert not report.skipped
    return qa.open_bot(folder / "index", encoder=encoder)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_a_note_goes_all_the_way_to_a_citation_in_the_chat(notes_bot, kind):
    """A question about one document is answered with its exact paragraph, and the source pane marks it."""
    name = f"note.{kind}"
    answer = notes_bot.ask("When was the commission of the upper river founded?", documents=[name])
    citation = answer.citations[0]
    assert answer.found
    assert citation.quote == FOUNDED == notes_bot.document(name).text[citation.start : citation.end]
    assert citation.document == name
    shown = view(notes_bot, str(Address.of(citation)), ENGLISH)
    assert '<mark class="passage"' in shown
    assert "3 May 1921" in shown


def test_a_row_of_a_csv_is_cited(notes_bot):
    """A row is found by the name of its column and quoted with its tabs."""
    citation = notes_bot.ask("What is the length of the river Danube?", documents=["rivers.csv"]).citations[0]
    assert citation.quote == "Danube\t2 850"


def test_deleted_and_hidden_words_are_not_read(tmp_path):
    """Deleted and hidden text is left out; inserted text and text boxes are read."""
    body = (
        "<w:p><w:r><w:t>It is </w:t></w:r><w:del><w:r><w:delText>not </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>now </w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly </w:t></w:r>"
        "<w:r><w:t>in force.</w:t></w:r>"
        "<w:r><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:r></w:p>"
    )
    (document,) = read_bytes(tmp_path, "a.docx", docx(body))
    assert texts(document) == ["It is now in force.", "In a box."]


def test_numbers_of_word_restart_and_nest(tmp_path):
    """Numbers count as in Word: by list and level, and lower levels start again."""
    numbering = (
        f"<w:numbering {W}><w:abstractNum w:abstractNumId='1'>"
        "<w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>"
        "<w:lvl w:ilvl='1'><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='(%2)'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='7'><w:abstractNumId w:val='1'/></w:num></w:numbering>"
    )
    levels = (0, 1, 1, 0, 1)
    body = "".join(
        f"<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='7'/></w:numPr></w:pPr>"
        f"<w:r><w:t>Decides on point {place};</w:t></w:r></w:p>"
        for place, level in enumerate(levels)
    )
    (document,) = read_bytes(tmp_path, "a.docx", docx(body, **{"word/numbering.xml": numbering}))
    assert [text.split()[0] for text in texts(document)] == ["1.", "(a)", "(b)", "2.", "(a)"]
    assert [b.pinpoint for b in document.blocks] == ["para. 1", "para. 1 (a)", "para. 1 (b)", "para. 2", "para. 2 (a)"]


def test_hidden_parts_of_a_page_are_not_read(tmp_path):
    """Scripts, menus, hidden parts and marks of notes are left out."""
    page = (
        "<html lang=fr><title>Un titre</title><body><nav>Menu</nav><script>alert(1)</script><main>"
        "<p>Seen<sup><a href='#n1'>[1]</a></sup> and\n said.</p><p hidden>Hidden</p><p style='display: none'>Gone</p>"
        "<div>Bare text<p>and a paragraph</p>after it</div>"
        "<ol start=3><li><p>Third</p></ol></main><footer>Foot</footer>"
    )
    (document,) = read_bytes(tmp_path, "a.html", page.encode())
    assert texts(document) == ["Seen and said.", "Bare text", "and a paragraph", "after it", "3. Third"]
    assert (document.title, document.metadata) == ("Un titre", {"language": "fr"})


def test_a_page_is_read_in_its_stated_encoding(tmp_path):
    """The stated encoding is used if the page is not UTF-8."""
    page = "<meta charset=windows-1251><p>Комиссия</p>".encode("cp1251")
    (document,) = read_bytes(tmp_path, "a.html", page)
    assert (document.text, document.doubts) == ("Комиссия", ())


def test_the_chapters_of_a_book_are_read_in_the_order_of_its_spine(tmp_path):
    """The order of the archive does not count; title and language are those of the book."""
    container = (
        "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
        "<rootfile full-path='text/book.opf'/></rootfiles></container>"
    )
    book = (
        "<package xmlns='http://www.idpf.org/2007/opf'><metadata xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        "<dc:title>Two chapters</dc:title><dc:language>en-GB</dc:language></metadata>"
        "<manifest><item id='b' href='b.xhtml'/><item id='a' href='one%20a.xhtml'/></manifest>"
        "<spine><itemref idref='a'/><itemref idref='b'/></spine></package>"
    )
    content = package(
        **{
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "text/book.opf": book,
            "text/b.xhtml": "<html><body><h1>Second</h1><p>It ends.</p></body></html>",
            "text/one a.xhtml": "<html><body><h1>First</h1><p>It begins.</p></body></html>",
        }
    )
    (document,) = read_bytes(tmp_path, "a.epub", content)
    assert document.text.split("\n\n") == ["First", "It begins.", "Second", "It ends."]
    assert (document.title, document.metadata) == ("Two chapters", {"language": "en"})


ENTITIES = f"<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><w:document {W}><w:body>&a;</w:body></w:document>"


@pytest.mark.parametrize(
    ("name", "content", "reason", "detail"),
    [
        ("a.docx", docx(""), "no-text", "holds no text"),
        ("a.docx", package(**{"word/document.xml": "<w:document"}), "damaged", "no sound XML"),
        ("a.docx", package(**{"word/document.xml": ENTITIES}), "damaged", "declares entities"),
        ("a.docx", package(**{"[Content_Types].xml": "x"}), "damaged", "lacks its part word/document.xml"),
        ("a.zip", package(**{"a.txt": "x"}), "unsupported", "archive of another kind"),
        ("a.html", b"<html><script>x</script>", "no-text", "holds no text"),
        ("a.csv", b"\n,,\n", "no-text", "holds no text"),
        ("a.rtf", b"{\\rtf1 }", "no-text", "holds no text"),
    ],
)
def test_bad_files_are_refused_with_their_reason(tmp_path, name, content, reason, detail):
    """Empty, damaged and hostile files of these formats raise with their reasons."""
    with pytest.raises(DocumentError) as caught:
        read_bytes(tmp_path, name, content)
    assert (caught.value.reason, detail in caught.value.detail) == (reason, True)


def test_markdown_blocks_follow_commonmark(write):
    """Headings keep their level, list items and table rows are paragraphs, and every block is a slice of the source."""
    source = (
        "# Rules\n\nA *first* one\nover two lines.\n\n## Leave\n\n- one day\n- two days\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n"
    )
    (document,) = read(write(a__md=source) / "a.md", "a.md")
    assert document.text == source
    assert document.title == "Rules"
    assert [(b.kind, b.level, source[b.start : b.end]) for b in document.blocks] == [
        ("heading", 1, "Rules"),
        ("paragraph", None, "A *first* one\nover two lines."),
        ("heading", 2, "Leave"),
        ("paragraph", None, "one day"),
        ("paragraph", None, "two days"),
        ("paragraph", None, "| a | b |"),
        ("paragraph", None, "| 1 | 2 |"),
        ("paragraph", None, "quoted"),
    ]


def test_records_are_documents(write):
    """Each line of a BEIR corpus is a document with its _id, title, text and plain metadata."""
    lines = [
        {"_id": "a/1", "title": "Leave", "text": "Thirty days.", "metadata": {"year": 2018, "url": None}},
        {"_id": "b", "text": "No title.\n\nTwo paragraphs."},
    ]
    folder = write(corpus__jsonl="\n".join(json.dumps(line) for line in lines) + "\n\n")
    first, second = read(folder / "corpus.jsonl", "corpus.jsonl")
    assert (first.id, first.title, first.text, first.metadata) == ("a/1", "Leave", "Thirty days.", {"year": "2018"})
    assert (second.id, second.title, texts(second)) == ("b", "", ["No title.", "Two paragraphs."])


def test_the_data_is_small():
    """The test files stay small."""
    assert sum(path.stat().st_size for path in Path(DATA).iterdir()) < 120_000
