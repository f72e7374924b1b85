"""PDFs as paragraphs: order, joints, furniture, notes, tables, and what cannot be trusted."""

from __future__ import annotations

import re

import pytest
from conftest import SHARED
from make_bombs import long_pdf
from make_pdf import FIRST, RESOLUTION, SECOND, Text, assemble, lines, make_pdf, paragraph

from qa.errors import DocumentError
from qa.ingestion.readers import profiles, read
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
    """Lines of one paragraph are joined by spaces; an indented line begins another."""
    found = document([*paragraph(100, 600, FIRST), *paragraph(100, 564, SECOND)])
    assert texts(found) == [flat(FIRST), flat(SECOND)]


def test_columns_are_read_one_after_the_other(document):
    """Two columns are read down the left and then down the right, though the file draws them line by line."""
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
    """A hyphen at a line's end stays if the document uses the word with it, and goes if it writes it as one."""
    source = (
        f"It is said here that {elsewhere} is a word of this text,\nso we know of it, and then comes {broken} again."
    )
    (text,) = texts(document(paragraph(100, 600, source)))
    assert f"comes {joined} again." in text


def page_of(number, body):
    head = Text(72, 750, "Report of the committee", 8)
    return [head, Text(300, 30, f"{number}"), *body]


def test_running_heads_and_page_numbers_belong_to_no_paragraph(document):
    """What repeats at the edge of pages, and page numbers, are left out; a numbered heading at the edge is not."""
    pages = []
    for number in range(1, 5):
        heading = Text(72, 735, f"Article {number + 10}", 10, "bold")
        body = FIRST.replace("The", f"In {number} the").replace("\n", f"\n{number} ")
        pages.append(page_of(number, [heading, *paragraph(100, 700, body)]))
    found = document(*pages)
    assert "Report of the committee" not in found.text
    assert texts(found, "heading") == ["Article 11", "Article 12", "Article 13", "Article 14"]
    assert [text[:19] for text in texts(found)] == [f"In {number} the members of" for number in range(1, 5)]


def test_a_paragraph_goes_on_over_the_page_and_knows_where(document):
    """A paragraph continued on the next page is one, and each of its sentences has its own page."""
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


def test_footnotes_are_notes_and_their_marks_are_gone(document):
    """A footnote is a block of its own, named by its mark, which the text no longer holds; a power keeps its figure."""
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
    """Each row is a paragraph, its cells parted by tabs; the head of the table is the label of each."""
    body = [*paragraph(72, 700, FIRST)]
    for row, cells in enumerate([("Office", "2023", "2024"), ("Vienna", "12", "14"), ("Nairobi", "7", "1 105")]):
        body += [Text(x, 600 - 20 * row, cell) for x, cell in zip((72, 300, 400), cells, strict=True)]
    found = document(body)
    assert texts(found)[1:] == ["Office\t2023\t2024", "Vienna\t12\t14", "Nairobi\t7\t1 105"]
    assert [b.label for b in found.blocks[-3:]] == [None, "Office 2023 2024", "Office 2023 2024"]


def test_a_table_that_goes_on_keeps_its_head(document):
    """Rows on the next page are labelled like those before; a title among the rows is a row and no head."""

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


def test_a_resolution_is_cited_by_its_own_numbers(document):
    """Preambular and operative paragraphs, their items over a page, and annexes have the pinpoints of print."""
    found = document(*RESOLUTION)
    assert [(b.pinpoint, b.page, found.text[b.start : b.end]) for b in found.blocks if b.pinpoint] == [
        ("preambular para. 1", 1, "Recalling its resolution 66/10 of 18 November 2011,"),
        ("preambular para. 2", 1, "Mindful of the need to act,"),
        ("op. para. 1", 1, "1. Decides to act on the following:"),
        ("op. para. 1 (a)", 1, "(a) The first matter;"),
        ("op. para. 1 (b)", 1, "(b) The second matter, namely:"),
        ("op. para. 1 (b) (i)", 1, "(i) Its beginning;"),
        ("op. para. 1 (b) (ii)", 2, "(ii) Its end;"),
        ("op. para. 2", 2, "2. Requests a report."),
        ("annex, para. 1", 2, "1. The report shall be short."),
        ("annex, para. 2", 2, "2. The report shall be clear."),
        ("annex, para. 2, table row 1", 2, "Copies\tLanguages"),
        ("annex, para. 2, table row 2", 2, "193\t6"),
    ]
    item = next(b for b in found.blocks if b.pinpoint == "op. para. 1 (a)")
    assert item.label == "1. Decides to act on the following:"


def test_a_resolution_states_its_metadata(document):
    """Title, symbol, session, date of adoption and language come from the masthead and the foot of the page."""
    found = document(*RESOLUTION)
    assert found.title == "78/999. Measures of several kinds"
    assert found.metadata == {
        "symbol": "A/RES/78/999",
        "session": "78",
        "agenda item": "109",
        "dates": "7 December 2023",
        "date": "2023-12-07",
        "year": "2023",
        "language": "en",
    }
    assert "23-24925" not in found.text
    assert "2/2" not in found.text


def test_without_profiles_a_resolution_is_read_like_any_document(document, monkeypatch):
    """Generic readers know no resolution: its paragraphs are all there, its symbol and operative numbers are not."""
    known = document(*RESOLUTION)
    monkeypatch.setattr(profiles, "PROFILES", ())
    generic = document(*RESOLUTION)
    paragraphs = {known.text[b.start : b.end] for b in known.blocks if b.pinpoint}
    assert paragraphs <= {generic.text[b.start : b.end] for b in generic.blocks}
    assert not {"symbol", "session", "language"} & generic.metadata.keys()
    assert not any("op. para." in (block.pinpoint or "") for block in generic.blocks)
    assert "annex, para. 2" in {block.pinpoint for block in generic.blocks}


