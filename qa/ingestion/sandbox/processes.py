"""Child processes of this package: how they are started and ended, and the messages between them and their parent.

A message is its length in four bytes, big-endian, and its bytes. A request is a message of JSON on the child's
standard input; answers are messages on its standard output.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.ingestion.sandbox import restrictions

if TYPE_CHECKING:
    from collections.abc import Callable

LENGTH = struct.Struct(">I")
_MAIN = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from {} import main; main(*sys.argv[2:])"


def command_for(module: str, *arguments: str) -> list[str]:
    """Return the command that runs ``main(*arguments)`` of a module of this package.

    The child finds the modules this process finds, imports nothing from its working folder and ignores the PYTHON
    variables of the environment. ``module`` must be a constant, never input.
    """
    paths = json.dumps([entry or str(Path.cwd()) for entry in sys.path])
    return [sys.executable, "-I", "-c", _MAIN.format(module), paths, *arguments]


def start(module: str) -> subprocess.Popen[bytes]:
    """Start a child that runs ``main`` of a module, with pipes to it and an empty environment."""
    return subprocess.Popen(  # noqa: S603 - this interpreter, with constant arguments
        command_for(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
        bufsize=0,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a child and every process it has started, and close the pipes to it."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def failure_of(status: int | None) -> str:
    """Return the reason class of the exit status of a child that died over a file, None for one that still runs."""
    if status == -signal.SIGXCPU:
        return "timeout"
    # libraries abort when they get no memory
    return "too-large" if status in (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL) else "damaged"


def message(body: bytes) -> bytes:
    """Return a message as it goes over a pipe."""
    return LENGTH.pack(len(body)) + body


def json_message(value: dict[str, Any]) -> bytes:
    """Return a message of JSON."""
    return message(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def serve(
    answer: Callable[[dict[str, Any], Callable[[bytes], None]], None],
    *,
    processor_seconds: int,
    niceness: int,
    ends_with_parent: bool,
) -> None:
    """Answer requests, in a child, under the limits of ``restrictions`` until the parent closes standard input.

    ``answer`` is called with a request and a function that sends a message. ``processor_seconds`` is the processor time
    for one request. A child that ``ends_with_parent`` ends with the thread that started it.
    """
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints must not mix with the answers

    def send(sent: bytes) -> None:
        answers.write(sent)
        answers.flush()

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    restrictions.enter(niceness)
    if ends_with_parent:
        restrictions.end_with_parent()  # not earlier: Linux forgets this in a new user namespace
    while head := requests.read(LENGTH.size):
        request = json.loads(requests.read(LENGTH.unpack(head)[0]))
        restrictions.allow_seconds(processor_seconds)
        answer(request, send)
