"""A session of the page belongs to one visitor, and what it sends stays out of the log."""

from __future__ import annotations

import json

import pytest
from browser.fake_bot import FakeBot, statement

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")

from web_client import client_of

from qa.web import serve
from qa.web.security.session_owner import SessionOwner


@pytest.fixture(scope="module")
def inputs(opened):
    """Return how many values each event of the page takes."""
    return next(one.kwargs["inputs"] for one in opened.user_middleware if one.cls is SessionOwner)


def visitor(app, name):
    client = client_of(app)
    client.cookies.set("browser", name)
    return client


def event(inputs, session, *, fewer=0):
    number = max(inputs, key=inputs.get)
    data = ["swordfish", None][: inputs[number] - fewer]
    return {"fn_index": number, "session_hash": session, "data": data, "event_data": None}


def test_nobody_uses_the_session_of_another(opened, inputs):
    """Neither its stream, nor its events, nor its heartbeat; each exists for its owner alone."""
    ada, eve = visitor(opened, "ada"), visitor(opened, "eve")
    assert ada.post("/gradio_api/run/predict", json=event(inputs, "ada1")).status_code == 200
    assert eve.get("/gradio_api/queue/data?session_hash=ada1").status_code == 404
    assert eve.get("/fr/gradio_api/queue/data?session_hash=ada1").status_code == 404
    assert eve.get("/gradio_api/heartbeat/ada1").status_code == 404
    for route in ("queue/join", "run/predict"):
        assert eve.post(f"/gradio_api/{route}", json=event(inputs, "ada1")).status_code == 404
    assert ada.post("/gradio_api/run/predict", json=event(inputs, "ada1")).status_code == 200
    assert eve.post("/gradio_api/run/predict", json=event(inputs, "eve1")).status_code == 200


@pytest.mark.parametrize("route", ["queue/join", "run/predict"])
def test_a_malformed_event_is_refused_and_not_logged(opened, inputs, route, capfd, caplog):
    """Gradio would write the values of an event that lacks one to the log."""
    client = visitor(opened, "bob")
    lacking = event(inputs, "bob1", fewer=1)
    bodies = [
        json.dumps(body).encode()
        for body in (lacking, lacking | {"fn_index": 9999}, lacking | {"data": {"swordfish": 1}}, ["swordfish"])
    ]
    for body in (*bodies, b'{"swordfish', b"\xff", b"[" * 100_000):
        refused = client.post(f"/gradio_api/{route}", content=body, headers={"content-type": "application/json"})
        assert (refused.status_code, "swordfish" in refused.text) == (422, False)
    assert "swordfish" not in "".join(capfd.readouterr()) + caplog.text


@pytest.mark.slow
@pytest.mark.parametrize(("proxies", "believed"), [((), False), (("10.0.0.1",), True)])
def test_only_a_proxy_that_is_named_is_believed(proxies, believed, monkeypatch):
    """Nobody else says for whom a request is, not even a program on this machine."""
    import uvicorn

    seen = {}

    class Stopped(Exception):
        pass

    def configured(_app, **options):
        seen.update(options)
        raise Stopped

    monkeypatch.setattr(uvicorn, "Config", configured)
    with pytest.raises(Stopped):
        serve(FakeBot([statement()]), port=0, proxies=proxies)
    assert (seen["proxy_headers"], seen["forwarded_allow_ips"]) == (believed, list(proxies))
