"""What a text names, by value, however it is written."""

from __future__ import annotations

import pytest

from qa.languages.countries import code_of, countries
from qa.languages.english.entities import entities

ALIKE = [
    ("number", "thirty-five entities", "35 entities"),
    ("number", "24,000 men", "twenty-four thousand men"),
    ("number", "$130 million", "USD 130m"),
    ("number", "three decades", "thirty years"),
    ("number", "a third of it", "33 per cent"),
    ("date", "28 and 29 June", "June 28-29"),
    ("date", "the twenty-eighth and twenty-ninth of June", "28 and 29 June"),
    ("date", "April 4th and 5th, 2018", "4-5 April 2018"),
    ("date", "2021-03-12", "12 March 2021"),
    ("symbol", "UNSCR 2199", "resolution 2199 (2015)"),
    ("symbol", "S/RES/2199", "Security Council resolution 2199"),
    ("symbol", "A/RES/64/35", "resolution 64/35"),
    ("country", "the Kenyans", "Kenya"),
    ("country", "Russia", "the Russian Federation"),
    ("country", "Great Britain", "United Kingdom of Great Britain and Northern Ireland"),
    ("country", "North Korea", "the Democratic People's Republic of Korea"),
    ("country", "Côte d’Ivoire", "the Ivory Coast"),
    ("person", "the late Arvid Pardo spoke", "did Mr. Pardo speak"),
    ("person", "as António Guterres said", "Mr. Antonio Guterres"),
]


def values(kind, text):
    return {value for one in entities(text) if one.kind == kind for value in one.values}


@pytest.mark.parametrize(("kind", "one", "other"), ALIKE)
def test_the_same_thing_has_the_same_value(kind, one, other):
    """Two ways to write a thing share a value."""
    assert values(kind, one) & values(kind, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("number", "17 entities", "70 entities"),
        ("year", "in 2005", "in 2006"),
        ("date", "28 June", "18 June"),
        ("date", "28 June", "28 July"),
        ("symbol", "resolution 2199 (2015)", "resolution 2178 (2014)"),
        ("country", "Niger", "Nigeria"),
        ("country", "the Republic of Korea", "North Korea"),
        ("country", "Guinea", "Guinea-Bissau"),
    ],
)
def test_other_things_have_other_values(kind, one, other):
    """Things that differ share none."""
    assert values(kind, one)
    assert values(kind, other)
    assert not values(kind, one) & values(kind, other)


def test_everything_in_a_sentence_is_told_apart():
    """Kinds do not overlap: the year within a symbol is no year of its own."""
    text = "On 4 April 2018 Mr. Voronkov told Russia of resolution 2199 (2015) and 35 entities."
    found = [(one.kind, text[one.start : one.end]) for one in entities(text)]
    assert found == [
        ("date", "4 April"),
        ("year", "2018"),
        ("person", "Voronkov"),
        ("country", "Russia"),
        ("symbol", "2199 (2015)"),
        ("number", "35"),
    ]


def test_a_name_ends_before_a_title_and_a_country_before_a_full_stop():
    """Head lines have the office on the line below the name; "U.S." keeps its points."""
    text = "By Mr. Ada Bell\nUnder-Secretary-General, in the Syrian Arab Republic. The U.S. agreed"
    assert [text[one.start : one.end] for one in entities(text)] == ["Ada Bell", "Syrian Arab Republic", "U.S."]
    assert values("person", "What did Martin Luther King say?") == {"king"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "May we ask?",
        "It is one of them.",
        "and are can per",
        "🎉",
        "'08",
        "the second",
        "Thank the Ministry of Foreign Affairs",
        "Who is the UN Secretary-General?",
    ],
)
def test_what_names_nothing_is_left_alone(text):
    """Words that only look like names, months or numbers are none."""
    assert entities(text) == ()


def test_capitals_are_told_apart_from_countries():
    """Moscow may mean Russia, but need not."""
    assert [(one.values, one.certain) for one in countries("The Moscow conference thanked Russia.")] == [
        ({"RUS"}, False),
        ({"RUS"}, True),
    ]


@pytest.mark.parametrize(
    ("country", "code"),
    [("Kenya", "KEN"), ("Congo, Democratic Republic of the", "COD"), ("Korea, Republic of", "KOR"), ("Nowhere", None)],
)
def test_a_country_of_a_list_is_known(country, code):
    """ISO's turned names are read."""
    assert code_of(country) == code
