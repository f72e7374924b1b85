"""What a page shows is read, once and as it is printed, and what it hides is not: Word, OpenDocument, CSV, RTF."""

from __future__ import annotations

import pytest
from make_office import W, docx, package, read_bytes, texts

M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def p(text, properties="", run=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def numbered(text, level=0, number=1):
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def table(*rows):
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(cells)}</w:tr>" for cells in rows) + "</w:tbl>"


def cell(*content):
    return f"<w:tc>{''.join(content)}</w:tc>"


def numbering(*levels, about=""):
    inner = "".join(f'<w:lvl w:ilvl="{n}">{level}</w:lvl>' for n, level in enumerate(levels))
    return (
        f"<w:numbering {W}><w:abstractNum w:abstractNumId='7'>{about}{inner}</w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num></w:numbering>"
    )


def word(tmp_path, body, **members):
    names = {f"word/{name}.xml": content for name, content in members.items()}
    (document,) = read_bytes(tmp_path, "a.docx", docx(body, **names))
    return document


def test_a_table_in_a_cell_is_read_once(tmp_path):
    """A row that holds a table lays out the page: its cells are read in order, at any depth, each row once."""
    innermost = table((cell(p("Lamp")), cell(p("red"))))
    inner = table((cell(p("Pier")), cell(p("North"))), (cell(innermost, p("Below")), cell(p("Right"))))
    body = table((cell(p("Before"), inner, p("After")), cell(p("Beside"))), (cell(p("a")), cell(p("b"))))
    assert texts(word(tmp_path, body)) == [
        "Before", "Pier\tNorth", "Lamp\tred", "Below", "Right", "After", "Beside", "a\tb",
    ]  # fmt: skip


def test_cells_and_rows_in_content_controls_keep_their_place(tmp_path):
    """A cell or row in a content control stays where it is; a deleted row is gone."""
    wrapped = f"<w:sdt><w:sdtContent>{cell(p('3 May'))}</w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr>{cell(p('x'))}{cell(p('y'))}{cell(p('z'))}</w:tr></w:sdtContent></w:sdt>"
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{cell(p('gone'))}</w:tr>"
    body = f"<w:tbl><w:tr>{cell(p('Name'))}{cell(p('Date'))}{cell(p('By'))}</w:tr>"
    body += f"<w:tr>{cell(p('A'))}{wrapped}{cell(p('K.'))}</w:tr>{gone}{row}</w:tbl>"
    document = word(tmp_path, body)
    assert texts(document) == ["Name\tDate\tBy", "A\t3 May\tK.", "x\ty\tz"]
    assert document.blocks[1].label == "Name Date By"


def test_notes_boxes_and_numbers_in_cells_are_read(tmp_path):
    """Cells have their notes, text boxes and numbers of lists, and the count goes on below the table."""
    box = f"<w:p><w:r><w:t>Hours</w:t></w:r><w:r><w:txbxContent>{p('Closed on Monday.')}</w:txbxContent></w:r></w:p>"
    note = '<w:p><w:r><w:t>Fee</w:t></w:r><w:r><w:footnoteReference w:id="4"/></w:r></w:p>'
    body = numbered("One") + table((cell(box, numbered("Two")), cell(note, numbered("Three")))) + numbered("Four")
    notes = f"<w:footnotes {W}><w:footnote w:id='4'>{p('Raised in 2011.')}</w:footnote></w:footnotes>"
    levels = numbering('<w:numFmt w:val="decimal"/><w:lvlText w:val="%1)"/>')
    document = word(tmp_path, body, footnotes=notes, numbering=levels)
    assert texts(document, "paragraph", "note") == [
        "1) One", "Hours 2) Two\tFee 3) Three", "Closed on Monday.", "Raised in 2011.", "4) Four",
    ]  # fmt: skip


def test_numbers_are_those_that_word_prints(tmp_path):
    """Legal numbers are figures at every level; a linked style of lists, and a style named by a level, count too."""
    first = '<w:numFmt w:val="upperLetter"/><w:lvlText w:val="Part %1"/>'
    second = '<w:numFmt w:val="decimalZero"/><w:isLgl/><w:pStyle w:val="Clause"/><w:lvlText w:val="%1.%2"/>'
    own = numbering(first, second, about='<w:styleLink w:val="Contract"/>')
    linked = "<w:abstractNum w:abstractNumId='9'><w:numStyleLink w:val='Contract'/></w:abstractNum>"
    levels = own.replace("<w:num ", f"{linked}<w:num w:numId='2'><w:abstractNumId w:val='9'/></w:num><w:num ", 1)
    styles = (
        f"<w:styles {W}><w:style w:styleId='Clause'><w:name w:val='Clause'/><w:pPr><w:numPr><w:numId w:val='2'/>"
        "</w:numPr></w:pPr></w:style></w:styles>"
    )
    clause = p("rent is due", '<w:pStyle w:val="Clause"/>')
    document = word(
        tmp_path, numbered("Lease") + clause + clause + numbered("Roof", number=2), numbering=levels, styles=styles
    )
    assert texts(document) == ["Part A Lease", "1.01 rent is due", "1.02 rent is due", "Part B Roof"]


