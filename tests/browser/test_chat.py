"""The conversation in a real browser: questions, answers, refusals, examples, follow-ups."""

from __future__ import annotations

import logging
import re

from browser.conftest import BOX, EXAMPLES
from browser.fake_bot import ADOPTED, FakeBot, statement

ADOPTED_SENTENCE = (
    "The consensus UN Global Counter-Terrorism Strategy, adopted in 2006, provides a necessary international "
    "framework, further developed in relevant Security Council resolutions on counter-terrorism."
)


def test_an_answer_quotes_the_passage_and_marks_the_sentence(page, ask, bot):
    """An answer is the passage to the letter, the answering sentence marked, with its place and its confidence."""
    exchange = ask(page, ADOPTED)
    quote = bot.ask(ADOPTED).citations[0].quote
    assert exchange.locator("h2").inner_text() == ADOPTED
    assert exchange.locator(".lead blockquote").evaluate("e => e.textContent") == quote
    assert exchange.locator(".lead mark").evaluate_all("m => m.map(e => e.textContent)") == [ADOPTED_SENTENCE]
    assert exchange.locator(".verdict").inner_text() == "Clear match"
    link = exchange.locator(".lead a.cite")
    assert link.inner_text() == "Para. 14"  # there is only one document
    assert "Under-Secretary-General" in link.get_attribute("title")
    assert exchange.locator(".lead .facts").count() == 0
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert exchange.locator(".lead blockquote").evaluate(size) > 1.5 * exchange.locator(".verdict").evaluate(size)


def test_further_passages_are_folded_away_and_numbered_on(page, ask):
    """Passages 2 and 3 are previews of two lines that open; all others stand behind one summary."""
    exchange = ask(page, ADOPTED)
    assert exchange.locator(".others:visible .number").all_inner_texts() == ["2", "3"]
    preview = exchange.locator(".others .preview").first
    assert preview.evaluate("e => Math.round(e.clientHeight / parseFloat(getComputedStyle(e).lineHeight))") <= 2
    assert exchange.locator(".others blockquote").first.is_hidden()
    exchange.locator(".passage > summary").first.click()
    assert exchange.locator(".others blockquote").first.is_visible()
    exchange.locator(".further > summary").click()
    numbers = exchange.locator(".others:visible .number").all_inner_texts()
    assert numbers == [str(number) for number in range(2, len(numbers) + 2)]
    assert len(numbers) > 5


def test_a_refusal_says_so_and_sets_the_nearest_passages_apart(page, ask, bot):
    """Without an answer the page says so, says why, and shows the nearest passages under a heading of their own."""
    question = "Who won the football championship in Moscow?"
    exchange = ask(page, question)
    assert "No passage answers this clearly." in exchange.locator(".verdict").inner_text()
    assert exchange.locator(".closest h3").inner_text() == "Closest, but probably not an answer"
    shown = exchange.locator(".closest blockquote").evaluate_all("all => all.map(e => e.textContent)")
    assert shown == [citation.quote for citation in bot.ask(question).citations]
    assert exchange.locator(".lead").count() == 0


def test_enter_in_an_empty_box_does_nothing(page, ask):
    """Neither Enter nor the button asks anything while nothing is typed."""
    page.locator(BOX).fill("   ")
    page.locator(BOX).press("Enter")
    page.locator("#question .submit-button").click()
    assert "2006" in ask(page, ADOPTED).inner_text()
    assert page.locator(".exchange").count() == 1


def test_a_question_of_100000_characters_is_refused_and_shown_shortened(page, ask):
    """Of a text far too long 4,000 characters are kept; it is refused in a sentence and does not flood the page."""
    exchange = ask(page, "war and peace " * 7_143)
    assert "too long" in exchange.locator(".verdict").inner_text()
    assert len(exchange.inner_text()) < 1_500
    assert "4,000 characters" in exchange.inner_text()


def test_an_example_is_asked_by_a_click(page):
    """The caller's examples are offered before the first question, and a click asks one."""
    assert page.locator(".examples button").all_inner_texts() == EXAMPLES
    page.get_by_text(EXAMPLES[0]).click()
    page.locator(".exchange .verdict.found").wait_for()
    assert page.locator(".exchange h2").inner_text() == EXAMPLES[0]
    assert page.locator(".examples").is_hidden()


