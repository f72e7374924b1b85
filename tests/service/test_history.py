"""Saved conversations: what is stored, for whom and for how long."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import pytest
from browser.fake_bot import ADOPTED, FOOTBALL

from qa.serialisation import answer_from_dict
from qa.service.history import ConversationStore, history_of
from qa.types import Premise, Turn


def test_questions_are_offered_to_who_asked_them(fake, kept):
    """An owner gets their own questions, each once and the last one first."""
    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    kept.add("ada", key, fake.ask(FOOTBALL))
    kept.add("ada", None, fake.ask(ADOPTED))
    kept.add("bob", None, fake.ask("Who is Bob?"))
    kept.add("", None, fake.ask("Whose is this?"))
    assert sorted(kept.questions("ada", 5)) == sorted([ADOPTED, FOOTBALL])
    assert len(kept.questions("ada", 1)) == 1
    assert kept.questions("bob", 5) == ["Who is Bob?"]
    assert kept.questions("", 5) == []


def test_an_answer_kept_is_the_answer(fake, kept):
    """An answer that is read back equals the one that was saved."""
    unmet = {"premises": (Premise("year", "2005", 8, 12, ("2006",)),)}
    answers = [fake.ask(ADOPTED), fake.ask(FOOTBALL), fake.ask(""), replace(fake.ask(ADOPTED), **unmet)]
    assert [answer_from_dict(json.loads(json.dumps(answer.to_dict()))) for answer in answers] == answers
    key = None
    for place, answer in enumerate(answers, 1):
        key, number = kept.add("ada", key, answer)
        assert number == place
    assert [exchange.answer for exchange in kept.exchanges("ada", key)] == answers
    assert history_of(answers[:2]) == [
        Turn("user", ADOPTED),
        Turn("assistant", answers[0].citations[0].quote),
        Turn("user", FOOTBALL),
    ]


def test_a_conversation_is_its_owners_alone(fake, kept):
    """Only its owner can list, read, rename, delete or continue a conversation."""
    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    for stranger in ("bob", ""):
        assert kept.of(stranger) == []
        for call in (kept.exchanges, kept.title, kept.delete, lambda o, k: kept.rename(o, k, "mine")):
            with pytest.raises(KeyError):
                call(stranger, key)
    continued, number = kept.add("bob", key, fake.ask(FOOTBALL))
    assert continued != key
    assert number == 1
    assert [(c.id, c.title, c.questions) for c in kept.of("ada")] == [(key, ADOPTED, 1)]


def test_conversations_are_listed_renamed_and_deleted(fake, kept):
    """Conversations are listed with the last one used first, have a title of one line, and can be deleted."""
    first, _ = kept.add("ada", None, fake.ask(ADOPTED))
    second, _ = kept.add("ada", None, fake.ask(FOOTBALL))
    kept.add("ada", first, fake.ask("and which focus?"))
    assert [c.id for c in kept.of("ada")] == [first, second]
    kept.rename("ada", first, "  For the\n report " + "x" * 500)
    assert kept.title("ada", first).startswith("For the report x")
    assert len(kept.title("ada", first)) == 120
    kept.rename("ada", first, " \n ")
    assert kept.title("ada", first) == ADOPTED
    kept.delete("ada", first)
    assert [c.id for c in kept.of("ada")] == [second]
    with pytest.raises(KeyError):
        kept.exchanges("ada", first)


def test_only_so_many_conversations_are_kept(fake, kept, monkeypatch):
    """Beyond the limit the owner's conversation that was used longest ago is deleted."""
    monkeypatch.setattr("qa.service.history._MOST_CONVERSATIONS", 3)
    others, _ = kept.add("bob", None, fake.ask(ADOPTED))
    keys = [kept.add("ada", None, fake.ask(ADOPTED))[0] for _ in range(5)]
    assert [c.id for c in kept.of("ada")] == keys[:1:-1]
    assert kept.of("bob")[0].id == others


def test_conversations_are_kept_on_disk_for_nobody_else(fake, tmp_path):
    """Only its owner can read the file; it opens again with what was saved, and old conversations are deleted."""
    path = tmp_path / "conversations.sqlite"
    key, _ = ConversationStore(path).add("ada", None, fake.ask(ADOPTED))
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    again = ConversationStore(path)
    assert again.title("ada", key) == ADOPTED
    again._write("UPDATE conversations SET changed = '2020-01-01T00:00:00+00:00'")
    assert ConversationStore(path).of("ada") == []


def test_conversations_are_limited_in_length_and_size(fake, kept, monkeypatch):
    """Beyond a thousand answers the first ones of a conversation go, beyond 2 GB the conversations used longest ago."""
    monkeypatch.setattr("qa.service.history._MOST_EXCHANGES", 3)
    old, _ = kept.add("bob", None, fake.ask(ADOPTED))
    key = None
    for _ in range(5):
        key, _ = kept.add("ada", key, fake.ask(ADOPTED))
    assert [exchange.number for exchange in kept.exchanges("ada", key)] == [3, 4, 5]
    monkeypatch.setattr("qa.service.history._MOST_BYTES", 1)
    assert kept.add("ada", key, fake.ask(ADOPTED)) == (key, 6)
    with pytest.raises(KeyError):
        kept.exchanges("bob", old)
