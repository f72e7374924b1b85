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
from urllib.parse import urljoin, urlsplit

import pytest
from browser.fake_bot import FakeBot, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from playwright.sync_api import Browser, Page, ViewportSize

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
PHONE = {"viewport": {"width": 390, "height": 844}}
EVENTS = ("request", "response", "pageerror", "console", "dialog", "filechooser", "download", "popup")


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


class Tabs:
    """Tabs of browser sessions apart from each other, lent to one test after another.

    A tab that has shown the chat keeps its files and their compiled scripts: a visit takes half a second of processor
    time in it and 2.7 s in a new one. What a test leaves in a tab (storage, cookies, permissions, routes, listeners)
    is gone before the next test gets it.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: dict[tuple[tuple[str, object], ...], list[Page]] = {}
        self._lent: list[tuple[Page, tuple[tuple[str, object], ...]]] = []

    def lend(
        self,
        viewport: ViewportSize | None = None,
        color_scheme: str = "light",
        reduced_motion: str = "no-preference",
        permissions: Sequence[str] = (),
        **context: object,
    ) -> Page:
        """Return an empty tab in a session of its own that looks as is asked for."""
        kind = tuple(sorted(context.items()))
        idle = self._idle.get(kind)
        page = idle.pop() if idle else self._browser.new_context(**context).new_page()
        self._lent.append((page, kind))
        page.set_default_timeout(45_000)
        page.set_viewport_size(viewport or {"width": 1280, "height": 800})
        page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        page.context.grant_permissions([*permissions])
        return page

    def take_back(self) -> None:
        """Empty the tabs that are lent."""
        from playwright.sync_api import Error

        while self._lent:
            page, kind = self._lent.pop()
            page.unroute_all()
            page.evaluate("0")  # whatever the page has told by now reaches its listeners first
            for event in EVENTS:
                page._impl_obj.remove_all_listeners(event)
            for other in page.context.pages:
                if other is not page:
                    other.close()
            try:
                page.goto(urljoin(page.url, "/health"))
            except Error:  # the test has stopped the server
                page.context.close()
                continue
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
            page.context.clear_cookies()
            page.context.clear_permissions()
            self._idle.setdefault(kind, []).append(page)


@dataclass
class Visits:
    """Opens pages and notes what they requested and what went wrong in them."""

    tabs: Tabs
    addresses: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    def __call__(self, url: str, ready: str = BOX, **session: object) -> Page:
        """Open ``url`` in a browser session of its own and wait until a question can be typed, or for ``ready``."""
        page = self.tabs.lend(**session)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("response", lambda r: self.troubles.append(f"{r.status} {r.url}") if r.status >= 500 else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda m: self.troubles.append(m.text) if m.type == "error" else None)
        page.on("dialog", lambda dialog: (self.troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.addresses.add(urlsplit(url).netloc)
        page.goto(url)
        page.wait_for_selector(ready)
        return page


@pytest.fixture(scope="session")
def tabs(chromium: Browser) -> Tabs:
    """Return the tabs of the browser."""
    return Tabs(chromium)


@pytest.fixture
def visit(tabs: Tabs) -> Iterator[Visits]:
    """Open pages; afterwards no page may have met an error or asked any host but its own for anything."""
    visits = Visits(tabs)
    yield visits
    tabs.take_back()
    assert not visits.troubles
    assert visits.hosts <= visits.addresses | {""}  # data: and blob: have no host


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


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Return a function that runs axe-core on a page and returns its violations in words."""
    package = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core comes with a test package")
    script = package.Axe().axe_script

    def run(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        found = page.evaluate("axe.run({resultTypes: ['violations']}).then(results => results.violations)")
        return [f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']]}" for one in found]

    return run
