"""Who may ask for what, over every route there is, without a browser."""

from __future__ import annotations

import base64
import re
import stat
import subprocess
import sys
from urllib.parse import quote

import pytest
from aside import aside
from browser.fake_bot import FakeBot, statement
from conftest import SHARED
from small_corpus import small_corpus

from qa.errors import ServerError
from qa.web.security.rates import Backoff, Rate

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")
pytest.importorskip("argon2", reason="signing in needs the extra [web]")

import httpx2
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from qa.web import create_app
from qa.web.security.accounts import Accounts, read_accounts, set_password
from qa.web.security.sessions import Sessions, TooManyTries

SECRET = "correct horse battery"
HERE = "http://127.0.0.1"
OPEN = {
    "/", "/api/ask", "/api/documents", "/api/documents/{file}", "/api/openapi.json", "/assets/{path:path}",
    "/conversations", "/documents", "/documents/overview", "/documents/remove", "/documents/result",
    "/documents/room", "/documents/state",
    "/conversations/{conversation}.{ending}", "/conversations/{conversation}/delete",
    "/conversations/{conversation}/title", "/favicon.ico", "/feedback", "/file",
    "/gradio_api/app_id", "/gradio_api/heartbeat/{session_hash}", "/gradio_api/queue/data", "/gradio_api/queue/join",
    "/gradio_api/run/{api_name}", "/health", "/login", "/logout", "/manifest.json", "/metrics", "/page", "/source",
    "/static/{path:path}", "/suggest", "/theme.css",
}  # fmt: skip
"""Everything that answers at all, Gradio's routes included; below /fr/ it is the same but for the ways in."""
PUBLIC = {"/login", "/health", "/favicon.ico", "/fr/favicon.ico"}


class Clock:
    """A clock that goes only when told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def accounts(tmp_path_factory):
    """Return the accounts of a file with one person in it."""
    path = tmp_path_factory.mktemp("auth") / "users"
    set_password(path, "ada", SECRET)
    return read_accounts(path)


@pytest.fixture(scope="module")
def closed(accounts, tmp_path_factory):
    """Return an application with all there is, that asks everybody to sign in."""
    with small_corpus(tmp_path_factory.mktemp("corpus")) as corpus:
        yield create_app(FakeBot([statement()]), accounts=accounts, per_minute=6_000, corpus=corpus)


@pytest.fixture(scope="module")
def opened():
    """Return an application for this machine alone."""
    return create_app(FakeBot([statement()]), per_minute=6_000)


def _client(app, address="127.0.0.1"):
    return TestClient(
        app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False, client=(address, 50_000)
    )


def _routes(app):
    """Yield path template, an example of it and methods of every route of an application, mounted ones included."""

    def walk(routes, prefix):
        for route in routes:
            path = prefix + getattr(route, "path", "")
            router = getattr(route, "original_router", None) or getattr(route, "app", None)  # FastAPI's, or a mount's
            inner = getattr(router, "routes", None)
            if inner:
                yield from walk(inner, path.rstrip("/"))
            elif hasattr(route, "path"):
                yield path, getattr(route, "methods", None) or {"GET", "POST"}

    for path, methods in walk(app.routes, ""):
        example = re.sub(r"\{[^}]*\}", "x", path.replace("{api_name}", "predict").replace("{ending}", "md"))
        yield path or "/", example or "/", sorted(methods - {"HEAD", "OPTIONS"})


def test_only_files_named_by_their_content_may_be_kept(opened):
    """A browser may keep a file whose name has a digest of its content; pages and whatever fails are not kept."""
    client = _client(opened)
    page = client.get("/", headers={"accept": "text/html"})
    files = re.findall(r'"\./(assets/[^"]+)"', page.text)
    assert len(files) > 1
    for file in files:
        assert client.get(f"/{file}").headers["cache-control"] == "private, max-age=31536000, immutable", file
    for path in (
        "/",
        "/theme.css",
        "/health",
        "/assets/index-abcdefgh.js",
        "/static/js/iframeResizer.contentWindow.min.js",
    ):
        assert client.get(path).headers["cache-control"] == "no-store", path


def test_the_routes_that_answer_are_these(closed):
    """Of all routes, ours and Gradio's, exactly those on the list get past the guard: a new one fails this test."""
    client = _client(closed)
    answering, everything = set(), set()
    for template, example, methods in _routes(closed):
        everything.add(template)
        for method in methods:
            response = client.request(method, example, content=b"" if method == "POST" else None)
            if not (response.status_code == 404 and response.text == "There is nothing here.\n"):
                answering.add(template)
    assert len(everything) > 60
    assert {path.replace("/fr/", "/", 1) if path.startswith("/fr/") else path for path in answering} == OPEN


