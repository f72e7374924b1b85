"""One table gives an application its routes and the guard its allow-list."""

from __future__ import annotations

import pytest
from web_client import client_of, routes_of

pytest.importorskip("fastapi", reason="the web chat needs the extra [web]")

from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from qa.web.i18n.languages import Languages
from qa.web.routing import Route, RouteTable
from qa.web.security.guard import Guard

LANGUAGES = Languages.load()


def _app(*routes):
    """Return an application with nothing but these routes, behind the guard."""
    table = RouteTable(routes, LANGUAGES)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    table.add_to(app)
    app.add_route("/elsewhere", lambda _request: PlainTextResponse("not in the table"))
    app.add_middleware(Guard, routes=table)
    return client_of(app)


def _tag(_request, words):
    return PlainTextResponse(words.language)


def _file(request):
    return PlainTextResponse(request.path_params["file"])


def test_a_route_in_the_table_is_served_and_nothing_else_is():
    """A row in the table makes a route; a route of the application without a row is refused."""
    client = _app(Route("GET", "/extra", lambda _request: PlainTextResponse("here")))
    assert client.get("/extra").text == "here"
    for refused in (client.get("/elsewhere"), client.get("/extra/"), client.get("/fr/extra")):
        assert (refused.status_code, refused.text) == (404, "There is nothing here.\n")
    assert client.post("/extra", content=b"").status_code == 404
    assert client.head("/extra").status_code == 200


def test_a_localized_route_answers_in_every_language():
    """A localized route exists below the prefix of each language, and its handler gets the words of that language."""
    client = _app(Route("GET", "/words", _tag, localized=True))
    assert {client.get(f"/{words.path}words").text for words in LANGUAGES} == {words.language for words in LANGUAGES}
    assert client.get("/xx/words").status_code == 404


def test_a_parameter_must_match_its_expression():
    """A path whose parameter does not match its regular expression is refused."""
    client = _app(Route("GET", "/files/{file}", _file, parameters={"file": r"[a-z]+\.txt"}))
    assert client.get("/files/a.txt").text == "a.txt"
    assert [client.get(f"/files/{name}").status_code for name in ("A.txt", "a.md", "a.txt.md", "")] == [404] * 4


def test_the_body_limit_is_that_of_the_route():
    """The body limit of a route holds for that route only."""
    client = _app(
        Route("POST", "/short", lambda _request: PlainTextResponse(), body_limit=10),
        Route("POST", "/long", lambda _request: PlainTextResponse(), body_limit=100),
    )
    assert [client.post(path, content=b"x" * 50).status_code for path in ("/short", "/long")] == [413, 200]


@pytest.mark.parametrize("name", ["closed", "opened"])
def test_every_route_of_our_own_is_in_the_table(name, request):
    """Every route that the application adds itself is in the table."""
    pytest.importorskip("gradio", reason="the web chat needs the extra [web]")
    app = request.getfixturevalue(name)
    table = next(layer.kwargs["routes"] for layer in app.user_middleware if layer.cls is Guard)
    mounted = {getattr(route, "path", "") for route in app.routes if hasattr(route, "app") and hasattr(route, "routes")}
    own = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    own.router.routes.extend(route for route in app.routes if getattr(route, "path", "") not in mounted)
    found = [(method, example) for _, example, methods in routes_of(own) for method in methods]
    assert len(found) > 20
    assert [(method, path) for method, path in found if table.find(method, path) is None] == []
