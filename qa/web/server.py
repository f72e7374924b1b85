"""The web chat as an application, and the server that runs it."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import ServerError
from qa.web import environment
from qa.web.chat import Chat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

    from qa.protocols import Answerer

_PATIENCE = 3
"""Seconds for running answers to finish when the server is told to stop."""


def create_app(bot: Answerer, examples: Sequence[str] = (), *, hosts: Sequence[str] = ()) -> FastAPI:
    """Return the chat with ``bot`` as an ASGI application.

    ``examples`` are questions offered before the first one is asked. ``hosts`` are names, without ports, under which
    the server is addressed besides the loopback ones; a request that names another is refused.
    """
    environment.prepare()
    from fastapi import FastAPI
    from fastapi.responses import FileResponse, HTMLResponse

    from qa.web import page
    from qa.web.guard import LOOPBACK, Guard
    from qa.web.strings import LANGUAGES

    def source(chat: Chat) -> Callable[[Request], HTMLResponse]:
        return lambda request: HTMLResponse(chat.source(request.url.query))

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for words in sorted(LANGUAGES.values(), key=lambda words: words.path, reverse=True):  # "/" would take all requests
        path = f"/{words.path}"
        chat = Chat(bot, words, examples)
        app.add_route(f"{path}source", source(chat))
        app.add_route(f"{path}favicon.ico", lambda _request: FileResponse(page.FAVICON))
        page.mount(app, chat, path.rstrip("/") or "/")
    app.add_middleware(Guard, hosts=LOOPBACK.union(hosts))
    return app


def serve(bot: Answerer, host: str = "127.0.0.1", port: int = 7860, examples: Sequence[str] = ()) -> None:
    """Serve the chat until Ctrl-C or SIGTERM; the address is printed on standard error.

    Raises ``ServerError`` if the port is in use, the address cannot be listened on, or a package is missing.
    """
    for package in ("gradio", "fastapi", "uvicorn"):
        if find_spec(package) is None:
            raise ServerError(f"the web chat needs {package}; run: pip install 'chapter-verse[web]'")
    if not _is_loopback(host):
        raise ServerError(
            f"the chat has no login yet, so it is served to this machine only, not on {host}; "
            "use --host 127.0.0.1, and reach it from elsewhere through a tunnel such as ssh -L"
        )
    listener = _listen(host, port)
    with contextlib.closing(listener), _private_folder(), _stopping():
        import uvicorn

        app = create_app(bot, examples, hosts=[f"[{host}]" if ":" in host else host, socket.gethostname()])
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_PATIENCE,
            )
        )
        threading.Thread(target=_wake, args=(bot,), daemon=True).start()
        sys.stderr.write(f"Chapter & Verse: {_address(host, listener)} (stop with Ctrl-C)\n")
        server.run(sockets=[listener])


def _wake(bot: Answerer) -> None:
    """Ask something, so that what a bot loads with its first question is there before a person asks."""
    with contextlib.suppress(Exception):  # if it fails, the first question will say so
        bot.ask("What is this about?")


def _is_loopback(host: str) -> bool:
    """Say whether only this machine can reach an address; a name must say so itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address; bound before anything slow is loaded."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, OverflowError) as error:
        raise ServerError(f"cannot serve at {host}, port {port}: {error}") from error
    try:
        if os.name == "posix":  # elsewhere it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise ServerError(
                f"port {port} on {host} is in use; stop the other program or choose another port with --port"
            ) from error
        raise ServerError(
            f"cannot serve at {host}, port {port}: {error}; choose another with --host or --port"
        ) from error
    return listener


def _address(host: str, listener: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


@contextlib.contextmanager
def _private_folder() -> Iterator[None]:
    """Give Gradio a temporary folder of its own, readable by nobody else and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="chapter-verse-"))
    before = os.environ.get("GRADIO_TEMP_DIR")
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("GRADIO_TEMP_DIR", None)
        else:
            os.environ["GRADIO_TEMP_DIR"] = before
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _stopping() -> Iterator[None]:
    """Make Ctrl-C and SIGTERM an orderly end: uvicorn stops on them, then raises them again for whoever started it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
