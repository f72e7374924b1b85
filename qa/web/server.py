"""The web chat as an application, and the server that runs it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import ipaddress
import os
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qa import __version__
from qa.errors import ServerError
from qa.service import feedback, history
from qa.service.feedback import FeedbackStore
from qa.service.history import ConversationStore
from qa.web import environment
from qa.web.chat import Chat
from qa.web.i18n.languages import Languages
from qa.web.i18n.words import PRODUCT
from qa.web.security.rates import Rate
from qa.web.security.visitors import Visitors

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from fastapi import FastAPI
    from starlette.requests import Request

    from qa.protocols import Answerer
    from qa.service.corpus import Corpus
    from qa.web.routes.history import Kept
    from qa.web.security.accounts import Accounts

QUESTIONS: Final = 60
"""Questions that a client may ask in a minute, half of them at once."""
_REQUESTS: Final = 20
"""Requests for each of them: an answer on the page takes six, opening the page ten."""
_PATIENCE: Final = 3
"""Seconds for running answers to finish when the server is told to stop."""
_FOLDER: Final = "chapter-verse-"


def create_app(
    bot: Answerer,
    examples: Sequence[str] = (),
    *,
    hosts: Sequence[str] = (),
    accounts: Accounts | None = None,
    per_minute: float = QUESTIONS,
    built: datetime | None = None,
    keep_in: Path | None = None,
    corpus: Corpus | None = None,
    editors: Collection[str] | None = None,
    languages: Languages | None = None,
) -> FastAPI:
    """Return the chat with ``bot`` as an ASGI application.

    ``examples`` are questions offered before the first one is asked. ``hosts`` are names, without ports, under which
    the server is addressed besides the loopback ones; a request that names another is refused. With ``accounts``
    nothing is shown to whoever has not signed in. ``per_minute`` is how many questions a client may ask in a minute;
    ``built`` is when the index was built, for whoever monitors its age. ``keep_in`` is the folder in which
    conversations and feedback are kept, by default only until the server stops. With the ``corpus`` that ``bot``
    answers from, its documents are listed, and ``editors`` may add and remove some: everybody with None, else those
    signed in under these names. ``languages`` are those of the page, by default all that the package has.
    """
    environment.prepare()
    from fastapi import FastAPI
    from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

    from qa.web import page
    from qa.web.metrics import Measured, Metrics
    from qa.web.routes.api import Api
    from qa.web.routes.documents import Documents
    from qa.web.routes.documents_api import DocumentsApi
    from qa.web.routes.suggest import Suggest
    from qa.web.security.guard import LOOPBACK, Guard
    from qa.web.security.login import Login, enter, leave, show
    from qa.web.views.page_images import Facsimiles

    def source(chat: Chat) -> Callable[[Request], HTMLResponse]:
        return lambda request: HTMLResponse(chat.source(request.url.query))

    app = FastAPI(title=PRODUCT, version=__version__, openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    languages = languages or Languages.load()
    login = Login(accounts) if accounts is not None else None
    if login:
        app.add_route("/login", partial(show, languages=languages), methods=["GET"])
        app.add_route("/login", partial(enter, login=login, languages=languages), methods=["POST"])
        app.add_route("/logout", partial(leave, login=login), methods=["POST"])
    else:  # these would be Gradio's own
        app.add_route("/login", lambda _request: RedirectResponse("."))
        app.add_route("/logout", lambda _request: RedirectResponse("."))
    questions = Rate(per_minute, max(1, round(per_minute / 2)))
    metrics = Metrics(bot, corpus.built if corpus else (lambda: built) if built else None)
    documents = Documents(corpus, editors) if corpus else None
    kept = _open_kept(keep_in)
    facsimiles = Facsimiles(bot)
    Api(Measured(bot, metrics, "api"), questions, metrics).add_to(app)
    if documents:
        DocumentsApi(documents).add_to(app)
    for words in sorted(languages, key=lambda words: words.path, reverse=True):  # "/" would take all requests
        path = f"/{words.path}"
        chat = Chat(
            Measured(bot, metrics, "chat"),
            words,
            examples,
            languages=languages,
            kept=kept,
            rate=questions,
            signed_in=login is not None,
            listed=documents is not None,
            facsimiles=facsimiles,
        )
        kept.add_to(app, words)
        facsimiles.add_to(app, words)
        if documents:
            documents.add_to(app, bot, words)
        Suggest(bot, kept, examples, words).add_to(app)
        app.add_route(f"{path}source", source(chat))
        app.add_route(f"{path}favicon.ico", lambda _request: FileResponse(page.FAVICON))
        page.mount(app, chat, path.rstrip("/") or "/")
    requests, changes = (Rate(per_minute * _REQUESTS, max(1, round(per_minute * _REQUESTS / 4))) for _ in range(2))
    app.add_middleware(Visitors, rate=requests, documents=changes, login=login, languages=languages)
    app.add_middleware(Guard, hosts=LOOPBACK.union(hosts), languages=languages)
    return app


def serve(
    bot: Answerer,
    host: str = "127.0.0.1",
    port: int = 7860,
    examples: Sequence[str] = (),
    *,
    names: Sequence[str] = (),
    accounts: Accounts | None = None,
    per_minute: float = QUESTIONS,
    keep_in: Path | None = None,
    corpus: Corpus | None = None,
    editors: Collection[str] | None = None,
) -> None:
    """Serve the chat until Ctrl-C or SIGTERM; the address is printed on standard error.

    ``names`` are host names under which others reach the server; the rest is as in ``create_app``. Raises
    ``ServerError`` if the port is in use, the address cannot be listened on or is not this machine's alone and there
    are no ``accounts``, or a package is missing.
    """
    for package in ("gradio", "fastapi", "uvicorn"):
        if find_spec(package) is None:
            raise ServerError(f"the web chat needs {package}; run: pip install 'chapter-verse[web]'")
    open_to_others = not _is_loopback(host)
    if open_to_others and accounts is None:
        raise ServerError(
            f"without a login the chat is served to this machine only, not on {host}; make one with "
            "“qa password NAME --auth FILE” and serve with --auth FILE, or use --host 127.0.0.1"
        )
    listener = _listen(host, port)
    with contextlib.closing(listener), _private_folder(), _stopping():
        import uvicorn

        from qa.web.stopping import StoppableServer
        from qa.web.warmup import Waking

        own = [f"[{host}]" if ":" in host else host, socket.gethostname(), *names]
        app = create_app(
            bot,
            examples,
            hosts=own,
            accounts=accounts,
            per_minute=per_minute,
            keep_in=keep_in,
            corpus=corpus,
            editors=editors,
        )
        app.add_middleware(Waking, bot=bot)
        configuration = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=_PATIENCE
        )
        server = StoppableServer(configuration, app)
        sys.stderr.write(f"Chapter & Verse: {_address(host, listener)} (stop with Ctrl-C)\n")
        if open_to_others:
            sys.stderr.write("Passwords travel as they are: put a proxy with HTTPS in front of this server.\n")
        server.run(sockets=[listener])


def _open_kept(folder: Path | None) -> Kept:
    """Open what visitors keep; where the folder cannot be written it is kept in memory, and that is said."""
    from qa.web.routes.history import Kept

    if folder is not None:
        try:
            return Kept(ConversationStore(folder / history.FILE), FeedbackStore(folder / feedback.FILE))
        except sqlite3.Error as error:
            sys.stderr.write(f"Conversations and feedback are lost when the server stops: {error}\n")
    return Kept(ConversationStore(), FeedbackStore())


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
    """Give Gradio a temporary folder of its own, readable by nobody else and removed at the end.

    What a server left that was killed is removed first: the lock on its folder died with it.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        _sweep(left)
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    before = os.environ.get("GRADIO_TEMP_DIR")
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    try:
        yield
    finally:
        os.close(lock)
        if before is None:
            os.environ.pop("GRADIO_TEMP_DIR", None)
        else:
            os.environ["GRADIO_TEMP_DIR"] = before
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove a temporary folder of ours that no running server holds."""
    try:
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            return
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return  # it has gone meanwhile, or is no folder of ours
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return  # its server runs
    finally:
        os.close(lock)


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
