"""The why of a score: it adds up, and names the words that met."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT
from word_encoder import WordEncoder

import qa

QUESTIONS = [
    json.loads(line)["text"]
    for name in ("statement", "statement-users")
    for line in (ROOT / "data" / "eval" / name / "queries.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.slow
def test_words_and_parts_sum_to_the_score(bot):
    """|sum - score| < 1e-5 for both sums, on every fourth question of the shipped sets and every citation."""
    for question in QUESTIONS[::4]:
        for citation in bot.ask(question).citations:
            why = citation.why
            assert sum(why.parts.values()) == pytest.approx(citation.score, abs=1e-5)
            given = sum(met.share for met in why.words) + why.parts["sentence_cosine"]
            assert given == pytest.approx(citation.score, abs=1e-5), question


def test_words_stand_where_the_why_says(bot, statement_text):
    """A word of the question and the word of the document that it met, to the letter."""
    question = "When was the Strategy adopted?"
    citation = bot.ask(question).citations[0]
    met = {question[slice(*m.query)]: m.passage and statement_text[slice(*m.passage)] for m in citation.why.words}
    assert (met["Strategy"], met["adopted"]) == ("Strategy", "adopted")
    assert all(citation.start <= m.passage[0] < m.passage[1] <= citation.end for m in citation.why.words if m.passage)


def test_shares_by_hand(tmp_path, write):
    """One word each is met with cosine 1: shares are the weights, BM25's the rest."""
    encoder = WordEncoder("leave days")
    qa.build_index(write(a__txt="Leave days."), tmp_path / "i", encoder=encoder)
    bot = qa.open_bot(tmp_path / "i", encoder=encoder, threshold=0)
    (citation,) = bot.ask("leave days").citations
    assert citation.why.parts["passage"] == pytest.approx(0.25, abs=1e-6)
    assert citation.why.parts["sentence"] == pytest.approx(0.5, abs=1e-6)
    assert citation.why.parts["sentence_cosine"] == pytest.approx(0.15, abs=1e-3)
    assert citation.why.parts["phrase"] == pytest.approx(0.1, abs=1e-6)
    assert [met.passage for met in citation.why.words] == [(0, 5), (6, 10)]
    assert citation.why.words[0].share == pytest.approx(citation.why.words[1].share)
