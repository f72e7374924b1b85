"""What visitors keep: conversations, their exports, folded passages, feedback and the evaluation sets made of it."""

from __future__ import annotations

import io
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from browser.fake_bot import FakeBot, statement
from hypothesis import given
from hypothesis import strategies as st
from interface_words import ENGLISH, FRENCH
from markdown_it import MarkdownIt

from qa import cli
from qa.answering.near_duplicates import fold
from qa.answering.quotation import quotation, reference
from qa.errors import EvaluationError
from qa.serialisation import answer_from_dict
from qa.service.feedback import FeedbackStore, write_set
from qa.service.history import ConversationStore, Exchange, history_of
from qa.types import Premise, Turn

pytest.importorskip("docx", reason="exports need the extra [web]")
pytest.importorskip("gradio", reason="the web chat needs the extra [web]")

from docx import Document
from starlette.testclient import TestClient

from qa.web import create_app, export

ADOPTED = "When was the consensus UN Global Counter-Terrorism Strategy adopted?"
FOOTBALL = "Who won the football championship in Moscow?"
HERE = "http://127.0.0.1"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60) | st.text(
    "#*_`[]()<>!&;:.-+=~|$12 \n\t\\\"'/ab", min_size=1, max_size=40
)


@pytest.fixture(scope="module")
def fake():
    return FakeBot([statement()])


@pytest.fixture
def kept():
    return ConversationStore()


def _citations(fake, *texts):
    """Return citations with these quotations, each of a document of its own."""
    one = fake.ask(ADOPTED).citations[0]
    return [replace(one, number=n, document=f"{n}.txt", quote=text) for n, text in enumerate(texts, 1)]


# Folding and quoting


def test_near_identical_passages_are_folded(fake):
    """Passages that differ in a word or a date are one, others are not, and each citation stands in one fold."""
    text = (
        "Reaffirming that terrorism in all its forms constitutes one of the most serious threats to peace and security"
    )
    other = "Deciding to remain seized of the matter and to review its implementation in the coming year"
    citations = _citations(fake, text, other, f"{text} in 2019", text.upper(), f"{other}, again")
    folds = fold(citations, 5)
    assert [(f.first.number, [c.number for c in f.others]) for f in folds] == [(1, [3, 4]), (2, [5])]
    assert [f.first.number for f in fold(citations, 1)] == [1]


@given(st.lists(st.text(st.characters(max_codepoint=0x17F), max_size=30), max_size=8))
def test_folding_loses_nothing_and_keeps_the_order(texts):
    """Whatever the texts, even none, every citation stands in exactly one fold and folds come by rank."""
    citations = _citations(FakeBot([statement()]), *texts)
    folds = fold(citations, len(texts))
    assert sorted(c.number for f in folds for c in (f.first, *f.others)) == [c.number for c in citations]
    assert [f.first.number for f in folds] == sorted(f.first.number for f in folds)


def test_a_quotation_is_passed_on_with_all_that_finds_it_again(fake):
    """The words to the letter, then title, who, when and where, pinpoint and document, in one line."""
    citation = fake.ask(ADOPTED).citations[0]
    words, _, line = quotation(citation).rpartition("\n")
    assert words == f"“{citation.quote}”"
    assert line == (
        "— Statement by Mr. Vladimir Voronkov, Under-Secretary-General for Counter-Terrorism, "
        "United Nations Office of Counter-Terrorism, VII Moscow Conference on International Security, "
        "4-5 April 2018, Moscow, para. 14 (statement-voronkov-moscow-2018.txt)"
    )
    untitled = replace(citation, title="", metadata={}, heading="Financing")
    assert reference(untitled) == "statement-voronkov-moscow-2018.txt, under “Financing”, para. 14"


# Conversations


