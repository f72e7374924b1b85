"""Answers and documents to HTML, without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from browser.fake_bot import ADOPTED, FakeBot, statement
from interface_words import ENGLISH, FRENCH

from qa.answering.asked_as import asked_as
from qa.languages.english_only import english_only
from qa.types import Reason
from qa.types.answers import CLEAR, LIKELY
from qa.web.i18n.facts import facts, short_title
from qa.web.views import answers, source_pane
from qa.web.views.address import Address
from qa.web.views.marks import pieces
from qa.web.views.masthead import masthead


@pytest.fixture
def bot():
    """Return the bot that knows the statement."""
    return FakeBot([statement()])


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_a_sentence(bot, reason):
    """Each reason of the contract is said in a sentence of its own, that of a language in the question's language."""
    foreign = "ru" if reason == "language-not-covered" else None
    answer = replace(bot.ask(""), reason=reason, language=foreign)
    said = english_only("ru", shared=False).text if foreign else ENGLISH.no_answer[reason]
    assert said in answers.answer(1, answer, ENGLISH).replace("&#39;", "'")
    assert len(set(ENGLISH.no_answer.values())) == len(get_args(Reason)) - 1


@pytest.mark.parametrize(
    ("probability", "chip", "percent"),
    [(1.0, "Clear match", "99"), (CLEAR, "Clear match", f"{CLEAR:.0%}"),
     (CLEAR - 0.01, "Likely", f"{CLEAR - 0.01:.0%}"), (LIKELY, "Likely", f"{LIKELY:.0%}"),
     (LIKELY - 0.01, "Check this", f"{LIKELY - 0.01:.0%}"),
     (0.0, "Check this", "1")],
)  # fmt: skip
def test_how_sure_is_a_word_and_its_number_stands_under_why(bot, probability, chip, percent):
    """One border between each two words; the number, never 0 or 100 %, stands under “Why this passage” alone."""
    markup = answers.answer(1, replace(bot.ask(ADOPTED), confidence=probability), ENGLISH)
    assert f">{chip}</p>" in markup
    number = f"{percent.strip('%')}\N{NO-BREAK SPACE}%"
    assert number in markup.split('class="why"')[1]
    assert answers.announcement(replace(bot.ask(ADOPTED), confidence=probability), ENGLISH).startswith(f"{chip}.")


def test_previews_are_open_where_the_first_passage_is_not_clear(bot):
    """Passages 2 and 3 show as previews, open if the first is not clear; what follows is on demand, all of it."""
    clear, unsure = (answers.answer(1, replace(bot.ask(ADOPTED, k=20), confidence=p), ENGLISH) for p in (0.9, 0.6))
    assert clear.count('<details class="passage"') == len(bot.ask(ADOPTED, k=20).citations) - 1 > 4
    assert (clear.count('"passage" open'), unsure.count('"passage" open')) == (0, 2)
    assert clear.split('class="further"')[0].count('class="passage"') == 2


def test_a_highlight_of_everything_is_a_bar(bot):
    """Where the sentence is the whole paragraph a bar says so; the exact words, if known, are marked in any case."""
    citation = bot.ask(ADOPTED).citations[0]
    whole = replace(citation, highlights=((citation.start, citation.end),))
    markup = answers.answer(1, replace(bot.ask(ADOPTED), citations=(whole,)), ENGLISH)
    assert 'class="whole"' in markup
    assert "<mark" not in markup
    at = citation.start + citation.quote.index("2006")
    shown = pieces(citation.quote, citation.start, citation.highlights, exact=(at, at + 4))
    assert ("2006", "exact") in shown
    assert "".join(text for text, _ in shown) == citation.quote


