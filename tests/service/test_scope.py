"""A choice of documents: read from an address and written to it, and what it holds of a list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qa.service.catalogue import Catalogue, Entry
from qa.service.scope import ALL, Scope

ENTRIES = (
    Entry("a/b/one.txt", "One heron", {"country": "Kenya", "body": "First: council"}, "", 1),
    Entry("a/two.txt", "Two herons", {"country": "Kenya", "body": "First: council", "symbol": "S/2"}, "", 1),
    Entry("a.txt", "Three", {"country": "Chad", "symbol": "S/3", "x:y": "z"}, "", 1),
)
LIST = Catalogue("1", datetime(2026, 1, 2, tzinfo=UTC), ("here",), ENTRIES)
IDS = [entry.id for entry in ENTRIES]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [0, 1, 2]),
        ("documents=a.txt&documents=a%2Ftwo.txt&documents=gone", [1, 2]),
        ("folder=a", [0, 1]),
        ("folder=a/b/", [0]),
        ("filter=country:Kenya", [0, 1]),
        ("filter=country:Kenya&folder=a/b", [0]),
        ("filter=body:First:%20council&words=TWO", [1]),
        ("filter=country:Kenya&documents=a.txt", []),
        ("filter=country:Atlantis", []),
        ("filter=colour:red", []),
        ("filter=broken&filter=:&folder=&q=x&conversation=y", [0, 1, 2]),
    ],
)
def test_an_address_chooses_documents(query, places):
    """Names, folders, metadata and words narrow the list together; what is written reads back the same."""
    scope = Scope.parse(f"?{query}")
    assert Scope.parse(scope.query) == scope
    assert [entry.id for entry in scope.entries(LIST)] == [IDS[place] for place in places]
    if scope:
        assert set(scope.within(IDS, LIST)) == {IDS[place] for place in places}


def test_without_a_list_documents_are_chosen_by_name_alone():
    """A filter then holds none, and an empty choice is all."""
    assert Scope(("a.txt", "gone")).within(IDS, None) == ("a.txt",)
    assert Scope(folder="a").within(IDS, None) == ()
    assert not ALL
    assert ALL.query == ""


def test_metadata_that_group_documents_are_filters():
    """A value for each document is none, nor is a name with a colon; folders count what is below them."""
    assert LIST.further_facets == {"body": {"First: council": 2}}
    assert LIST.folders == {"a": 2, "a/b": 1}
