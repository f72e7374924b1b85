"""The list of an index's documents: entries, results of uploads, filters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qa.service.catalogue import Catalogue, Entry, catalogue_of
from qa.types import DocumentEntry, Doubt, Skipped

BUILT = datetime(2026, 1, 2, tzinfo=UTC)
KENYA = {"country": "Kenya"}
SPEECHES = (
    Entry("KEN_72_2017.txt", "Statement by Kenya", {**KENYA, "year": "2017", "speaker": "Ms. Mohamed"}, "", 9),
    Entry("KEN_73_2018.txt", "Statement by Kenya", {**KENYA, "year": "2018", "speaker": "Mr. Kenyatta"}, "", 7),
    Entry("reports/A-72-1.PDF", "Report on Élections", {"date": "2017-09-01", "language": "en"}, "", 30),
    Entry("doc-17", "A record", {}, "", 1),
)  # fmt: skip


@pytest.fixture
def catalogue():
    return Catalogue("000001-abcdef", BUILT, ("speeches",), SPEECHES)


def _ids(entries):
    return [entry.id for entry in entries]


@pytest.mark.parametrize(
    ("words", "facets", "places"),
    [
        ("", {}, [0, 1, 2, 3]),
        ("kenya", {}, [0, 1]),
        ("KENYATTA statement", {}, [1]),
        ("élections", {}, [2]),
        ("ÉLECTIONS pdf", {}, [2]),
        ("kenya mohamed 2018", {}, []),
        ("", {"kind": "txt"}, [0, 1]),
        ("", {"kind": "pdf"}, [2]),
        ("", {"kind": "record"}, [3]),
        ("", {"year": "2017"}, [0, 2]),
        ("", {"year": "2017", "country": "Kenya"}, [0]),
        ("", {"speaker": "Mr. Kenyatta", "year": ""}, [1]),
        ("report", {"language": "en"}, [2]),
        ("", {"country": "Chad"}, []),
    ],
)
def test_a_filter_leaves_what_has_all_words_and_facets(catalogue, words, facets, places):
    """Words match in any case and order, facets by their whole value; an empty facet is ignored."""
    assert _ids(catalogue.find(words, facets)) == [SPEECHES[place].id for place in places]


def test_a_facet_that_is_none_is_an_error(catalogue):
    """An unknown facet raises an error that lists the known ones."""
    with pytest.raises(ValueError, match="there is no facet colour; there are kind, year"):
        catalogue.find(facets={"colour": "red"})


def test_facets_count_what_the_metadata_state(catalogue):
    """Each facet lists its values with the number of documents, with the newest year first."""
    assert catalogue.facets == {
        "kind": {"pdf": 1, "record": 1, "txt": 2},
        "year": {"2018": 1, "2017": 2},
        "speaker": {"Mr. Kenyatta": 1, "Ms. Mohamed": 1},
        "country": {"Kenya": 2},
        "language": {"en": 1},
    }
    assert list(catalogue.facets["year"]) == ["2018", "2017"]


def test_a_catalogue_says_what_came_of_added_files():
    """Documents name their uploaded file; uploads have their passages, or the reason why they were skipped."""
    about = {
        "sources": ["docs"],
        "skipped": [
            {"file": "x.png", "reason": "unsupported", "detail": "is a picture"},
            {"file": "locked.pdf", "reason": "encrypted", "detail": "is protected"},
        ],
        "uploads": [
            {"file": "many.jsonl", "documents": ["r1", "r2"], "skipped": []},
            {"file": "locked.pdf", "documents": [], "skipped": [["encrypted", "is protected"]]},
        ],
    }
    doubt = Doubt("garbled", "letters cannot be told", 3)
    entries = [
        DocumentEntry("b.txt", "B", {}, "", 4),
        DocumentEntry("r1", "a record", {}, "", 1, doubts=(doubt,)),
        DocumentEntry("r2", "Z record", {}, "", 2),
    ]
    found = catalogue_of("g", BUILT, about, entries)
    assert [(e.id, e.file, e.passages) for e in found.entries] == [
        ("r1", "many.jsonl", 1), ("b.txt", None, 4), ("r2", "many.jsonl", 2),
    ]  # fmt: skip
    assert found.entries[0].doubts == (doubt,)
    assert found.skipped == (Skipped("x.png", "unsupported", "is a picture"),)
    many, locked = found.uploads["many.jsonl"], found.uploads["locked.pdf"]
    assert (many.documents, many.passages, many.skipped) == (2, 3, ())
    assert (locked.documents, locked.skipped) == (0, (Skipped("locked.pdf", "encrypted", "is protected"),))
