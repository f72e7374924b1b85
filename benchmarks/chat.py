"""Time the chat in a real browser: ``python -m benchmarks.chat [--index DIR]``.

Prints medians, in Chromium on this machine, with its load: from the start of ``qa serve`` to a page in which a question
can be typed, from Enter to the answer on the screen, and from a click on a citation to its source. The index is copied,
so that no question is stored with it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from benchmarks.common import CHROMIUM, DEFAULT_INDEX, OWN_SETS, command_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

BOX = "#question textarea"
GOALS = {"listening to page usable": 2_000, "Enter to answer": 400, "click to source": 200}
"""Milliseconds that the medians should not exceed."""
_STORED = shutil.ignore_patterns("conversations.sqlite*", "feedback.sqlite*")
_STARTS = 9
_SEEN = """selector => new Promise(resolve => {
  const look = () => { const found = [...document.querySelectorAll(selector)].at(-1);
    if (found?.checkVisibility()) requestAnimationFrame(() => resolve(performance.now()));
    else requestAnimationFrame(look); };
  look(); })"""
"""Resolves in the frame after the one in which an element becomes visible, when it has been painted."""


@contextmanager
def serving(index: Path) -> Iterator[tuple[str, float, float]]:
    """Start the server as a user does; yield its address, the time of its start and the time when it listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = time.perf_counter()
    command = [sys.executable, "-m", "qa", "serve", "--index", str(index), "--port", str(port), "--per-minute", "6000"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own
    try:
        if server.stderr and "http://" not in (line := server.stderr.readline()):
            raise SystemExit(f"the server did not start: {line}{server.stderr.read()}")
        yield f"http://127.0.0.1:{port}/", started, time.perf_counter()
    finally:
        server.terminate()
        server.wait(20)


def open_page(browser: Browser, url: str) -> Page:
    """Open the page in a session of its own and return it once a question can be typed."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(BOX)
    return page


def answer_times(page: Page, questions: list[str]) -> list[float]:
    """Return the milliseconds from Enter to each answer's first frame, as the page counts them."""
    times = []
    for number, question in enumerate(questions, 1):
        page.fill(BOX, question)
        page.evaluate(
            "addEventListener('keydown', e => e.key === 'Enter' && (window.pressed = performance.now()), true)"
        )
        page.press(BOX, "Enter")
        times.append(page.evaluate(_SEEN, f"#exchange-{number} .verdict") - page.evaluate("window.pressed"))
    return times


def source_times(page: Page) -> list[float]:
    """Return the milliseconds from a click on each answer's first citation to the marked passage."""
    times = []
    links = page.locator(".exchange :is(.lead, .closest li:first-child) a.cite")
    page.evaluate("addEventListener('click', () => { window.clicked = performance.now(); }, true)")
    for place in range(links.count()):
        links.nth(place).scroll_into_view_if_needed()
        links.nth(place).click()
        times.append(page.evaluate(_SEEN, "#source mark.passage") - page.evaluate("window.clicked"))
        page.keyboard.press("Escape")
        page.locator("#source .pane").wait_for(state="hidden")
    return times


def main() -> None:
    """Measure and print a table."""
    parser = command_line(__doc__)
    parser.add_argument("--index", default=DEFAULT_INDEX)
    parser.add_argument("--set", type=Path, default=OWN_SETS / "statement")
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    lines = (options.set / "queries.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["text"] for line in lines][: options.count]
    times: dict[str, list[float]] = {"start to listening": [], "listening to page usable": []}
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        index = shutil.copytree(options.index, Path(folder) / "index", ignore=_STORED)
        browser = playwright.chromium.launch(**CHROMIUM)
        for attempt in range(_STARTS):
            with serving(index) as (url, started, listening):
                page = open_page(browser, url)
                times["listening to page usable"].append(1000 * (time.perf_counter() - listening))
                times["start to listening"].append(1000 * (listening - started))
                if attempt == _STARTS - 1:
                    first = answer_times(page, questions[:1])
                    page = open_page(browser, url)
                    times |= {"first answer": first, "Enter to answer": answer_times(page, questions)}
                    times["click to source"] = source_times(page)
        browser.close()
    print(
        f"{options.index}: {len(questions)} questions; load {load:.1f} before, {os.getloadavg()[0]:.1f} after, "
        f"{os.cpu_count()} cores"
    )
    for name, found in times.items():
        goal = f"   goal {GOALS[name]:,} ms" if name in GOALS else ""
        print(
            f"{name:26} median {statistics.median(found):6,.0f} ms   most {max(found):6,.0f} ms   n {len(found)}{goal}"
        )


if __name__ == "__main__":
    main()
