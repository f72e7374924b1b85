"""How much a search asks of the index: a fixed number of statements, whatever is asked and however much of it."""

from __future__ import annotations

import sqlite3

import pytest

from qa.answering.bot import open_bot
from qa.errors import NoSuchDocument
from qa.retrieval.retriever import Retriever
from qa.types import Turn

HISTORY = (Turn("user", "What is the Compact?"), Turn("assistant", "It brings thirty-five entities together."))
FOLLOW_UP = 14
LIST, ACRONYM_LIST = 6, 8
SHORT, LONG = "Drones?", "How do Member States and regional organisations share information on terrorist travel by air?"


@pytest.fixture
def counted(statement_index, encoder, monkeypatch):
    """A bot whose SQL statements are counted."""
    statements = []

    class Connection(sqlite3.Connection):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            self.set_trace_callback(statements.append)

    connect = sqlite3.connect
    monkeypatch.setattr("sqlite3.connect", lambda *a, **o: connect(*a, **o, factory=Connection))
    bot = open_bot(statement_index, encoder=encoder)
    bot.ask(SHORT, documents=["*.txt"])

    def ask(question, **options):
        statements.clear()
        bot.ask(question, **options)
        return len([one for one in statements if not one.startswith("--")])

    return ask


def test_an_answer_takes_a_fixed_number_of_statements(counted):
    """Whatever the question's words and the number of citations; a follow-up takes more, as many each time."""
    assert {counted(question, k=k) for question in (SHORT, LONG) for k in (1, 5, 50)} == {6}
    assert {counted(question, k=k, history=HISTORY) for question in (SHORT, LONG) for k in (1, 50)} == {FOLLOW_UP}


def test_a_list_takes_a_fixed_number_of_statements(counted):
    """However many passages hold the words, and however many lines are shown."""
    questions = ("every mention of INTERPOL", "every mention of terrorism", "every mention of the United Nations")
    assert {counted(question, k=k) for question in questions for k in (1, 5, 50)} == {LIST, ACRONYM_LIST}


def test_a_filter_is_looked_up_once(counted):
    """Documents chosen by a pattern cost one statement a list."""
    assert counted(LONG, documents=["*.txt"]) == 8


def test_a_pattern_without_a_document_is_said(bot):
    """One sentence names the pattern."""
    with pytest.raises(NoSuchDocument, match=r"matches \*\.pdf; qa info lists"):
        Retriever(bot.index).search(SHORT, 1, ["*.pdf"])
