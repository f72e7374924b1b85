"""Which language a question is in."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT, SHARED

from qa.languages.english_only import english_only
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
        ("Война", "ru"),
        ("Кто?", "ru"),
        ("Кто такой Voronkov?", "ru"),
        ("Що таке стратегія?", "uk"),
        ("Ко је говорио?", "sr"),
        ("Какво е стратегията?", "bg"),
        ("من؟", "ar"),
        ("ما هو داعش؟", "ar"),
        ("تروریسم چیست؟", "fa"),
        ("دہشت گردی", "ur"),
        ("战争", "zh"),
        ("ISIL 是什么?", "zh"),
        ("何？", "zh"),
        ("テロとは何ですか", "ja"),
        ("테러란?", "ko"),
        ("Τι είναι;", "el"),
        ("מה זה?", "he"),
        ("आतंकवाद क्या है?", "hi"),
        ("ก่อการร้ายคืออะไร", "th"),
        ("ቃለ መጠይቅ", "am"),
        ("What does Δ mean?", None),
        ("Who is Воронков?", None),
        ("α-particles and naïve cafés", None),
        ("When was the Strategy adopted?", None),
        ("Voronkov", None),
        ("S/RES/2199 (2015)", None),
        ("", None),
    ],
)
def test_the_languages_of_the_united_nations_are_told_apart(text, language):
    """Questions in another script are noticed however short; English, names and symbols are let through."""
    assert other_language(text) == language


@pytest.mark.slow
def test_english_questions_are_not_taken_for_others():
    """Of the shipped questions none, of four thousand others at most two, are taken for another language."""
    own = list((ROOT / "data" / "eval").glob("*/queries.jsonl"))
    shared = [SHARED / "eval" / name / "queries.jsonl" for name in ("squad", "clapnq", "covid", "mtrag")]
    for paths, most in ((own, 0), ([path for path in shared if path.is_file()], 2)):
        questions = [json.loads(line)["text"] for path in paths for line in path.read_text("utf-8").splitlines()]
        assert sum(other_language(question) is not None for question in questions) <= most


def test_who_asks_is_answered_in_their_language():
    """The six languages of the United Nations have the sentence; Arabic runs from right to left; others get English."""
    said = {code: english_only(code, shared=True) for code in ("ar", "zh", "en", "fr", "ru", "es")}
    assert [one.language for one in said.values()] == list(said)
    assert len({one.text for one in said.values()}) == len(said)
    assert {code for code, one in said.items() if one.direction == "rtl"} == {"ar"}
    assert other_language(said["ar"].text) == "ar"
    assert other_language(said["zh"].text) == "zh"
    assert english_only("ko", shared=True) == said["en"]
    assert english_only("ko", shared=True, otherwise="fr") == said["fr"]
    assert said["en"].text == "I can search English documents only so far; these passages share your words."
    assert english_only("ru", shared=False).text != said["ru"].text
