"""The interface in its languages: words complete, page by page, and the browser's preference."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from qa.web.i18n.strings import ENGLISH, FRENCH, LANGUAGES, preferred
from qa.web.i18n.words import Words

ADOPTED = "When was the consensus UN Global Counter-Terrorism Strategy adopted?"
SAME = {"conversation", "conversations", "questions_of", "page_of", "page_view", "percent_of", "source"}
"""What is the same word in both languages, or part of another sentence."""


def _texts(value):
    return value if isinstance(value, tuple) else tuple(value.values()) if hasattr(value, "values") else (value,)


@pytest.mark.parametrize("field", fields(Words), ids=lambda field: field.name)
def test_everything_said_is_said_in_every_language(field):
    """No text is empty or left in English, and both languages fill in the same places."""
    english, french = _texts(getattr(ENGLISH, field.name)), _texts(getattr(FRENCH, field.name))
    assert len(english) == len(french)
    for one, other in zip(english, french, strict=True):
        assert one.count("{}") == other.count("{}")
        assert field.name in SAME | {"path"} or (one and other and one != other)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "en"), ("fr", "fr"), ("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("de, en;q=0.7, fr;q=0.9", "fr"),
     ("en-GB,fr;q=0.9", "en"), ("zh", "en"), (";;q=x,,fr;q=", "fr"), ("fr;q=nonsense", "en")],
)  # fmt: skip
def test_the_browsers_preference_is_read(accepted, language):
    """The language that the browser likes best of those there are is taken, English where there is none."""
    assert preferred(accepted).language == language


def test_the_french_page_says_nothing_in_english(visit, chat, ask):
    """On the French page the start, an answer, a refusal and the source speak French, and the page says so."""
    page = visit(f"{chat}/fr/")
    assert page.evaluate("document.documentElement.lang") == "fr"
    seen = page.locator("body").inner_text()
    exchange = ask(page, ADOPTED)
    assert "confiance élevée (93\N{NO-BREAK SPACE}%)" in exchange.locator(".verdict").inner_text()
    ask(page, "Who won the football championship in Moscow?")
    exchange.locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    seen += page.locator("body").inner_text()
    english = [
        text
        for field in fields(Words)
        if field.name not in SAME | {"name"}
        for text in _texts(getattr(ENGLISH, field.name))
    ]
    said = {text for text in english if len(text) > 4 and "{}" not in text}
    assert not [text for text in said if re.search(rf"\b{re.escape(text)}\b", seen) and text not in ("Conversation",)]


def test_the_languages_lead_to_each_other(visit, chat):
    """A link leads to the page in the other language and keeps the address; it says which language that is."""
    page = visit(chat)
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("link", name="Français").click()
    page.wait_for_url(f"{chat}/fr/")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"{chat}/")
    assert sorted(LANGUAGES) == ["en", "fr"]