@pytest.mark.parametrize(
    ("properties", "run", "hidden"),
    [
        ("", '<w:rStyle w:val="Kind"/>', True),
        ('<w:pStyle w:val="Whole"/>', "", True),
        ('<w:pStyle w:val="Whole"/>', '<w:vanish w:val="0"/>', False),
        ("", '<w:rStyle w:val="Kind"/><w:vanish w:val="false"/>', False),
        ("", '<w:rStyle w:val="Shown"/>', False),
    ],
)
def test_what_a_style_hides_is_not_read(tmp_path, properties, run, hidden):
    """Text hidden by the style of its run or paragraph, inherited or own, is not on the page."""
    styles = (
        f"<w:styles {W}><w:style w:styleId='Base'><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:styleId='Kind'><w:basedOn w:val='Base'/></w:style>"
        "<w:style w:styleId='Shown'><w:basedOn w:val='Base'/><w:rPr><w:vanish w:val='0'/></w:rPr></w:style>"
        "<w:style w:styleId='Whole'><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"
    )
    document = word(tmp_path, p("Seen.") + p("Perhaps.", properties, run), styles=styles)
    assert texts(document) == (["Seen."] if hidden else ["Seen.", "Perhaps."])


def test_symbols_and_formulas_are_text(tmp_path):
    """Letters of symbol fonts become Unicode; a formula is one line of the paragraph it stands in."""

    def symbol(font, code):
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    marks = symbol("Symbol", "F061") + symbol("Symbol", "F0A3") + symbol("Wingdings", "F0FC") + symbol("Odd", "F0FF")
    fraction = "<m:f><m:fPr/><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
    power = "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    body = f"<w:p>{marks}<w:r><w:t> holds for </w:t></w:r><m:oMath {M}>{fraction}<m:r><m:t>+</m:t></m:r>{power}"
    body += "</m:oMath></w:p>"
    assert texts(word(tmp_path, body)) == ["α≤✓ holds for (a+b)/2+x^2"]


def test_frames_and_numbers_of_headings_in_opendocument(tmp_path):
    """A frame at the page is read; headings have the numbers of their outline."""
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(
        f'xmlns:{short}="{names}{long}:1.0"'
        for short, long in (("office", "office"), ("text", "text"), ("draw", "drawing"), ("style", "style"))
    )
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="I" style:num-suffix="."/>'
        '<text:outline-level-style text:level="2" style:num-format="a" text:display-levels="2" style:num-suffix=")"/>'
        "</text:outline-style>"
    )
    body = (
        "<draw:frame><draw:text-box><text:p>Beside.</text:p></draw:text-box></draw:frame>"
        '<text:h text:outline-level="1">Rent</text:h><text:h text:outline-level="2">Day</text:h>'
        '<text:h text:outline-level="1">Roof</text:h><text:h text:outline-level="2">Leaks</text:h>'
    )
    content = package(
        **{
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {spaces}><office:styles>{outline}</office:styles>"
            "</office:document-styles>",
        }
    )
    (document,) = read_bytes(tmp_path, "a.odt", content)
    assert texts(document, "paragraph", "heading") == ["Beside.", "I. Rent", "I.a) Day", "II. Roof", "II.a) Leaks"]


def test_csv_with_late_quotes_a_title_and_without_a_head(tmp_path):
    """A doubled quotation mark is one wherever it comes first; a line above a table is no head; figures are none."""
    late = "a,b\n" + "1,x\n" * 6000 + '2,"he said ""no, never"", twice"\n'
    (document,) = read_bytes(tmp_path, "a.csv", late.encode())
    assert texts(document)[-1] == '2\the said "no, never", twice'
    (document,) = read_bytes(tmp_path, "b.csv", b"Catch of the year\n\nPort;Tonnes\nSuva;14\n")
    assert [block.label for block in document.blocks] == [None, None, "Port Tonnes"]
    (document,) = read_bytes(tmp_path, "c.csv", b"Suva,14\nLautoka,9\n")
    assert [block.label for block in document.blocks] == [None, None]


def test_an_rtf_with_a_strange_bullet_is_read_and_doubted(tmp_path):
    """A bullet whose code its code page lacks becomes a bullet; letters that are lost are a doubt."""
    start = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset128 Odd;}}"
    (document,) = read_bytes(tmp_path, "a.rtf", start + rb"{\f1\'97\tab\f0 Sound the horn.\par}}")
    assert texts(document) == ["• Sound the horn."]
    body = (
        rb"{\f0 The lamp is lit at six, from October to March \f1\'97\f0, by hand.}\par"
        + rb"{\f0 So it was.}\par" * 9
        + rb"}"
    )
    (document,) = read_bytes(tmp_path, "b.rtf", start + body)
    assert [doubt.reason for doubt in document.doubts] == ["garbled"]
