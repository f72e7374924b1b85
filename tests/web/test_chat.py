"""The conversation in one browser tab, without a browser."""

from __future__ import annotations

import pytest
from browser.fake_bot import ADOPTED
from interface_words import ENGLISH

from qa.service.feedback import FeedbackStore
from qa.service.scope import ALL, Scope

pytest.importorskip("jinja2", reason="the web chat needs the extra [web]")

from qa.web import export
from qa.web.chat import Chat, TabState
from qa.web.saved_conversations import SavedConversations
from qa.web.security.visitor import Visitor


def test_a_damaged_file_leaves_the_page_working(fake, kept, caplog):
    """The page and the log say that a conversation cannot be read, without its words."""
    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    chat = Chat(fake, ENGLISH, saved=SavedConversations(kept, FeedbackStore()))
    for damaged in ('{"question": "swordfish"}', "swordfish", "[]"):
        kept._write("UPDATE exchanges SET answer = ?", damaged)
        shown = chat.open(TabState(), key, "", Visitor("here", "ada"))
        assert shown["notice"] == ENGLISH.conversation_failed
    assert "opening a conversation failed: ValueError at" in caplog.text
    assert "swordfish" not in caplog.text


def test_what_a_failing_bot_says_stays_out_of_page_and_log(fake, caplog):
    """The message of an exception can repeat the question, so it is neither shown nor logged."""
    chat, tab = Chat(fake, ENGLISH), TabState()
    chat.enter("fail on swordfish", tab)
    shown = chat.answer(tab)
    assert "RuntimeError" not in shown["html"]
    assert "swordfish" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_half_characters_do_not_break_the_answer(fake):
    """A lone surrogate, which JSON can carry, is replaced before the text is written as UTF-8."""
    chat, tab = Chat(fake, ENGLISH), TabState()
    assert chat.enter("a \ud83d b \ud83d\ude00", tab)["html"].encode()
    assert chat.answer(tab)["html"].encode()
    assert fake.asked[-1][0] == "a \ufffd b \N{GRINNING FACE}"


def test_only_so_much_of_a_conversation_is_remembered(fake):
    """The bot gets the last twenty turns as history."""
    chat, tab = Chat(fake, ENGLISH), TabState()
    for _ in range(15):
        chat.enter(ADOPTED, tab)
        chat.answer(tab)
    assert len(fake.asked[-1][1]) == 20


def test_questions_wait_their_turn_and_a_full_queue_refuses_the_last(fake):
    """Questions are answered in their order, and a full queue refuses the last one."""
    chat, tab = Chat(fake, ENGLISH), TabState()
    for number in range(3):
        chat.enter(f"{ADOPTED} {number}", tab)
    assert chat.refuse(tab)["id"] == "exchange-3"
    assert [chat.answer(tab)["id"] for _ in range(2)] == ["exchange-1", "exchange-2"]
    assert chat.answer(tab) is None
    assert chat.refuse(tab) is None


def test_questions_that_wait_are_few_and_short(fake):
    """A tab that enters questions and never asks for an answer keeps eight, each no longer than a question may be."""
    chat, tab = Chat(fake, ENGLISH), TabState()
    shown = [chat.enter("swordfish " * 100_000, tab) for _ in range(30)]
    assert len(tab.pending) == 8
    assert [len(asked.question) for asked in tab.pending] == [4_000] * 8
    assert ENGLISH.queue_full in shown[-1]["html"]
    assert chat.answer(tab)["html"]


def test_what_was_asked_of_documents_opens_with_them(fake, kept):
    """A conversation keeps the documents that each question was asked of; the page and exports say them again."""
    name = fake.document_ids()[0]
    chat = Chat(fake, ENGLISH, saved=SavedConversations(kept, FeedbackStore()))
    visitor = Visitor("here", "ada")
    tab = TabState(scope=Scope((name,)))
    chat.enter(ADOPTED, tab, visitor)
    chat.answer(tab, visitor)
    chat.clear(tab)
    chat.enter(ADOPTED, tab, visitor)
    key = chat.answer(tab, visitor)["address"]["conversation"]
    [first] = [kept.exchanges("ada", one.id) for one in kept.of("ada") if one.id != key]
    assert first[0].scope == Scope((name,))
    assert first[0].to_dict()["scope"] == {"documents": [name], "folder": "", "facets": {}, "words": ""}
    assert kept.exchanges("ada", key)[0].scope == ALL
    again = chat.open(TabState(), next(one.id for one in kept.of("ada") if one.id != key), "", visitor)
    assert f"documents={name}" in again["exchanges"][0]
    assert ENGLISH.only_in in export.markdown("Report", first, ENGLISH).decode()
    assert ENGLISH.only_in not in export.markdown("Report", kept.exchanges("ada", key), ENGLISH).decode()


def test_an_address_whose_documents_are_gone_still_opens(fake, kept):
    """What it names besides them is opened, and that they are gone is said."""
    visitor = Visitor("here", "ada")
    key, _ = kept.add("ada", None, fake.ask(ADOPTED), scope=Scope(("gone.txt",)))
    chat = Chat(fake, ENGLISH, saved=SavedConversations(kept, FeedbackStore()))
    opened = chat.open(TabState(), key, "", visitor, Scope(("gone.txt",)))
    assert len(opened["exchanges"]) == 1
    assert opened["notice"] == ENGLISH.scope_missing
    asked = chat.open(TabState(), "", ADOPTED, visitor, Scope(("gone.txt",)))
    assert asked["alone"]
    assert asked["notice"] == ENGLISH.scope_missing
    assert chat.open(TabState(), "", "", visitor, Scope(("gone.txt",)))["notice"] == ENGLISH.scope_missing
