"""Text to inert HTML and back to the letter, and the addresses of passages."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.web.views.markup import Address, escape, marked

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5)
APART = st.lists(st.integers(0, 60), unique=True, max_size=10).map(sorted).map(lambda at: list(zip(at[::2], at[1::2])))  # noqa: B905


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


@given(TEXTS)
def test_escaped_text_reads_back_to_the_letter(text):
    """Whatever a text holds, its HTML has no element in it and reads back as the same text."""
    read = _read(escape(text))
    assert read.text == text
    assert read.tags == []


@given(TEXTS, st.integers(0, 20), SPANS)
def test_marking_changes_nothing_but_marks(text, offset, spans):
    """Marks, wherever they are asked for, leave the text as it is and cover exactly the characters named."""
    markup = marked(text, offset, spans)
    read = _read(markup)
    assert read.text == text
    assert {tag for tag, _ in read.tags} <= {"mark"}
    named = {i for start, end in spans for i in range(start - offset, end - offset) if 0 <= i < len(text)}
    covered = sum(len(_read(piece.split("</mark>")[0]).text) for piece in markup.split("<mark>")[1:])
    assert covered == len(named)


@given(
    TEXTS.filter(bool), st.none() | st.tuples(st.integers(0), st.integers(0)), APART, st.booleans(),
    st.none() | st.integers(), st.none() | TEXTS.filter(bool),
)  # fmt: skip
def test_an_address_reads_back(document, passage, highlights, paged, page, check):
    """An address written as a link's query names the same place, seen in the same way, when it is read."""
    address = Address(document, passage, tuple(highlights), paged, page, check)
    assert Address.parse(str(address)) == address


@given(SPANS)
def test_no_letter_is_marked_twice(highlights):
    """However an address repeats itself, each letter that it marks is in one span, and no other is in any."""
    read = Address.parse(str(Address("a", None, tuple(highlights)))).highlights
    letters = [letter for start, end in read for letter in range(start, end)]
    assert letters == sorted({letter for start, end in highlights for letter in range(start, end)})


@pytest.mark.parametrize(
    "query",
    ["", "?", "nonsense", "?passage=1-2", "?document=", "?document=a&passage=1", "?document=a&passage=1-2-3",
     "?document=a&passage=x-y", "?document=a&passage=" + "9" * 5000 + "-1", "?document=a&sheet=x",
     "?document=a&sheet=" + "9" * 5000,
     "?document=a&b=1&c=2&d=3&e=4&f=5&g=6", "?document=a&highlights=" + ",".join(["0-9"] * 101)],
)  # fmt: skip
def test_what_is_no_address_is_none(query):
    """A query that somebody made up is no address, and no error."""
    assert Address.parse(query) is None
