"""Strain the bot for minutes and say what broke: ``python -m benchmarks.soak [--full] [--seconds N] …``.

A crowd asks in the chat and by HTTP; questions and uploads go on while memory, open files and threads are counted; a
server is told to stop in the midst of questions; writers of an index are killed, and their disk gets full. The defaults
take some minutes; ``--full`` takes most of an hour. The exit status is 1 if a promise of ``docs/promises.md`` did not
hold. For Linux; the full disk takes root.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import platform
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

import qa
from benchmarks.common import OWN_SETS, ROOT, command_line
from qa.errors import DiskFull, QAError
from qa.index.build import build_index, open_index

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

FULL: Final = {"seconds": 60, "questions": 5_000, "uploads": 200, "kills": 200}
MOST_SECONDS: Final = 5.0
"""For an accepted question, at the 99th percentile."""
MOST_GROWTH: Final = 0.05, 30 << 10
"""Of the server's memory after warm-up: a share, or KiB, whichever is more."""
STOPPED_SECONDS: Final = 10.0
_MOST_LEFT: Final = 4
"""Open files and threads that may be more than before."""
_FILES: Final = 40
_PATIENCE: Final = 120.0


def crowd(url: str, questions: list[str], users: int, seconds: float) -> bool:
    """Have some users ask, half of them in the chat, and say how they fared."""
    seen, times = asyncio.run(_crowd(url, questions, users, seconds))
    wrong = {what: many for what, many in seen.items() if what[1:] not in ((200, False), (503, True))}
    said = ", ".join(
        f"{way} {status}{' with Retry-After' if later else ''}: {many:,}"
        for (way, status, later), many in sorted(seen.items())
    )
    print(f"{users} users, {seconds:g} s: {said}")
    slow = {}
    for way, own in sorted(times.items()):
        slow[way] = sorted(own)[int(len(own) * 0.99)]
        print(f"  accepted, {way}: median {statistics.median(own):.2f} s, p99 {slow[way]:.2f} s")
    return not wrong and bool(slow) and max(slow.values()) <= MOST_SECONDS


async def _crowd(
    url: str, questions: list[str], users: int, seconds: float
) -> tuple[Counter[tuple[str, int, bool]], dict[str, list[float]]]:
    seen: Counter[tuple[str, int, bool]] = Counter()
    times: dict[str, list[float]] = defaultdict(list)
    end = time.monotonic() + seconds
    entered, answered = _events(httpx.get(url, timeout=_PATIENCE).text)

    async def go_on(user: int) -> None:
        chance, way = random.Random(user), "chat" if user % 2 else "HTTP"  # noqa: S311 - no secret
        async with httpx.AsyncClient(base_url=url, timeout=_PATIENCE) as client:
            while time.monotonic() < end:
                begun, question = time.monotonic(), chance.choice(questions)
                if user % 2:
                    status, later = await _in_chat(client, f"user{user}", (entered, answered), question)
                else:
                    reply = await client.post("/api/ask", json={"question": question})
                    status, later = reply.status_code, reply.headers.get("retry-after", "")
                seen[way, status, bool(later)] += 1
                if status == httpx.codes.OK:
                    times[way].append(time.monotonic() - begun)
                await asyncio.sleep(float(later or chance.uniform(0, 1)))

    await asyncio.gather(*(go_on(user) for user in range(users)))
    return seen, times


def _events(page: str) -> tuple[int, int]:
    """Return the numbers of the events by which the page enters a question and has it answered."""
    found = re.search(r"window\.gradio_config = (\{.*?\});</script>", page, re.DOTALL)
    events = json.loads(found[1])["dependencies"] if found else []
    entered = next(event["id"] for event in events if event["targets"][0][1] == "submit")
    return entered, next(event["id"] for event in events if event["trigger_after"] == entered)


async def _in_chat(client: httpx.AsyncClient, user: str, events: tuple[int, int], question: str) -> tuple[int, str]:
    """Ask as the page does; return the status, 500 for an answer that failed, and when to come again."""
    for path, event, data in (("run/predict", events[0], [question, None]), ("queue/join", events[1], [None])):
        body = {"fn_index": event, "session_hash": user, "data": data, "event_data": None}
        reply = await client.post(f"/gradio_api/{path}", json=body)
        if reply.status_code != httpx.codes.OK:
            return reply.status_code, reply.headers.get("retry-after", "")
    async with client.stream("GET", f"/gradio_api/queue/data?session_hash={user}") as stream:
        if stream.status_code != httpx.codes.OK:
            return stream.status_code, stream.headers.get("retry-after", "")
        async for line in stream.aiter_lines():
            if '"process_completed"' in line:
                return (200 if json.loads(line.removeprefix("data:"))["success"] else 500), ""
    return 500, ""


