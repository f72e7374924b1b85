"""What is said to the program itself, and questions that only sound like it."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

from qa.languages.english import English

SET = [json.loads(line) for line in (ROOT / "tests/sets/remarks/queries.jsonl").read_text("utf-8").splitlines()]


def remark(text):
    return English().wording(text).remark


@pytest.mark.parametrize("part", ["working", "reporting"])
def test_remarks_are_told_from_questions(part):
    """Nine in ten are of their kind, and no question to the documents is taken for one."""
    own = [one for one in SET if one["part"] == part]
    made = [one for one in own if one["remark"]]
    assert sum(remark(one["text"]) == one["remark"] for one in made) >= 0.9 * len(made)
    assert [one["text"] for one in own if one["remark"] is None and remark(one["text"])] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hello, what can you do?", "capabilities"),
        ("thanks, now summarise the document", "summary"),
        ("Hi! What is this document about?", None),
        ("What do you need to report?", None),
        ("How are you to report?", None),
        ("help", "capabilities"),
        ("Who can help?", None),
        ("", None),
    ],
)
def test_one_word_about_something_makes_a_question(text, kind):
    """Kinds may be mixed, the one that asks for most is answered; a word that is no small talk makes a question."""
    assert remark(text) == kind
