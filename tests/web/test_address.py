"""The addresses of places in the documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.web.views.address import Address

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5)
APART = st.lists(st.integers(0, 60), unique=True, max_size=10).map(sorted).map(lambda at: list(zip(at[::2], at[1::2])))  # noqa: B905


@given(
    TEXTS.filter(bool), st.none() | st.tuples(st.integers(0), st.integers(0)), APART, st.booleans(),
    st.none() | st.integers(), st.none() | TEXTS.filter(bool), st.sampled_from(["", "a", "a & b=c"]),
    st.none() | st.integers(),
)  # fmt: skip
@pytest.mark.slow
def test_an_address_reads_back(document, passage, highlights, paged, page, check, find, hit):
    """An address written as a link's query names the same place, seen in the same way, when it is read."""
    address = Address(document, passage, tuple(highlights), paged, page, check, None, find, hit)
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
     "?document=a&b=1&c=2&d=3&e=4&f=5&g=6&h=7&i=8&j=9&k=10", "?document=a&highlights=" + ",".join(["0-9"] * 101)],
)  # fmt: skip
def test_what_is_no_address_is_none(query):
    """A query that somebody made up is no address, and no error."""
    assert Address.parse(query) is None