def test_without_signing_in_only_the_fixed_list_is_public(closed):
    """Whoever is not signed in gets the public routes; all others lead a page to the login and are 401 or 404 else."""
    client = _client(closed)
    for template, example, methods in _routes(closed):
        for method in methods:
            response = client.request(method, example, content=b"" if method == "POST" else None)
            known = response.status_code not in (401, 404) or "<form" in response.text
            assert (template in PUBLIC) is known, (method, template)
            assert "ISIL" not in response.text
    page = client.get("/?q=who", headers={"accept": "text/html"})
    assert page.status_code == 303
    assert page.headers["location"] == "/login?next=/%3Fq%3Dwho"


def test_signing_in_opens_what_was_asked_for_and_signing_out_closes_it(closed):
    """The right password opens the page that was wanted, with a cookie out of scripts' reach; signing out ends it."""
    client = _client(closed)
    entered = client.post("/login?next=/%3Fq%3Dwho", data={"name": "ada", "password": SECRET})
    assert (entered.status_code, entered.headers["location"]) == (303, "/?q=who")
    cookie = entered.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert client.get("/", headers={"accept": "text/html"}).status_code == 200
    assert client.get("/source?document=" + FakeBot([statement()]).document_ids()[0]).status_code == 200
    assert client.post("/logout", content=b"").status_code == 303
    client.cookies.set("session", cookie.partition("=")[2].partition(";")[0])
    assert client.get("/source?document=x").status_code == 401


def test_a_program_that_is_not_signed_in_is_told_so_as_the_api_says(closed):
    """Below /api/ a refusal is the error object that OpenAPI describes, and says how to sign in; elsewhere a line."""
    client = _client(closed)
    for refused in (client.post("/api/ask", json={"question": "Who?"}), client.get("/api/openapi.json")):
        assert (refused.status_code, refused.json()) == (401, {"error": "Sign in first."})
        assert refused.headers["www-authenticate"] == 'Basic realm="Chapter & Verse", charset="UTF-8"'
    assert client.get("/suggest?q=who").text == "Sign in first.\n"
    assert "www-authenticate" not in client.get("/suggest?q=who").headers


@pytest.mark.parametrize(
    ("headers", "status", "sentence"),
    [
        ({"host": "evil.example"}, 421, "This server does not answer to that name."),
        ({"origin": "https://evil.example"}, 403, "Changes can be asked for only from this server's own pages."),
        ({"content-length": "9999999"}, 413, "The request is too long."),
        ({"content-length": "2", "transfer-encoding": "chunked"}, 411, "The request must say how long it is."),
    ],
)
def test_what_the_guard_refuses_a_program_is_an_error_object_too(opened, headers, status, sentence):
    """Whatever stops a request to /api/ on its way, the answer has the one shape for errors."""
    refused = _client(opened).post("/api/ask", content=b"{}", headers=headers)
    assert (refused.status_code, refused.json()) == (status, {"error": sentence})


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "/login", "/?a\r\nb: c"]
)
def test_a_login_leads_nowhere_else(closed, place):
    """After signing in nobody is led to another site or to what is no page, whatever the address says."""
    entered = _client(closed).post("/login", params={"next": place}, data={"name": "ada", "password": SECRET})
    assert entered.headers["location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "wrong"), ("bob", SECRET), ("", ""), ("ada", ""), ("ada\0", SECRET), ("ada", "x" * 9999)],
)
def test_a_wrong_password_says_no_more_than_that(closed, name, password):
    """A wrong name and a wrong password get the same answer."""
    client = _client(closed, f"10.0.0.{len(name + password) % 250}")  # nobody has to wait for another's mistakes
    refused = client.post("/login", data={"name": name, "password": password})
    assert refused.status_code == 401
    assert "Name or password is wrong." in refused.text
    assert "set-cookie" not in refused.headers


def test_guessing_passwords_is_slowed_down():
    """Of a thousand guesses in ten seconds at most ten are looked at, and the right password must wait as well."""
    checked = []

    class Counting(Accounts):
        def verify(self, name, password):
            checked.append(name)
            return password == SECRET

    clock = Clock()
    login = Sessions(Counting({}), clock)
    refused = 0

    async def guess():
        nonlocal refused
        for _ in range(1_000):
            clock.now += 0.01
            try:
                await login.sign_in("ada", "guess", "10.0.0.1")
            except TooManyTries:
                refused += 1

    aside(guess)
    assert len(checked) <= 10
    assert refused == 1_000 - len(checked)
    with pytest.raises(TooManyTries):
        aside(login.sign_in, "ada", SECRET, "10.0.0.1")
    clock.now += 1_000
    assert aside(login.sign_in, "ada", SECRET, "10.0.0.1")


