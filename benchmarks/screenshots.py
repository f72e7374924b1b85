"""Take the pictures in ``docs/images`` from the running chat: ``python -m benchmarks.screenshots [--url URL]``.

The chat must answer from the statement alone, in a folder whose name may be shown (``qa serve --per-minute 600``). A
note is uploaded to it and removed again. ``--pages`` takes the pictures of the page view instead, from its own chat
about the statement printed as a PDF.
"""

from __future__ import annotations

import html
import re
import socket
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.common import CHROMIUM, ROOT, command_line

IMAGES = ROOT / "docs" / "images"
BOX = "#question textarea"
NOTE = "# Note of the meeting\n\nThe delegations agreed to meet again in Geneva in the second week of May.\n"
DOCUMENTS = ROOT / "data" / "documents"
SCREENS = (
    ("light", 1440, 900, "light"),
    ("dark", 1440, 900, "dark"),
    ("phone", 390, 844, "light"),
    ("french", 1440, 900, "light"),
)


def ask(page: Page, question: str, exchange: str) -> None:
    """Ask a question and wait for its answer in the exchange that a selector names."""
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    page.wait_for_selector(f"{exchange} .verdict")


def show_list(page: Page, selector: str) -> None:
    """Open a list by its button, unless it stands in the rail of a wide screen already."""
    button = page.locator(selector)
    if button.get_attribute("aria-expanded") != "true":
        button.click()


def take_asking(page: Page, name: str) -> None:
    """Picture what is offered while typing, a misspelt question, and a follow-up."""
    page.locator(BOX).press_sequentially("what t")
    page.locator("#suggested [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    page.screenshot(path=IMAGES / f"{name}-suggestions.png")
    page.keyboard.press("Escape")
    ask(page, "When was the UN Global Counter-Terrorism Stratgey adopted?", "#exchange-1")
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}-spelling.png")
    page.locator("#exchange-1 [data-ask]").click()
    page.wait_for_selector("#exchange-2 .verdict")
    ask(page, "And what should be the focus of it now?", "#exchange-3")
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}-follow-up.png")


def take(browser: Browser, url: str, name: str, width: int, height: int, scheme: str) -> None:
    """Ask one question the statement answers and one it does not, and picture each state and the list of both."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(BOX)
    page.wait_for_timeout(800)
    page.screenshot(path=IMAGES / f"{name}-start.png")
    if name != "french":
        take_asking(page, name)
        page.goto(url)
        page.wait_for_selector(BOX)
    ask(page, "When was the UN Global Counter-Terrorism Strategy adopted?", "#exchange-1")
    page.wait_for_timeout(400)
    page.screenshot(path=IMAGES / f"{name}-answer.png")
    if name == "french":  # what follows differs in words alone
        context.close()
        return
    page.locator("#exchange-1 a.cite").first.click()
    page.wait_for_selector("mark.passage")
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}-source.png")
    page.keyboard.press("Escape")
    ask(page, "What is the boiling point of mercury?", "#exchange-2")
    page.wait_for_timeout(400)
    page.screenshot(path=IMAGES / f"{name}-refusal.png")
    page.locator("[data-clear]").click()
    page.locator(".start").wait_for()
    ask(page, "What is the task of the Office of Counter-Terrorism?", ".exchange")
    page.locator("[data-verdict]").first.click()
    show_list(page, "[data-conversations]")
    page.locator("#history .open").first.wait_for()
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}-conversations.png")
    page.keyboard.press("Escape")
    page.wait_for_timeout(4500)  # until what was said has faded
    page.screenshot(path=IMAGES / f"{name}-comment.png")
    _documents(page, name)
    context.close()


def take_premise(browser: Browser, url: str) -> None:
    """Picture a question that takes a wrong year for granted, and why its passage came first."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    ask(page, "What did the Global Strategy of 2005 emphasize?", "#exchange-1")
    page.locator("#exchange-1 .lead summary").first.click()
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / "light-premise.png")
    page.close()


def _documents(page: Page, name: str) -> None:
    """Add a document and a file that cannot be read, picture the list with what came of them, and remove both."""
    show_list(page, "[data-documents]")
    page.locator("#documents .list li").first.wait_for()
    page.locator("#documents input[type=file]").set_input_files(
        [
            {"name": "note-of-the-meeting.md", "mimeType": "text/markdown", "buffer": NOTE.encode()},
            {"name": "recording.mp3", "mimeType": "audio/mpeg", "buffer": b"ID3\0"},
        ]
    )
    page.locator("#documents .upload[data-stage=indexed]").wait_for(timeout=60_000)
    page.locator("#documents .upload[data-stage=refused]").wait_for()
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}-documents.png")
    page.locator("#documents [data-remove]:visible").first.click()
    page.locator("#documents [data-sure]:visible").first.click()
    page.locator("#documents .leaving").first.wait_for()
    page.locator("#documents .leaving").first.wait_for(state="detached", timeout=60_000)


def print_statement(browser: Browser, folder: Path) -> None:
    """Print the statement as a PDF of a few pages."""
    text = (DOCUMENTS / "statement-voronkov-moscow-2018.txt").read_text("utf-8")
    blocks = [" ".join(block.strip("*\n").split()) for block in re.split(r"\n\s*\n", text) if block.strip("*\n ")]
    body = "".join(f"<p>{html.escape(block)}</p>" for block in blocks)
    page = browser.new_page()
    page.set_content(
        "<title>Statement</title><style>p { margin: 0 0 10pt; font: 11pt/1.45 serif; text-align: justify; }</style>"
        + body
    )
    margins = {"top": "25mm", "bottom": "25mm", "left": "25mm", "right": "25mm"}
    page.pdf(path=folder / "statement.pdf", format="A4", margin=margins)  # type: ignore[arg-type]
    page.close()


def serve_folder(folder: Path) -> str:
    """Index a folder, serve a chat about it until the process ends, and return its address."""
    import uvicorn

    import qa
    from qa.web import create_app

    qa.build_index(folder / "documents", folder / "index")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(qa.open_bot(folder / "index")), log_level="warning"))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def take_pages(browser: Browser, url: str, name: str, width: int, height: int, scheme: str) -> None:
    """Ask, open the source, and picture the page that was quoted from."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    page.fill(BOX, "When was the UN Global Counter-Terrorism Strategy adopted?")
    page.press(BOX, "Enter")
    page.locator("#exchange-1 a.cite").first.click()
    page.wait_for_function("document.querySelector('.sheet img')?.naturalWidth")
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}-page.png")
    context.close()


def main() -> None:
    """Take every picture."""
    parser = command_line(__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:7860")
    parser.add_argument("--pages", action="store_true", help="take those of the page view")
    options = parser.parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        if options.pages:
            with tempfile.TemporaryDirectory() as folder:
                (documents := Path(folder, "documents")).mkdir()
                print_statement(browser, documents)
                url = serve_folder(Path(folder))
                for screen in SCREENS[:3]:
                    take_pages(browser, url, *screen)
        else:
            for screen in SCREENS:
                take(browser, f"{options.url}/{'fr/' if screen[0] == 'french' else ''}", *screen)
            take_premise(browser, options.url)
        browser.close()


if __name__ == "__main__":
    main()
