"""PDF: order of lines, paragraphs, furniture, notes, tables, and pages that cannot be trusted."""

from __future__ import annotations

import re

import pytest
from conftest import SHARED
from make_bombs import long_pdf
from make_pdf import FIRST, SECOND, Text, assemble, lines, make_pdf, paragraph

from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.ingestion.readers.pdf.lines import Gap, Gaps, read_page
from qa.types import page_at

UN = SHARED / "corpora" / "un"


@pytest.fixture
def document(tmp_path):
    def make(*pages, **options):
        path = tmp_path / "a.pdf"
        path.write_bytes(make_pdf(*pages, **options))
        (found,) = read(path, "a.pdf")
        assert all(found.text[b.start : b.end].strip() for b in found.blocks)
        return found

    return make


def texts(document, kind="paragraph"):
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


def flat(text):
    return text.replace("\n", " ")


def test_lines_become_paragraphs(document):
    """Lines of one paragraph are joined by spaces; an indented line begins a new one."""
    found = document([*paragraph(100, 600, FIRST), *paragraph(100, 564, SECOND)])
    assert texts(found) == [flat(FIRST), flat(SECOND)]


def test_columns_are_read_one_after_the_other(document):
    """The left column is read before the right one, although the file draws them line by line."""
    left, right = lines(72, 600, f"{FIRST}\n{SECOND}"), lines(345, 600, f"{SECOND}\n{FIRST}")
    across = Text(72, 640, "A title that runs across both of the columns of the page", 16, "bold")
    found = document([across, *(line for pair in zip(left, right, strict=True) for line in pair)])
    text = found.text
    assert found.title == across.text
    assert text.index("They agreed") < text.index("circulated to all delegations a week before the meeting.", 300)
    assert flat(FIRST) in text
    assert not found.doubts


@pytest.mark.parametrize(
    ("broken", "elsewhere", "joined"),
    [
        ("inter-\nnational", "international", "international"),
        ("people-\ncentred", "people-centred", "people-centred"),
        ("post-\n2015", "2015", "post-2015"),
        ("Guinea-\nBissau", "Guinea-Bissau", "Guinea-Bissau"),
    ],
)
def test_words_broken_at_line_ends_are_joined_as_the_document_writes_them(document, broken, elsewhere, joined):
    """A hyphen at the end of a line stays only if the document uses the word with a hyphen elsewhere."""
    source = (
        f"It is said here that {elsewhere} is a word of this text,\nso we know of it, and then comes {broken} again."
    )
    (text,) = texts(document(paragraph(100, 600, source)))
    assert f"comes {joined} again." in text


def page_of(number, body):
    head = Text(72, 750, "Report of the committee", 8)
    return [head, Text(300, 30, f"{number}"), *body]


def test_running_heads_and_page_numbers_belong_to_no_paragraph(document):
    """Repeated lines at the edge of pages and page numbers are left out; numbered headings are not."""
    pages = []
    for number in range(1, 5):
        heading = Text(72, 735, f"Article {number + 10}", 10, "bold")
        body = FIRST.replace("The", f"In {number} the").replace("\n", f"\n{number} ")
        pages.append(page_of(number, [heading, *paragraph(100, 700, body)]))
    found = document(*pages)
    assert "Report of the committee" not in found.text
    assert texts(found, "heading") == ["Article 11", "Article 12", "Article 13", "Article 14"]
    assert [text[:19] for text in texts(found)] == [f"In {number} the members of" for number in range(1, 5)]


def test_a_paragraph_continues_on_the_next_page(document):
    """A paragraph over two pages is one paragraph, and each of its sentences has its page."""
    source = (
        "They met on Monday to consider the report of the group,\nand agreed on its\nfirst part. The rest was put off."
    )
    first, second = source.split("\n")[:2], source.split("\n")[2:]
    before, after = paragraph(100, 120, "\n".join(first)), lines(100, 700, "\n".join(second))
    found = document(
        page_of(1, [*paragraph(100, 200, FIRST), *before]), page_of(2, [*after, *paragraph(100, 680, SECOND)])
    )
    text = texts(found)[1]
    assert text == flat(source)
    block = found.blocks[1]
    assert block.page == page_at(found.pages, block.start) == 1
    assert page_at(found.pages, found.text.index("agreed on its")) == 1
    assert page_at(found.pages, found.text.index("first part.")) == 2


