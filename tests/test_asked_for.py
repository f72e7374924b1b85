"""The kind of thing a question asks for, and whether a passage holds any."""

from __future__ import annotations

import pytest

from qa.asked_for import lacking_kind

LACKING = [
    ("How many entities joined?", "The entities joined at the VII meeting, the 7th, in 2018.", "number"),
    ("How many entities joined?", "On 4 April 2018 and in March 2017 the canteen was opened.", "number"),
    ("How many times was it held?", "It was held.", "number"),
    ("What is the annual budget of the Office?", "The Office leads the work.", "number"),
    ("How much did it cost?", "It was dear.", "number"),
    ("How often is it reviewed?", "A review was agreed.", "number"),
    ("When was it adopted?", "It was adopted by consensus, and may be marched to the end.", "date"),
    ("In which year was it adopted?", "It was adopted by consensus.", "date"),
    ("Who was the Russian Minister of Defence?", "I thank the Russian Federation and its Ministry.", "person"),
    ("Who is the head of the Office?", "Terrorists were beaten. Operations go on. The UN helps.", "person"),
    ("Who wrote War and Peace?", "Over three decades terrorism has spread.", "person"),
    ("Which country spoke first?", "The delegates spoke.", "country"),
    ("In which city was it held?", "It was held at the High-Level Conference of the United Nations.", "city"),
]
HELD = [
    ("How many entities joined?", "Several of them did not, and the VII meeting of 2018 was the 7th."),
    ("How many entities joined?", "Thirty-five entities joined."),
    ("How many of the 35 entities signed?", "All 35 entities signed."),
    ("How many States voted against it?", "No State voted against."),
    ("How many abstained?", "Russia and China abstained."),
    ("How many members voted for it?", "It was adopted unanimously."),
    ("How many days did it last?", "It was held from 20 to 22 June."),
    ("How many women have presided?", "She is only the fourth woman to preside."),
    ("How many Moscow Conferences were held?", "VII Moscow Conference"),
    ("How many pillars has it?", "It has (a) prevention and (b) response."),
    ("How many troops were deployed?", "Some 2000 troops were deployed."),
    ("How many times was it held?", "It was the VII meeting."),
    ("How much aid was given?", "A couple of trillion."),
    ("What is the annual budget of the Office?", "The Office has 3.5 million dollars."),
    ("How often is it reviewed?", "A biennial review was agreed."),
    ("How often is it reviewed?", "It is reviewed periodically."),
    ("When was it adopted?", "It was adopted in 2006."),
    ("When was the 2006 Strategy adopted?", "The Strategy, adopted in 2006, is balanced."),
    ("When was it adopted?", "It was adopted in the spring."),
    ("When was it issued?", "It was issued last week."),
    ("When was it signed?", "Signed in Sept."),
    ("When did it enter into force?", "It has not yet entered into force."),
    ("When was it founded?", "It was founded in the sixties."),
    ("When was it signed?", "At the end of the war."),
    ("Since when has it grown?", "It has grown over three decades."),
    ("Which year came first, 2005 or 2006?", "It was 2006."),
    ("Who was the Minister of Defence?", "I thank the minister, Sergei Shoigu."),
    ("Who was the Minister of Defence?", "I thank Shoigu."),
    ("Who is the president?", "Obama became president."),
    ("Who is the head of the Office?", "Voronkov heads the Office."),
    ("Who is the Secretary-General?", "Guterres is."),
    ("Who is the new Secretary-General?", "I congratulate the new Secretary-General, Mr. Guterres, and wish him well."),
    ("Who is the Prime Minister?", "It was said by Prime Minister May."),
    ("Who was the president?", "Nasser was the president."),
    ("Who is the minister?", "The minister is Łukasz."),
    ("Who is the minister?", "大臣は安倍です。"),
    ("Who was the President of the Council?", "The PRESIDENT (Mr. AKRAM): I declare open."),
    ("Who was the President of the Council?", "The PRESIDENT (Ms. LI): I declare open."),
    ("Who is the president, Macron or Hollande?", "Macron is."),
    ("Which country spoke first?", "Kenya did."),
    ("Which country spoke first, Kenya or Norway?", "Kenya did."),
    ("Which country hosted it?", "Scotland hosted it."),
    ("Which country is immune?", "No country is immune."),
    ("In which city was it held?", "It was held in Geneva."),
    ("In which city was it held?", "Geneva hosted it."),
    ("In which city was it held?", "The seat is in Łódź, not in Moscow."),
    ("In which city was it held?", "In Moscow."),
    ("In which city was it held?", "In Singapore."),
    ("In which city was the Marrakesh Compact adopted?", "It was adopted in Marrakesh."),
    ("In which city was it held, Geneva or Vienna?", "It was held in Vienna."),
]
UNSURE = [
    "How much importance does it attach to youth?", "How big a threat is it?", "What is the human cost of it?",
    "How much attention did the High Commissioner pay to youth?", "How much of what was spent went to waste?",
    "What was the budget process?", "What funds its budget?", "What determines the number of seats?",
    "What did a number of delegations propose?", "What is the target population of the programme?",
    "When may a State use force?", "When is it lawful?", "When will the Convention enter into force?",
    "When has force been used lawfully?", "When it is adopted, what happens?", "What happened when it was adopted?",
    "What day-to-day work does the Office do?", "What date format is used?", "What years of experience count?",
    "Who should play a part?", "Who leads the work?", "Who wrote it?", "Who won the election?",
    "Who is entitled to elect the president?", "Who is eligible to become president?", "Who was killed by the king?",
    "Who is the President of the Assembly elected by?", "Who is the speaker addressing?",
    "Who is the Chair of the Group of 77?", "Who is the president of the Council of the European Union?",
    "Who decides how many members it has?", "What determines how many seats there are?",
    "How is it decided who is the president?", "What is the number of this resolution?", "Who is the owner of it?",
    "Who is in general responsible for it?", "What country team works there?", "What nation-building efforts are made?",
    "What capital punishment statistics exist?", "Which capital requirements apply?", "What city planning is done?",
    "Why is it so?", "Quand a-t-il été adopté ?",
]  # fmt: skip