def test_questions_are_offered_to_who_asked_them(fake, kept):
    """Each of an owner's questions once, the last one first, whatever conversation it is in; nobody else's."""
    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    kept.add("ada", key, fake.ask(FOOTBALL))
    kept.add("ada", None, fake.ask(ADOPTED))
    kept.add("bob", None, fake.ask("Who is Bob?"))
    kept.add("", None, fake.ask("Whose is this?"))
    assert sorted(kept.questions("ada", 5)) == sorted([ADOPTED, FOOTBALL])
    assert len(kept.questions("ada", 1)) == 1
    assert kept.questions("bob", 5) == ["Who is Bob?"]
    assert kept.questions("", 5) == []


def test_a_question_asked_alone_is_kept_as_such(fake, kept):
    """That no history was used is kept, and feedback on the answer is kept without a history as well."""
    from qa.web.saved_conversations import SavedConversations, exchange_history

    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    kept.add("ada", key, fake.ask("and by whom?"), alone=True)
    kept.add("ada", key, fake.ask("and by whom?"))
    exchanges = kept.exchanges("ada", key)
    assert [exchange.alone for exchange in exchanges] == [False, True, False]
    assert [len(exchange_history(exchanges, place)) for place in range(3)] == [0, 0, 3]
    feedback = FeedbackStore()
    page = SavedConversations(kept, feedback)
    page.toggle_verdict("ada", key, 2, None)
    assert [one.history for one in feedback.entries()] == [()]
    assert page.verdicts("ada", exchanges) == [frozenset(), frozenset({None}), frozenset()]


def test_a_question_asked_instead_of_another_has_the_history_of_the_other(fake, kept):
    """What was said since the misspelt question was asked is no part of its history; what was said before it is."""
    from qa.web.saved_conversations import exchange_history

    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    kept.add("ada", key, fake.ask("and by whmo?"))
    kept.add("ada", key, fake.ask("and by whom?"), instead="and by whmo?")
    kept.add("ada", key, fake.ask("and when?"), instead="never asked")
    exchanges = kept.exchanges("ada", key)
    assert [turn.text for turn in exchange_history(exchanges, 2)] == [ADOPTED, exchanges[0].answer.citations[0].quote]
    assert len(exchange_history(exchanges, 3)) == 4


def test_an_answer_kept_is_the_answer(fake, kept):
    """What is read back is equal to what was kept, found or not."""
    unmet = {"premises": (Premise("year", "2005", 8, 12, ("2006",)),)}
    answers = [fake.ask(ADOPTED), fake.ask(FOOTBALL), fake.ask(""), replace(fake.ask(ADOPTED), **unmet)]
    assert [answer_from_dict(json.loads(json.dumps(answer.to_dict()))) for answer in answers] == answers
    key = None
    for place, answer in enumerate(answers, 1):
        key, number = kept.add("ada", key, answer)
        assert number == place
    assert [exchange.answer for exchange in kept.exchanges("ada", key)] == answers
    assert history_of(answers[:2]) == [
        Turn("user", ADOPTED),
        Turn("assistant", answers[0].citations[0].quote),
        Turn("user", FOOTBALL),
    ]


def test_a_conversation_is_its_owners_alone(fake, kept):
    """Nobody else sees, reads, renames, deletes or continues a conversation; without an owner there is none."""
    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    for stranger in ("bob", ""):
        assert kept.of(stranger) == []
        for call in (kept.exchanges, kept.title, kept.delete, lambda o, k: kept.rename(o, k, "mine")):
            with pytest.raises(KeyError):
                call(stranger, key)
    continued, number = kept.add("bob", key, fake.ask(FOOTBALL))
    assert continued != key
    assert number == 1
    assert [(c.id, c.title, c.questions) for c in kept.of("ada")] == [(key, ADOPTED, 1)]


