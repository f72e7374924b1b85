"""Signing in and out by the form."""

from __future__ import annotations

import base64

import pytest
from browser.fake_bot import FakeBot, statement

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")
pytest.importorskip("argon2", reason="signing in needs the extra [web]")

from web_client import SECRET, client_of

from qa.web import create_app
from qa.web.security.accounts import Accounts


def test_signing_in_opens_what_was_asked_for_and_signing_out_closes_it(closed):
    """The right password opens the wanted page with a cookie that scripts cannot read; signing out ends the session."""
    client = client_of(closed)
    entered = client.post("/login?next=/%3Fq%3Dwho", data={"name": "ada", "password": SECRET})
    assert (entered.status_code, entered.headers["location"]) == (303, "/?q=who")
    cookie = entered.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert client.get("/", headers={"accept": "text/html"}).status_code == 200
    assert client.get("/source?document=" + FakeBot([statement()]).document_ids()[0]).status_code == 200
    assert client.post("/logout", content=b"").status_code == 303
    client.cookies.set("session", cookie.partition("=")[2].partition(";")[0])
    assert client.get("/source?document=x").status_code == 401


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "/login", "/?a\r\nb: c"]
)
def test_a_login_leads_nowhere_else(closed, place):
    """Signing in never redirects to another site, or to anything that is no page."""
    entered = client_of(closed).post("/login", params={"next": place}, data={"name": "ada", "password": SECRET})
    assert entered.headers["location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "wrong"), ("bob", SECRET), ("", ""), ("ada", ""), ("ada\0", SECRET), ("ada", "x" * 9999)],
)
def test_a_wrong_password_says_no_more_than_that(closed, name, password):
    """A wrong name and a wrong password get the same answer."""
    client = client_of(closed, f"10.0.0.{len(name + password) % 250}")  # nobody has to wait for another's mistakes
    refused = client.post("/login", data={"name": name, "password": password})
    assert refused.status_code == 401
    assert "Name or password is wrong." in refused.text
    assert "set-cookie" not in refused.headers


@pytest.mark.slow
def test_too_many_wrong_passwords_are_answered_with_a_time_to_wait(accounts, monkeypatch):
    """After too many wrong passwords people and programs are told how long to wait."""
    monkeypatch.setattr(Accounts, "verify", lambda *_: False)  # hashing takes longer than the first wait
    client = client_of(create_app(FakeBot([statement()]), accounts=accounts))
    answers = [client.post("/login", data={"name": "ada", "password": f"guess {n}"}) for n in range(8)]
    last = answers[-1]
    assert (last.status_code, int(last.headers["retry-after"]) >= 1) == (429, True)
    assert "too many wrong passwords" in last.text
    key = base64.b64encode(b"ada:guess").decode()
    assert client.get("/source", headers={"authorization": f"Basic {key}"}).status_code == 429