@pytest.mark.parametrize(("question", "passage", "kind"), LACKING)
def test_what_is_surely_asked_for_and_not_there_is_said(question, passage, kind):
    """Ordinals, days and years do not say how many; names of bodies, countries and first words are no persons."""
    assert lacking_kind(question, passage) == kind


@pytest.mark.parametrize(("question", "passage"), HELD)
def test_whatever_may_be_of_the_kind_counts(question, passage):
    """Also "no State", a value that the question has, a name at the head of a sentence, in capitals, of any letters."""
    assert lacking_kind(question, passage) is None


@pytest.mark.parametrize("question", UNSURE)
def test_a_question_that_may_ask_for_something_else_is_left_alone(question):
    """Conditions, importance, modifiers, what is not asked of one person: nothing is doubted."""
    assert lacking_kind(question, "It is as it should be.") is None


def test_the_heading_and_what_a_document_says_of_itself_count():
    """The heading always; title and metadata where the question asks about the document or what it is of."""
    adopted, nothing = "When was the Convention adopted?", "It binds all."
    assert lacking_kind(adopted, nothing) == "date"
    assert lacking_kind(adopted, nothing, "Convention on Rivers (Geneva, 12 March 1998)") is None
    assert lacking_kind("When was this statement made?", nothing, metadata={"dates": "4-5 April 2018"}) is None
    assert lacking_kind("Who is the speaker?", nothing, "", ["Statement by Ada Lovelace"]) is None
    assert lacking_kind("Who is the speaker?", nothing, "", ["Statement"]) == "person"
    assert lacking_kind("Which country is the largest exporter?", "We are.", metadata={"country": "Chile"}) is None
    assert lacking_kind("Which country is the largest exporter?", "It is.", metadata={"country": "Chile"}) == "country"
    assert lacking_kind("How often is it to report?", "On its staff;", "Shall report every 90 days:") is None
    assert lacking_kind("When was the Office created?", nothing, metadata={"dates": "4-5 April 2018"}) == "date"


def test_what_a_document_says_of_itself_is_not_said_of_another_event():
    """The place of the document's own conference answers for no conference of another name."""
    own = {"event": "VII Moscow Conference on International Security", "place": "Moscow"}
    assert lacking_kind("In which city was the conference held?", "It was.", metadata=own) is None
    assert lacking_kind("In which city was the Moscow Conference held?", "It was.", metadata=own) is None
    assert lacking_kind("In which city will the High-Level Conference take place?", "It will.", metadata=own) == "city"
    dated = {"dates": "4-5 April 2018"}
    assert lacking_kind("When was this Statement made?", "It was.", metadata=dated) is None
    assert lacking_kind("When was the Session on Disarmament?", "It was.", metadata=dated) == "date"
    assert lacking_kind("Who is the Speaker?", "It is.", "", ["Remarks by Ada Lovelace"]) is None


def test_a_long_passage_is_looked_through_to_its_end():
    """A hundred thousand words without a name lack one; a name after them is found."""
    long = "The secretariat did so. " * 25_000
    assert lacking_kind("Who is the president?", long) == "person"
    assert lacking_kind("Who is the president?", f"{long}It is Ada Lovelace.") is None
