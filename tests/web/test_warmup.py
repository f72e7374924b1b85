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
    """Run it in a thread of its own: the browser of other tests has an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class Asked:
    """A bot that notes what it was asked, and in what state."""

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
    """What came through to the application."""
    return []


@pytest.fixture
def warmup(passed):
    async def app(scope, _receive, _send):
        passed.append(scope["type"])

    return lambda bot, **options: Warmup(app, bot, **options)


def test_a_quiet_server_has_its_bot_load(warmup, passed):
    bot = Asked()
    run(warmup(bot, quiet=0.0)(LIFESPAN, None, None))
    assert bot.done.wait(10)
    assert len(bot.questions) == 1
    assert passed == ["lifespan"]


def test_nothing_is_loaded_while_requests_come(warmup, passed):
    """Each request puts it off by the quiet that must have been."""
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


def test_nothing_is_loaded_while_a_request_is_answered():
    """A page that takes longer than the quiet is not disturbed in its middle."""
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
    """An open page keeps a connection on which the server may speak; that it is open is no reason to wait."""
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
    """Whoever asks for the server's health all the time does not hinder it."""
    bot = Asked()
    run(warmup(bot, quiet=3600.0, most=0.1)(LIFESPAN, None, None))
    assert bot.done.wait(10)


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_loading_gives_way_to_requests_and_a_failure_ends_nothing(warmup):
    before = sys.getswitchinterval()
    bot = Asked(RuntimeError("no model"))
    run(warmup(bot, quiet=0.0)(LIFESPAN, None, None))
    assert bot.done.wait(10)
    for thread in threading.enumerate():
        if thread.name == "warmup":
            thread.join(10)
    assert bot.intervals[0] < before
    assert sys.getswitchinterval() == before
