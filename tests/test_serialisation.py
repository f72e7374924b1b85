"""Every noun is the same after a round trip through JSON, and the described contract is what ``to_dict`` gives."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from conftest import DOCUMENTS, STATEMENT
from word_encoder import WordEncoder

from qa.ingestion.readers import read
from qa.ingestion.segmenter import ParagraphSegmenter
from qa.schema import AnswerObject
from qa.serialisation import (
    answer_from_dict,
    document_from_json,
    document_to_json,
    passage_from_json,
    passage_to_json,
    report_from_dict,
)
from qa.types import (
    Answer,
    Doubt,
    Doubtful,
    IndexReport,
    MentioningDocument,
    Mentions,
    Premise,
    Skipped,
    SourceAsked,
    TokenMatch,
)

QUESTION = "When was the consensus UN Global Counter-Terrorism Strategy adopted?"


def through_json(value):
    return json.loads(json.dumps(value))


@pytest.fixture(scope="module")
def document():
    """The shipped statement, with pages, a doubt and a block that fills every field."""
    (found,) = read(DOCUMENTS / STATEMENT, STATEMENT)
    full = replace(found.blocks[0], page=1, level=2, label="speaker", pinpoint="op. para. 5 (b)")
    doubts = (Doubt("garbled", "letters cannot be told", 2), Doubt("damaged", "ends early"))
    return replace(found, blocks=(full, *found.blocks[1:]), pages=((0, 1), (100, 2)), doubts=doubts)


@pytest.fixture(scope="module")
def answer(bot):
    given = bot.ask(QUESTION)
    assert given.found
    assert any(match.passage is None for match in given.citations[0].why.words) or given.citations[0].why.words
    unmatched = TokenMatch((0, 4), None, 0.25)
    why = replace(given.citations[0].why, words=(*given.citations[0].why.words, unmatched))
    citations = (replace(given.citations[0], why=why, page=3), *given.citations[1:])
    own = {
        "citations": citations,
        "premises": (Premise("year", "2005", 8, 12, ("2006",)),),
        "mentions": Mentions(
            ("Strategy",), "any", 1, 7, 2, 1, (MentioningDocument(STATEMENT, "Statement", 7, (1, 2)),)
        ),
        "sources_asked": (SourceAsked("India", "country", 0),),
    }
    return replace(given, language="fr", remark="greeting", **own)


def test_a_document_is_the_same_after_a_round_trip(document):
    """Blocks, pages, doubts and metadata are equal after JSON, and of the same types."""
    again = document_from_json(through_json(document_to_json(document)))
    assert again == document
    assert list(document_to_json(document)) == [field.name for field in fields(document)]
    assert hash(again.blocks) == hash(document.blocks)


def test_a_passage_is_the_same_after_a_round_trip(document):
    """Sentences and pages are equal after JSON, in every passage of a document."""
    passages = ParagraphSegmenter()(document, WordEncoder("strategy"))
    assert any(len(passage.pages) == 2 for passage in passages)
    assert [passage_from_json(through_json(passage_to_json(passage))) for passage in passages] == passages


def test_an_answer_is_the_same_after_a_round_trip(answer, bot):
    """Citations, explanations and premises are equal after JSON, found or refused."""
    for given in (answer, bot.ask("Who won the football championship?"), bot.ask("")):
        assert answer_from_dict(through_json(given.to_dict())) == given


def test_a_report_is_the_same_after_a_round_trip():
    """Skipped and doubtful files are equal after JSON; the contract's object leaves the doubtful files out."""
    skipped = (Skipped("a.png", "unsupported", "is a picture"),)
    report = IndexReport(3, 9, 1, 1, 1, skipped, 2.5, (Doubtful("b.pdf", "garbled", "letters", (1, 2)),))
    assert report_from_dict(through_json(report.to_report())) == report
    assert {**report.to_dict(), "doubtful": report.to_report()["doubtful"]} == report.to_report()


def test_what_is_not_an_answer_is_an_error(answer):
    """A missing field or a list where an object belongs raises, and never gives half an answer."""
    whole = answer.to_dict()
    for broken in (
        {name: value for name, value in whole.items() if name != "query"},
        whole | {"index": []},
        whole | {"citations": [{"number": 1}]},
        whole | {"unknown": 1},
    ):
        with pytest.raises((KeyError, TypeError, ValueError)):
            answer_from_dict(broken)


def test_the_described_contract_is_what_an_answer_gives(answer):
    """OpenAPI and MCP describe the object of ``to_dict``: the same fields in the same order, at every level."""
    given = answer.to_dict()
    described = AnswerObject.model_validate(given).model_dump(mode="json")
    assert described == given
    assert json.dumps(described) == json.dumps(given)
    assert {field.name for field in fields(Answer)} - {"generation", "encoder"} == set(given) - {"index"}
