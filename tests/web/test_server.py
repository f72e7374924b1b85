"""Starting and stopping the server, and what it reads from the environment."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from browser.fake_bot import FakeBot, statement
from server_process import free_port, wait_for

from qa.errors import ServerError
from qa.web import process, serve

ROOT = Path(__file__).parents[2]
SERVE = (
    "import sys; sys.path[:0] = {path!r}\n"
    "from browser.fake_bot import FakeBot, statement\n"
    "from qa.web import serve\n"
    "serve(FakeBot([statement()]), port={port})\n"
)


def test_a_port_in_use_is_said_in_one_sentence():
    """A port that is in use raises an error that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(ServerError) as caught:
            serve(FakeBot([statement()]), port=port)
    assert str(caught.value) == (
        f"port {port} on 127.0.0.1 is in use; stop the other program or choose another port with --port"
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_nothing_but_this_machine_is_served_without_a_login(host):
    """Without accounts, the server refuses an address that other machines can reach."""
    with pytest.raises(ServerError, match="without a login"):
        serve(FakeBot([statement()]), host=host, port=free_port())


def test_importing_loads_no_toolkit():
    """``import qa.web`` loads neither Gradio nor a model."""
    code = "import sys, qa.web; print([m for m in ('gradio', 'torch', 'faiss', 'fastapi') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_environment_is_made_safe(monkeypatch):
    """Telemetry is off, and variables that would share the server or open it to others are removed."""
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "True")
    monkeypatch.setenv("GRADIO_SHARE", "True")
    monkeypatch.setenv("GRADIO_ALLOWED_PATHS", "/")
    for name in ("GRADIO_RUN_HISTORY", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "")
    process.prepare_gradio()
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert os.environ["GRADIO_RUN_HISTORY"] == "False"
    assert not {"GRADIO_SHARE", "GRADIO_ALLOWED_PATHS"} & set(os.environ)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=lambda stop: stop.name)
def test_a_signal_stops_the_server_cleanly(stop, tmp_path):
    """Ctrl-C and SIGTERM end the server with status 0, no traceback, and its temporary folder removed."""
    port = free_port()
    code = SERVE.format(path=[str(ROOT), str(ROOT / "tests")], port=port)
    server = subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    wait_for(f"http://127.0.0.1:{port}/theme.css")
    assert list(tmp_path.glob("chapter-verse-*"))
    server.send_signal(stop)
    assert server.wait(20) == 0
    said = server.stderr.read()
    assert said.startswith(f"Chapter & Verse: http://127.0.0.1:{port}")
    assert "Traceback" not in said
    assert not list(tmp_path.glob("chapter-verse-*"))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_pages_that_are_open_do_not_keep_a_server_from_stopping():
    """When the server stops, the stream of an open page ends at once and without an error."""
    port = free_port()
    code = SERVE.format(path=[str(ROOT), str(ROOT / "tests")], port=port)
    server = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    wait_for(f"http://127.0.0.1:{port}/theme.css")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/gradio_api/heartbeat/page", timeout=30) as page:
        assert page.headers["content-type"].startswith("text/event-stream")
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
    assert len(server.stderr.read().splitlines()) == 1  # the address


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_answer_under_way_is_finished_before_the_server_stops(tmp_path):
    """A question asked just before Ctrl-C gets its complete answer, without an error in the log."""
    port = free_port()
    begun = tmp_path / "begun"
    code = (
        "import sys, time, pathlib; sys.path[:0] = {path!r}\n"
        "from browser.fake_bot import FakeBot, statement\n"
        "from qa.web import serve\n"
        "class Slow(FakeBot):\n"
        "    def ask(self, question, **options):\n"
        "        if 'slowly' in question:\n"
        "            pathlib.Path({begun!r}).touch(); time.sleep(1.5)\n"
        "        return super().ask(question, **options)\n"
        "serve(Slow([statement()]), port={port})\n"
    ).format(path=[str(ROOT), str(ROOT / "tests")], port=port, begun=str(begun))
    server = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    base = f"http://127.0.0.1:{port}"
    wait_for(f"{base}/theme.css")
    page = urllib.request.urlopen(base, timeout=30).read().decode()
    events = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", page, re.DOTALL)[1])["dependencies"]
    entered = next(event["id"] for event in events if event["targets"][0][1] == "submit")
    answered = next(event["id"] for event in events if event["trigger_after"] == entered)
    said = []

    def send(path, function, data):
        body = {"fn_index": function, "session_hash": "page", "data": data, "event_data": None}
        request = urllib.request.Request(
            f"{base}/gradio_api/{path}", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=30).close()

    def ask():  # as the page does: the question is entered, then answered
        send("run/predict", entered, ["Who spoke slowly?", None])
        send("queue/join", answered, [None])
        with urllib.request.urlopen(f"{base}/gradio_api/queue/data?session_hash=page", timeout=30) as stream:
            said.extend(line.decode() for line in stream if line.strip())

    visitor = threading.Thread(target=ask)
    visitor.start()
    deadline = time.monotonic() + 60
    while not begun.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert begun.exists()
    server.send_signal(signal.SIGINT)
    assert server.wait(20) == 0
    visitor.join(20)
    assert any('"process_completed"' in line for line in said), said
    assert not any("unexpected_error" in line for line in said)
    assert len(server.stderr.read().splitlines()) == 1  # the address


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="counts of Linux")
def test_an_idle_server_sleeps():
    """It wakes less than 250 times a second, all queues of its pages together; Gradio's own are 1,000 for each."""
    port = free_port()
    code = SERVE.format(path=[str(ROOT), str(ROOT / "tests")], port=port)
    server = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)

    def wakes():
        status = Path(f"/proc/{server.pid}/status").read_text()
        return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.MULTILINE)[1])

    try:
        wait_for(f"http://127.0.0.1:{port}/", 180)  # the page begins to look at its queue
        wait_for(f"http://127.0.0.1:{port}/fr/")
        time.sleep(1)
        before = wakes()
        time.sleep(4)
        assert wakes() - before < 4 * 250
    finally:
        server.kill()
        server.wait()


