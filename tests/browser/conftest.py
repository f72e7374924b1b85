"""A real server, a real Chromium, and a page that complains of whatever it should not have done."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from browser.fake_bot import FakeBot, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Browser, Page

    from qa.protocols import Answerer

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXAMPLES = ["When was the Global Counter-Terrorism Strategy adopted?", "What threat has the defeat of ISIL brought?"]
BOX = "#question textarea"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser, or skip where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need the package playwright")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"the browser tests need Chromium, and there is none at {CHROMIUM}")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def start_chat() -> Iterator[Callable[..., str]]:
    """Start servers on free ports and return their addresses; they stop with the module."""
    with _servers() as start:
        yield start


@contextmanager
def _servers() -> Iterator[Callable[..., str]]:
    """Give a function that starts servers, and stop them: each that is left running takes its time from all tests."""
    pytest.importorskip("gradio", reason="the web chat needs the extra [web]")
    import uvicorn

    from qa.web import create_app

    running = []

    def start(bot: Answerer, examples: Sequence[str] = (), **options: object) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        app = create_app(bot, examples, **{"per_minute": 6_000} | options)  # all tests come from one address
        configuration = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(configuration)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        running.append((server, thread))
        while not server.started:
            time.sleep(0.02)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    try:
        yield start
    finally:
        for server, _ in running:
            server.should_exit = True
        for _, thread in running:
            thread.join(10)


@pytest.fixture(scope="session")
def bot() -> FakeBot:
    """Return the bot that knows the statement and nothing else."""
    return FakeBot([statement()])


@pytest.fixture(scope="session")
def chat(bot: FakeBot) -> Iterator[str]:
    """Return the address of a chat about the statement."""
    with _servers() as start:
        yield start(bot, EXAMPLES)


@dataclass
class Visits:
    """Opens pages and notes what they requested and what went wrong in them."""

    browser: Browser
    pages: list[Page] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    def __call__(self, url: str, ready: str = BOX, **context: object) -> Page:
        """Open ``url`` in a browser session of its own and wait until a question can be typed, or for ``ready``."""
        page = self.browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | context).new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("response", lambda r: self.troubles.append(f"{r.status} {r.url}") if r.status >= 500 else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda m: self.troubles.append(m.text) if m.type == "error" else None)
        page.on("dialog", lambda dialog: (self.troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(url)
        page.wait_for_selector(ready)
        self.pages.append(page)
        return page


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visits]:
    """Open pages; afterwards no page may have met an error or asked any host but its own for anything."""
    visits = Visits(chromium)
    yield visits
    own = {urlsplit(page.url).netloc for page in visits.pages}
    for page in visits.pages:
        page.context.close()
    assert not visits.troubles
    assert visits.hosts <= own | {""}  # data: and blob: have no host


@pytest.fixture
def page(visit: Visits, chat: str) -> Page:
    """Return a page of the chat about the statement."""
    return visit(chat)


@pytest.fixture
def ask() -> Callable[..., object]:
    """Type a question, press Enter, and return the exchange once its answer is there."""

    def ask(page: Page, question: str) -> object:
        number = page.locator(".exchange").count() + 1
        page.locator(BOX).fill(question)
        page.locator(BOX).press("Enter")
        exchange = page.locator(".exchange").nth(number - 1)
        exchange.locator(".verdict").wait_for()
        return exchange

    return ask