def growth(url: str, server: int, questions: list[str], number: int, uploads: int) -> bool:
    """Ask, add and remove, and say what the server holds more of after warm-up."""
    with httpx.Client(base_url=url, timeout=_PATIENCE) as client:
        _use(client, questions, max(100, number // 10), min(uploads, 5))
        before = _held(server)
        _use(client, questions, number, uploads)
        time.sleep(2)
        after = _held(server)
    names = ("memory in MiB", "open files", "threads")
    said = ", ".join(
        f"{name} {one / scale:.0f} → {other / scale:.0f}"
        for name, one, other, scale in zip(names, before, after, (1024, 1, 1), strict=True)
    )
    print(f"{number:,} questions and {uploads} uploads after warm-up: {said}")
    share, least = MOST_GROWTH
    more = [other - one for one, other in zip(before, after, strict=True)]
    return more[0] <= max(share * before[0], least) and max(more[1:]) <= _MOST_LEFT


def _use(client: httpx.Client, questions: list[str], number: int, uploads: int) -> None:
    """Ask some questions; in between, add some files, wait until each is indexed, and remove it."""
    for place in range(number):
        client.post("/api/ask", json={"question": questions[place % len(questions)]}).raise_for_status()
        if uploads and place % (number // uploads) == 0:
            name = f"added-{place}.txt"
            client.post("/api/documents", params={"name": name}, content=f"Number {place}.").raise_for_status()
            _settle(client)
            client.delete(f"/api/documents/{name}").raise_for_status()
    _settle(client)


def _settle(client: httpx.Client) -> None:
    """Wait until the index is up to date."""
    deadline = time.monotonic() + _PATIENCE
    while client.get("/documents/state").json()["busy"]:
        if time.monotonic() > deadline:
            raise TimeoutError("the index is not brought up to date")
        time.sleep(0.2)


def _held(process: int) -> tuple[int, int, int]:
    """Return the memory (KiB), open files and threads of a process."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    found = re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)
    return (
        int(found[1]) if found else 0,
        len(list(Path(f"/proc/{process}/fd").iterdir())),
        len(list(Path(f"/proc/{process}/task").iterdir())),
    )


def stop(url: str, server: subprocess.Popen[str], questions: list[str]) -> bool:
    """Tell a server to stop while 20 questions are asked, and say how long it took and what came of them."""
    seen, seconds = asyncio.run(_stop(url, server, questions))
    said = ", ".join(f"{what}: {many}" for what, many in seen.items())
    print(f"told to stop with 20 questions under way: gone after {seconds:.1f} s, status {server.returncode}; {said}")
    return server.returncode == 0 and seconds <= STOPPED_SECONDS and not seen.keys() - {"200", "503 with Retry-After"}


async def _stop(url: str, server: subprocess.Popen[str], questions: list[str]) -> tuple[Counter[str], float]:
    seen: Counter[str] = Counter()

    async def ask(client: httpx.AsyncClient, question: str) -> None:
        try:
            reply = await client.post("/api/ask", json={"question": question})
        except httpx.HTTPError as error:
            seen[type(error).__name__] += 1
        else:
            seen[f"{reply.status_code}{' with Retry-After' if 'retry-after' in reply.headers else ''}"] += 1

    async with httpx.AsyncClient(base_url=url, timeout=_PATIENCE) as client:
        asked = [asyncio.ensure_future(ask(client, question)) for question in questions[:20]]
        await asyncio.sleep(0.3)
        server.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        await asyncio.to_thread(server.wait, _PATIENCE)
        seconds = time.monotonic() - begun
        await asyncio.gather(*asked)
    return seen, seconds


class Corpus:
    """Small documents of one version, and the index of them, written by children that may be killed."""

    def __init__(self, source: Path, index: Path) -> None:
        sys.path.insert(0, str(ROOT / "tests" / "support"))
        self.encoder = import_module("word_encoder").WordEncoder("version leave days travel number")
        self.source, self.index = source, index
        self._versions = count()
        source.mkdir()

    def change(self, paragraphs: int = 20) -> None:
        """Write the next version of every document."""
        version = next(self._versions)
        for number in range(_FILES):
            text = "\n\n".join(f"Leave number {place} has days of version {version}." for place in range(paragraphs))
            (self.source / f"{number}.txt").write_text(text, "utf-8")

    def write(self) -> multiprocessing.process.BaseProcess:
        """Begin to index in a child, which ends with status 2 if the disk is full."""
        child = multiprocessing.get_context("fork").Process(target=self._write)
        child.start()
        return child

    def _write(self) -> None:
        try:
            build_index(self.source, self.index, encoder=self.encoder)
        except DiskFull:
            os._exit(2)
        os._exit(0)

    def fault(self) -> str:
        """Return what is wrong with the index, empty if it answers and all of it is of one version."""
        try:
            index = open_index(self.index, encoder=self.encoder)
        except QAError as error:
            return str(error)
        texts = [index.engine.document(entry.id).text for entry in index.engine.documents()]
        versions = {found for text in texts for found in re.findall(r"version (\d+)", text)}
        return "" if len(versions) == 1 and len(texts) == _FILES else f"{len(texts)} documents of versions {versions}"


def kills(folder: Path, number: int, chance: random.Random) -> bool:
    """Kill writers at random moments, and check after each that the index answers."""
    corpus = Corpus(folder / "source", folder / "index")
    corpus.change()
    begun = time.monotonic()
    corpus.write().join()
    seconds = time.monotonic() - begun
    faults, killed = [], 0
    for _ in range(number):
        corpus.change()
        child = corpus.write()
        child.join(chance.uniform(0, 1.2 * seconds))
        child.kill()
        child.join()
        killed += child.exitcode == -signal.SIGKILL
        faults += [fault] if (fault := corpus.fault()) else []
    corpus.write().join()
    left = sorted(path.name for path in (corpus.index / "generations").iterdir())
    print(f"{killed} of {number} writers killed: {len(faults)} faults{''.join(f'; {fault}' for fault in faults[:3])}")
    return not faults and len(left) == 1


def full_disk(folder: Path, levels: int) -> bool:
    """Let the disk get full at some points of the next generation, and check that nothing of it is left."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mounted, check=False).returncode:  # noqa: S603 - our own
        print("full disk: not tried, because no disk can be mounted here")
        return True
    try:
        corpus = Corpus(folder / "small", disk / "index")
        corpus.change()
        corpus.write().join()
        size = sum(path.stat().st_size for path in disk.rglob("*") if path.is_file())
        before = set(disk.rglob("*"))
        corpus.change()
        statuses: Counter[int | None] = Counter()
        faults = []
        for level in range(levels):
            room = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            (disk / "filling").write_bytes(bytes(room - size * level // levels))
            child = corpus.write()
            child.join()
            statuses[child.exitcode] += 1
            (disk / "filling").unlink()
            left = set(disk.rglob("*")) - before
            fault = corpus.fault() or (f"left {sorted(path.name for path in left)}" if left else "")
            faults += [fault] if fault else []
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)  # noqa: S603, S607 - our own
    said = ", ".join(f"status {status}: {many}" for status, many in statuses.items())
    print(
        f"{levels} levels of a full disk: {said}; {len(faults)} faults{''.join(f'; {fault}' for fault in faults[:3])}"
    )
    return not faults and set(statuses) == {2}


@contextmanager
def serving(index: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve an index without a limit on questions; yield the address, once a question was answered, and the server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "qa", "serve", "--index", str(index), "--port", str(port)]
    server = subprocess.Popen([*command, "--per-minute", "1000000"], stderr=subprocess.PIPE, text=True)  # noqa: S603
    try:
        if server.stderr and "http://" not in (line := server.stderr.readline()):
            raise SystemExit(f"the server did not start: {line}{server.stderr.read()}")
        url = f"http://127.0.0.1:{port}"
        httpx.post(f"{url}/api/ask", json={"question": "Who spoke?"}, timeout=_PATIENCE).raise_for_status()
        yield url, server
    finally:
        server.kill()
        server.wait()


def _machine() -> str:
    found = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    model = found[1] if found else platform.machine()
    return (
        f"Chapter & Verse {qa.__version__}, Python {platform.python_version()}, {model}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def _options() -> argparse.Namespace:
    parser = command_line(__doc__)
    parser.add_argument("--full", action="store_true", help=f"the figures of the promises: {FULL}")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--users", type=int, default=50)
    for name, usual in (("questions", 500), ("uploads", 10), ("kills", 20), ("levels", 12), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    options = parser.parse_args()
    if options.full:
        vars(options).update(FULL)
    return options


def main() -> None:
    """Strain each part and print a line about it."""
    options = _options()
    lines = (OWN_SETS / "statement" / "queries.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["text"] for line in lines]
    held: list[bool] = []
    print(_machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held.append(kills(folder, options.kills, random.Random(options.seed)))  # noqa: S311 - no secret
        held.append(full_disk(folder, options.levels))
        build_index(ROOT / "data" / "documents", folder / "served")
        with serving(folder / "served") as (url, server):
            held.append(crowd(url, questions, options.users, options.seconds))
            held.append(growth(url, server.pid, questions, options.questions, options.uploads))
            held.append(stop(url, server, questions))
    print(f"load {os.getloadavg()[0]:.1f} at the end; {'all held' if all(held) else 'not all held'}")
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
