"""PDFs as they are shown: type after all matrices, text on the page, values of forms, copies, scans, tables once."""

from __future__ import annotations

import pytest
from make_office import texts
from make_pdf import FIRST, SECOND, Text, assemble, content, document_of, joined, lines, make_pdf


@pytest.mark.parametrize(("tf", "scale"), [(1, "%d 0 0 %d"), (0.5, "20 0 0 20"), (200, "0.05 0 0 0.05")])
def test_type_has_the_size_that_all_matrices_give_it(tmp_path, tf, scale):
    """A size of 1 or 200 that a matrix scales to 10 points gives the paragraphs that plain 10 points give."""
    shown = []
    for line in (*lines(72, 700, FIRST), *lines(72, 640, SECOND)):
        matrix = scale.replace("%d", "10")
        shown.append(f"BT /roman {tf:g} Tf {matrix} {line.x} {line.y} Tm ({line.text}) Tj ET")
    document = document_of(tmp_path, make_pdf("\n".join(shown).encode()))
    assert texts(document) == [joined(FIRST), joined(SECOND)]


def test_a_table_drawn_in_a_scaled_space_keeps_its_cells(tmp_path):
    """Figures of a table in a space scaled by ``cm`` are cells, not one number."""
    rows = [("Port", "Ships", "Tons"), ("Suva", "310", "40"), ("Apia", "280", "45"), ("Nadi", "295", "47")]
    shown = [
        f"BT /sans 100 Tf {600 * column} {-140 * row} Td ({cell}) Tj ET"
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    page = "q 0.1 0 0 0.1 72 700 cm\n" + "\n".join(shown) + "\nQ"
    assert "Apia\t280\t45" in texts(document_of(tmp_path, make_pdf(page.encode())))


def test_text_outside_the_page_is_not_read(tmp_path):
    """What lies beside, above or below the page, or outside its crop box, is not on it."""
    beside = [Text(-300, 700, "left of it"), Text(700, 700, "right"), Text(72, 900, "above"), Text(72, -50, "below")]
    pdf = make_pdf([*beside, *lines(72, 700, FIRST)])
    assert texts(document_of(tmp_path, pdf)) == [joined(FIRST)]
    cropped = pdf.replace(
        b"/MediaBox [0 0 612 792] /Rotate 0 /Res", b"/MediaBox [-900 -900 999 999] /CropBox [0 600 612 792] /Res"
    )
    assert texts(document_of(tmp_path, cropped)) == [joined(FIRST)]


def form(annotation, value):
    """Return a PDF with one annotation that shows a value by its appearance."""
    page = [Text(72, 700, "Name of the ship:"), Text(72, 640, "It is decided within ten days by the office.")]
    appearance = content([Text(2, 4, value, font="roman")])
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>"
    stream = content(page)
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /roman 5 0 R >> >> "
                b"/Contents 4 0 R /Annots [6 0 R] >>"
            ),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            font,
            b"<< /Type /Annot %s /Rect [180 696 380 712] /F 4 /P 3 0 R /AP << /N 7 0 R >> >>" % annotation,
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 16] /Resources << /Font << /roman 5 0 R >> >> "
            b"/Length %d >>\nstream\n%s\nendstream" % (len(appearance), appearance),
        ]
    )


@pytest.mark.parametrize(
    "annotation",
    [b"/Subtype /Widget /FT /Tx /T (ship) /V (Heron)", b"/Subtype /FreeText /Contents (Heron) /DA (/roman 10 Tf)"],
)
def test_values_of_forms_and_notes_on_the_page_are_read_beside_their_labels(tmp_path, annotation):
    """What is written in a field or on the page stands where it is seen; a hidden note is not seen."""
    document = document_of(tmp_path, form(annotation, "Heron"))
    assert [" ".join(text.split()) for text in texts(document)] == [
        "Name of the ship: Heron",
        "It is decided within ten days by the office.",
    ]
    hidden = form(annotation, "Heron").replace(b"/F 4", b"/F 2")
    assert "Heron" not in document_of(tmp_path, hidden).text


def test_copies_are_read_and_a_page_with_its_head_alone_is_empty(tmp_path):
    """Pages that are alike throughout are text; a blank page under a running head is not."""
    receipt = [Text(72, 770 - 14 * n, text) for n, text in enumerate(("Receipt 12", "From Ms. Rahn", "Sixty euros"))]
    assert "From Ms. Rahn" in document_of(tmp_path, make_pdf(receipt, receipt)).text
    head = Text(72, 770, "Report of the harbour", size=8)
    pages = [[head, *lines(72, 600, FIRST)], [head], [head, *lines(72, 600, SECOND)]]
    assert "Report of the harbour" not in document_of(tmp_path, make_pdf(*pages)).text


def test_a_scan_with_a_stamp_is_doubted(tmp_path):
    """A picture over the page with a stamped number is a doubt; a picture beside text is none."""
    image = b"q %s cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n"
    stamp = content([Text(400, 770, "Bates 000123")])
    scan = make_pdf(image % b"612 0 0 792 0 0" + stamp)
    assert [(doubt.reason, doubt.page) for doubt in document_of(tmp_path, scan).doubts] == [("no-text", 1)]
    figure = make_pdf(image % b"200 0 0 100 72 100" + content(lines(72, 700, FIRST)))
    assert document_of(tmp_path, figure).doubts == ()


