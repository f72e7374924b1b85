"""Presentations: a slide is a passage under its title; what is not on the slide is not read."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree
from make_office import Slide, make_pptx
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import qn
from pptx.util import Inches

from qa.errors import DocumentError
from qa.ingestion.readers import read
from qa.ingestion.sandbox.pool import read_all

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def document_of(tmp_path, content):
    (tmp_path / "a.pptx").write_bytes(content)
    (document,) = read(tmp_path / "a.pptx", "a.pptx")
    return document


def shown(document):
    return [(b.kind, document.text[b.start : b.end], b.pinpoint) for b in document.blocks]


def test_slides_tables_and_notes_are_cited_by_their_slide(tmp_path):
    """A slide's text stands under its title; its table and its notes, which are labelled, stand apart."""
    table = [["Port", "Ships"], ["Suva", "14"]]
    slides = [Slide("The harbour board"), Slide("Duties", ["Dredging", "Lights"], "Say it slowly.", table)]
    document = document_of(tmp_path, make_pptx(slides))
    assert document.title == "Duties"
    assert shown(document) == [
        ("paragraph", "The harbour board", "slide 1"),
        ("heading", "Duties", None),
        ("paragraph", "Dredging\nLights", "slide 2"),
        ("paragraph", "Port\tShips", "slide 2"),
        ("paragraph", "Suva\t14", "slide 2"),
        ("note", "Say it slowly.", "slide 2, notes"),
    ]
    assert [b.label for b in document.blocks][-2:] == ["Port Ships", "Duties (speaker notes)"]
    assert document_of(tmp_path, make_pptx(slides[:1], "Harbour report")).title == "Harbour report"


def test_diagrams_and_shapes_without_geometry(tmp_path):
    """Each diagram is read once, from its own data; a picture and a shape without geometry refuse nothing."""
    text = "http://schemas.openxmlformats.org/drawingml/2006/main"
    names = "http://schemas.openxmlformats.org/drawingml/2006/diagram"

    def drawn(slide):
        for word in ("Tides", "Currents"):
            frame = slide.shapes.add_table(1, 1, 0, 0, Inches(1), Inches(1))._element
            data = (
                f'<d:dataModel xmlns:d="{names}" xmlns:a="{text}"><a:p><a:r><a:t>{word}</a:t></a:r></a:p></d:dataModel>'
            )
            part = Part(PackURI(f"/ppt/diagrams/{word}.xml"), "application/xml", slide.part.package, data.encode())
            about = (
                f'<d:relIds xmlns:d="{names}" xmlns:r="{RELATIONS}" r:dm="{slide.part.relate_to(part, "urn:data")}"/>'
            )
            graphic = frame.find(f".//{{{text}}}graphicData")
            graphic.set("uri", names)
            graphic[:] = [etree.fromstring(about)]
        picture = io.BytesIO()
        Image.new("RGB", (2, 2)).save(picture, "PNG")
        slide.shapes.add_picture(picture, 0, 0)
        bare = slide.shapes.add_shape(MSO_SHAPE.OVAL, 0, 0, Inches(1), Inches(1))._element
        bare.spPr[:] = []

    document = document_of(tmp_path, make_pptx([Slide("Sea", ["Waves"], change=drawn)]))
    assert shown(document)[1:] == [("paragraph", "Waves\nTides\nCurrents", "slide 1")]


def test_what_is_not_on_a_slide_is_not_read(tmp_path):
    """Hidden slides and shapes, and shapes beside the slide, are left out; slides keep their numbers."""

    def hidden(slide):
        slide.element.set("show", "0")

    def beside(slide):
        slide.shapes.add_textbox(Inches(-4), Inches(1), Inches(2), Inches(1)).text_frame.text = "beside"
        box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1))
        box.text_frame.text = "hidden"
        box.element.nvSpPr.cNvPr.set("hidden", "1")

    slides = [Slide("A", ["one"], change=hidden), Slide("B", ["two"], change=beside)]
    document = document_of(tmp_path, make_pptx(slides))
    assert shown(document) == [("heading", "B", None), ("paragraph", "two", "slide 2")]
    with pytest.raises(DocumentError, match="shows no text"):
        document_of(tmp_path, make_pptx([Slide("A", ["one"], change=hidden)]))


def test_lists_have_their_printed_numbers_and_groups_and_charts_are_read(tmp_path):
    """Automatic numbers are part of the text; a group is read like a slide; a chart is a table of its figures."""

    def change(slide):
        body = slide.placeholders[1].text_frame
        for paragraph in body.paragraphs:
            properties = paragraph._p.get_or_add_pPr()
            properties.append(properties.makeelement(qn("a:buAutoNum"), {"type": "romanUcParenR", "startAt": "3"}))
        group = slide.shapes.add_group_shape()
        group.shapes.add_textbox(Inches(1), Inches(5), Inches(2), Inches(1)).text_frame.text = "In a group"
        data = CategoryChartData()
        data.categories = ["Suva", "Lautoka"]
        data.add_series("Ships", (14, 2.5))
        where = Inches(1), Inches(3), Inches(4), Inches(2)
        slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *where, data)

    document = document_of(tmp_path, make_pptx([Slide("A", ["first", "second"], change=change)]))
    assert [text for _, text, _ in shown(document)[1:]] == [
        "III) first\nIV) second\nIn a group",
        "Ships",
        "Suva\t14",
        "Lautoka\t2.5",
    ]


@pytest.mark.slow
def test_bombs_are_refused(tmp_path):
    """A presentation whose parts declare entities or swell is refused with its reason."""
    sound = make_pptx([Slide("A", ["one"])])
    files = []
    for name, part in (
        ("laughs.pptx", b"<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><a>&a;</a>"),
        ("swell.pptx", b"<a>" + b" " * 120_000_000),
    ):
        with (
            zipfile.ZipFile(io.BytesIO(sound)) as old,
            zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for member in old.namelist():
                new.writestr(member, part if member.endswith("slide1.xml") else old.read(member))
        files.append((tmp_path / name, name))
    results = list(read_all(files, lambda _done, _name: None))
    assert [result.skipped.reason for result in results] == ["damaged", "too-large"]
