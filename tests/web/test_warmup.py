"""When a server that has started loads what its bot needs."""

from __future__ import annotations

import asyncio
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.web.warmup import Warmup

LIFESPAN, REQUEST = {"type": "lifespan"}, {"type": "http"}


def run(coroutine):
    """Run a coroutine in a thread of its own: in this one the browser of other tests may have an event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class Asked:
    """A bot that records what it was asked and with which switch interval."""

    def __init__(self, problem=None):
        self.questions, self.intervals, self.problem = [], [], problem
        self.done = threading.Event()

    def ask(self, question):
        self.questions.append(question)
        self.intervals.append(sys.getswitchinterval())
        self.done.set()
        if self.problem:
            raise self.problem


@pytest.fixture
def passed():
    """Return the list of requests that reached the application."""
    return []


@pytest.fixture
def warmup(passed):
    async def app(scope, _receive, _send):
        passed.append(scope["type"])

    return lambda bot, **options: Warmup(app, bot, **options)


def test_a_quiet_server_has_its_bot_load(warmup, passed):
    """Without requests the bot gets its question soon after the start."""
    bot = Asked()
    run(warmup(bot, quiet=0.0)(LIFESPAN, None, None))
    assert bot.done.wait(10)
    assert len(bot.questions) == 1
    assert passed == ["lifespan"]


@pytest.mark.slow
def test_nothing_is_loaded_while_requests_come(warmup, passed):
    """Each request puts the loading off."""
    bot = Asked()

    async def open_page():
        served = warmup(bot, quiet=2.0, most=60.0)
        await served(LIFESPAN, None, None)
        for _ in range(30):
            await asyncio.sleep(0.1)
            await served(REQUEST, None, None)
        return bot.questions[:]

    assert run(open_page()) == []
    assert bot.done.wait(30)
    assert passed == ["lifespan"] + ["http"] * 30


@pytest.mark.slow
def test_nothing_is_loaded_while_a_request_is_answered():
    """Nothing is loaded while a request waits for its answer, however long that takes."""
    bot, asked_before = Asked(), []

    async def app(scope, _receive, _send):
        if scope["type"] == "http":
            await asyncio.sleep(1.0)
            asked_before.extend(bot.questions)

    async def open_page():
        served = Warmup(app, bot, quiet=0.2, most=60.0)
        await served(LIFESPAN, None, None)
        await served(REQUEST, None, None)

    run(open_page())
    assert asked_before == []
    assert bot.done.wait(10)


def test_a_stream_that_is_never_done_holds_nothing_up():
    """The stream of an open page, which never ends, does not put the loading off."""
    bot = Asked()

    async def app(scope, _receive, send):
        if scope["type"] == "http":
            await send({"type": "http.response.start"})
            while not bot.questions:
                await asyncio.sleep(0.01)

    async def send(_message):
        return None

    async def open_page():
        served = Warmup(app, bot, quiet=0.2, most=3600.0)
        await served(LIFESPAN, None, None)
        await asyncio.wait_for(served(REQUEST, None, send), 30)

    run(open_page())
    assert len(bot.questions) == 1


def test_waiting_for_quiet_ends(warmup):
    """Frequent requests, such as health checks, put the loading off only for a limited time."""
    bot = Asked()
    run(warmup(bot, quiet=3600.0, most=0.1)(LIFESPAN, None, None))
    assert bot.done.wait(10)


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_loading_gives_way_to_requests_and_a_failure_ends_nothing(warmup):
    """While the models are loaded other threads get the interpreter sooner, and an error has no consequence."""
    before = sys.getswitchinterval()
    bot = Asked(RuntimeError("no model"))
    run(warmup(bot, quiet=0.0)(LIFESPAN, None, None))
    assert bot.done.wait(10)
    for thread in threading.enumerate():
        if thread.name == "warmup":
            thread.join(10)
    assert bot.intervals[0] < before
    assert sys.getswitchinterval() == before