def test_the_very_words_are_marked_within_the_sentence(bot):
    """Faint colour for the sentence, strong for the words that answer; the address carries them to the source."""
    citation = bot.ask(ADOPTED).citations[0]
    at = citation.start + citation.quote.index("2006")
    citation = replace(citation, answer=(at, at + 4))
    markup = answers.answer(1, replace(bot.ask(ADOPTED), citations=(citation,)), ENGLISH)
    assert '<mark class="exact">2006</mark>' in markup
    assert f"exact={at}-{at + 4}" in markup
    assert Address.parse(str(Address.of(citation))).exact == (at, at + 4)


def test_a_single_document_is_not_named_on_its_cards(bot):
    """With one document in the index a card says the paragraph alone; with more a short title, too."""
    alone = answers.answer(1, bot.ask(ADOPTED), ENGLISH, single=True)
    assert "Statement by" not in alone.split("data-copy")[0].split("<a class")[1].split(">", 1)[1]
    several = answers.answer(1, bot.ask(ADOPTED), ENGLISH)
    assert "<bdi>Statement by Mr. Vladimir Voronkov</bdi>" in several


@pytest.mark.parametrize(
    ("title", "short"),
    [("Oceans and the law of the sea", "Oceans and the law of the sea"),
     ("Statement by Mr. Vladimir Voronkov, Under-Secretary-General for Counter-Terrorism",
      "Statement by Mr. Vladimir Voronkov"),
     ("Follow-up to and implementation of the outcomes of the International Conferences on Financing for Development",
      "Follow-up to and implementation of the outcomes of the\u2026")],
)  # fmt: skip
def test_titles_are_short_on_cards(title, short):
    """A long title ends before a clause, or with dots between two words."""
    assert short_title(title) == short


def test_metadata_is_said_in_words_and_nothing_twice():
    """Names of numbers are said, a date in the language's way; what title or another value says is left out."""
    metadata = {
        "language": "en", "symbol": "A/RES/78/139", "dates": "19 December 2023", "date": "2023-12-19", "session": "78",
        "agenda item": "16 (e)", "sponsors": "Singapore", "country": "Singapore", "year": "2023",
    }  # fmt: skip
    said = [value for _, value in facts(metadata, "78/139. Financial inclusion", ENGLISH)]
    assert said == ["A/RES/78/139", "Agenda item 16 (e)", "Singapore", "19 December 2023"]
    assert facts(metadata, "78/139. Financial inclusion", FRENCH)[-1] == ("Date", "19 décembre 2023")
    assert facts({"country": "Albania", "session": "72", "year": "2017"}, "Albania, 72nd session, 2017", ENGLISH) == [
        ("Session", "Session 72")
    ]


def test_the_metadata_line_stands_once_per_document(bot):
    """Five citations of one document say who, when and where once."""
    markup = answers.answer(1, bot.ask(ADOPTED), ENGLISH)
    assert markup.count('class="citation') == 5
    assert markup.count('class="facts"') == 1


@pytest.mark.parametrize(
    ("query", "in_context", "shown"),
    [
        (ADOPTED, False, False),
        (f" {ADOPTED}  ", False, False),
        (f"Who? {ADOPTED}", True, False),
        ("Why?", True, True),
    ],
)
def test_asked_as_shows_a_readable_question_or_nothing(bot, query, in_context, shown):
    """White space is no difference; two questions one after the other are not shown, but can be asked apart."""
    given = replace(bot.ask(ADOPTED), query=query)
    markup = answers.answer(1, given, ENGLISH)
    assert asked_as(given) == (query if shown else None)
    assert ("asked-as" in markup, "Searched for:" in markup) == (in_context, shown)
    assert ("Searched for:" in answers.announcement(given, ENGLISH)) is shown


def test_an_index_that_takes_over_in_between_is_counted_anew(bot, monkeypatch):
    """When the only document is another by the time its title is asked for, the count is taken again."""
    counted = iter([["gone.txt"], ["one.txt", "two.txt"]])
    monkeypatch.setattr(bot, "document_ids", lambda: next(counted))
    assert "2 documents" in masthead(*source_pane.loaded(bot), ENGLISH)