def test_footnotes_are_notes_without_marks_in_the_text(document):
    """A footnote is a block named by its mark, and the mark is not in the text; an exponent stays in it."""
    body = [
        *paragraph(100, 600, FIRST),
        Text(100, 564, "An area of 40 km"),
        Text(168, 568, "2", 6),
        Text(173, 564, "was named by the group,"),
        Text(274, 568, "1", 6),
        Text(280, 564, "as agreed."),
        Text(100, 90, "1", 5),
        Text(104, 87, "See the report of the group,", 8),
        Text(104, 77, "second part.", 8),
    ]
    found = document(body)
    (note,) = [b for b in found.blocks if b.kind == "note"]
    assert found.text[note.start : note.end] == "See the report of the group, second part."
    assert note.pinpoint == "footnote 1"
    assert "An area of 40 km2 was named by the group, as agreed." in found.text


def test_rows_of_a_table_can_be_quoted(document):
    """Each row is a paragraph with tabs between its cells; the head of the table is its label."""
    body = [*paragraph(72, 700, FIRST)]
    for row, cells in enumerate([("Office", "2023", "2024"), ("Vienna", "12", "14"), ("Nairobi", "7", "1 105")]):
        body += [Text(x, 600 - 20 * row, cell) for x, cell in zip((72, 300, 400), cells, strict=True)]
    found = document(body)
    assert texts(found)[1:] == ["Office\t2023\t2024", "Vienna\t12\t14", "Nairobi\t7\t1 105"]
    assert [b.label for b in found.blocks[-3:]] == [None, "Office 2023 2024", "Office 2023 2024"]


def test_a_table_on_the_next_page_keeps_its_head(document):
    """Rows on the next page have the same label; a title among the rows is a row and no head."""

    def row(y, *cells):
        return [Text(x, y, cell, 8) for x, cell in zip((72, 300, 400), cells, strict=False)]

    head = [*paragraph(72, 700, FIRST), *row(640, "Section", "2023", "2024")]
    head[-3:] = [Text(72, 640, "Section", 8), Text(300, 640, "First year", 8), Text(400, 640, "Second year", 8)]
    first = [*head, *row(620, "Part I"), *row(600, "Vienna", "12", "14"), *row(580, "Nairobi", "7", "9")]
    second = [*row(700, "Geneva", "3", "4"), *row(680, "Beirut", "5", "6"), *paragraph(72, 600, SECOND)]
    found = document(first, second)
    label = "Section First year Second year"
    assert [(found.text[b.start : b.end], b.label) for b in found.blocks[1:-1]] == [
        ("Section\tFirst year\tSecond year", None),
        ("Part I", label),
        ("Vienna\t12\t14", label),
        ("Nairobi\t7\t9", label),
        ("Geneva\t3\t4", label),
        ("Beirut\t5\t6", label),
    ]


def test_a_list_does_not_number_paragraphs(document):
    """Paragraphs have no pinpoints because a list stands among them."""
    body = [*paragraph(72, 700, FIRST), *paragraph(72, 650, SECOND), *paragraph(72, 600, FIRST)]
    body += [Text(96, 550, "1. The first matter."), Text(96, 530, "2. The second matter."), *paragraph(72, 500, SECOND)]
    assert not any(block.pinpoint for block in document(body).blocks)


@pytest.mark.parametrize("rotate", [0, 90])
def test_turned_text_is_read_along_its_lines(document, rotate):
    """A page whose text runs upwards is read correctly."""
    turned = b"\n".join(
        b"BT /roman 10 Tf 0 1 -1 0 %d 100 Tm (%s) Tj ET" % (200 + 12 * row, line.encode())
        for row, line in enumerate(FIRST.split("\n"))
    )
    assert texts(document(turned, rotate=rotate)) == [flat(FIRST)]


def test_the_file_property_is_the_title_of_last_resort(document):
    """Without a heading the title property of the file is taken, unless it is the name of a file."""
    assert document(paragraph(72, 700, FIRST), info=b"/Title (A report)").title == "A report"
    assert document(paragraph(72, 700, FIRST), info=b"/Title (report.docx)").title == "a"