def test_too_many_wrong_passwords_are_answered_with_a_time_to_wait(accounts, monkeypatch):
    """The page says for how long to wait, and says it to programs, too."""
    monkeypatch.setattr(Accounts, "verify", lambda *_: False)  # hashing takes longer than the first wait
    client = _client(create_app(FakeBot([statement()]), accounts=accounts))
    answers = [client.post("/login", data={"name": "ada", "password": f"guess {n}"}) for n in range(8)]
    last = answers[-1]
    assert (last.status_code, int(last.headers["retry-after"]) >= 1) == (429, True)
    assert "too many wrong passwords" in last.text
    key = base64.b64encode(b"ada:guess").decode()
    assert client.get("/source", headers={"authorization": f"Basic {key}"}).status_code == 429


def test_a_session_ends_when_unused_and_at_last_in_any_case(accounts):
    """Twelve hours without use end a session, seven days end any."""
    clock = Clock()
    login = Sessions(accounts, clock)
    token = aside(login.sign_in, "ada", SECRET, "10.0.0.1")
    none = Headers({})
    for _ in range(20):
        clock.now += 8 * 3600
        assert aside(login.user, none, token, "10.0.0.1") == "ada"
    clock.now += 8 * 3600 + 1
    assert aside(login.user, none, token, "10.0.0.1") is None
    token = aside(login.sign_in, "ada", SECRET, "10.0.0.1")
    clock.now += 12 * 3600 + 1
    assert aside(login.user, none, token, "10.0.0.1") is None


@pytest.mark.parametrize(
    "value", ["Basic ", "Basic !!!", "Basic YWRh", "Bearer x", "basic \udce9", "Basic " + "A" * 5000]
)
def test_nonsense_for_a_password_is_a_401(closed, value):
    """Whatever a program sends as authorization is refused without an error."""
    client = _client(closed, f"10.0.1.{len(value) % 250}")
    headers = {"authorization": value.encode("utf-8", "surrogateescape")}
    assert client.get("/source", headers=headers).status_code == 401


def test_programs_sign_in_with_every_request(closed):
    """HTTP Basic does for programs what the login does for people."""
    key = base64.b64encode(f"ada:{SECRET}".encode()).decode()
    assert _client(closed).get("/theme.css", headers={"authorization": f"Basic {key}"}).status_code == 200


def test_the_file_of_accounts_is_private_and_holds_no_password(tmp_path):
    """The file is for its owner alone, holds Argon2id hashes, and changing one person's password leaves the others."""
    path = tmp_path / "users"
    set_password(path, "ada", SECRET)
    set_password(path, "bob", SECRET)
    set_password(path, "ada", "another password")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert text.count("$argon2id$") == 2
    assert "horse" not in text
    accounts = read_accounts(path)
    assert accounts.verify("bob", SECRET)
    assert accounts.verify("ada", "another password")
    assert not accounts.verify("ada", SECRET)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "names nobody"), ("ada:secret\n", "line 1 is not NAME:HASH"), ("# only a comment\n", "names nobody")],
)
def test_a_file_that_names_nobody_is_said_in_a_sentence(tmp_path, text, said):
    """A file without usable accounts is refused with the command that makes one."""
    path = tmp_path / "users"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ServerError, match=said) as caught:
        read_accounts(path)
    assert "qa password NAME" in str(caught.value)
    path.chmod(0o644)
    with pytest.raises(ServerError, match="can be read by others; run: chmod 600"):
        read_accounts(path)


@pytest.mark.parametrize(("name", "password"), [("a:b", SECRET), ("", SECRET), ("ada", "short"), ("ada", "x" * 1_001)])
def test_what_cannot_be_an_account_is_refused(tmp_path, name, password):
    """A name with a colon and a password too short or too long change nothing."""
    with pytest.raises(ServerError):
        set_password(tmp_path / "users", name, password)
    assert not (tmp_path / "users").exists()


def test_the_command_line_makes_accounts(tmp_path):
    """``qa password`` reads a password from a pipe and says where it counts."""
    path = tmp_path / "users"
    command = [sys.executable, "-m", "qa", "password", "ada", "--auth", str(path)]
    done = subprocess.run(command, input=SECRET + "\n", capture_output=True, text=True, check=True)
    assert f"ada can sign in to: qa serve --auth {path}" in done.stderr
    assert read_accounts(path).verify("ada", SECRET)


