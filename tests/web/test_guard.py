"""What the guard lets through, over every route there is."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from conftest import SHARED

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")
pytest.importorskip("argon2", reason="signing in needs the extra [web]")

import httpx2
from web_client import client_of, routes_of

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


def test_only_files_named_by_their_content_may_be_kept(opened):
    """A browser may keep a file whose name has a digest of its content, and nothing else."""
    client = client_of(opened)
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


@pytest.mark.slow
def test_the_routes_that_answer_are_these(closed):
    """Of all routes, ours and Gradio's, exactly those on the list get past the guard."""
    client = client_of(closed)
    answering, everything = set(), set()
    for template, example, methods in routes_of(closed):
        everything.add(template)
        for method in methods:
            response = client.request(method, example, content=b"" if method == "POST" else None)
            if not (response.status_code == 404 and response.text == "There is nothing here.\n"):
                answering.add(template)
    assert len(everything) > 60
    assert {path.replace("/fr/", "/", 1) if path.startswith("/fr/") else path for path in answering} == OPEN


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
    """Every refusal of a request to /api/ is the error object."""
    refused = client_of(opened).post("/api/ask", content=b"{}", headers=headers)
    assert (refused.status_code, refused.json()) == (status, {"error": sentence})


@pytest.mark.slow
def test_no_path_leads_out(opened):
    """Path traversals as path, file, conversation or document find nothing and cause no error."""
    folder = SHARED / "robustness" / "path-traversal"
    if not folder.is_dir():
        pytest.skip("the lists of traversals are not part of the project")
    lines = {line for file in folder.glob("*.txt") for line in file.read_text("utf-8", "replace").splitlines()}
    client = client_of(opened)
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
    """The field ``page`` of a query, which Gradio would take for one of its pages, is removed; the rest stays."""
    assert client_of(opened).get(f"/?{query}", headers={"accept": "text/html"}).status_code == 200
    french = {"accept": "text/html", "accept-language": "fr"}
    led = client_of(opened).get("/?page=2&q=a%20b", headers=french)
    assert led.headers["location"] == "fr/?q=a%20b"