PICTURE = b"q 100 0 0 100 100 100 cm 0 0 1 1 re f Q"


def test_a_page_without_text_is_a_doubt(document):
    """A page with a picture and no text is a doubt with its number; a blank page is none."""
    found = document(paragraph(72, 700, FIRST), PICTURE, b"")
    assert [(doubt.reason, doubt.page) for doubt in found.doubts] == [("no-text", 2)]


def test_a_guessed_order_is_a_doubt(document):
    """Lines drawn in no order are read from the top, with a doubt about the page."""
    drawn = lines(72, 700, "\n".join(f"Line {number} of the page, which runs on and on." for number in range(12)))
    found = document([drawn[number] for number in (5, 2, 9, 0, 7, 4, 11, 1, 8, 3, 10, 6)])
    assert [(doubt.reason, doubt.page) for doubt in found.doubts] == [("order-uncertain", 1)]
    assert re.findall(r"Line (\d+)", found.text) == [str(number) for number in range(12)]


def test_letters_without_a_code_are_a_doubt(tmp_path):
    """A page in a font without character codes is a doubt."""
    names = b" ".join(b"/g%d" % number for number in range(60))
    fonts = b"<< /Font << /F 6 0 R >> >>"
    stream = b"BT /F 10 Tf 72 700 Td (ABCDEFGHIJKLMNOPQRSTUVWXYZ ABCDEFGHIJKLMNOPQRSTUVWXYZ) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources %s >>" % fonts,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Odd /Encoding << /Differences [65 %s] >> >>" % names,
    ]
    (tmp_path / "a.pdf").write_bytes(assemble(objects))
    (found,) = read(tmp_path / "a.pdf", "a.pdf")
    assert [(doubt.reason, doubt.page) for doubt in found.doubts] == [("garbled", 1)]


@pytest.mark.parametrize(
    ("content", "reason", "detail"),
    [
        (make_pdf(PICTURE), "no-text", "have its text recognised"),
        (make_pdf(b""), "no-text", "holds no text"),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "damaged", "is no PDF that can be opened"),
    ],
)
def test_a_pdf_that_cannot_be_used_is_refused(tmp_path, content, reason, detail):
    """A scan, an empty file and a damaged file raise with their reasons."""
    (tmp_path / "a.pdf").write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        list(read(tmp_path / "a.pdf", "a.pdf"))
    assert (caught.value.reason, detail in caught.value.detail) == (reason, True)


@pytest.mark.slow
def test_the_words_of_the_drafts_are_all_there_in_order():
    """Of every third draft at least 0.95 of the reference words are found in order, 0.99 in the median."""
    from benchmarks.readers import faithful

    if not (UN / "drafts").is_dir():
        pytest.skip("the given corpora do not lie beside the project")
    shares = sorted(faithful(UN / "drafts", every=3).values())
    assert shares[len(shares) // 2] >= 0.99
    assert shares[0] >= 0.95


def test_packed_gaps_are_the_gaps_that_were_packed():
    """Gaps are stored as plain numbers and come out as they were."""
    given = [Gap(4, 72.1, 76.25), Gap(9, 101.5, 140.0), Gap(12, 150.0, 151.0)]
    assert list(Gaps(given)) == given
    assert list(Gaps([])) == []


def test_a_file_is_opened_again_without_losing_a_page(tmp_path, monkeypatch):
    """The file is opened again after some pages, and every page is read once."""
    monkeypatch.setattr("qa.ingestion.readers.pdf._PAGES_PER_OPENING", 3)
    (tmp_path / "long.pdf").write_bytes(long_pdf(8))
    (document,) = read(tmp_path / "long.pdf", "long.pdf")
    assert [block.page for block in document.blocks] == list(range(1, 9))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    """Otherwise the text could come from two files under one digest."""
    path = tmp_path / "a.pdf"
    path.write_bytes(long_pdf(3))

    def replaced(*arguments):
        path.write_bytes(long_pdf(4))
        return read_page(*arguments)

    monkeypatch.setattr("qa.ingestion.readers.pdf.read_page", replaced)
    with pytest.raises(DocumentError, match="changed while it was read") as refusal:
        list(read(path, "a.pdf"))
    assert refusal.value.reason == "unreadable"