def test_a_follow_up_is_asked_with_what_was_said(page, ask, bot):
    """The bot is given the conversation so far; the question can be asked without it."""
    first = ask(page, ADOPTED)
    assert first.locator(".asked-as").count() == 0
    second = ask(page, "and which focus?")
    assert second.locator(".asked-as").inner_text() == "Search without the previous question"
    _, history = bot.asked[-1]
    assert [(turn.role, turn.text) for turn in history] == [
        ("user", ADOPTED),
        ("assistant", bot.ask(ADOPTED).citations[0].quote),
    ]


def test_a_new_conversation_forgets_the_old_one(page, ask, bot):
    """“New conversation” clears the page, and the next question comes without history."""
    ask(page, ADOPTED)
    page.get_by_role("button", name="New conversation").click()
    page.locator(".start").wait_for()
    ask(page, "and what of the financing of terrorism?")
    assert bot.asked[-1][1] == ()


def test_conversations_do_not_mix(visit, chat, ask, bot):
    """Two browser sessions see nothing of each other, neither on the page nor in the history given to the bot."""
    one, other = visit(chat), visit(chat)
    ask(one, ADOPTED)
    ask(other, "and how is the financing of terrorism to be countered by international cooperation?")
    assert bot.asked[-1][1] == ()
    assert other.locator(".exchange").count() == 1
    assert "2006" not in other.locator(".exchange .lead").inner_text()


def test_an_error_inside_the_bot_is_one_sentence_and_the_chat_goes_on(page, ask, caplog):
    """A failure is one sentence, the log names it without the question's words, and the next question is answered."""
    with caplog.at_level(logging.DEBUG, "qa"):
        exchange = ask(page, "fail on swordfish")
    assert "Something went wrong" in exchange.locator(".verdict").inner_text()
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("qa"))
    assert re.search(r"answering failed: RuntimeError at .*fake_bot\.py:\d+", logged)
    assert "swordfish" not in caplog.text
    assert ask(page, ADOPTED).locator(".verdict.found").count() == 1


def test_answers_are_announced(page, ask):
    """A live region says the verdict and the answering sentence, so that a screen reader need not look for them."""
    ask(page, ADOPTED)
    status = page.locator("#conversation [role=status]")
    assert status.inner_text().startswith("Clear match. Statement by Mr. Vladimir Voronkov, para. 14: ")
    assert ADOPTED_SENTENCE in status.inner_text()


def test_the_head_says_what_is_loaded(visit, chat, start_chat):
    """One document is named by its short title and opens from the head; several are counted."""
    page = visit(chat)
    assert page.locator("#masthead .corpus").text_content() == "Searching in Statement by Mr. Vladimir Voronkov"
    page.locator("#masthead .corpus a").click()
    page.locator("#source .text").wait_for()
    assert page.locator("#source .metadata dd").nth(4).inner_text() == "4-5 April 2018"
    two = start_chat(FakeBot([statement(), _other()]))
    assert "Searching in 2 documents" in visit(two).locator("#masthead .corpus").text_content()


def test_questions_typed_ahead_are_all_answered(page):
    """Questions entered while others are still being answered wait their turn; none is dropped."""
    questions = [f"When was the Counter-Terrorism Strategy adopted, for the time number {n}?" for n in range(4)]
    for question in questions:
        page.locator(BOX).fill(question)
        page.locator(BOX).press("Enter")
        page.wait_for_function("document.querySelector('#question textarea').value === ''")
    page.locator(".exchange .verdict").nth(3).wait_for()
    assert page.locator(".exchange h2").all_inner_texts() == questions


def test_focus_stays_in_the_question_box(page, ask):
    """After an answer the next question can be typed at once."""
    ask(page, ADOPTED)
    assert page.locator(BOX).evaluate("e => e === document.activeElement")
    assert page.locator(BOX).input_value() == ""


def _other():
    from browser.fake_bot import document

    return document("other.txt", "One paragraph about rivers.", "Rivers")
