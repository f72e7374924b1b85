"""What a reader is told before believing an answer, and why a passage came first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from interface_words import ENGLISH, FRENCH

from qa.languages.english_only import english_only
from qa.types import Answer, Citation, Explanation, Premise, SourceAsked, TokenMatch
from qa.web.views.answers import announcement, answer
from qa.web.views.notices import notices

CITATION = Citation(
    number=1,
    document="a.txt",
    title="A",
    metadata={},
    page=None,
    paragraph=1,
    heading=None,
    pinpoint="para. 1",
    start=10,
    end=32,
    quote="<b>adopted</b> in 2006",
    highlights=((10, 32),),
    score=0.5,
    ranks={},
    why=Explanation(
        {"lexical": 0.2, "sentence": 0.3, "phrase": 0.0},
        (TokenMatch((0, 7), (13, 20), 0.4), TokenMatch((8, 12), None, 0.1)),
    ),
)
ANSWER = Answer("adopted  2005", "adopted 2005", True, 0.9, None, (CITATION,), "g", "e", 1.0)


@pytest.mark.parametrize(
    ("found", "words", "sentence"),
    [
        (("2006",), ENGLISH, "The question mentions “2005”, but the closest passage mentions “2006”."),
        (("2006", "2018"), ENGLISH, "The question mentions “2005”, but the closest passage mentions “2006”, “2018”."),
        ((), ENGLISH, "The question mentions “2005”, but the closest passage does not."),
        (
            (),
            FRENCH,
            "La question mentionne «\xa02005\xa0», mais le passage le plus proche ne le mentionne pas.",
        ),
    ],
)
def test_a_premise_is_said_plainly(found, words, sentence):
    """What the question names and what the passage has instead, in the interface's language."""
    given = replace(ANSWER, premises=(Premise("year", "2005", 8, 12, found),))
    assert notices(given, words) == [sentence]
    assert f'<ul class="notices" role="note"><li>{sentence}</li></ul>' in answer(1, given, words)


def test_a_premise_is_announced_before_the_answer():
    """A screen reader says it first."""
    given = replace(ANSWER, premises=(Premise("year", "2005", 8, 12, ()),))
    assert announcement(given, ENGLISH) == (
        "The question mentions “2005”, but the closest passage does not. "
        "Clear match. A, para. 1: <b>adopted</b> in 2006"
    )


def test_nothing_is_said_where_nothing_is_wrong():
    """No premise, no notice; and none beside an answer without citations."""
    without = replace(ANSWER, citations=(), premises=(Premise("year", "2005", 8, 12, ()),), found=False)
    for given in (ANSWER, without):
        assert notices(given, ENGLISH) == []
        assert 'class="notices"' not in answer(1, given, ENGLISH)


@pytest.mark.parametrize(("code", "direction"), [("ar", "rtl"), ("zh", "ltr"), ("ru", "ltr")])
@pytest.mark.parametrize("found", [True, False])
def test_another_language_is_said_in_that_language(code, direction, found):
    """With the language and the direction of the sentence, whether passages are shown as an answer or apart."""
    given = replace(ANSWER, language=code, found=found, reason=None if found else "language-not-covered")
    said = english_only(code, shared=True).text
    shown = answer(1, given, FRENCH)
    assert f'lang="{code}" dir="{direction}">{said}</p>' in shown
    assert "<p></p>" not in shown
    assert announcement(given, FRENCH).startswith(said)
    without = replace(given, citations=(), found=False, reason="language-not-covered")
    assert english_only(code, shared=False).text in answer(1, without, ENGLISH)


def test_a_language_without_the_sentence_gets_that_of_the_page():
    """German is not among the six: the page's own language is used."""
    assert english_only("fr", shared=True).text in answer(1, replace(ANSWER, language="de"), FRENCH)
    assert english_only("en", shared=True).text in answer(1, replace(ANSWER, language="de"), ENGLISH)


def test_premises_are_inert():
    """What stands in a question or a document is never markup."""
    given = replace(ANSWER, premises=(Premise("person", "<img src=x>", 0, 11, ("<script>",)),))
    assert "<img" not in answer(1, given, ENGLISH)
    assert "<script" not in answer(1, given, ENGLISH)


def test_the_why_names_words_shares_and_parts():
    """Greatest share first; the document's word to the letter, escaped; parts that gave nothing are left out."""
    shown = answer(1, ANSWER, ENGLISH)
    assert '<td dir="auto">adopted</td><td dir="auto">adopted</td><td>0.400</td>' in shown
    assert "<em>title or metadata</em></td><td>0.100</td>" in shown
    assert shown.index("0.400") < shown.index("0.100")
    assert "Score 0.500, made up of: matching words (BM25) 0.200, word meanings in the best sentence 0.300</p>" in shown
    unexplained = replace(ANSWER, citations=(replace(CITATION, why=Explanation({}, ())),))
    assert "<table>" not in answer(1, unexplained, ENGLISH)


@pytest.mark.parametrize("words", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_an_absent_source_is_said_first(words):
    """Before all else, also where nothing was found; of a source that is here, which year is not."""
    asked = (SourceAsked("India", "country", 0), SourceAsked("Kenya", "country", 1), SourceAsked("2017", "year", 0))
    first, second = notices(replace(ANSWER, citations=(), sources_asked=asked), words)
    assert "India" in first
    assert all(name in second for name in ("Kenya", "2017"))
