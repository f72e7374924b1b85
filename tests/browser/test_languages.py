"""The interface in its languages, page by page."""

from __future__ import annotations

import re
import tomllib

from browser.fake_bot import ADOPTED, statement

from qa.web.i18n.languages import FOLDER

SAME = {"Conversation", "Conversations", "Document", "Documents", "Page", "Source document", "English"}
"""Words that are the same in both languages, part of another sentence, or the name of a language."""


def test_the_french_page_says_nothing_in_english(visit, chat, ask):
    """On the French page the start, an answer, a refusal and the source speak French, and the page says so."""
    page = visit(f"{chat}/fr/")
    assert page.evaluate("document.documentElement.lang") == "fr"
    seen = page.locator("body").inner_text()
    exchange = ask(page, ADOPTED)
    assert "Réponse claire" in exchange.locator(".verdict").inner_text()
    ask(page, "Who won the football championship in Moscow?")
    exchange.locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    seen += page.locator("body").inner_text()
    content = tomllib.loads((FOLDER / "en.toml").read_text("utf-8")).values()
    english = {text for value in content for text in (value.values() if isinstance(value, dict) else [value])}
    document = statement()
    quoted = " ".join([document.text, *document.metadata, *document.metadata.values()]).lower()
    said = {text for text in english - SAME if len(text) > 4 and "{" not in text and text.lower() not in quoted}
    assert not [text for text in said if re.search(rf"\b{re.escape(text)}\b", seen)]


def test_the_languages_lead_to_each_other(visit, chat):
    """A link leads to the page in the other language and keeps the address; it says which language that is."""
    page = visit(chat)
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("link", name="Français").click()
    page.wait_for_url(f"{chat}/fr/")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"{chat}/")
