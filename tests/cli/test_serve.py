"""``qa serve`` from end to end, over an index that was built with an encoder of somebody's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest
from conftest import ROOT
from server_process import free_port, wait_for
from word_encoder import SlowEncoder, WordEncoder

import qa
from qa.index.build import describe_index


def asked(address, question):
    request = urllib.request.Request(
        f"{address}/api/ask", json.dumps({"question": question}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def quote_of(answer):
    return answer["citations"][0]["quote"] if answer["citations"] else None


def wait_until(true, seconds=90):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.3)


@pytest.mark.slow
def test_an_index_of_another_encoder_is_updated_while_it_is_served(write, tmp_path):
    """A file put into the watched folder and one that is uploaded are indexed with the encoder the index names."""
    source = write(leave__txt="Annual leave is thirty days.")
    index, port = tmp_path / "index", free_port()
    qa.build_index(source, index, encoder=WordEncoder("leave days travel rail heron fish"))
    built = describe_index(index)["encoder"]
    paths = os.pathsep.join(str(path) for path in (ROOT, ROOT / "tests" / "support"))
    command = [sys.executable, "-m", "qa", "serve", "--index", str(index), "--port", str(port), "--watch"]
    server = subprocess.Popen(
        [*command, "--threshold", "0"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": paths}, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/health")
        assert quote_of(asked(address, "days of leave")) == "Annual leave is thirty days."
        (source / "travel.txt").write_text("Travel by rail.")
        wait_until(lambda: quote_of(asked(address, "travel by rail")) == "Travel by rail.")
        body = b"The heron eats fish."
        headers = {"Content-Type": "application/octet-stream", "Sec-Fetch-Site": "same-origin"}
        upload = urllib.request.Request(f"{address}/api/documents?name=heron.txt", body, headers)
        with urllib.request.urlopen(upload, timeout=60) as response:
            assert response.status in (200, 202)
        wait_until(lambda: quote_of(asked(address, "heron fish")) == "The heron eats fish.")
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    assert describe_index(index)["encoder"] == built
    assert describe_index(index)["documents"] == 3


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("encoder", "most"), [(SlowEncoder, 3), (WordEncoder, 1)], ids=["loading", "idle"])
def test_a_server_that_is_told_to_stop_stops_soon(encoder, most, write, tmp_path):
    """Also while the model loads: without an abort; a question that was accepted is answered or refused with 503."""
    index, port = tmp_path / "index", free_port()
    qa.build_index(write(leave__txt="Annual leave is thirty days."), index, encoder=encoder("leave days"))
    paths = os.pathsep.join(str(path) for path in (ROOT, ROOT / "tests" / "support"))
    server = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", "--index", str(index), "--port", str(port)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": paths},
        stderr=subprocess.PIPE,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    wait_for(f"{address}/health")
    said = []

    def ask():
        try:
            asked(address, "days of leave")
        except urllib.error.HTTPError as error:
            said.append((error.code, error.headers["Retry-After"]))

    visitors = [threading.Thread(target=ask) for _ in range(6 if encoder is SlowEncoder else 0)]
    for visitor in visitors:
        visitor.start()
    time.sleep(1.5)
    begun = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0
    assert time.monotonic() - begun < most + 2  # a busy machine
    for visitor in visitors:
        visitor.join(10)
    assert said == [(503, "10")] * len(visitors)
    unread, address = server.stderr.read().splitlines()
    assert "another encoder" in unread
    assert "http" in address