def test_conversations_are_listed_renamed_and_deleted(fake, kept):
    """The last one used comes first; a title is one line and never empty; what is deleted is gone."""
    first, _ = kept.add("ada", None, fake.ask(ADOPTED))
    second, _ = kept.add("ada", None, fake.ask(FOOTBALL))
    kept.add("ada", first, fake.ask("and which focus?"))
    assert [c.id for c in kept.of("ada")] == [first, second]
    kept.rename("ada", first, "  For the\n report " + "x" * 500)
    assert kept.title("ada", first).startswith("For the report x")
    assert len(kept.title("ada", first)) == 120
    kept.rename("ada", first, " \n ")
    assert kept.title("ada", first) == ADOPTED
    kept.delete("ada", first)
    assert [c.id for c in kept.of("ada")] == [second]
    with pytest.raises(KeyError):
        kept.exchanges("ada", first)


def test_only_so_many_conversations_are_kept(fake, kept, monkeypatch):
    """Beyond the limit the one unused for longest goes, and nobody else's."""
    monkeypatch.setattr("qa.service.history._MOST_CONVERSATIONS", 3)
    others, _ = kept.add("bob", None, fake.ask(ADOPTED))
    keys = [kept.add("ada", None, fake.ask(ADOPTED))[0] for _ in range(5)]
    assert [c.id for c in kept.of("ada")] == keys[:1:-1]
    assert kept.of("bob")[0].id == others


def test_conversations_are_kept_on_disk_for_nobody_else(fake, tmp_path):
    """The file is its owner's alone, opens again with what was kept, and forgets what nobody went on with."""
    path = tmp_path / "conversations.sqlite"
    key, _ = ConversationStore(path).add("ada", None, fake.ask(ADOPTED))
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    again = ConversationStore(path)
    assert again.title("ada", key) == ADOPTED
    again._run("UPDATE conversations SET changed = '2020-01-01T00:00:00+00:00'")
    assert ConversationStore(path).of("ada") == []


def test_a_folder_that_cannot_be_written_is_said_and_served_all_the_same(fake, tmp_path, capsys):
    """Where nothing can be kept the chat runs, and says that conversations are lost when it stops."""
    app = create_app(fake, keep_in=tmp_path / "nowhere")
    assert TestClient(app, base_url=HERE).get("/health").status_code == 200
    assert "are lost when the server stops" in capsys.readouterr().err


def test_a_damaged_file_leaves_the_page_working(fake, kept, caplog):
    """A conversation that cannot be read is said to have failed, in the page and in the log, without its words."""
    from qa.service.feedback import FeedbackStore
    from qa.web.chat import Chat, TabState
    from qa.web.saved_conversations import SavedConversations
    from qa.web.security.visitor import Visitor

    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    chat = Chat(fake, ENGLISH, saved=SavedConversations(kept, FeedbackStore()))
    for damaged in ('{"question": "swordfish"}', "swordfish", "[]"):
        kept._run("UPDATE exchanges SET answer = ?", damaged)
        shown = chat.open(TabState(), key, "", Visitor("here", "ada"))
        assert shown["notice"] == ENGLISH.conversation_failed
    assert "opening a conversation failed: ValueError at" in caplog.text
    assert "swordfish" not in caplog.text


# The routes


@pytest.fixture
def served(fake, tmp_path):
    """Return a function that gives clients, each with a cookie of its own, and the conversations behind them."""
    from qa.web.security.visitor import browser_owner

    app = create_app(fake, per_minute=100_000, keep_in=tmp_path)
    conversations = ConversationStore(tmp_path / "conversations.sqlite")

    def client(name):
        opened = TestClient(app, base_url=HERE, cookies={"browser": name}, raise_server_exceptions=False)
        return opened, lambda *answers: _keep(conversations, browser_owner(name), answers)

    return client


def _keep(conversations, owner, answers):
    key = None
    for answer in answers:
        key, _ = conversations.add(owner, key, answer)
    return key