@pytest.mark.slow
def test_a_server_has_its_bot_load_what_it_needs():
    """The server asks the bot a question before anybody opens the page."""
    code = (
        "import sys; sys.path[:0] = {path!r}\n"
        "from browser.fake_bot import FakeBot, statement\n"
        "from qa.web import serve\n"
        "class Asked(FakeBot):\n"
        "    def ask(self, question, **options):\n"
        "        print('asked', flush=True)\n"
        "        return super().ask(question, **options)\n"
        "serve(Asked([statement()]), port={port})\n"
    ).format(path=[str(ROOT), str(ROOT / "tests")], port=free_port())
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout.readline() == "asked\n"
    finally:
        server.kill()
        server.communicate()


def test_answers_are_sent_at_once():
    """A connection does not wait for more to send (TCP_NODELAY): each request on one would wait 40 ms otherwise."""

    async def accepted():
        found = asyncio.get_running_loop().create_future()
        server = await asyncio.start_server(lambda _, writer: found.set_result(writer), sock=listener)
        async with server:
            _, ours = await asyncio.open_connection(*listener.getsockname())
            theirs = await found
            delay = theirs.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            ours.close()
            theirs.close()
        return delay

    # in a thread of its own: a browser's loop may run in this one
    with process.listen("127.0.0.1", 0) as listener, ThreadPoolExecutor(1) as other:
        assert other.submit(asyncio.run, accepted()).result()


def test_what_a_killed_server_left_is_swept_and_a_running_ones_is_not(tmp_path, monkeypatch):
    """A start removes the temporary folders of servers that were killed, and no others."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "chapter-verse-left" / "upload").mkdir(parents=True)
    (tmp_path / "chapter-verse-link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    with process.private_folder():
        running = set(tmp_path.glob("chapter-verse-*"))
        assert tmp_path / "chapter-verse-left" not in running
        with process.private_folder():
            assert running < set(tmp_path.glob("chapter-verse-*"))
        assert set(tmp_path.glob("chapter-verse-*")) == running
    assert {path.name for path in tmp_path.iterdir()} == {"chapter-verse-link", "elsewhere"}
