"""Spreadsheets: what is shown is read, as it is printed, and each row is cited with its sheet and number."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from make_office import make_xlsx
from openpyxl.comments import Comment

from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.ingestion.readers.xlsx.number_formats import printed
from qa.ingestion.sandbox.pool import read_all


def document_of(tmp_path, content, name="a.xlsx"):
    (tmp_path / name).write_bytes(content)
    (document,) = read(tmp_path / name, name)
    return document


def shown(document):
    return [(document.text[b.start : b.end], b.label, b.pinpoint) for b in document.blocks]


def test_rows_are_labelled_by_their_head_and_the_line_above_it(tmp_path):
    """The line above a table and its head label the rows; a second table after a blank row has a head of its own."""
    rows = [["Table 4. Staff by office"], ["Office", "Posts"], ["Suva", 14], [], ["Year", "Cost"], ["2031", 7.5]]
    document = document_of(tmp_path, make_xlsx({"Staff": rows}))
    assert shown(document) == [
        ("Table 4. Staff by office", None, "sheet Staff, row 1"),
        ("Office\tPosts", None, "sheet Staff, row 2"),
        ("Suva\t14", "Table 4. Staff by office. Office Posts", "sheet Staff, row 3"),
        ("Year\tCost", None, "sheet Staff, row 5"),
        ("2031\t7.5", "Year Cost", "sheet Staff, row 6"),
    ]


def test_years_may_be_a_head_and_a_first_row_of_figures_is_none(tmp_path):
    """Numbers that count up name columns; a table may begin with its first row of figures."""
    document = document_of(tmp_path, make_xlsx({"A": [["State", 2021, 2022], ["Fiji", 5, 9]]}))
    assert shown(document)[1][1] == "State 2021 2022"
    document = document_of(tmp_path, make_xlsx({"A": [["Fiji", 5, 3], ["Palau", 9, 4]]}))
    assert [label for _, label, _ in shown(document)] == [None, None]


def test_what_is_hidden_is_not_read(tmp_path):
    """Hidden sheets, rows and columns, and values that their format does not print, are not on the page."""

    def hide(book):
        book["Secret"].sheet_state = "hidden"
        book["Open"].row_dimensions[2].hidden = True
        book["Open"].column_dimensions["B"].hidden = True
        book["Open"]["C3"].number_format = ";;;"

    rows = [["a", "b", "c"], ["row", "row", "row"], ["one", "two", 3]]
    document = document_of(tmp_path, make_xlsx({"Open": rows, "Secret": [["x"]]}, hide))
    assert [text for text, _, _ in shown(document)] == ["a\tc", "one"]
    with pytest.raises(DocumentError, match="shows no text"):
        document_of(tmp_path, make_xlsx({"Open": [], "Secret": [["x"]]}, hide_all))


def hide_all(book):
    book["Secret"].sheet_state = "veryHidden"


def test_several_sheets_are_headings_and_comments_are_notes(tmp_path):
    """Where there are several sheets their names are headings; a comment on a cell is a note."""

    def comment(book):
        book["Two"]["B1"].comment = Comment("Counted by hand.", "ana")

    document = document_of(tmp_path, make_xlsx({"One": [["a", "b"]], "Two": [["c", "d"]]}, comment))
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [
        ("heading", "One"),
        ("paragraph", "a\tb"),
        ("heading", "Two"),
        ("paragraph", "c\td"),
        ("note", "Counted by hand."),
    ]
    assert document.blocks[-1].pinpoint == "sheet Two, row 1, comment"


def test_a_formula_without_its_result_is_a_doubt(tmp_path):
    """Results that were never saved cannot be read; the report says how many."""
    document = document_of(tmp_path, make_xlsx({"A": [["Sum", "=1+2"], ["Mean", "=B1/2"]]}))
    assert [doubt.detail[:34] for doubt in document.doubts] == ["formulas without a saved result: 2"]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (12200000, "#,##0.0,,", "12.2"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0.355, "0%", "36%"),
        (0.1234, "0.0#%", "12.34%"),
        (-5, "#,##0;(#,##0)", "(5)"),
        (-5, "0.0", "-5.0"),
        (0, '0;-0;"none"', "none"),
        (0, "0;-0", "0"),
        (0, "#,##0.00;[Red]-#,##0.00", "0.00"),
        (0, "#,##0_);(#,##0)", "0"),
        (0, "0;;", ""),
        (2.5, "0", "3"),
        (26400000000, "General", "26400000000"),
        (12345678901.0, "General", "12345678901"),
        (1e25, "0.000", "10000000000000000905969664"),
        (date(2024, 1, 15), "yyyymmdd", "20240115"),
        (date(2024, 1, 15), "ddmmmyy", "15Jan24"),
        (time(13, 5), "hhmm", "1305"),
        (0.5, "#.##", ".5"),
        (7, "000", "007"),
        (1200, "[$€-407] #,##0.00", "€ 1,200.00"),
        (12, '0 "days"', "12 days"),
        (12, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, "0.00E+00", "1234.5"),
        (5, "[>3]0.0;0", "5"),
        (True, "General", "TRUE"),
        ("text", ";;;", ""),
        ("text", "0.00", "text"),
        (date(2018, 4, 3), "d mmmm yyyy", "3 April 2018"),
        (datetime(2018, 4, 3, 14, 5), "dd/mm/yy hh:mm", "03/04/18 14:05"),
        (datetime(2018, 4, 3, 14, 5), "h:mm AM/PM", "2:05 PM"),
        (date(2018, 4, 3), "mm-dd-yy", "2018-04-03"),
        (time(9, 5, 7), "h:mm:ss", "9:05:07"),
        (timedelta(hours=30, minutes=4), "[h]:mm", "30:04"),
    ],
)
def test_values_are_printed_by_their_format(value, code, text):
    """A number, date or text is what a spreadsheet program prints, not what it stores."""
    assert printed(value, code) == text


def test_a_cell_in_the_far_corner_costs_nothing(tmp_path):
    """Rows and columns between two cells far apart are not visited."""

    def far(book):
        book["A"].cell(1_048_576, 16_384, "end")

    document = document_of(tmp_path, make_xlsx({"A": [["begin"]]}, far))
    assert [text for text, _, _ in shown(document)] == ["begin", "end"]


@pytest.mark.slow
def test_bombs_are_refused(tmp_path):
    """Entities, and parts that unpack without end, are refused by the child that reads, each with its reason."""
    sound = make_xlsx({"A": [["text"]]})
    files = []
    for name, sheet in (
        ("laughs.xlsx", b"<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><worksheet>&a;</worksheet>"),
        ("swell.xlsx", b"<worksheet><sheetData>" + b" " * 120_000_000),
    ):
        with (
            zipfile.ZipFile(io.BytesIO(sound)) as old,
            zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for member in old.namelist():
                new.writestr(member, sheet if member.endswith("sheet1.xml") else old.read(member))
        files.append((tmp_path / name, name))
    (tmp_path / "good.xlsx").write_bytes(sound)
    results = list(read_all([*files, (tmp_path / "good.xlsx", "good.xlsx")], lambda _done, _name: None))
    assert [result.skipped and result.skipped.reason for result in results] == ["damaged", "too-large", None]
    assert results[2].documents[0].text == "text"
