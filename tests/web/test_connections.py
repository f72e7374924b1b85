"""Connections that never ask, and bodies that drip: others are answered meanwhile, and these are closed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from server_process import free_port, wait_for

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="limits of POSIX"),
]

ROOT = Path(__file__).parents[2]
HALF = b"GET /health HTTP/1.1\r\nHost: 127"
SERVE = (
    "import sys; sys.path[:0] = {path!r}\n"
    "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))\n"
    "from qa.web.security import connections\n"
    "connections.HEAD_SECONDS, connections._SILENT_SECONDS = {head}, 1.0\n"
    "from browser.fake_bot import FakeBot, statement\n"
    "from qa.web import serve\n"
    "serve(FakeBot([statement()]), port={port})\n"
)


@pytest.fixture(scope="module")
def port():
    yield from served(60.0)


@pytest.fixture(scope="module")
def quick_port():
    yield from served(1.0)


def served(head):
    """Serve in a process that may have 256 files open and waits some seconds for the head of a request."""
    port = free_port()
    code = SERVE.format(path=[str(ROOT), str(ROOT / "tests")], port=port, head=head)
    server = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", 180)
        yield port
    finally:
        server.kill()
        server.wait()


def test_half_sent_requests_do_not_keep_others_out(port):
    """With 300 of them, more than the server may have files open, a monitor is answered at once."""
    with ExitStack() as held:
        for _ in range(300):
            half = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            half.sendall(HALF)
        begun = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=30) as health:
            assert health.status == 200
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize("sent", [b"", HALF, HALF + b".0.0.1\r\n\r\n"], ids=["nothing", "half", "one and a half"])
def test_a_head_that_does_not_come_is_not_waited_for(quick_port, sent):
    """Neither the first one of a connection nor a later one."""
    with socket.create_connection(("127.0.0.1", quick_port), timeout=30) as half:
        half.sendall(sent)
        if sent.endswith(b"\r\n\r\n"):
            assert b" 200 OK" in half.recv(1 << 16)
            half.sendall(b"GET /he")
        said = bytearray()
        while part := half.recv(1 << 16):
            said += part
    assert b"408 Request Timeout" in said


def test_a_body_that_drips_is_refused(port):
    """Status 408, although each byte comes in time."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as drip:
        head = ("POST /api/ask HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", "Content-Length: 900")
        drip.sendall("\r\n".join((*head, "", "")).encode())
        drip.settimeout(0.2)
        said = bytearray()
        for _ in range(150):
            try:
                if not said:
                    drip.sendall(b" ")
                said += (part := drip.recv(1 << 16))
            except TimeoutError:
                continue
            if not part:
                break
    assert said.startswith(b"HTTP/1.1 408")
    assert b"too slowly" in said
