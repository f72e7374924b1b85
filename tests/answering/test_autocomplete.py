"""Which headings and questions complete what is typed, and in which order."""

from __future__ import annotations

import pytest

import qa
from qa.answering.autocomplete import Completions

HEADINGS = {
    "Pillar I: conditions conducive to the spread of terrorism": 2,
    "Pillar III": 4,
    "IV. Financing of terrorism": 1,
    "Élection des membres": 1,
    "3. Measures to prevent and combat terrorism": 1,
}


@pytest.fixture(scope="module")
def suggestions():
    return Completions(HEADINGS)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pil", ["Pillar III", "Pillar I: conditions conducive to the spread of terrorism"]),
        ("PILLAR iii", []),  # all of it has been typed
        ("election d", ["Élection des membres"]),
        ("éLEC", ["Élection des membres"]),
        ("financing", ["IV. Financing of terrorism"]),  # a beginning, numbers aside
        ("iv fin", ["IV. Financing of terrorism"]),
        (
            "terrorism",
            [
                "IV. Financing of terrorism",
                "3. Measures to prevent and combat terrorism",
                "Pillar I: conditions conducive to the spread of terrorism",
            ],
        ),
        ("combat prevent", ["3. Measures to prevent and combat terrorism"]),
        ("errorism", []),  # the beginnings of words only
        ("", []),
        ("  ?! ", []),
        ("terrorism " * 100, []),
    ],
)
def test_every_word_typed_begins_one_of_what_is_offered(suggestions, typed, offered):
    """Case, accents and order do not count; phrases that begin with the words, and shorter ones, come first."""
    assert suggestions.matching(typed) == offered


def test_questions_given_come_before_headings_that_fit_as_well(suggestions):
    """Questions come before headings that fit equally well, and each phrase comes once."""
    given = ["What does Pillar III say?", "Pillars of the strategy", "pillar iii", "Pillars of the strategy"]
    assert suggestions.matching("pill", given) == [
        "pillar iii",
        "Pillars of the strategy",
        "Pillar I: conditions conducive to the spread of terrorism",
        "What does Pillar III say?",
    ]
    assert suggestions.matching("pill", given, k=1) == ["pillar iii"]


@pytest.mark.parametrize(
    "heading",
    [
        "12",
        "IV.",
        "1.2.3",
        "A",
        "Article 17",
        "Part III:",
        "Introduction",
        "2. INTRODUCTION",
        "Table of contents",
        "Résumé",
        "***",
        "x" * 121,
    ],
)
def test_what_says_nothing_is_not_offered(heading):
    """Bare numbers, generic headings and texts that are too long for a heading are left out."""
    assert Completions({heading: 1}).matching(heading[:1].strip("*") or "a") == []


def test_headings_that_differ_in_case_or_number_are_one():
    """The shortest heading stands for all, and a heading of a hundred documents is not offered."""
    same = {"4. Pillar III": 30, "PILLAR III": 30, "Pillar  III ": 30}
    assert Completions(same).matching("pil") == ["PILLAR III"]
    assert Completions(same | {"78/210. pillar III": 10}).matching("pil") == []


def test_a_bot_suggests_the_headings_and_titles_of_its_index(tmp_path, write):
    """Titles and headings come from the documents, with the number of documents that have each."""
    from word_encoder import WordEncoder

    folder = write(
        a__md="# The strategy\n\n## Pillar III\n\nStates build capacity.\n",
        b__md="# The strategy\n\nStates build.\n",
    )
    encoder = WordEncoder("states build capacity heading title")
    qa.build_index(folder, tmp_path / "index", encoder=encoder)
    bot = qa.open_bot(tmp_path / "index", encoder=encoder)
    assert bot.suggestions("pil") == ["Pillar III"]
    assert bot.suggestions("st", offered=["Do states build capacity?"]) == ["Do states build capacity?", "The strategy"]
    assert bot.suggestions("b", offered=["Before?"], k=1) == ["Before?"]
