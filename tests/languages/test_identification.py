"""Which language a question is in."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT, SHARED

from qa.languages.identification import other_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Quand la stratégie a-t-elle été adoptée ?", "fr"),
        ("Wann wurde die Strategie angenommen?", "de"),
        ("¿Quién pronunció esta declaración y en qué ciudad?", "es"),
        ("Когда была принята Стратегия?", "ru"),
        ("متى اعتمدت الاستراتيجية العالمية لمكافحة الإرهاب؟", "ar"),
        ("联合国全球反恐战略是何时通过的？", "zh"),
        ("When was the Strategy adopted?", None),
        ("Voronkov", None),
        ("S/RES/2199 (2015)", None),
        ("", None),
    ],
)
def test_the_languages_of_the_united_nations_are_told_apart(text, language):
    """Questions in other languages are noticed; English, names and symbols are let through."""
    assert other_language(text) == language


def test_english_questions_are_not_taken_for_others():
    """Of the shipped questions none, of four thousand others at most two, are taken for another language."""
    own = list((ROOT / "data" / "eval").glob("*/queries.jsonl"))
    shared = [SHARED / "eval" / name / "queries.jsonl" for name in ("squad", "clapnq", "covid", "mtrag")]
    for paths, most in ((own, 0), ([path for path in shared if path.is_file()], 2)):
        questions = [json.loads(line)["text"] for path in paths for line in path.read_text("utf-8").splitlines()]
        assert sum(other_language(question) is not None for question in questions) <= most
