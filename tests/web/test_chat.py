"""The conversation in one browser tab, without a browser."""

from __future__ import annotations

import pytest
from browser.fake_bot import FakeBot, statement
from interface_words import ENGLISH

from qa.service.feedback import FeedbackStore
from qa.service.history import ConversationStore

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")

ADOPTED = "When was the consensus UN Global Counter-Terrorism Strategy adopted?"


@pytest.fixture(scope="module")
def fake():
    return FakeBot([statement()])


@pytest.fixture
def kept():
    return ConversationStore()


def test_a_damaged_file_leaves_the_page_working(fake, kept, caplog):
    """A conversation that cannot be read is said to have failed, in the page and in the log, without its words."""
    from qa.web.chat import Chat, TabState
    from qa.web.saved_conversations import SavedConversations
    from qa.web.security.visitor import Visitor

    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    chat = Chat(fake, ENGLISH, saved=SavedConversations(kept, FeedbackStore()))
    for damaged in ('{"question": "swordfish"}', "swordfish", "[]"):
        kept._run("UPDATE exchanges SET answer = ?", damaged)
        shown = chat.open(TabState(), key, "", Visitor("here", "ada"))
        assert shown["notice"] == ENGLISH.conversation_failed
    assert "opening a conversation failed: ValueError at" in caplog.text
    assert "swordfish" not in caplog.text
