"""Groups of near-identical passages."""

from __future__ import annotations

from dataclasses import replace

from browser.fake_bot import ADOPTED, FakeBot, statement
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.near_duplicates import group


def _citations(fake, *texts):
    """Return citations with these quotations, each of a document of its own."""
    one = fake.ask(ADOPTED).citations[0]
    return [replace(one, number=n, document=f"{n}.txt", quote=text) for n, text in enumerate(texts, 1)]


def test_near_identical_passages_are_folded(fake):
    """Passages that differ in a word or a date form one group, others do not."""
    text = (
        "Reaffirming that terrorism in all its forms constitutes one of the most serious threats to peace and security"
    )
    other = "Deciding to remain seized of the matter and to review its implementation in the coming year"
    citations = _citations(fake, text, other, f"{text} in 2019", text.upper(), f"{other}, again")
    folds = group(citations, 5)
    assert [(f.first.number, [c.number for c in f.others]) for f in folds] == [(1, [3, 4]), (2, [5])]
    assert [f.first.number for f in group(citations, 1)] == [1]


@given(st.lists(st.text(st.characters(max_codepoint=0x17F), max_size=30), max_size=8))
def test_folding_loses_nothing_and_keeps_the_order(texts):
    """For all texts, every citation is in exactly one group, and groups are in the order of ranks."""
    citations = _citations(FakeBot([statement()]), *texts)
    folds = group(citations, len(texts))
    assert sorted(c.number for f in folds for c in (f.first, *f.others)) == [c.number for c in citations]
    assert [f.first.number for f in folds] == sorted(f.first.number for f in folds)