def test_another_browser_reaches_nothing(served, fake):
    """Every route answers 404 to a browser that the conversation does not belong to, and to one without a cookie."""
    ada, keep = served("ada")
    key = keep(fake.ask(ADOPTED))
    strangers = [served("bob")[0], TestClient(ada.app, base_url=HERE, raise_server_exceptions=False)]
    calls = [
        ("GET", f"/conversations/{key}.md", None),
        ("POST", f"/conversations/{key}/title", {"title": "mine"}),
        ("POST", f"/conversations/{key}/delete", {}),
        ("POST", "/feedback", {"conversation": key, "number": 1, "citation": 1}),
    ]
    for stranger in strangers:
        assert ADOPTED not in stranger.get("/conversations").text
        for method, path, body in calls:
            assert stranger.request(method, path, json=body).status_code == 404, path
    assert [ada.request(method, path, json=body).status_code for method, path, body in calls[:2]] == [200, 200]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/feedback", b"", 422),
        ("/feedback", b"[]", 422),
        ("/feedback", b'{"conversation": "x", "number": "1"}', 422),
        ("/feedback", b'{"conversation": "x", "number": 1, "citation": "1"}', 422),
        ("/feedback", b'{"conversation": "KEY", "number": 99, "citation": 1}', 404),
        ("/feedback", b'{"conversation": "KEY", "number": 1, "citation": 99}', 404),
        ("/conversations/x/title", b"{", 404),
        ("/conversations/KEY/title", b"\xff", 200),
        ("/conversations/..%2f..%2fx/title", b"{}", 404),
    ],
)
def test_nonsense_is_refused_in_a_sentence(served, fake, path, body, status):
    """Requests made up by hand get a sentence and never an error of the server."""
    client, keep = served("ada")
    key = keep(fake.ask(ADOPTED))
    answered = client.post(path.replace("KEY", key), content=body.replace(b"KEY", key.encode()))
    assert answered.status_code == status


def test_exports_come_as_files_named_by_their_title(served, fake):
    """A download is an attachment named by the conversation's title, whatever the title holds."""
    client, keep = served("ada")
    key = keep(fake.ask(ADOPTED))
    client.post(f"/conversations/{key}/title", json={"title": 'Zürich: "../<b>"\r\nx'})
    for form in ("md", "docx", "json"):
        answered = client.get(f"/conversations/{key}.{form}")
        assert answered.status_code == 200
        assert answered.headers["content-disposition"] == (
            f"attachment; filename=\"Zurich b x.{form}\"; filename*=UTF-8''Z%C3%BCrich%20b%20x.{form}"
        )
    assert client.get(f"/conversations/{key}.exe").status_code == 404


# Exports


def _exchanges(kept, *answers):
    key = None
    for answer in answers:
        key, _ = kept.add("ada", key, answer)
    return kept.exchanges("ada", key)


def _read(tokens):
    """Return the text of Markdown's inline content, as a reader sees it."""
    return "".join(
        "\n" if t.type in ("softbreak", "hardbreak") else _read(t.children) if t.children else t.content for t in tokens
    )


@given(TEXTS, TEXTS, TEXTS)
def test_text_in_markdown_stays_text(title, question, quote):
    """Whatever title, question and quotation hold, they read as they are and nothing else comes of them."""
    fake = FakeBot([statement()])
    answer = fake.ask(ADOPTED)
    citation = replace(answer.citations[0], quote=quote, highlights=(), title=title)
    answer = replace(answer, question=question, query=question, citations=(citation,))
    written = export.markdown(title, _exchanges(ConversationStore(), answer), ENGLISH).decode()
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(written)
    kinds = {token.type for token in parsed} | {child.type for token in parsed for child in token.children or ()}
    assert kinds <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "blockquote_open", "blockquote_close",
        "inline", "text", "text_special", "softbreak", "hardbreak",
    }  # fmt: skip
    seen = " ".join(_read([token]) for token in parsed if token.type == "inline")
    for text in (title, question, quote):
        assert " ".join(text.replace("\0", "\ufffd").split()) in " ".join(seen.split())