def test_no_path_leads_out(opened):
    """Traversals, in turn as path, file, conversation and document, find nothing and cause no error."""
    folder = SHARED / "robustness" / "path-traversal"
    if not folder.is_dir():
        pytest.skip("the lists of traversals are not part of the project")
    lines = {line for file in folder.glob("*.txt") for line in file.read_text("utf-8", "replace").splitlines()}
    client = _client(opened)
    for place, line in enumerate(sorted(filter(str.strip, lines))):
        path = quote(line.replace("{FILE}", "etc/passwd"), safe="/%.\\:?&=;")
        ways = ("/" + path.lstrip("/"), "/static/" + path, "/conversations/" + path + ".md", "/source?document=" + path)
        url = ways[place % len(ways)]
        try:
            answered = client.get(url)
        except httpx2.InvalidURL:
            continue  # no program could send it
        assert answered.status_code < 500, url
        assert "root:" not in answered.text, url


@pytest.mark.parametrize("query", ["page=2", "p%61ge=x", "document=x&page=&q=%00", "page=1&page=2"])
def test_no_address_of_the_page_is_an_error(opened, query):
    """What Gradio would take for a page of its own is kept from it; the rest of an address stays."""
    assert _client(opened).get(f"/?{query}", headers={"accept": "text/html"}).status_code == 200
    french = {"accept": "text/html", "accept-language": "fr"}
    led = _client(opened).get("/?page=2&q=a%20b", headers=french)
    assert led.headers["location"] == "fr/?q=a%20b"


def test_too_many_requests_are_refused_for_a_while():
    """A client that asks too often gets 429 with a time to wait; the page's own files do not count."""
    client = _client(create_app(FakeBot([statement()]), per_minute=1))
    answers = [client.get("/health") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert client.get("/static/img/logo.svg").status_code != 429


@pytest.mark.parametrize("place", ["/documents", "/fr/documents/state", "/api/documents/a.txt"])
def test_whoever_drops_many_files_can_still_ask(place, tmp_path):
    """What is asked of the documents' list is counted apart from all else."""
    with small_corpus(tmp_path) as corpus:
        client = _client(create_app(corpus.bot, per_minute=1, corpus=corpus))
        assert [client.get(place).status_code for _ in range(8)] == [200] * 5 + [429] * 3
        assert client.get("/health").status_code == 200


def test_a_rate_is_kept_per_client():
    """As many as may come at once, then one an interval; other clients are not held up."""
    clock = Clock()
    rate = Rate(60, 3, clock)
    assert [rate.wait("one") for _ in range(4)] == [0, 0, 0, 1]
    assert rate.wait("other") == 0
    clock.now = 1.0
    assert rate.wait("one") == 0
    assert rate.wait("one") == 1


def test_waiting_grows_and_is_forgotten():
    """Each failure after the free ones doubles the wait up to its limit; success or long quiet begins anew."""
    clock = Clock()
    backoff = Backoff(free=2, most=8, clock=clock)
    assert [backoff.wait("x") for _ in range(4)] == [0, 0, 0, 1]
    waits = []
    for _ in range(5):
        clock.now += backoff.wait("x")
        backoff.wait("x")
        waits.append(backoff.wait("x"))
    assert waits == [2, 4, 8, 8, 8]
    backoff.succeeded("x")
    assert backoff.wait("x") == 0
    assert backoff.wait("x") == 0


def test_the_page_in_the_preferred_language_is_led_to(opened):
    """A browser that prefers French is led to the French page with the address kept; a choice goes first."""
    client = _client(opened)
    french = {"accept": "text/html", "accept-language": "fr-FR,fr;q=0.9"}
    led = client.get("/?q=a%20b", headers=french)
    assert (led.status_code, led.headers["location"]) == (302, "fr/?q=a%20b")
    assert client.get("/", headers=french | {"cookie": "language=en"}).status_code == 200
    assert client.get("/theme.css", headers=french).status_code == 200


def test_a_browser_gets_a_name_of_its_own_once(opened):
    """A first visit to the page sets a cookie that scripts cannot read; whoever has one keeps it."""
    client = _client(opened)
    first = client.get("/", headers={"accept": "text/html"})
    assert re.match(r"browser=[\w-]{32}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax", first.headers["set-cookie"])
    assert "set-cookie" not in client.get("/", headers={"accept": "text/html"}).headers
