"""Who may use which route, how often, and in which language."""

from __future__ import annotations

import base64
import re

import pytest
from browser.fake_bot import FakeBot, statement
from small_corpus import small_corpus

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")
pytest.importorskip("argon2", reason="signing in needs the extra [web]")

from web_client import SECRET, client_of, routes_of

from qa.web import create_app

pytestmark = pytest.mark.slow  # each builds applications of its own

PUBLIC = {"/login", "/health", "/favicon.ico", "/fr/favicon.ico"}


def test_without_signing_in_only_the_fixed_list_is_public(closed):
    """Without signing in only public routes answer; a page leads to the sign-in form, other routes are 401 or 404."""
    client = client_of(closed)
    for template, example, methods in routes_of(closed):
        for method in methods:
            response = client.request(method, example, content=b"" if method == "POST" else None)
            known = response.status_code not in (401, 404) or "<form" in response.text
            assert (template in PUBLIC) is known, (method, template)
            assert "ISIL" not in response.text
    page = client.get("/?q=who", headers={"accept": "text/html"})
    assert page.status_code == 303
    assert page.headers["location"] == "/login?next=/%3Fq%3Dwho"


def test_a_program_that_is_not_signed_in_is_told_so_as_the_api_says(closed):
    """Below /api/ a refusal is the error object of OpenAPI and says how to sign in; elsewhere it is a line of text."""
    client = client_of(closed)
    for refused in (client.post("/api/ask", json={"question": "Who?"}), client.get("/api/openapi.json")):
        assert (refused.status_code, refused.json()) == (401, {"error": "Sign in first."})
        assert refused.headers["www-authenticate"] == 'Basic realm="Chapter & Verse", charset="UTF-8"'
    assert client.get("/suggest?q=who").text == "Sign in first.\n"
    assert "www-authenticate" not in client.get("/suggest?q=who").headers


@pytest.mark.parametrize(
    "value", ["Basic ", "Basic !!!", "Basic YWRh", "Bearer x", "basic \udce9", "Basic " + "A" * 5000]
)
def test_nonsense_for_a_password_is_a_401(closed, value):
    """A malformed Authorization header is answered with 401, never with an error of the server."""
    client = client_of(closed, f"10.0.1.{len(value) % 250}")
    headers = {"authorization": value.encode("utf-8", "surrogateescape")}
    assert client.get("/source", headers=headers).status_code == 401


def test_programs_sign_in_with_every_request(closed):
    """A program that sends a name and a password by HTTP Basic is signed in."""
    key = base64.b64encode(f"ada:{SECRET}".encode()).decode()
    assert client_of(closed).get("/theme.css", headers={"authorization": f"Basic {key}"}).status_code == 200


def test_too_many_requests_are_refused_for_a_while():
    """A client that sends too many requests gets 429 with a time to wait; the page's own files do not count."""
    client = client_of(create_app(FakeBot([statement()]), per_minute=1))
    answers = [client.get("/health") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert client.get("/static/img/logo.svg").status_code != 429


@pytest.mark.parametrize("place", ["/documents", "/fr/documents/state", "/api/documents/a.txt"])
def test_whoever_drops_many_files_can_still_ask(place, tmp_path):
    """Requests about documents have a rate limit of their own."""
    with small_corpus(tmp_path) as corpus:
        client = client_of(create_app(corpus.bot, per_minute=1, corpus=corpus))
        assert [client.get(place).status_code for _ in range(8)] == [200] * 5 + [429] * 3
        assert client.get("/health").status_code == 200


def test_the_page_in_the_preferred_language_is_led_to(opened):
    """A browser that prefers French is redirected to the French page; a choice in its cookie counts more."""
    client = client_of(opened)
    french = {"accept": "text/html", "accept-language": "fr-FR,fr;q=0.9"}
    led = client.get("/?q=a%20b", headers=french)
    assert (led.status_code, led.headers["location"]) == (302, "fr/?q=a%20b")
    assert client.get("/", headers=french | {"cookie": "language=en"}).status_code == 200
    assert client.get("/theme.css", headers=french).status_code == 200


def test_a_browser_gets_a_name_of_its_own_once(opened):
    """The first visit to the page sets a cookie that scripts cannot read; later visits keep it."""
    client = client_of(opened)
    first = client.get("/", headers={"accept": "text/html"})
    assert re.match(r"browser=[\w-]{32}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax", first.headers["set-cookie"])
    assert "set-cookie" not in client.get("/", headers={"accept": "text/html"}).headers
