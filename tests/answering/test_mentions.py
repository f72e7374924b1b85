"""Questions for all of something: lists that are counted, and say whether they are complete."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from conftest import ROOT, SHARED, STATEMENT
from word_encoder import WordEncoder

import qa
from qa.languages.english import English

CITED = ("head", "paragraph", "note")
SET = [json.loads(line) for line in (ROOT / "tests/sets/listing/queries.jsonl").read_text("utf-8").splitlines()]


def sought(question):
    """Return what a question asks for all of, None where it asks for something else."""
    listing = English().wording(question).listing
    return None if listing is None else [question[start:end] for start, end in listing.sought]


@pytest.mark.parametrize("part", ["working", "reporting"])
def test_questions_for_all_of_something_are_told(part):
    """Nine in ten of those of the set, with what they look for, and none of the others."""
    own = [one for one in SET if one["part"] == part]
    assert sum(sought(one["text"]) == one["sought"] for one in own) >= 0.9 * len(own)
    assert [one["text"] for one in own if one["sought"] is None and sought(one["text"]) is not None] == []


@pytest.mark.parametrize("question", ["mentions of " * 300, "which " * 600, "Is " + "a, " * 1_200 + "mentioned?"])
def test_a_long_question_is_told_at_once(question):
    """Patterns do not go astray in what nobody asks."""
    English().wording(question)


@pytest.fixture
def speeches(tmp_path, write):
    """Three speeches, of which two of 2017, and their bot."""
    folder = write(
        KEN_72_2017__txt="The Rohingya fled.\n\nThe US and the Rohingya met. They told us.\n\nRohingya again.",
        IND_72_2017__txt="Climate change is here.\n\nOne Rohingya spoke of the climate.",
        FRA_73_2018__txt="The change of climate.\n\nPeace, and the rule of law.",
    )
    encoder = WordEncoder("rohingya climate peace")
    qa.build_index(folder, tmp_path / "i", encoder=encoder)
    return qa.open_bot(tmp_path / "i", encoder=encoder)


def listed(answer):
    """Return the lines of a list: each document with its number of passages and those that are cited."""
    by_number = {citation.number: citation for citation in answer.citations}
    lines = []
    for entry in answer.mentions.entries:
        own = [by_number[number] for number in entry.citations]
        assert {citation.document for citation in own} == {entry.document}
        lines.append((entry.document[:3], entry.passages, [citation.paragraph for citation in own]))
    return lines


def test_all_passages_that_hold_a_word_come_by_document(speeches):
    """The document with most comes first, its passages in its order, the word marked; all are counted."""
    answer = speeches.ask("Which countries mention the Rohingya?")
    assert (answer.found, answer.confidence, answer.clarity, answer.reason) == (True, 1.0, "clear", None)
    assert listed(answer) == [("KEN", 3, [1, 2, 3]), ("IND", 1, [2])]
    mentions = answer.mentions
    assert (mentions.words, mentions.match, mentions.complete) == (("Rohingya",), "all", True)
    assert (mentions.documents, mentions.passages, mentions.searched) == (2, 4, 3)
    assert [citation.number for citation in answer.citations] == [1, 2, 3, 4]
    for citation in answer.citations:
        text = speeches.document(citation.document).text
        assert citation.quote == text[citation.start : citation.end]
        assert [text[start:end] for start, end in citation.highlights] == ["Rohingya"]


def test_lines_are_passed_over(speeches):
    """``k`` lines come after ``skip``: documents, or passages of the one document that has any; beyond is nothing."""
    question = "Which countries mention the Rohingya?"
    first, second = speeches.ask(question, k=1), speeches.ask(question, k=1, skip=1)
    assert (listed(first), listed(second)) == ([("KEN", 3, [1, 2, 3])], [("IND", 1, [2])])
    assert (first.mentions.complete, second.mentions.complete, second.mentions.skipped) == (False, False, 1)
    alone = speeches.ask(question, k=2, skip=1, documents=["KEN*"])
    assert listed(alone) == [("KEN", 3, [2, 3])]
    assert (alone.mentions.documents, alone.mentions.searched) == (1, 1)
    with pytest.raises(ValueError, match="skip -1"):
        speeches.ask(question, skip=-1)


def test_several_words_are_neighbours_if_they_are_anywhere(speeches):
    """Names as they stand; else runs of words in one passage, else the words; the list says which were looked for."""
    assert listed(speeches.ask("every mention of climate change")) == [("IND", 1, [1])]
    assert speeches.ask("every mention of climate change").mentions.words == ("climate change",)
    apart = speeches.ask("every mention of the climate of the Rohingya")
    assert (listed(apart), apart.mentions.words) == ([("IND", 1, [2])], ("climate", "Rohingya"))
    single = speeches.ask("every mention of rule law")
    assert (listed(single), single.mentions.words) == ([("FRA", 1, [2])], ("rule", "law"))


def test_one_of_several_or_all_of_them(speeches):
    """With "or" any will do, with "both … and" all must stand in one passage."""
    answer = speeches.ask("Which countries mention peace or the Rohingya?")
    assert ([line[0] for line in listed(answer)], answer.mentions.match) == (["KEN", "FRA", "IND"], "any")
    both = speeches.ask("Which countries mention both the Rohingya and climate?")
    assert (listed(both), both.mentions.match) == ([("IND", 1, [2])], "all")


def test_an_acronym_is_no_pronoun(speeches):
    """US is looked for as it is written."""
    answer = speeches.ask("Which countries mention the US?")
    assert listed(answer) == [("KEN", 1, [2])]
    (citation,) = answer.citations
    assert [citation.quote[a - citation.start : b - citation.start] for a, b in citation.highlights] == ["US"]


def test_a_year_or_a_country_says_in_which_documents(speeches):
    """Besides what is looked for, a question may name documents."""
    assert speeches.ask("Which speeches mention climate in 2018?").mentions.searched == 1
    assert [line[0] for line in listed(speeches.ask("Which of Kenya's speeches mention the Rohingya?"))] == ["KEN"]
    assert speeches.ask("Which speeches mention climate in 1999?").mentions.documents == 0


def test_what_nobody_mentions_is_said(speeches):
    """No passage holds the word: none of the documents is counted, and the nearest passages come apart."""
    answer = speeches.ask("Which countries mention dinosaurs?")
    assert (answer.found, answer.reason, answer.confidence) == (False, "nothing-relevant", 0.0)
    mentions = answer.mentions
    assert (mentions.words, mentions.passages, mentions.searched, mentions.entries) == (("dinosaurs",), 0, 3, ())


def test_a_pronoun_is_not_looked_for(speeches):
    """A question for "it" is a question like any other."""
    assert speeches.ask("Who mentions it?").mentions is None


def test_what_words_do_not_name_is_an_open_list(bot):
    """Threats are not called threats: the nearest passages come, and the list does not claim to be complete."""
    answer = bot.ask("list the threats he names")
    mentions = answer.mentions
    assert (mentions.match, mentions.complete, mentions.words) == ("nearest", False, ())
    assert mentions.passages == len(answer.citations) == 10
    assert answer.query == "list the threats he names"
    assert "threat" in answer.citations[0].quote
    assert sum((entry.citations for entry in mentions.entries), ()) == tuple(range(1, 11))


def test_every_mention_in_the_statement(bot, statement_text):
    """Counted by hand over the file: every paragraph that holds the word is in the list."""
    answer = bot.ask("How often is INTERPOL mentioned?", k=50)
    holding = [line for line in statement_text.splitlines() if "INTERPOL" in line]
    assert answer.mentions.complete
    assert answer.mentions.passages == len(answer.citations) == len(holding)
    assert all(re.search("INTERPOL", citation.quote) for citation in answer.citations)
    assert {citation.document for citation in answer.citations} == {STATEMENT}


UN = SHARED / "corpora" / "un" / "speeches"


@pytest.mark.skipif(not UN.is_dir(), reason="needs ../shared/corpora/un")
def test_lists_over_speeches_are_what_the_files_hold(tmp_path):
    """Of forty speeches, each that has the word, and no other, is in the list, with as many passages as have it."""
    folder = tmp_path / "speeches"
    folder.mkdir()
    for path in sorted(UN.glob("*.txt"))[:40]:
        shutil.copy(path, folder)
    encoder = WordEncoder("peace")
    qa.build_index(folder, tmp_path / "i", encoder=encoder)
    bot = qa.open_bot(tmp_path / "i", encoder=encoder)
    for name in ("Rohingya", "Boko Haram", "Paris Agreement", "Security Council", "United Nations"):
        stems = [term.term for term in English().terms(name)]
        expected = {}
        for passage in bot.index.passages():
            run = [term.term for term in English().terms(passage.text)]
            if any(run[at : at + len(stems)] == stems for at in range(len(run))):
                expected[passage.document] = expected.get(passage.document, 0) + 1
        found, skip = {}, 0
        while (answer := bot.ask(f"Which countries mention {name}?", skip=skip)).mentions.entries:
            found |= {entry.document: entry.passages for entry in answer.mentions.entries}
            skip += len(answer.mentions.entries)
        assert answer.mentions.documents == len(expected)
        assert found == expected
        assert list(found.values()) == sorted(found.values(), reverse=True)


@pytest.mark.parametrize("when", ["in 2018", "in the 2018 debate", "during the 2018 session"])
def test_the_occasion_is_no_part_of_what_is_looked_for(when):
    """A year, or a debate of a year, says in which documents."""
    question = f"Who talked about autonomous weapons {when}?"
    [span] = English().wording(question).listing.sought
    assert question[slice(*span)] == "autonomous weapons"