def test_tables_are_read_once_in_any_order_of_the_file(tmp_path):
    """A file may draw its lower table first; each row is read once."""

    def table(y, rows):
        return [
            Text(72 + 150 * column, y - 14 * row, cell)
            for row, cells in enumerate(rows)
            for column, cell in enumerate(cells)
        ]

    upper = table(700, [("Port", "Ships"), ("Suva", "14"), ("Apia", "9")])
    lower = table(500, [("Crane", "Price"), ("Small", "90"), ("Large", "120")])
    found = texts(document_of(tmp_path, make_pdf([*lower, *upper])))
    assert sorted(found) == sorted(["Port\tShips", "Suva\t14", "Apia\t9", "Crane\tPrice", "Small\t90", "Large\t120"])


def test_broken_words_of_a_short_text_are_joined(tmp_path):
    """Several words broken at line ends of which none stands elsewhere are joined; a single hyphen is kept."""
    broken = (
        "The keeper of the light was to meas-\nure the depth at the entrance and re-\nport it to the harbour office."
    )
    assert texts(document_of(tmp_path, make_pdf(lines(72, 700, broken)))) == [
        "The keeper of the light was to measure the depth at the entrance and report it to the harbour office."
    ]
    single = "The harbour office looked for a long-\nterm tenant of the northern pier."
    assert "long-term" in document_of(tmp_path, make_pdf(lines(72, 700, single))).text
    longer = "\n".join([FIRST, "It is a far-", "reaching plan, and a well-", "known one."] + [SECOND] * 10)
    found = document_of(tmp_path, make_pdf(lines(72, 760, longer))).text
    assert "far-reaching" in found
    assert "well-known" in found


def transcript(numbers, texts, step=24):
    """Return lines with a number before each."""
    rows = zip(numbers, texts, strict=True)
    return [
        part
        for row, (number, text) in enumerate(rows)
        for part in (Text(60, 700 - step * row, str(number)), Text(100, 700 - step * row, text))
    ]


PROSE = [*FIRST.split("\n"), *SECOND.split("\n")]


@pytest.mark.parametrize("first", [1, 15])
def test_numbers_of_lines_are_left_out_and_those_of_a_list_are_not(tmp_path, first):
    """Numbers that count the lines of a running text are no part of it; those of the items of a list are."""
    document = document_of(tmp_path, make_pdf(transcript(range(first, first + 6), PROSE)))
    assert " ".join(texts(document)) == joined(f"{FIRST}\n{SECOND}")
    items = [f"The {port} pier is closed." for port in ("north", "south", "east", "west", "old", "new")]
    found = document_of(tmp_path, make_pdf(transcript(range(first, first + 6), items))).text
    assert all(str(number) in found for number in range(first, first + 6))
    gaps = document_of(tmp_path, make_pdf(transcript([1, 2, 4, 7, 8, 9], PROSE))).text
    assert "7" in gaps


def test_watermarks_and_stamps_do_not_cut_a_paragraph(tmp_path):
    """Large text at an angle is no text of the page; small text at an angle comes after it."""
    first, second, third = (content([line]) for line in lines(72, 700, FIRST))
    mark = b"BT /sans 60 Tf 0.7 0.7 -0.7 0.7 150 400 Tm (COPY) Tj ET"
    stamp = b"BT /sans 9 Tf 0 1 -1 0 30 300 Tm (Received on 3 May) Tj ET"
    document = document_of(tmp_path, make_pdf(b"\n".join([first, mark, second, stamp, third])))
    assert texts(document) == [joined(FIRST), "Received on 3 May"]


def test_clauses_with_an_indented_first_line_are_apart(tmp_path):
    """Each clause with a number of two or more parts begins a paragraph; a figure within a sentence begins none."""
    clauses = [
        Text(96, 700, "2.1 “Pier” means the northern one and whatever belongs to it."),
        Text(96, 688, "2.2.1 “Keeper” means whoever tends the lamp of the pier, by day or"),
        Text(72, 676, "by night, and whoever stands in for that person, at a fee of at least"),
        Text(72, 664, "1.5 crowns."),
        Text(96, 652, "2.3 “Fee” means the sum that the town asks."),
    ]
    found = texts(document_of(tmp_path, make_pdf(clauses)))
    assert [text[:5] for text in found] == ["2.1 “", "2.2.1", "2.3 “"]
    assert found[1].endswith("at least 1.5 crowns.")


def test_the_last_row_of_a_table_may_be_wrapped(tmp_path):
    """Lines right below a cell of the last row are part of it; the paragraph below the table is not."""
    table = [
        *(Text(72, 700, "Berth"), Text(220, 700, "Duty")),
        *(Text(72, 680, "North"), Text(220, 680, "Keep the log")),
        *(Text(72, 660, "South, from the"), Text(220, 660, "Pay in advance, and")),
        *(Text(72, 648, "crane on"), Text(220, 636, "tell the office")),
        *lines(72, 600, FIRST),
    ]
    table[7] = Text(220, 648, "tell the office")
    found = texts(document_of(tmp_path, make_pdf(table)))
    assert found[2:] == ["South, from the crane on\tPay in advance, and tell the office", joined(FIRST)]
    single = [*table[:6], Text(220, 648, "tell the office"), *table[8:]]
    assert texts(document_of(tmp_path, make_pdf(single)))[2] == "South, from the\tPay in advance, and tell the office"


def test_double_spaced_text_with_single_spaced_quotations(tmp_path):
    """A sentence goes on over double spacing where quotations are single-spaced."""
    page = [*lines(72, 700, FIRST, leading=21), *lines(96, 630, SECOND), *lines(72, 570, FIRST, leading=21)]
    assert texts(document_of(tmp_path, make_pdf(page))) == [joined(FIRST), joined(SECOND), joined(FIRST)]
