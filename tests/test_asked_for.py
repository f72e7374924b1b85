"""The kind of thing a question asks for, and whether a passage holds any."""

from __future__ import annotations

import pytest

from qa.asked_for import lacking_kind


@pytest.mark.parametrize(
    ("question", "passage", "kind"),
    [
        ("How many entities joined?", "Several of them did not, and the VII meeting of 2018 was the 7th.", None),
        ("How many entities joined?", "The entities joined at the VII meeting, the 7th, in 2018.", "number"),
        ("How many entities joined in 2018?", "In 2018 entities joined.", "number"),
        ("How many entities joined?", "Thirty-five entities joined.", None),
        ("How many times was it held?", "It was the VII meeting.", None),
        ("How many times was it held?", "It was held.", "number"),
        ("What is the annual budget of the Office?", "The Office leads the work.", "number"),
        ("What is the annual budget of the Office?", "The Office has 3.5 million dollars.", None),
        ("How much did it cost?", "It was dear.", "number"),
        ("How much importance does it attach to youth?", "It attaches great importance to youth.", None),
        ("How often is it reviewed?", "A biennial review was agreed.", None),
        ("How big a threat is it?", "It is a significant threat.", None),
        ("What is the human cost of it?", "Families are torn apart.", None),
        ("What was the budget process?", "It was slow.", None),
        ("When may a State use force?", "In self-defence.", None),
        ("When is it lawful?", "If a State consents.", None),
        ("When was it adopted?", "It was adopted in 2006.", None),
        ("When was it adopted?", "It was adopted in the spring.", None),
        ("When was it adopted?", "It was adopted by consensus.", "date"),
        ("Since when has it grown?", "It has grown over three decades.", None),
        ("In which year was it adopted?", "It was adopted by consensus.", "date"),
        ("When it is adopted, what happens?", "It enters into force.", None),
        ("What happened when it was adopted?", "It entered into force.", None),
        ("Who was the Russian Minister of Defence?", "I thank the Russian Federation and its Ministry.", "person"),
        ("Who was the Minister of Defence?", "I thank the minister, Sergei Shoigu.", None),
        ("Who was the Minister of Defence?", "I thank Shoigu.", None),
        ("Who wrote it?", "It was written by the secretariat. Nobody signed it.", "person"),
        ("Who should play a part?", "The entire society.", None),
        ("Who leads the work?", "The Office does.", None),
        ("Who was the president of the Council?", "In May, Kenya presided over it.", None),
        ("Which country spoke first?", "The delegates spoke.", "country"),
        ("Which country spoke first?", "Kenya did.", None),
        ("Which country besides Kenya spoke?", "The Kenyan delegates spoke.", "country"),
        ("In which city was it held?", "It was held at the High-Level Conference of the United Nations.", "city"),
        ("In which city was it held?", "It was held in Geneva.", None),
        ("Why is it so?", "Because.", None),
        ("Quand a-t-il été adopté ?", "Par consensus.", None),
    ],
)
def test_the_kind_is_lacking_only_where_nothing_of_it_is_held(question, passage, kind):
    """Numbers, dates and names that the question brought itself do not count, nor do ordinals and years of how many."""
    assert lacking_kind(question, passage) == kind


def test_a_long_passage_is_looked_through_to_its_end():
    """A hundred thousand words without a name lack one; a name after them is found."""
    long = "The secretariat did so. " * 25_000
    assert lacking_kind("Who wrote it?", long) == "person"
    assert lacking_kind("Who wrote it?", f"{long}It was Ada Lovelace.") is None