def test_numbers_of_a_list_are_its_own(document):
    """A list within a text does not number the text's paragraphs."""
    body = [*paragraph(72, 700, FIRST), *paragraph(72, 650, SECOND), *paragraph(72, 600, FIRST)]
    body += [Text(96, 550, "1. The first matter."), Text(96, 530, "2. The second matter."), *paragraph(72, 500, SECOND)]
    assert not any(block.pinpoint for block in document(body).blocks)


@pytest.mark.parametrize("rotate", [0, 90])
def test_turned_text_is_read_along_its_lines(document, rotate):
    """A page whose text runs upwards is read as it is meant."""
    turned = b"\n".join(
        b"BT /roman 10 Tf 0 1 -1 0 %d 100 Tm (%s) Tj ET" % (200 + 12 * row, line.encode())
        for row, line in enumerate(FIRST.split("\n"))
    )
    assert texts(document(turned, rotate=rotate)) == [flat(FIRST)]


def test_the_file_property_is_the_title_of_last_resort(document):
    """Without a heading the file's own title is taken, unless it is a file's name."""
    assert document(paragraph(72, 700, FIRST), info=b"/Title (A report)").title == "A report"
    assert document(paragraph(72, 700, FIRST), info=b"/Title (report.docx)").title == "a"


PICTURE = b"q 100 0 0 100 100 100 cm 0 0 1 1 re f Q"


def test_pages_without_text_are_said(document):
    """A page with a picture and no text is a doubt, with its number; a blank page is none."""
    found = document(paragraph(72, 700, FIRST), PICTURE, b"")
    assert [(doubt.reason, doubt.page) for doubt in found.doubts] == [("no-text", 2)]


def test_an_order_that_had_to_be_guessed_is_said(document):
    """Lines drawn in no order are read from the top, and the page is a doubt."""
    drawn = lines(72, 700, "\n".join(f"Line {number} of the page, which runs on and on." for number in range(12)))
    found = document([drawn[number] for number in (5, 2, 9, 0, 7, 4, 11, 1, 8, 3, 10, 6)])
    assert [(doubt.reason, doubt.page) for doubt in found.doubts] == [("order-uncertain", 1)]
    assert re.findall(r"Line (\d+)", found.text) == [str(number) for number in range(12)]


def test_letters_without_a_code_are_said(tmp_path):
    """A font that does not say which letters its shapes are makes a page that cannot be trusted."""
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
    """A scan, an empty and a damaged file raise with their reason."""
    (tmp_path / "a.pdf").write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        list(read(tmp_path / "a.pdf", "a.pdf"))
    assert (caught.value.reason, detail in caught.value.detail) == (reason, True)


@pytest.mark.slow
def test_no_running_head_or_page_number_is_in_a_passage_of_the_resolutions():
    """In a sixth of the given resolutions no passage holds furniture, operative paragraphs and notes are numbered
    through, and every preambular paragraph is whole.
    """  # noqa: D205
    files = sorted((UN / "resolutions").glob("*.pdf"))[::6]
    if not files:
        pytest.skip("the given corpora do not lie beside the project")
    furniture = re.compile(r"\d{2}-\d{5}\b|^\d{1,3}/\d{1,3}$|^A/(?:RES|C\.\d|\d\d)/\S*\w$|Please recycle")
    for path in files:
        (found,) = read(path, path.name)
        own = [found.text[b.start : b.end] for b in found.blocks if b.kind in ("paragraph", "note", "heading")]
        assert not [text for text in own if furniture.search(text)], path.name
        numbers = [int(m[1]) for b in found.blocks if (m := re.fullmatch(r"op\. para\. (\d+)", b.pinpoint or ""))]
        assert numbers == list(range(1, len(numbers) + 1)), path.name
        notes = [int(m[1]) for b in found.blocks if (m := re.fullmatch(r"footnote (\d+)", b.pinpoint or ""))]
        assert notes == list(range(1, len(notes) + 1)), path.name
        preamble = [found.text[b.start : b.end] for b in found.blocks if (b.pinpoint or "").startswith("preambular")]
        assert not [text for text in preamble if not text.endswith((",", ":", ";"))], path.name
        assert found.metadata["symbol"].replace("/", "_") == path.stem


@pytest.mark.slow
def test_the_words_of_the_drafts_are_all_there_in_order():
    """At least 0.99 of the reference's words are found in order in the median of every third draft, 0.95 in each."""
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


def test_a_file_is_opened_anew_without_losing_a_page(tmp_path, monkeypatch):
    """PDFium's memory is given back every so many pages, and no page is read twice or left out."""
    monkeypatch.setattr("qa.ingestion.readers.pdf._PAGES_PER_OPENING", 3)
    (tmp_path / "long.pdf").write_bytes(long_pdf(8))
    (document,) = read(tmp_path / "long.pdf", "long.pdf")
    assert [block.page for block in document.blocks] == list(range(1, 9))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    """Else its text could be of two files, under the digest of one of them."""
    path = tmp_path / "a.pdf"
    path.write_bytes(long_pdf(3))

    def replaced(*arguments):
        path.write_bytes(long_pdf(4))
        return read_page(*arguments)

    monkeypatch.setattr("qa.ingestion.readers.pdf.read_page", replaced)
    with pytest.raises(DocumentError, match="changed while it was read") as refusal:
        list(read(path, "a.pdf"))
    assert refusal.value.reason == "unreadable"
