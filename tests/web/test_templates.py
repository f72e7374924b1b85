"""Text to inert HTML and back to the letter, through templates."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from qa.web.views import templates
from qa.web.views.marks import pieces

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5)
FOLDER = Path(templates.__file__).parents[1] / "templates"
OURS = {"styles"}
"""What templates take for HTML: the style sheets of the page."""


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.text += data


def _read(markup):
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader


def _fill(source, **values):
    return templates._environment().from_string(source).render(values)


def _marked(found):
    return _fill('{% from "macros.html" import marked %}{{ marked(found) }}', found=found)


@pytest.mark.slow
@given(TEXTS)
def test_escaped_text_reads_back_to_the_letter(text):
    """Whatever a text holds, its HTML has no element in it and reads back as the same text."""
    for source in ("{{ text }}", "{% macro same(text) %}{{ text }}{% endmacro %}{{ same(text) }}", "{{ '' ~ text }}"):
        read = _read(_fill(source, text=text))
        assert read.text == text
        assert read.tags == []
    attributes = _read(_fill('<p title="{{ text }}"></p>', text=text)).tags
    assert attributes == [("p", [("title", text)])]


@pytest.mark.slow
@given(TEXTS, st.integers(0, 20), SPANS)
def test_marking_changes_nothing_but_marks(text, offset, spans):
    """Marks, wherever they are asked for, leave the text as it is and cover exactly the characters named."""
    markup = _marked(pieces(text, offset, spans))
    read = _read(markup)
    assert read.text == text
    assert {tag for tag, _ in read.tags} <= {"mark"}
    named = {i for start, end in spans for i in range(start - offset, end - offset) if 0 <= i < len(text)}
    covered = sum(len(_read(piece.split("</mark>")[0]).text) for piece in markup.split("<mark>")[1:])
    assert covered == len(named)


@pytest.mark.slow
@given(TEXTS, SPANS, st.lists(st.integers(0, 59), max_size=4, unique=True))
def test_a_page_that_begins_in_a_text_adds_no_letter(text, spans, pages):
    """Where a page begins stands an empty element, and the text stays as it is."""
    names = [(at, "Page <2>") for at in pages if at < len(text)]
    read = _read(_marked(pieces(text, 0, spans, names)))
    assert read.text == text
    assert [tag for tag in read.tags if tag[0] == "span"] == [
        ("span", [("class", "turn"), ("data-page", "Page <2>")]) for _ in names
    ]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.html")), ids=lambda path: path.name)
def test_no_template_takes_a_value_for_html(path):
    """No value goes around the escaping, but for what is ours."""
    source = path.read_text("utf-8")
    assert set(re.findall(r"(\S+)\s*\|\s*safe", source)) <= OURS
    assert "autoescape" not in source


def test_a_value_that_is_missing_is_an_error():
    """A template that is given too little fails, instead of leaving a gap."""
    with pytest.raises(UndefinedError):
        templates.render("problem", number=1)
