"""The whole way, once: the statement's file to an index, a question to its answer on the screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from browser.fake_bot import STATEMENT

pytestmark = pytest.mark.slow


README = Path(__file__).parents[2] / "README.md"
EXAMPLES = re.findall(r"```(sh|python)\n(.*?)```", README.read_text("utf-8").split("## For programs")[1], re.DOTALL)


@pytest.fixture(scope="module")
def real_index(tmp_path_factory):
    """Return the folder of an index of the documents that ship."""
    import qa

    index = tmp_path_factory.mktemp("index")
    qa.build_index(STATEMENT.parent, index)
    return index


@pytest.fixture(scope="module")
def real_bot(real_index):
    """Return the bot over the documents that ship."""
    import qa

    return qa.open_bot(real_index)


@pytest.fixture(scope="module")
def real_chat(start_chat, real_bot):
    """Return the address of a chat with the real bot."""
    return start_chat(real_bot)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When was the Global Counter-Terrorism Strategy adopted?", "adopted in 2006"),
        ("Who gave this statement?", "Mr. Vladimir Voronkov"),
        ("Where will the next battleground against terrorism be?", "in the cyberspace"),
    ],
)
def test_the_statement_answers_in_its_own_words(visit, real_chat, real_bot, ask, question, words):
    """The answering words are marked in a quotation that stands in the file, and its citation opens at it."""
    page = visit(real_chat)
    exchange = ask(page, question)
    quote = exchange.locator(".lead blockquote").evaluate("e => e.textContent")
    assert quote in real_bot.document(real_bot.document_ids()[0]).text
    assert words in "".join(exchange.locator(".lead mark").evaluate_all("all => all.map(e => e.textContent)"))
    exchange.locator(".lead a.cite").click()
    page.locator("mark.passage").wait_for()
    assert page.locator("mark.passage").evaluate("e => e.textContent") == quote
    number = page.locator(".paragraph:has(mark.passage)")
    if number.count():
        assert f"Para. {number.get_attribute('data-number')}" in exchange.locator(".lead a.cite").inner_text()


def test_the_statement_does_not_answer_everything(visit, real_chat, ask):
    """A question about something else is refused on the screen."""
    exchange = ask(visit(real_chat), "Who won the football world cup in 2014?")
    assert "No passage answers this clearly." in exchange.locator(".verdict").inner_text()


def test_a_misspelt_question_is_asked_as_it_was_meant(visit, real_chat, ask):
    """A slip in a word of the statement is noticed, and a click asks the question without it."""
    page = visit(real_chat)
    meant = ask(page, "When was the Global Counter-Terrorism Stratgey adopted?").locator(".asked-as button")
    assert meant.inner_text() == "When was the Global Counter-Terrorism Strategy adopted?"
    meant.click()
    again = page.locator(".exchange").nth(1)
    again.locator(".verdict.found").wait_for()
    assert again.locator(".lead mark.exact").inner_text() == "2006"
    assert again.locator(".asked-as").count() == 0


@pytest.mark.parametrize(("language", "code"), EXAMPLES, ids=["curl", "http", "mcp"])
def test_the_examples_of_the_readme_run(language, code, real_chat, real_index, tmp_path):
    """Each example for programs, run as it stands, finds the answer and prints where it is."""
    code = code.replace("http://127.0.0.1:7860", real_chat).replace("embeddings/default", str(real_index))
    command = ["bash", "-c", code] if language == "sh" else [sys.executable, "-c", code]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "para. 14" in done.stdout
    assert "adopted in 2006" in done.stdout or "True" in done.stdout