def test_markdown_holds_answers_refusals_and_full_citations(fake, kept):
    """Questions are headings, quotations quoted blocks, each with its reference and characters; a refusal says so."""
    written = export.markdown("Report", _exchanges(kept, fake.ask(ADOPTED), fake.ask(FOOTBALL)), ENGLISH).decode()
    assert written.startswith("# Report\n\nExported from Chapter")
    assert f"## {ADOPTED}" in written
    assert "high confidence (93\N{NO-BREAK SPACE}%)" in written
    citation = fake.ask(ADOPTED).citations[0]
    assert f"characters {citation.start + 1:,} to {citation.end:,}" in written
    assert "The documents do not answer this." in written
    assert "Closest, but probably not an answer:" in written


def test_an_export_says_how_a_question_was_asked(fake, kept):
    """In the light of what was said, with what was made of it, or alone; JSON says which question it stands for."""
    leant = replace(fake.ask(ADOPTED), query="it adopted 2006")
    exchanges = [
        *_exchanges(kept, leant),
        Exchange(2, datetime.now(UTC), fake.ask(ADOPTED), alone=True, instead="When was the Stategy adopted?"),
    ]
    written = export.markdown("Report", exchanges, ENGLISH).decode()
    first, second = written.split("## ")[1:]
    assert "“it adopted 2006”" in first
    assert ENGLISH.asked_without_context not in first
    assert ENGLISH.asked_without_context in second
    entries = json.loads(export.json("Report", exchanges, ENGLISH))["exchanges"]
    assert [(entry["alone"], entry["instead"]) for entry in entries] == [
        (False, None),
        (True, "When was the Stategy adopted?"),
    ]


def test_an_export_says_what_the_closest_passage_lacks(fake, kept):
    """What a reader was told before believing the quotation goes with it."""
    answer = replace(fake.ask(ADOPTED), premises=(Premise("year", "2005", 8, 12, ()),), language="fr")
    said = "The question mentions “2005”, but the closest passage does not."
    written = export.markdown("Report", _exchanges(kept, answer), ENGLISH).decode()
    assert said in written
    assert ENGLISH.other_language in written
    paragraphs = Document(io.BytesIO(export.docx("Report", _exchanges(kept, answer), ENGLISH))).paragraphs
    assert [p.text for p in paragraphs if p.text == said] == [said]


def test_word_marks_the_answering_sentence_and_loses_no_letter(fake, kept):
    """In Word each quotation is whole, its answering sentence marked; what XML cannot hold is shown as such."""
    answer = fake.ask(ADOPTED)
    odd = replace(answer, question="a\0b\ud800c", query="a\0b\ud800c")
    content = export.docx("Report \x1b", _exchanges(kept, answer), FRENCH)
    quotes = [p for p in Document(io.BytesIO(content)).paragraphs if p.style.name == "Quote"]
    assert [p.text for p in quotes] == [citation.quote for citation in answer.citations]
    marked = "".join(run.text for run in quotes[0].runs if run.font.highlight_color)
    start, end = answer.citations[0].highlights[0]
    assert marked == statement().text[start:end]
    text = "\n".join(p.text for p in Document(io.BytesIO(content)).paragraphs)
    assert "confiance élevée" in text
    assert "4-5 April 2018, Moscow, para. 14 (statement-voronkov-moscow-2018.txt), caractères" in text
    exchange = replace(_exchanges(kept, answer)[0], answer=odd)
    again = Document(io.BytesIO(export.docx("x", [exchange], ENGLISH)))
    assert "a\ufffdb\ufffdc" in [p.text for p in again.paragraphs]


def test_json_holds_the_answer_objects(fake, kept):
    """JSON gives the objects of the contract, to the letter."""
    answers = [fake.ask(ADOPTED), fake.ask(FOOTBALL)]
    written = json.loads(export.json("Report", _exchanges(kept, *answers), ENGLISH))
    assert written["title"] == "Report"
    assert [entry["answer"] for entry in written["exchanges"]] == [answer.to_dict() for answer in answers]


# Feedback


