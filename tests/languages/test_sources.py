"""Whose words a question asks for, and the paragraphs that it names."""

from __future__ import annotations

import time

import pytest

from qa.languages.english import English
from qa.types import Place


def asked(question):
    """Return the kinds and names of the sources that a question asks for."""
    return [(one.kind, question[one.start : one.end]) for one in English().wording(question).sources]


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("What did India say about Kashmir?", [("country", "India")]),
        ("India on Kashmir", [("country", "India")]),
        ("What did India and Pakistan say about Kenya?", [("country", "India"), ("country", "Pakistan")]),
        ("According to Israel, what is the status of Jerusalem?", [("country", "Israel")]),
        ("What did the Indian foreign minister propose?", [("country", "Indian")]),
        ("the position of the Government of Chad on trade", [("country", "Chad")]),
        ("Does China support the talks?", [("country", "China")]),
        ("Is China calling for talks?", [("country", "China")]),
        ("In its 2017 speech, what did Mali ask for?", [("year", "2017"), ("country", "Mali")]),
        ("What did Mali say at the seventieth session?", [("country", "Mali"), ("session", "seventieth session")]),
        ("What did Mali, in its 2017 speech, say?", [("country", "Mali"), ("year", "2017")]),
        ("What did the WHO say about vaccines?", [("organisation", "WHO")]),
        ("What does Amnesty International report?", [("organisation", "Amnesty International")]),
        ("What did Narendra Modi say?", [("person", "Narendra Modi")]),
        ("What did President Zelenskyy say about membership?", [("person", "Zelenskyy")]),
        ("What did Prime Minister Sheikh Hasina call for?", [("person", "Hasina")]),
        ("How does the Cuban minister judge President Trump's view?", [("country", "Cuban")]),
        ("And paragraph 4? (78/241)", [("symbol", "78/241")]),
        ("What does the Kyoto Protocol say?", [("document", "Kyoto Protocol")]),
        ("What does the Pact for the Future say?", [("document", "Pact for the Future")]),
        ("What does A/RES/79/42 request?", [("symbol", "A/RES/79/42")]),
        ("para 3 of 78/241", [("symbol", "78/241")]),
        ("79/42 op 1", [("symbol", "79/42")]),
        ("What did he say about drones?", [("person", "he")]),
    ],
)
def test_sources_are_found(question, sources):
    """A source speaks, owns what is said, or stands before what is asked about."""
    assert asked(question) == sources


@pytest.mark.parametrize(
    "question",
    [
        "Who spoke of Kenya?",
        "What is the situation in Syria?",
        "India's neighbours",
        "Which speakers say Israel supports the plan?",
        "What does anyone say about Brexit?",
        "Which groups does Iran support?",
        "Are the Kenyans told to leave?",
        "Which resolution recalls resolution 60/288?",
        "When did resolution 2231 become binding?",
        "Do Member States report to the Assembly?",
        "How did Kenya grow in 2017?",
    ],
)
def test_what_is_spoken_about_is_no_source(question):
    """A country, body or document that a question is about is not asked for its words."""
    assert asked(question) == []


@pytest.mark.parametrize(
    "repeated", [" in,", ", in its speech", " address", " and India", " of the Union", " A/RES/79/42"]
)
def test_a_long_question_takes_no_long_time(repeated):
    """What repeats itself is read in time that grows with its length, not with the ways to read it."""
    started = time.process_time()
    asked("What did India" + repeated * 200 + "?")
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("para 3 of A/RES/78/241", [Place("", 3)]),
        ("79/42 op 1", [Place("operative", 1)]),
        ("OP5 and PP2", [Place("operative", 5), Place("preambular", 2)]),
        ("operative paragraph 5 (b) (ii)", [Place("operative", 5, ("b", "ii"))]),
        ("op. para. 5 (a)", [Place("operative", 5, ("a",))]),
        ("the second preambular paragraph", [Place("preambular", 2)]),
        ("annex II, para. 4", [Place("annex", 4)]),
        ("after op. para. 3", []),
        ("op. para. 3, table row 2", []),
        ("How many paragraphs are there?", []),
    ],
)
def test_paragraphs_are_read(text, places):
    """Numbered paragraphs are read alike in questions and in pinpoints."""
    assert list(English().wording(text).places) == places
