"""Signing in and out in a real browser."""

from __future__ import annotations

import pytest
from browser.conftest import BOX
from browser.fake_bot import ADOPTED, FakeBot, statement

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def closed_chat(start_chat, tmp_path_factory):
    """Return the address of a chat that asks everybody to sign in."""
    pytest.importorskip("argon2", reason="signing in needs the extra [web]")
    from qa.web.security.accounts import read_accounts, set_password

    path = tmp_path_factory.mktemp("auth") / "users"
    set_password(path, "ada", PASSWORD)
    return start_chat(FakeBot([statement()]), accounts=read_accounts(path))


def test_nothing_is_shown_before_signing_in_and_everything_after(closed_chat, visit, ask):
    """By keyboard alone: a wrong password is said, the right one opens the chat, and signing out closes it."""
    page = visit(closed_chat, ready="#name")
    assert page.title() == "Sign in · Chapter & Verse"
    assert "Voronkov" not in page.content()
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text() == "Name or password is wrong."
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(BOX)
    assert "2006" in ask(page, ADOPTED).inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_selector("#name")
    page.goto(closed_chat)
    page.wait_for_selector("#name")
    visit.troubles.remove("Failed to load resource: the server responded with a status of 401 (Unauthorized)")


def test_an_ended_session_leads_to_the_login_and_back(closed_chat, visit, ask):
    """A question asked after the session has ended leads to the login, and from there back to the conversation."""
    page = visit(closed_chat, ready="#name")
    _sign_in(page)
    ask(page, ADOPTED)
    page.context.clear_cookies()
    page.locator(BOX).fill("Is anybody there?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#name")
    _sign_in(page)
    page.locator(".exchange .verdict").wait_for()
    assert page.locator(".exchange h2").inner_text() == ADOPTED
    visit.troubles[:] = [trouble for trouble in visit.troubles if "401" not in trouble]


def _sign_in(page):
    page.locator("#name").fill("ada")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(BOX)
