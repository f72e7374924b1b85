"""What documents, people and other sites may not do, in a real browser."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from browser.fake_bot import FakeBot, document

HOSTILE = (
    "<script>window.ran=1</script><img src=x onerror='window.ran=2'> <b onclick=alert(1)>bold</b> **stars** _under_ "
    "[link](javascript:window.ran=3) ![image](http://evil.example/x.png) $$x^2$$ "
    "{{constructor.constructor('window.ran=4')()}} "
    "${window.ran=5} `code` &amp; </mark></blockquote></script><!-- --> \\u003cscript\\u003e \"quotes\" 'quotes'"
)
PARAGRAPH = f"Hostile paragraph first line about penguins swimming.\r\n  Second\tline: {HOSTILE} end of the penguins."


@pytest.fixture(scope="module")
def hostile(start_chat):
    """Return the address of a chat whose document, names and examples are all hostile."""
    text = f"{HOSTILE} head\n\n\n{HOSTILE} more\n\n\n{HOSTILE} again\n\n\n{PARAGRAPH}"
    name = HOSTILE + ".txt"
    return start_chat(
        FakeBot([document(name, text, f"Title {HOSTILE}", {HOSTILE: HOSTILE, "place": HOSTILE})]), [HOSTILE]
    )


def test_hostile_text_is_shown_and_never_run(hostile, visit, ask):
    """Markup in text, title, file name, metadata, example and question is shown to the letter and does nothing."""
    page = visit(hostile)
    assert page.locator(".examples button").evaluate("e => e.textContent") == HOSTILE
    question = f"penguins swimming paragraph {HOSTILE}"
    exchange = ask(page, question)
    assert exchange.locator("h2").evaluate("e => e.textContent") == question
    for passage in exchange.locator(".passage > summary").all():
        passage.click()
    quotes = exchange.locator("blockquote").evaluate_all("all => all.map(e => e.textContent)")
    assert PARAGRAPH in quotes
    exchange.locator("figure").nth(quotes.index(PARAGRAPH)).locator("a.cite").first.click()
    page.locator("mark.passage").wait_for()
    assert page.locator("mark.passage").evaluate("e => e.textContent") == PARAGRAPH
    assert page.locator("#source h2").evaluate("e => e.textContent") == f"Title {HOSTILE}"
    assert page.locator("#source dd").first.evaluate("e => e.textContent") == HOSTILE
    page.get_by_role("button", name="Close").click()
    assert page.evaluate("window.ran") is None
    assert page.locator("#conversation :is(img, script, b), #source :is(img, script, b)").count() == 0


def test_hostile_questions_that_fail_or_find_nothing_are_inert(visit, chat, ask):
    """A refused question and one that makes the bot fail show their text to the letter, too."""
    page = visit(chat)
    for question in (HOSTILE, f"fail {HOSTILE}", "\N{RIGHT-TO-LEFT OVERRIDE}abc\N{ZERO WIDTH JOINER}\N{PILE OF POO}"):
        assert ask(page, question).locator("h2").evaluate("e => e.textContent") == question
    assert page.evaluate("window.ran") is None


def test_an_injected_script_would_not_run(visit, chat):
    """Markup that got into the page all the same runs nothing: handlers and scripts without the nonce are refused."""
    page = visit(chat)
    refused = page.evaluate(
        """() => new Promise(done => { let count = 0;
             addEventListener('securitypolicyviolation', () => { if (++count === 3) done(count); });
             const place = document.createElement('div'); document.body.append(place);
             place.innerHTML = '<img src="data:," onerror="window.ran=1"><img src="http://127.0.0.1:9/x.png">';
             const script = document.createElement('script'); script.textContent = 'window.ran=2'; place.append(script);
             setTimeout(() => done(count), 3000); })"""
    )
    assert refused == 3
    assert page.evaluate("window.ran") is None
    assert len(visit.troubles) == 3  # the browser's own words on the three refusals
    visit.troubles.clear()
    visit.hosts.discard("127.0.0.1:9")


@pytest.mark.parametrize("path", ["/", "/theme.css", "/nothing", "/gradio_api/info"])
def test_every_response_carries_the_security_headers(chat, path):
    """Pages, styles and refusals alike come with the policy and without the server's name."""
    headers = _request(chat + path, accept="text/html")[1]
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "127.0.0.2"])
def test_a_foreign_host_is_refused(chat, host):
    """A request that names another host, as after DNS rebinding, is refused with 421."""
    assert _request(chat, host=host)[0] == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_foreign_page_cannot_ask_for_a_change(chat, headers):
    """A POST on behalf of another site is refused with 403."""
    assert _request(f"{chat}/gradio_api/queue/join", b"{}", **headers)[0] == 403


@pytest.mark.parametrize(
    "path",
    ["/docs", "/openapi.json", "/gradio_api/info", "/config", "/monitoring", "/gradio_api/upload", "/runs",
     "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://127.0.0.1/", "/gradio_api/component_server",
     "/assets/../../routes.py", "/assets/%2e%2e/%2e%2e/%2e%2e/routes.py", "/static/..%2f..%2froutes.py"],
)  # fmt: skip
def test_routes_the_page_does_not_need_are_closed(chat, path):
    """Of Gradio's routes only those that the page needs answer; uploads, files, proxies and monitoring do not."""
    status, _, body = _request(chat + path, b"{}" if "upload" in path or "component" in path else None)
    assert status in (400, 403, 404)
    assert b"gradio" not in body


def test_a_body_too_long_is_refused_unread(chat):
    """A request that announces more than a mebibyte is refused before its body is read."""
    connection = http.client.HTTPConnection(urlsplit(chat).netloc, timeout=10)
    connection.putrequest("POST", "/gradio_api/queue/join")
    connection.putheader("Content-Length", str((1 << 20) + 1))
    connection.endheaders()  # the body is never sent: the refusal must not wait for it
    assert connection.getresponse().status == 413
    connection.close()


def test_the_servers_answers_tell_nothing_of_other_conversations(chat, page, ask):
    """A request made up by hand, without a page, gets no conversation and no traceback."""
    ask(page, "What threat has the defeat of ISIL brought?")
    for function in range(6):
        forged = {"data": [None], "fn_index": function, "session_hash": "0" * 10, "event_data": None}
        _, _, body = _request(
            f"{chat}/gradio_api/run/predict", json.dumps(forged).encode(), **{"content-type": "application/json"}
        )
        assert b"ISIL" not in body
        assert b"Traceback" not in body


def _request(url, data=None, **headers):
    request = urllib.request.Request(url, data, {name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, {k.lower(): v for k, v in response.headers.items()}, response.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()
