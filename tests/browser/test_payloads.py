"""Thousands of known attacks wherever text comes from outside: shown to the letter, and nothing runs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from browser.fake_bot import FakeBot, document, statement
from conftest import SHARED

from qa.service.history import ConversationStore
from qa.web.security.visitor import browser_owner

pytestmark = pytest.mark.slow

XSS = SHARED / "robustness" / "xss"
NAUGHTY = SHARED / "robustness" / "blns" / "blns.json"
COOKIE = "payloads"
_TOGETHER, _AT_ONCE = 5, 500
"""Payloads in an answer, and answers on a page."""
WATCH = """() => { window.refused = []; window.ran = [];
  addEventListener('securitypolicyviolation', e => window.refused.push(e.blockedURI + ' ' + e.sample));
  for (const name of ['alert', 'prompt', 'confirm', 'print', 'open'])
    window[name] = (...given) => window.ran.push(name + ' ' + given); }"""
"""Watches for scripts that ran and for loads that were refused: escaping alone must leave nothing to refuse."""


def _payloads():
    files = [XSS / "payloadbox-xss-payload-list.txt", XSS / "h5sc-vectors.txt", *sorted((XSS / "patt").glob("*.txt"))]
    lines = {line for file in files for line in file.read_text("utf-8", "replace").splitlines() if line.strip()}
    return sorted(lines | {text for text in json.loads(NAUGHTY.read_text("utf-8")) if text.strip()})


@pytest.fixture(scope="module")
def payloads():
    if not XSS.is_dir():
        pytest.skip("the lists of attacks are not part of the project")
    return [text.replace("\0", "") for text in _payloads()]


def test_no_payload_runs_as_question_or_in_an_answer(payloads, start_chat, visit, tmp_path):
    """Each payload is question, query, quotation, title, file name and metadata of an answer that the page shows."""
    bot = FakeBot([statement()])
    conversations = ConversationStore(tmp_path / "conversations.sqlite")
    kept, key = [], None
    groups = [payloads[start : start + _TOGETHER] for start in range(0, len(payloads), _TOGETHER)]
    for place, texts in enumerate(groups):
        key, number = conversations.add(browser_owner(COOKIE), key if place % _AT_ONCE else None, _answer(bot, texts))
        if number == 1:
            kept.append(key)
    url = start_chat(bot, save_in=tmp_path)
    page = visit(url)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "browser", "value": COOKIE, "url": url}])
    for number, key in enumerate(kept):
        page.goto(f"{url}/?conversation={key}")
        page.evaluate(WATCH)
        shown = groups[number * _AT_ONCE : (number + 1) * _AT_ONCE]
        page.wait_for_function("n => document.querySelectorAll('.exchange').length === n", arg=len(shown))
        quotes = page.locator(".exchange blockquote").evaluate_all("all => all.map(e => e.textContent)")
        assert quotes == [_apart(text, n) for texts in shown for n, text in enumerate(texts, 1)]
        questions = page.locator(".exchange > h2").evaluate_all("all => all.map(e => e.textContent)")
        assert all(q.startswith(" ".join(t)[:1_000]) for q, t in zip(questions, shown, strict=True))
        foreign = "script, img, svg:not(.icon), iframe, object, embed, form, input, style"
        assert page.locator(f".exchange :is({foreign})").count() == 0
        assert page.evaluate("[window.ran, window.refused]") == [[], []]
    assert len(payloads) > 6_000


def _answer(bot, texts):
    """Return an answer of which each text is a part of everything that comes from outside."""
    answer = bot.ask("When was the consensus UN Global Counter-Terrorism Strategy adopted?")
    citations = tuple(
        replace(
            answer.citations[0],
            **dict.fromkeys(("document", "title", "heading"), text),
            number=number,
            quote=_apart(text, number),
            metadata={text: f"in {text}"},
            highlights=((4034, 4037),),
        )
        for number, text in enumerate(texts, 1)
    )
    question = " ".join(texts)
    return replace(answer, question=question, query=f"{question} ?", citations=citations)


def _apart(text, number):
    """Return a text with words behind it that keep it from being folded into one much like it."""
    return text + f" {number}" * (2 * len(text.split()) + 40)


def test_no_payload_runs_in_a_document_or_its_name(payloads, start_chat, visit):
    """All payloads are paragraphs of one document in the source pane; its name, title and metadata are payloads."""
    text = "\n\n".join(["head", "head", "head", *(" ".join(p.split()) or "-" for p in payloads)])
    name, title, value = payloads[0], payloads[len(payloads) // 2], payloads[-1]
    bot = FakeBot([document(name, text, title, {title: value})])
    page = visit(start_chat(bot))
    page.evaluate(WATCH)
    page.locator("#masthead .corpus a").click()
    page.locator("#source .text").wait_for()
    blocks = bot.documents[0].blocks
    shown = page.locator("#source .text > *").evaluate_all(
        "all => all.map(e => (e.querySelector('p') ?? e).textContent)"
    )
    assert shown == [text[block.start : block.end] for block in blocks]
    assert page.locator("#source h2").evaluate("e => e.textContent") == title
    assert page.evaluate("[window.ran, window.refused]") == [[], []]
