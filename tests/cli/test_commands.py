"""The command line, run as a user runs it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from conftest import ROOT, STATEMENT
from make_pdf import Text, make_pdf

from qa import cli
from qa.cli import serve, terminal
from qa.types import Answer, Citation

QUESTION = "When was the Global Counter-Terrorism Strategy adopted?"


@pytest.fixture
def run(capsys, monkeypatch, statement_index):
    """Return a function that runs ``qa`` in this process: status, standard output, standard error."""
    monkeypatch.setenv("QA_INDEX", str(statement_index))

    def call(*arguments):
        try:
            status = cli.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            status = stop.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def _answer(quote):
    citation = Citation(
        1, "a.txt", "Note", {}, None, 1, None, "para. 1", 0, len(quote), quote, ((0, len(quote)),), 1.0, {}
    )
    return Answer("When?", "When?", True, 0.6, None, (citation,), "g", "e", 1.0)


def test_ask_prints_the_quotation_and_its_place(run, statement_text):
    """The passage is printed to the letter under its pinpoint, and the status is 0."""
    status, out, err = run("ask", QUESTION, "-k", 1)
    start = statement_text.index("The consensus UN")
    assert statement_text[start : statement_text.index("\n", start)] in out
    assert "[1] Statement by Mr. Vladimir Voronkov, Under-Secretary-General for Counter-Terrorism, para. 14" in out
    assert (status, err) == (0, "")


def test_a_refusal_is_plain_and_status_1(run):
    """A question that the documents do not answer is refused, with the nearest passages listed separately."""
    status, out, _ = run("ask", "How do I bake bread?")
    assert status == 1
    assert "No passage answers this clearly.\n\nClosest, but probably not an answer:\n\n[1]" in out


def test_the_best_answer_ends_what_is_printed(run, statement_text):
    """Passages come in rising order, so that how sure the best is and its words stand above the prompt."""
    _, out, _ = run("ask", QUESTION, "-k", 3)
    order = [out.index(text) for text in ("Further passages", "[3] ", "[2] ", ", in the documents' own", "[1] ")]
    assert order == sorted(order)
    start = statement_text.index("The consensus UN")
    assert out.endswith(statement_text[start : statement_text.index("\n", start)] + "\n")


def test_no_word_is_broken_at_the_edge_of_a_terminal():
    """At any width of a terminal each line ends between words; only spaces became line ends."""
    words = "The commission – 委員会 – met\ton\x1b 3 May 1921 in the chancellery. " * 4
    answer = _answer(words.strip())
    for columns in (20, 43, 80):
        screen = terminal.render(answer, columns=columns)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", screen)
        assert " ".join(plain.split()).count("委員会 – met on␛ 3 May 1921 in the chancellery.") == 4
        for line in plain.split("\n"):
            assert len(re.sub("[\u4e00-\u9fff]", "__", line).expandtabs()) <= columns
    assert terminal.wrapped("a pneumonoultramicroscopic b", 10) == "a\npneumonoultramicroscopic\nb"


def test_progress_off_a_terminal_is_a_line_now_and_then(monkeypatch, capsys):
    """Without a terminal a line says how far the work is, not more often than the interval."""
    monkeypatch.setattr(terminal, "_LINE_SECONDS", 0.05)
    with terminal.progress_bar() as report:
        report("reading a.pdf", 1, 2000)
        time.sleep(0.06)
        report("reading b.pdf", 1200, 2000)
        report("encoding", 3, 4)
    assert capsys.readouterr().err == "qa: reading: 1,200 of 2,000 files\n"


def test_a_list_has_a_line_a_passage_and_says_whether_it_is_all(run):
    """The words that match stand in their surroundings; of a longer list the next lines come after ``--skip``."""
    status, out, _ = run("ask", "every mention of INTERPOL")
    lines = out.splitlines()
    assert status == 0
    assert re.match(r"1 of 1 document, \d+ passages: all that have “INTERPOL”\.", lines[0])
    assert all("INTERPOL" in line for line in lines if line.startswith("  ["))
    _, out, _ = run("ask", "every mention of terrorism", "-k", 3, "--skip", 3)
    assert "These are passages 4 to 6." in out
    assert "More: --skip 6." in out
    assert out.count("\n  [") == 3
    status, out, _ = run("ask", "Which countries mention dinosaurs?")
    assert status == 1
    assert out.startswith("None of 1 document has “dinosaurs”.")


def test_a_remark_gets_a_reply_of_the_programs_own(run):
    """Marked as such, and without a passage; nothing was found, so the status is 1."""
    status, out, _ = run("ask", "what can you do?")
    assert (status, out.startswith("Chapter & Verse: I find the passage")) == (1, True)
    assert "[1]" not in out


def test_a_question_in_another_language_is_answered_in_it(run):
    """In Russian that only English documents are searched, and how to change that."""
    status, out, _ = run("ask", "Кто?")
    assert status == 1
    assert "Пока я могу искать только в документах на английском языке" in out
    assert "qa index SOURCE --encoder MODEL" in out


def test_json_is_the_contract_s_object(run, statement_text):
    """``--json`` prints one answer object whose quotations are slices of the document."""
    status, out, _ = run("ask", "--json", QUESTION)
    answer = json.loads(out)
    assert (status, answer["found"], answer["question"]) == (0, True, QUESTION)
    for citation in answer["citations"]:
        assert citation["quote"] == statement_text[citation["start"] : citation["end"]]


@pytest.mark.slow
def test_batch_keeps_order_and_ids(run, tmp_path):
    """Each line gives an answer with its id, in order; a malformed line is reported and the others are answered."""
    lines = [{"id": 7, "question": QUESTION}, {"question": ""}, {"id": "x", "question": "How do I bake bread?"}]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n")
    status, out, err = run("ask", "--batch", file)
    answers = [json.loads(line) for line in out.splitlines()]
    assert [(a.get("id"), a["reason"]) for a in answers] == [
        (7, None),
        (None, "empty-question"),
        ("x", "nothing-relevant"),
    ]
    assert (status, err) == (0, "")
    file.write_text('{"question": 3}\n[1]\nnot json\n{"question": "How do I bake bread?", "documents": ["nothing*"]}\n')
    status, out, err = run("ask", "--batch", file)
    assert (status, out) == (2, "")
    assert [line.split(": ")[1].rsplit(" ", 1)[1] for line in err.splitlines()] == ["1", "2", "3", "4"]
    assert "no indexed document matches nothing*" in err


def test_batch_reads_standard_input(statement_index):
    """``--batch -`` reads questions in UTF-8 from standard input in any locale."""
    done = subprocess.run(
        [sys.executable, "-m", "qa", "ask", "--batch", "-", "--index", str(statement_index)],
        input='{"question": "🙂"}\n'.encode(),
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["question"] == "🙂"


@pytest.mark.slow
def test_index_reports_and_lists_what_it_skipped(run, write, tmp_path):
    """With a bad file, which is named with its reason, the status is 1 and the good file is indexed; without it 0."""
    folder = write(a__txt="The Strategy was adopted in 2006.", b__txt=b"\xff\xff")
    status, out, err = run("index", folder, "--to", tmp_path / "i", "--json")
    report = json.loads(out)
    assert status == 1
    assert list(report) == ["documents", "passages", "added", "changed", "removed", "skipped", "seconds"]
    assert [(s["file"], s["reason"]) for s in report["skipped"]] == [("b.txt", "not-this-format")]
    assert "skipped b.txt: is not UTF-8 text (byte 0xff at position 0); save it as UTF-8" in err
    (folder / "b.txt").unlink()
    status, out, err = run("index", folder, "--to", tmp_path / "i")
    assert (status, err) == (0, "")
    assert "1 document, 1 passage (0 added, 0 changed, 0 removed)" in out


@pytest.mark.slow
def test_a_report_lists_skipped_and_doubtful_files(run, write, tmp_path):
    """``--report`` writes the skipped files as JSON, and the pages without text of the files that were read."""
    picture = b"q 100 0 0 100 100 100 cm 0 0 1 1 re f Q"
    mixed = make_pdf([Text(72, 700, "The Strategy was adopted in 2006.")], picture, picture)
    folder = write(a__pdf=mixed, b__pdf=b"%PDF-1.7\nnothing")
    status, _, err = run("index", folder, "--to", tmp_path / "i", "--report", tmp_path / "report.json")
    assert status == 1
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert [(s["file"], s["reason"]) for s in report["skipped"]] == [("b.pdf", "damaged")]
    assert [(d["file"], d["reason"], d["pages"]) for d in report["doubtful"]] == [("a.pdf", "no-text", [2, 3])]
    assert "doubtful a.pdf, pages 2, 3: this page holds pictures and no text" in err
    status, _, err = run("index", folder, "--to", tmp_path / "i", "--report", tmp_path / "no" / "report.json")
    assert (status, "cannot be written" in err) == (2, True)


@pytest.mark.slow
def test_an_index_is_built_for_a_language(run, write, tmp_path):
    """English by default; with none, words keep their endings. The same command again changes nothing."""
    folder = write(one__txt="Herons eat fishes.")
    built = {}
    for language in ([], ["--language", "none"], ["--language", "none"]):
        assert run("index", folder, "--to", tmp_path / "i", *language)[0] == 0
        info = json.loads(run("info", "--index", tmp_path / "i", "--json")[1])
        built[info["generation"]] = info["language"]["name"]
    assert list(built.values()) == ["words/1 with Snowball English", "words/1"]


def test_info_says_what_built_the_index(run):
    """Counts, encoder and sources are shown, as text and as JSON."""
    status, out, _ = run("info")
    assert status == 0
    assert "passages   33" in out
    assert "all-MiniLM-L6-v2, 384 dimensions" in out
    assert json.loads(run("info", "--json")[1])["documents"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("index", "nowhere"), "there is no file or folder nowhere"),
        (("ask",), "give one question, in quotes, or --batch FILE"),
        (("ask", "x", "--batch", "y"), "give one question, in quotes, or --batch FILE"),
        (("ask", "--batch", "nowhere.jsonl"), "nowhere.jsonl cannot be read: No such file or directory; name a file"),
        (("ask", "x", "--index", "nowhere"), "there is no index in nowhere; build one: qa index"),
        (("info", "--index", "nowhere"), "there is no index in nowhere"),
        (("ask", "x", "--document", "nothing*"), "no indexed document matches nothing*; qa info lists"),
        (("ask", "x", "-k", "0"), "'0' is not a whole number from 1"),
        (("ask", "x", "--threshold", "2"), "'2' is not a probability from 0 to 1"),
        (("serve", "--port", "99999"), "'99999' is not a port from 1 to 65535"),
        (("evaluate", "nowhere"), "there is no folder nowhere"),
        ((), "the following arguments are required: COMMAND"),
    ],
)
def test_errors_are_one_clear_sentence(run, arguments, message):
    """Any error gives status 2, one sentence on standard error and nothing on standard output."""
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_mistyped_source_leaves_nothing_behind(run, tmp_path):
    """A mistyped source creates no folder for the index."""
    status, _, err = run("index", "nowhere", "--to", tmp_path / "index")
    assert status == 2
    assert "there is no file or folder nowhere" in err
    assert not (tmp_path / "index").exists()


@pytest.mark.slow
def test_control_characters_of_a_document_do_not_reach_the_terminal(run, write, tmp_path):
    """An escape sequence in a document is shown as a symbol, and the JSON escapes it."""
    folder = write(a__txt="The Strategy \x1b[31mwas\x9b adopted in 2006.")
    run("index", folder, "--to", tmp_path / "i")
    _, out, _ = run("ask", "When was the Strategy adopted?", "--index", tmp_path / "i", "--threshold", 0)
    assert "\x1b" not in out
    assert "\x9b" not in out
    assert "The Strategy ␛[31mwas\N{REPLACEMENT CHARACTER} adopted in 2006." in out
    _, out, _ = run("ask", "--json", "When was the Strategy adopted?", "--index", tmp_path / "i")
    assert "\x1b" not in out
    assert "\x9b" not in out
    assert json.loads(out)["citations"][0]["quote"] == "The Strategy \x1b[31mwas\x9b adopted in 2006."


@pytest.mark.usefixtures("run")
def test_a_terminal_gets_the_sentence_marked(monkeypatch):
    """On a terminal the answering sentence is marked in the passage."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    assert cli.main(["ask", QUESTION, "-k", "1"]) == 0
    marked = screen.getvalue().split("\x1b[1;4m")[1].split("\x1b[0m")[0].replace("\n", " ")
    marked = re.sub(r"\x1b\[2?7m", "", marked)  # the very words in it
    assert marked.startswith("The consensus UN")
    assert marked.endswith("resolutions on counter-terrorism.")


