"""Conversations as Markdown, Word and JSON files."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from browser.fake_bot import ADOPTED, FOOTBALL, FakeBot, statement
from hypothesis import given
from hypothesis import strategies as st
from interface_words import ENGLISH, FRENCH
from markdown_it import MarkdownIt

from qa.languages.english_only import english_only
from qa.service.history import ConversationStore, Exchange
from qa.types import Premise

pytest.importorskip("docx", reason="exports need the extra [web]")
pytest.importorskip("gradio", reason="the web chat needs the extra [web]")

from docx import Document

from qa.web import export

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60) | st.text(
    "#*_`[]()<>!&;:.-+=~|$12 \n\t\\\"'/ab", min_size=1, max_size=40
)


def _exchanges(kept, *answers):
    key = None
    for answer in answers:
        key, _ = kept.add("ada", key, answer)
    return kept.exchanges("ada", key)


def _read(tokens):
    """Return the text of Markdown's inline content, as a reader sees it."""
    return "".join(
        "\n" if t.type in ("softbreak", "hardbreak") else _read(t.children) if t.children else t.content for t in tokens
    )


@pytest.mark.slow
@given(TEXTS, TEXTS, TEXTS)
def test_text_in_markdown_stays_text(title, question, quote):
    """Title, question and quotation read as they are and never become markup."""
    fake = FakeBot([statement()])
    answer = fake.ask(ADOPTED)
    citation = replace(answer.citations[0], quote=quote, highlights=(), title=title)
    answer = replace(answer, question=question, query=question, citations=(citation,))
    written = export.markdown(title, _exchanges(ConversationStore(), answer), ENGLISH).decode()
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(written)
    kinds = {token.type for token in parsed} | {child.type for token in parsed for child in token.children or ()}
    assert kinds <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "blockquote_open", "blockquote_close",
        "inline", "text", "text_special", "softbreak", "hardbreak", "strong_open", "strong_close",
    }  # fmt: skip
    seen = " ".join(_read([token]) for token in parsed if token.type == "inline")
    for text in (title, question, quote):
        assert " ".join(text.replace("\0", "\ufffd").split()) in " ".join(seen.split())


def test_markdown_holds_answers_refusals_and_full_citations(fake, kept):
    """Questions become headings and quotations quoted blocks with their references; a refusal says that it is one."""
    written = export.markdown("Report", _exchanges(kept, fake.ask(ADOPTED), fake.ask(FOOTBALL)), ENGLISH).decode()
    assert written.startswith("# Report\n\nExported on ")
    assert f"## {ADOPTED}" in written
    assert f"Exported on {ENGLISH.date(datetime.now().astimezone().date().isoformat())}" in written
    assert "Clear match." in written
    start, end = fake.ask(ADOPTED).citations[0].highlights[0]
    assert f"**{statement().text[start:end]}**" in written
    assert written.count("\n> [") == 2  # what answers, and the nearest of a refusal
    whole = export.markdown("Report", _exchanges(kept, fake.ask(ADOPTED)), ENGLISH, further=True).decode()
    assert whole.count("\n> [") == len(fake.ask(ADOPTED).citations)
    citation = fake.ask(ADOPTED).citations[0]
    assert f"characters {citation.start + 1:,} to {citation.end:,}" in written
    assert "No passage answers this clearly." in written
    assert "Closest, but probably not an answer:" in written


def test_an_export_says_how_a_question_was_asked(fake, kept):
    """The export says what was searched for or that there was no context, and JSON which question was replaced."""
    leant = replace(fake.ask(ADOPTED), query="it adopted 2006")
    exchanges = [
        *_exchanges(kept, leant),
        Exchange(2, datetime.now(UTC), fake.ask(ADOPTED), alone=True, instead="When was the Stategy adopted?"),
    ]
    written = export.markdown("Report", exchanges, ENGLISH).decode()
    first, second = written.split("## ")[1:]
    assert "“it adopted 2006”" in first
    assert ENGLISH.asked_without_context not in first
    assert ENGLISH.asked_without_context in second
    entries = json.loads(export.json("Report", exchanges, ENGLISH))["exchanges"]
    assert [(entry["alone"], entry["instead"]) for entry in entries] == [
        (False, None),
        (True, "When was the Stategy adopted?"),
    ]


def test_an_export_says_what_the_closest_passage_lacks(fake, kept):
    """The warnings that the page shows with an answer are in the export."""
    answer = replace(fake.ask(ADOPTED), premises=(Premise("year", "2005", 8, 12, ()),), language="fr")
    said = "The question mentions “2005”, but the closest passage does not."
    written = export.markdown("Report", _exchanges(kept, answer), ENGLISH).decode()
    assert said in written
    assert english_only("fr", shared=True).text in written
    paragraphs = Document(io.BytesIO(export.docx("Report", _exchanges(kept, answer), ENGLISH))).paragraphs
    assert [p.text for p in paragraphs if p.text == said] == [said]


def test_the_very_words_stand_out_in_an_export(fake, kept):
    """Emphasised within the strong sentence in Markdown, bold within the coloured one in Word; no letter is lost."""
    answer = fake.ask(ADOPTED)
    first = answer.citations[0]
    at = first.quote.index("2006") + first.start
    marked = replace(answer, citations=(replace(first, answer=(at, at + 4)),))
    written = export.markdown("Report", _exchanges(kept, marked), ENGLISH).decode()
    plain = export.markdown("Report", _exchanges(kept, answer), ENGLISH).decode()
    assert "*2006*" in written
    assert written.replace("*2006*", "2006") == plain
    content = export.docx("Report", _exchanges(kept, marked), ENGLISH)
    [quote] = [p for p in Document(io.BytesIO(content)).paragraphs if p.style.name == "Quote"]
    assert quote.text == first.quote
    assert [run.text for run in quote.runs if run.font.bold] == ["2006"]


def test_word_marks_the_answering_sentence_and_loses_no_letter(fake, kept):
    """In Word each quotation is complete and its answering sentence marked; what XML cannot hold is replaced."""
    answer = fake.ask(ADOPTED)
    odd = replace(answer, question="a\0b\ud800c", query="a\0b\ud800c")
    content = export.docx("Report \x1b", _exchanges(kept, answer), FRENCH)
    quotes = [p for p in Document(io.BytesIO(content)).paragraphs if p.style.name == "Quote"]
    assert [p.text for p in quotes] == [answer.citations[0].quote]
    properties = Document(io.BytesIO(content)).core_properties
    assert (properties.author, properties.comments) == ("", "")
    assert properties.created.date() == datetime.now(UTC).date()
    marked = "".join(run.text for run in quotes[0].runs if run.font.highlight_color)
    start, end = answer.citations[0].highlights[0]
    assert marked == statement().text[start:end]
    text = "\n".join(p.text for p in Document(io.BytesIO(content)).paragraphs)
    assert "Réponse claire" in text
    assert "4-5 April 2018, Moscow, para. 14 (statement-voronkov-moscow-2018.txt), caractères" in text
    exchange = replace(_exchanges(kept, answer)[0], answer=odd)
    again = Document(io.BytesIO(export.docx("x", [exchange], ENGLISH)))
    assert "a\ufffdb\ufffdc" in [p.text for p in again.paragraphs]


def test_json_holds_the_answer_objects(fake, kept):
    """JSON holds the answer objects of the contract."""
    answers = [fake.ask(ADOPTED), fake.ask(FOOTBALL)]
    written = json.loads(export.json("Report", _exchanges(kept, *answers), ENGLISH))
    assert written["title"] == "Report"
    assert [entry["answer"] for entry in written["exchanges"]] == [answer.to_dict() for answer in answers]
