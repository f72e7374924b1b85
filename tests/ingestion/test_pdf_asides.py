"""PDFs with what stands beside the text: large first letters, headings in the margin, boxes, numbers from the right."""

from __future__ import annotations

import pytest
from make_office import texts
from make_pdf import FIRST, SECOND, Text, document_of, joined, lines, make_pdf

from qa.ingestion.readers import pdf as pdf_reader


@pytest.mark.parametrize(
    ("capital", "size", "rows", "font"), [("T", 34, 2, "roman"), ("T", 48, 3, "sans"), ("T", 22, 1, "bold")]
)
def test_a_large_first_letter_is_part_of_its_word(tmp_path, capital, size, rows, font):
    """A letter over one, two or three lines begins the word beside it, and tears no paragraph."""
    text = lines(72, 700, FIRST + "\n" + SECOND)
    text[0].text = text[0].text.removeprefix(capital)
    for line in text[:rows]:
        line.x += size * 0.72
    page = [Text(72, 700 - 12 * (rows - 1), capital, size=size, font=font), *text]
    found = texts(document_of(tmp_path, make_pdf(page)))
    assert found[0].startswith(joined(FIRST))
    assert " ".join(found) == joined(f"{FIRST} {SECOND}")


def test_a_large_word_of_one_letter_stays_a_word(tmp_path):
    """The words of the page say whether a large letter is a word: "A boat"."""
    rest = "boat and a second boat lay at the pier for the whole of a\nwinter, as a boat does that nobody needs."
    page = [Text(72, 688, "A", size=34), *lines(98, 700, rest)]
    assert texts(document_of(tmp_path, make_pdf(page)))[0].startswith("A boat and a second boat")


@pytest.mark.parametrize("drawn", ["by rows", "headings first", "headings last"])
@pytest.mark.parametrize("gap", [20, 0])
def test_headings_in_the_margin_head_the_text_beside_them(tmp_path, drawn, gap):
    """Words in the margin are the heading of the paragraph beside them, in whatever order the file draws them."""
    heads = [Text(60, 700, "Keeping of"), Text(60, 688, "the log"), Text(60, 664 - gap, "Fees")]
    body = [*lines(190, 700, FIRST), *lines(190, 664 - gap, SECOND)]
    rows = [heads[0], body[0], heads[1], *body[1:3], heads[2], *body[3:]]
    page = {"by rows": rows, "headings first": [*heads, *body], "headings last": [*body, *heads]}[drawn]
    document = document_of(tmp_path, make_pdf(page))
    assert texts(document, "heading", "paragraph") == ["Keeping of the log", joined(FIRST), "Fees", joined(SECOND)]


def test_the_first_column_of_a_table_is_no_margin(tmp_path):
    """Cells beside names, one line or figures each, are a table."""
    rows = [("Suva", "Fuel and water at every hour of the day"), ("Apia", "No fuel, and water in the morning only"),
            ("Nadi", "Water")]  # fmt: skip
    page = [Text(72 + 130 * n, 700 - 14 * row, cell) for row, cells in enumerate(rows) for n, cell in enumerate(cells)]
    assert texts(document_of(tmp_path, make_pdf(page))) == ["\t".join(row) for row in rows]


FACTS = [("Built", "1902"), ("Height", "41 m"), ("Light", "gas"), ("Owner", "the town")]


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("first", [True, False])
def test_a_box_beside_the_text_comes_after_it(tmp_path, side, first):
    """Facts in a box, drawn before or after the text on either side of it, are rows of their own."""
    text_left, box_left = (72, 400) if side == "right" else (260, 72)
    box = [
        Text(box_left + 60 * column, 705 - 17 * row, cell, size=9)
        for row, cells in enumerate(FACTS)
        for column, cell in enumerate(cells)
    ]
    text = [*lines(text_left, 700, FIRST), *lines(text_left, 650, SECOND)]
    found = texts(document_of(tmp_path, make_pdf([*box, *text] if first else [*text, *box])))
    assert found == [joined(FIRST), joined(SECOND), *("\t".join(row) for row in FACTS)]


def test_text_that_is_lost_on_the_way_is_a_doubt_of_its_page(tmp_path, monkeypatch):
    """What a page shows and no paragraph holds is said with its page; a text that is whole is no doubt."""
    pdf = make_pdf(lines(72, 700, FIRST), [*lines(72, 700, SECOND), Text(72, 500, "It was closed in the spring.")])
    assert document_of(tmp_path, pdf).doubts == ()
    whole = pdf_reader.with_tables
    monkeypatch.setattr(pdf_reader, "with_tables", lambda column, body: whole(column[:3], body))
    (doubt,) = document_of(tmp_path, pdf).doubts
    assert (doubt.reason, doubt.page) == ("text-missing", 2)
    assert doubt.detail.startswith("22 of ")


def test_marks_of_notes_are_not_lost(tmp_path):
    """A page full of marks of notes, which are no part of its text, is no doubt."""
    numbers = range(10, 26)
    page = []
    for row, number in enumerate(numbers):
        page += [Text(72, 740 - 16 * row, "The committee met to consider the report")]
        page += [Text(248, 744 - 16 * row, str(number), size=6)]
    for row, number in enumerate(numbers):
        page += [Text(72, 333 - 12 * row, str(number), size=5), Text(80, 330 - 12 * row, "See above.", size=8)]
    document = document_of(tmp_path, make_pdf(page))
    assert document.doubts == ()
    assert len(texts(document, "note")) == len(numbers)