def test_a_word_on_an_answer_stands_until_it_is_taken_back(fake):
    """Saying it again takes it back; "no answer" and "right" contradict each other; owners do not mix."""
    store, answer = FeedbackStore(), fake.ask(ADOPTED)
    assert store.toggle("ada", answer, (), 1)
    assert store.toggle("ada", answer, (), 2)
    assert store.verdicts("ada", answer, ()) == {1, 2}
    assert store.verdicts("bob", answer, ()) == set()
    assert not store.toggle("ada", answer, (), 2)
    assert store.toggle("ada", answer, (), None)
    assert store.verdicts("ada", answer, ()) == {None}
    assert store.toggle("ada", answer, (), 3)
    assert store.verdicts("ada", answer, ()) == {3}
    assert store.verdicts("ada", answer, [Turn("user", "before")]) == set()
    with pytest.raises(KeyError):
        store.toggle("ada", answer, (), 99)


def test_feedback_becomes_an_evaluation_set_that_runs(bot, statement_index, tmp_path, capsys):
    """From a reader's word to a measured set by commands alone: list, write, evaluate; disputed questions stay out."""
    store = FeedbackStore(statement_index / "feedback.sqlite")
    right, none, disputed = (bot.ask(q) for q in (ADOPTED, FOOTBALL, "What is a caliphate?"))
    store.toggle("ada", right, [Turn("user", "Hello")], 1)
    store.toggle("bob", right, [Turn("user", "Hello")], 1)
    store.toggle("ada", none, (), None)
    store.toggle("ada", disputed, (), 1)
    store.toggle("bob", disputed, (), None)
    index = ["--index", str(statement_index)]
    assert cli.main(["feedback", *index]) == 0
    listed = capsys.readouterr().out
    assert f"right      {ADOPTED}" in listed
    assert "para" not in listed.split(FOOTBALL)[1].split("\n")[0]
    assert cli.main(["feedback", *index, "--json"]) == 0
    assert [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()].count("right") == 3
    made = tmp_path / "made"
    assert cli.main(["feedback", *index, "--to", str(made)]) == 1
    said = capsys.readouterr()
    assert "2 questions" in said.out
    assert "readers disagree, so it is left out: What is a caliphate?" in said.err
    assert cli.main(["evaluate", str(made), *index, "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["queries"] == 2
    assert measured["measures"]["Success@1"] == 1
    assert measured["refusal"] is not None


def test_a_set_of_unanswerable_questions_alone_runs_too(bot, statement_index, tmp_path, capsys):
    """Feedback that only says "no answer" makes a set that measures refusal."""
    store = FeedbackStore()
    store.toggle("ada", bot.ask(FOOTBALL), (), None)
    assert write_set(store.entries(), tmp_path / "made") == (1, [])
    cli.main(["evaluate", str(tmp_path / "made"), "--index", str(statement_index), "--json"])
    assert json.loads(capsys.readouterr().out)["queries"] == 1


def test_what_cannot_become_a_set_is_said(fake, tmp_path, capsys):
    """No feedback, and a folder with something else in it, are each said in a sentence; nothing is overwritten."""
    (tmp_path / "mine.txt").write_text("mine")
    store = FeedbackStore()
    with pytest.raises(EvaluationError, match="no feedback to make a set of"):
        write_set(store.entries(), tmp_path / "made")
    store.toggle("ada", fake.ask(ADOPTED), (), 1)
    with pytest.raises(EvaluationError, match="holds something else already"):
        write_set(store.entries(), tmp_path)
    assert write_set(store.entries(), tmp_path / "made") == write_set(store.entries(), tmp_path / "made") == (1, [])
    (tmp_path / "index").mkdir()
    assert cli.main(["feedback", "--index", str(tmp_path / "index")]) == 1
    assert "there is no feedback" in capsys.readouterr().err
    (tmp_path / "index" / "feedback.sqlite").write_text("not a database, though long enough to be taken for one")
    assert cli.main(["feedback", "--index", str(tmp_path / "index")]) == 2
    assert "cannot be read as feedback" in capsys.readouterr().err
