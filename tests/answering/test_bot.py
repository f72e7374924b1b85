"""Questions to answers, with the real encoder and the shipped statement."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import STATEMENT
from word_encoder import WordEncoder

import qa
from qa.errors import NoSuchDocument
from qa.types import Turn


def marked(bot, answer):
    """Return the highlighted sentences of the first citation."""
    first = answer.citations[0]
    return [bot.document(first.document).text[start:end] for start, end in first.highlights]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "When was the Global Counter-Terrorism Strategy adopted?",
            "The consensus UN Global Counter-Terrorism Strategy, adopted in 2006,",
        ),
        ("Who gave this statement?", "Statement by Mr. Vladimir Voronkov"),
        ("Where and when was the statement given?", "4-5 April 2018, Moscow"),
        ("When was this statement made?", "4-5 April 2018, Moscow"),
        ("When was the statement delivered?", "4-5 April 2018, Moscow"),
        ("When was the speech given?", "4-5 April 2018, Moscow"),
        ("When did the conference take place?", "4-5 April 2018, Moscow"),
        ("In which city was the conference held?", "4-5 April 2018, Moscow"),
        ("Who is the speaker?", "Statement by Mr. Vladimir Voronkov"),
        ("Which organisation does the speaker represent?", "UNITED NATIONS OFFICE OF COUNTER-TERRORISM"),
        ("What was the name of the conference?", "VII Moscow Conference on International Security"),
        ("At which conference was the statement given?", "VII Moscow Conference on International Security"),
        (
            "Which Security Council resolution is about the financing of ISIL?",
            "In this regard I would like to express my appreciation",
        ),
        ("How many United Nations entities does the Compact coordinate?", "The Compact aims to further strengthen"),
        (
            "On which dates will the Secretary-General convene a High-Level Conference?",
            "The United Nations Secretary-General will convene",
        ),
    ],
)
def test_the_answering_sentence_is_marked(bot, statement_text, question, sentence):
    """A question the statement answers is answered by the right passage with the right sentence marked."""
    answer = bot.ask(question)
    assert marked(bot, answer)[0].startswith(sentence)
    assert answer.found, f"refused at {answer.confidence:.2f}"
    assert answer.reason is None
    for citation in answer.citations:
        assert citation.quote == statement_text[citation.start : citation.end]
        assert all(citation.start <= start < end <= citation.end for start, end in citation.highlights)


def test_a_citation_says_where_it_stands(bot):
    """Document, title, metadata, paragraph and pinpoint are those of the statement."""
    first = bot.ask("When was the Global Counter-Terrorism Strategy adopted?").citations[0]
    assert (first.number, first.document, first.paragraph, first.pinpoint, first.page) == (
        1,
        STATEMENT,
        14,
        "para. 14",
        None,
    )
    assert first.title == "Statement by Mr. Vladimir Voronkov, Under-Secretary-General for Counter-Terrorism"
    assert first.metadata["date"] == "2018-04-05"
    assert set(first.ranks) == {"dense", "lexical"}


@pytest.mark.parametrize(
    "question",
    ["How do I bake bread?", "Who won the football world cup in 1998?", "What is the boiling point of mercury?"],
)
def test_what_the_documents_do_not_answer_is_refused(bot, question):
    """A question about something else is refused, and the nearest passages are still given."""
    answer = bot.ask(question)
    assert (answer.found, answer.reason) == (False, "nothing-relevant")
    assert answer.confidence < 0.2
    assert len(answer.citations) == 5


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", "empty-question"),
        (" \n\t ", "empty-question"),
        ("?!…", "empty-question"),
        ("🙂🙂", "empty-question"),
        ("x" * 100_000, "question-too-long"),
        ("terrorism " * 300, "question-too-long"),
        ("Quand la stratégie a-t-elle été adoptée par les Nations Unies ?", "language-not-covered"),
        ("¿Cuándo se adoptó la Estrategia y quién la aprobó?", "language-not-covered"),
        ("Когда была принята Глобальная контртеррористическая стратегия?", "language-not-covered"),
        ("该战略是何时由联合国通过的？", "language-not-covered"),
    ],
)
def test_a_question_that_cannot_be_answered_gets_its_reason(bot, question, reason):
    """Empty, blank, emoji-only, endless and foreign questions are told apart and lose nothing."""
    answer = bot.ask(question)
    assert (answer.found, answer.reason, answer.question) == (False, reason, question)


@pytest.mark.parametrize("question", ["\udcff lone surrogate Strategy", "nul \0 Strategy", "‮Strategy", "a" * 3_999])
def test_odd_letters_in_a_question_do_no_harm(bot, question):
    """Half a surrogate, NUL, a direction mark and one endless word are questions like any other."""
    assert json.dumps(bot.ask(question).to_dict())


def test_a_language_the_documents_are_in_is_carried_by_their_words(tmp_path, write):
    """A French question finds the French passage by its words alone."""
    folder = write(
        a__txt="La stratégie a été adoptée en 2006.\n\nLe rapport est annuel.", b__txt="The weather is fine."
    )
    encoder = WordEncoder("weather")
    qa.build_index(folder, tmp_path / "i", encoder=encoder)
    answer = qa.open_bot(tmp_path / "i", encoder=encoder).ask("Quand la stratégie a-t-elle été adoptée ?")
    assert answer.reason == "language-not-covered"
    assert answer.citations[0].quote == "La stratégie a été adoptée en 2006."
    assert answer.citations[0].ranks == {"lexical": 1}


@pytest.mark.parametrize(
    ("said", "remark"),
    [
        ("hello", "greeting"),
        ("ok thanks", "thanks"),
        ("what can you do?", "capabilities"),
        ("summarise this", "summary"),
    ],
)
def test_a_remark_gets_no_passage(bot, said, remark):
    """What is said to the program itself finds nothing, and says of what kind it is; a question does not."""
    answer = bot.ask(said, history=[Turn("user", "Who spoke?"), Turn("assistant", "Mr. Voronkov")])
    assert (answer.remark, answer.found, answer.reason) == (remark, False, "nothing-relevant")
    assert (answer.citations, answer.confidence, answer.query) == ((), 0.0, said)
    assert bot.ask("What can the Office do about drones?").remark is None


def test_documents_narrow_the_search(tmp_path, write):
    """Only documents that match a pattern are searched, and none matching is an error."""
    folder = write(a__txt="Leave is thirty days.", b__txt="Leave is forty days.")
    encoder = WordEncoder("leave days thirty forty")
    qa.build_index(folder, tmp_path / "i", encoder=encoder)
    bot = qa.open_bot(tmp_path / "i", encoder=encoder)
    assert {c.document for c in bot.ask("leave", documents=["b*"]).citations} == {"b.txt"}
    with pytest.raises(NoSuchDocument, match=r"no indexed document matches c\*"):
        bot.ask("leave", documents=["c*"])


def test_an_index_without_passages_says_so(tmp_path, write):
    """A document of salutations alone gives no passages, and the answer says that the index is empty."""
    encoder = WordEncoder("x")
    qa.build_index(write(a__txt="Ladies and gentlemen,"), tmp_path / "i", encoder=encoder)
    assert qa.open_bot(tmp_path / "i", encoder=encoder).ask("Who?").reason == "empty-index"


def test_k_is_the_most_citations(bot):
    """One citation where one is asked for, and numbers count from 1; less than one is a mistake."""
    assert len(bot.ask("terrorism", k=1).citations) == 1
    assert [c.number for c in bot.ask("terrorism", k=30).citations] == list(range(1, 31))
    with pytest.raises(ValueError, match="k is 0"):
        bot.ask("terrorism", k=0)


def test_k_does_not_change_the_order(bot):
    """The first three of thirty are the three."""
    few = [c.start for c in bot.ask("What about returning fighters?", k=3).citations]
    assert [c.start for c in bot.ask("What about returning fighters?", k=30).citations][:3] == few


def test_a_threshold_can_be_chosen(statement_index, encoder):
    """At threshold 0 anything is an answer, at 1 nothing is."""
    assert qa.open_bot(statement_index, encoder=encoder, threshold=0).ask("How do I bake bread?").found
    assert not qa.open_bot(statement_index, encoder=encoder, threshold=1).ask("Who gave this statement?").found


@pytest.mark.slow
def test_threads_share_a_bot(bot):
    """Many questions at once get the answers they get one by one."""
    questions = [f"What about {word}?" for word in ("drones", "ISIL", "youth", "financing", "INTERPOL", "June")] * 4

    def starts(question):
        return [(c.start, round(c.score, 5)) for c in bot.ask(question, history=[Turn("user", "x")]).citations]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(starts, questions)) == [starts(question) for question in questions]


def test_the_answer_object_is_the_contract_s(bot):
    """The JSON of an answer has the contract's fields, in its order."""
    answer = bot.ask("Who gave this statement?").to_dict()
    contract = ["question", "query", "found", "confidence", "reason", "citations", "index", "elapsed_ms"]
    assert list(answer) == [*contract, "premises", "language", "mentions", "remark", "sources_asked"]
    assert list(answer["index"]) == ["generation", "encoder"]
    assert list(answer["citations"][0]) == [
        *("number", "document", "title", "metadata", "page", "paragraph", "heading", "pinpoint", "start", "end"),
        *("quote", "highlights", "score", "ranks", "why", "answer"),
    ]
    assert json.loads(json.dumps(answer)) == answer
