"""Small PDFs, written by hand, in the fonts every reader has."""

from __future__ import annotations

import zlib

from qa.ingestion.readers import read

FONTS = {"roman": "Times-Roman", "bold": "Times-Bold", "italic": "Times-Italic", "sans": "Helvetica"}

FIRST = (
    "The members of the committee met on Monday to consider the\n"
    "report of the working group and its annexes, which had been\n"
    "circulated to all delegations a week before the meeting."
)
SECOND = (
    "They agreed that the proposals deserved further study and\n"
    "asked the secretariat to prepare a paper on the costs of each\n"
    "of them before the next session."
)
"""Two paragraphs of three lines each."""


class Text:
    """Text at a place: points from the left and from the foot of the page."""

    def __init__(self, x, y, text, size=10, font="roman"):
        self.x, self.y, self.text, self.size, self.font = x, y, text, size, font


def lines(x, y, text, leading=12, **style):
    """Return the lines of a text, one under the other."""
    return [Text(x, y - leading * row, line, **style) for row, line in enumerate(text.split("\n"))]


def paragraph(x, y, text, indent=24, **style):
    """Return the lines of a paragraph whose first is indented."""
    placed = lines(x, y, text, **style)
    placed[0].x += indent
    return placed


def make_pdf(*pages, rotate=0, extra=b"", trailer=b"", info=b""):
    """Return a PDF of pages of ``Text`` (612 by 792 points), or of a content stream where a page is bytes."""
    names = {name: number for number, name in enumerate(FONTS, 4)}
    first = 4 + len(FONTS)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (first + 2 * n) for n in range(len(pages))), len(pages)),
        b"<< %s >>" % info,
        *(
            b"<< /Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding /BaseFont /%s >>" % base.encode()
            for base in FONTS.values()
        ),
    ]
    fonts = b" ".join(b"/%s %d 0 R" % (name.encode(), number) for name, number in names.items())
    for number, page in enumerate(pages):
        stream = page if isinstance(page, bytes) else content(page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Rotate %d /Resources << /Font << %s >> %s >> "
            b"/Contents %d 0 R >>" % (rotate, fonts, extra, first + 2 * number + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return assemble(objects, trailer)


def content(texts):
    """Return the content stream of some texts."""
    shown = []
    for text in texts:
        escaped = text.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
        shown.append(b"BT /%s %g Tf %g %g Td (%s) Tj ET" % (text.font.encode(), text.size, text.x, text.y, escaped))
    return b"\n".join(shown)


def assemble(objects, trailer=b""):
    """Return a PDF file of numbered objects, the first of them the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R /Info 3 0 R %s >>\n" % (len(objects) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def flate_bomb(size):
    """Return a PDF of one page whose content unpacks to ``size`` bytes: one packed block, over and over."""
    block = b"BT (bomb) Tj ET\n" * 65536
    packer = zlib.compressobj(9)
    begun = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = zlib.compressobj(9, wbits=-15)
    more = again.compress(block) + again.flush(zlib.Z_FULL_FLUSH)
    packed = begun + more * (size // len(block) - 1) + b"\x03\x00" + b"\0" * 4
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    return assemble(objects)


RESOLUTION = [
    [
        Text(123, 734, "United Nations", 14),
        Text(482, 734, "A/RES/78/999", 12),
        Text(123, 705, "General Assembly", 20, "bold"),
        Text(397, 705, "Distr.: General"),
        Text(397, 693, "11 December 2023"),
        Text(60, 570, "Seventy-eighth session", 10, "bold"),
        Text(60, 558, "Agenda item 109"),
        Text(60, 546, "Measures of several kinds", 10, "bold"),
        Text(123, 513, "Resolution adopted by the General Assembly", 14, "bold"),
        Text(123, 498, "on 7 December 2023", 14, "bold"),
        Text(73, 448, "78/999.", 12, "bold"),
        Text(123, 448, "Measures of several kinds", 12, "bold"),
        Text(147, 424, "The General Assembly,", 10, "italic"),
        Text(147, 406, "Recalling", 10, "italic"),
        Text(192, 406, "its resolution 66/10 of 18 November 2011,"),
        Text(147, 388, "Mindful", 10, "italic"),
        Text(184, 388, "of the need to act,"),
        Text(147, 370, "1."),
        Text(171, 370, "Decides", 10, "italic"),
        Text(208, 370, "to act on the following:"),
        Text(147, 352, "(a)"),
        Text(171, 352, "The first matter;"),
        Text(147, 334, "(b)"),
        Text(171, 334, "The second matter, namely:"),
        Text(171, 316, "(i)"),
        Text(195, 316, "Its beginning;"),
        Text(65, 44, "23-24925 (E)"),
        Text(136, 44, "211223"),
    ],
    [
        Text(60, 733, "A/RES/78/999", 8, "bold"),
        Text(386, 733, "Measures of several kinds", 8, "bold"),
        Text(60, 38, "2/2", 7),
        Text(171, 709, "(ii)"),
        Text(195, 709, "Its end;"),
        Text(147, 691, "2."),
        Text(171, 691, "Requests", 10, "italic"),
        Text(214, 691, "a report."),
        Text(351, 660, "45th plenary meeting", 10, "italic"),
        Text(351, 648, "7 December 2023", 10, "italic"),
        Text(123, 600, "Annex", 10, "bold"),
        Text(123, 580, "Terms of the report", 10, "bold"),
        Text(147, 560, "1."),
        Text(171, 560, "The report shall be short."),
        Text(147, 542, "2."),
        Text(171, 542, "The report shall be clear."),
        *(Text(x, 500, cell, 8) for x, cell in ((123, "Copies"), (400, "Languages"))),
        *(Text(x, 480, cell, 8) for x, cell in ((123, "193"), (400, "6"))),
    ],
]
"""The two pages of a resolution with an annex, as the General Assembly prints it."""


def document_of(tmp_path, pdf):
    """Return the document that is read of a PDF."""
    (tmp_path / "a.pdf").write_bytes(pdf)
    (document,) = read(tmp_path / "a.pdf", "a.pdf")
    return document


def joined(text):
    """Return lines as one."""
    return text.replace("\n", " ")