def test_a_terminal_gets_the_very_words_reversed(bot):
    """They stand within the marked sentence; without a terminal the quotation is to the letter."""
    answer = bot.ask(QUESTION, k=1)
    first = answer.citations[0]
    at = first.start + first.quote.index("2006")
    answer = replace(answer, citations=(replace(first, answer=(at, at + 4)),))
    screen = terminal.render(answer, columns=80)
    assert "\x1b[7m2006\x1b[27m" in screen
    plain = re.sub(r"\x1b\[[0-9;]*m", "", screen)
    assert " ".join(first.quote.split()) in " ".join(plain.split())
    assert first.quote in terminal.render(answer, columns=None)


def test_help_names_every_command():
    """Every command of the contract has a line of help."""
    done = subprocess.run([sys.executable, "-m", "qa", "--help"], capture_output=True, text=True, cwd=ROOT, check=True)
    for command in ("index", "ask", "evaluate", "info", "serve"):
        assert f"\n    {command} " in done.stdout


def test_the_app_is_the_chat():
    """``python app.py --help`` is the help of ``qa serve``."""
    done = subprocess.run([sys.executable, "app.py", "--help"], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "--port" in done.stdout


def test_examples_are_about_indexed_documents():
    """The chat offers the example questions whose document is in the index."""
    assert len(serve._read_examples(ROOT / "data" / "examples.jsonl", {STATEMENT})) == 4
    assert serve._read_examples(ROOT / "data" / "examples.jsonl", set()) == []
