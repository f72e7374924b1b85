"""What a page shows is read, once and as it is printed, and what it hides is not: all formats but PDF."""

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


def odt(tmp_path, body, styles=""):
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    kinds = ("office", "office"), ("text", "text"), ("draw", "drawing"), ("style", "style"), ("table", "table")
    spaces = " ".join(f'xmlns:{short}="{names}{long}:1.0"' for short, long in kinds)
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {spaces}><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {spaces}><office:styles>{styles}</office:styles>"
        "</office:document-styles>",
    }
    (document,) = read_bytes(tmp_path, "a.odt", package(**parts))
    return document


def test_frames_and_numbers_of_headings_in_opendocument(tmp_path):
    """A frame at the page is read; headings have the numbers of their outline."""
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
    document = odt(tmp_path, body, outline)
    assert texts(document, "paragraph", "heading") == ["Beside.", "I. Rent", "I.a) Day", "II. Roof", "II.a) Leaks"]


def test_tables_and_hidden_text_in_opendocument(tmp_path):
    """A nested table is read once, a cell has its lists and notes, and hidden text and rows are left out."""

    def cells(*contents):
        return "".join(f"<table:table-cell>{content}</table:table-cell>" for content in contents)

    def row(*contents, about=""):
        return f"<table:table-row {about}>{cells(*contents)}</table:table-row>"

    def par(text):
        return f"<text:p>{text}</text:p>"

    note = f"<text:note><text:note-citation>1</text:note-citation><text:note-body>{par('Raised.')}</text:note-body>"
    items = f'<text:list text:style-name="L"><text:list-item>{par("Pump")}</text:list-item></text:list>'
    inner = f"<table:table>{row(par('Pier'), par('North'))}</table:table>"
    gone = row(par("gone"), about="table:visibility='collapse'")
    body = (
        f"<table:table>{row(items, par(f'Fee{note}</text:note>'))}{row(par('Before') + inner, par('b'))}{gone}"
        "</table:table><text:p>Seen<text:span text:style-name='H'> and hidden</text:span>.</text:p>"
        "<text:p text:style-name='H'>Gone.</text:p>"
    )
    styles = (
        "<text:list-style style:name='L'><text:list-level-style-number text:level='1' style:num-format='1'"
        " style:num-suffix='.'/></text:list-style>"
        "<style:style style:name='H'><style:text-properties text:display='none'/></style:style>"
    )
    document = odt(tmp_path, body, styles)
    assert texts(document, "paragraph", "note") == ["1. Pump\tFee", "Raised.", "Before", "Pier\tNorth", "b", "Seen."]


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


def test_hidden_and_deleted_text_of_an_rtf_is_not_read(tmp_path):
    """Hidden and deleted text ends with its switch, with its group or with plain text."""
    body = rb"{\rtf1\ansi One {\v secret \'97 }two \v hidden\v0  three "
    body += rb"{\deleted gone {\b too}} four \v x\plain  five.\par}"
    (document,) = read_bytes(tmp_path, "a.rtf", body)
    assert texts(document) == ["One two three four five."]


def web(tmp_path, body):
    (document,) = read_bytes(tmp_path, "a.html", f"<html><body>{body}</body></html>".encode())
    return document


def test_a_page_in_a_form_is_read_and_a_search_box_is_not(tmp_path):
    """A form with paragraphs or tables is a page; one with a label and a box is a control."""
    body = (
        "<form><label>Search</label><input></form><form><table><tr><td>Filed</td><td>4 May</td></tr></table>"
        "<select><option>All</option></select><p>The petition was denied.</p></form>"
    )
    assert texts(web(tmp_path, body)) == ["Filed\t4 May", "The petition was denied."]


def test_questions_in_buttons_are_headings_and_collapsed_answers_are_read(tmp_path):
    """A button in a heading, or one that opens a part of the page, is a heading; what it opens is read."""
    body = (
        '<h2><button>Is there a fee?</button></h2><p>No.</p><button aria-controls="a">May I bring my dog?</button>'
        '<div id="a" hidden><p>On a lead.</p></div><button aria-expanded="false">Menu</button>'
        "<button>Send it now please</button><p hidden>Never shown.</p>"
    )
    document = web(tmp_path, body)
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [
        ("heading", "Is there a fee?"),
        ("paragraph", "No."),
        ("heading", "May I bring my dog?"),
        ("paragraph", "On a lead."),
    ]


def test_asides_and_notes_by_their_role_are_read(tmp_path):
    """A footnote by its role is a note with its mark; an aside of text is read, one of links is a menu."""
    body = (
        "<p>Built in 1871.</p><aside role='doc-footnote'><p>2) The mason was Bernt.</p></aside>"
        "<aside><p>The pier is closed in winter.</p></aside><aside><a href='x'>More about piers</a></aside>"
        "<ol><li role='doc-endnote'>3 See the minutes.</li></ol>"
    )
    document = web(tmp_path, body)
    assert [(b.kind, document.text[b.start : b.end], b.pinpoint) for b in document.blocks][1:] == [
        ("note", "The mason was Bernt.", "footnote 2"),
        ("paragraph", "The pier is closed in winter.", None),
        ("note", "See the minutes.", "footnote 3"),
    ]


def test_paragraphs_by_line_breaks_and_in_preformatted_text(tmp_path):
    """Two line breaks end a paragraph, one does not; blank lines of preformatted text do."""
    body = "<div>One<br>more.<br> <br/>Two.<br><br><br>Three.</div><pre>Four\nmore.\n\nFive.</pre>"
    assert texts(web(tmp_path, body)) == ["One more.", "Two.", "Three.", "Four\nmore.", "Five."]


def test_a_term_stands_with_its_definition(tmp_path):
    """A term and the first paragraph of its definition are a row; the term labels what follows."""
    body = "<dl><dt>Fender</dt><dd><p>A cushion.</p><p>Of rope.</p></dd><dt>Lone</dt></dl><p>After.</p>"
    document = web(tmp_path, body)
    found = [(document.text[b.start : b.end], b.label) for b in document.blocks]
    assert found == [("Fender\tA cushion.", None), ("Of rope.", "Fender"), ("Lone", None), ("After.", None)]
    assert texts(web(tmp_path, "<p>Before.</p><dt>Left open")) == ["Before.", "Left open"]
    cut = web(tmp_path, "<p>Before.</p><dl><dt>Bollard<h2>Next</h2><p>More.</p></dl>")
    assert [cut.text[b.start : b.end] for b in cut.blocks] == ["Before.", "Bollard", "Next", "More."]


def test_ruby_soft_hyphens_and_formulas_of_a_page(tmp_path):
    """Readings beside letters are left out, soft hyphens are no letters, and a formula is one line."""
    body = (
        "<p><ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>の港</p><p>The com&shy;mit&shy;tee</p>"
        "<p>Area <math><msup><mi>r</mi><mn>2</mn></msup><mo>·</mo><msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>"
        "<annotation>r^2</annotation></math>.</p>"
    )
    assert texts(web(tmp_path, body)) == ["東京の港", "The committee", "Area r^2·√(a+b)."]
