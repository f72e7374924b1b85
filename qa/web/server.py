"""The web chat as an application, and the server that runs it."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from qa import __version__
from qa.errors import ServerError
from qa.web.process import is_loopback, listen, name_in_address, prepare_gradio, private_folder, stop_on_signals
from qa.web.warmup import THREAD, Warmup

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from pathlib import Path

    from fastapi import FastAPI

    from qa.protocols import Answerer
    from qa.service.corpus import Corpus
    from qa.web.i18n.languages import Languages
    from qa.web.security.accounts import Accounts

QUESTIONS: Final = 60
"""Questions that a client may ask in a minute, half of them at once."""
_REQUESTS: Final = 20
"""Requests for each of them: an answer on the page takes six, opening the page ten."""
_BACKLOG: Final = 64
"""Connections that are accepted at once, before any of them is looked at: few, as each is an open file."""
_PATIENCE: Final = 3
"""Seconds for requests to finish when the server is told to stop; questions have less (``qa.web.shutdown``)."""


def create_app(
    bot: Answerer,
    examples: Sequence[str] = (),
    *,
    hosts: Sequence[str] = (),
    accounts: Accounts | None = None,
    per_minute: float = QUESTIONS,
    built: datetime | None = None,
    save_in: Path | None = None,
    corpus: Corpus | None = None,
    editors: Collection[str] | None = None,
    languages: Languages | None = None,
) -> FastAPI:
    """Return the chat with ``bot`` as an ASGI application.

    ``examples`` are questions that the page offers before the first one is asked, by default some made from the
    documents' headings. ``hosts`` are names, without ports,
    under which the server may be addressed besides the loopback ones. With ``accounts`` people must sign in before
    they see anything. ``per_minute`` is how many questions a client may ask in a minute. ``built`` is when the index
    was built, for monitors. Conversations and feedback are saved in the folder ``save_in``, by default only until the
    server stops. With the ``corpus`` that ``bot`` answers from, its documents are listed, and ``editors`` may add and
    remove documents: everybody with None, else those who have signed in under these names. ``languages`` are those of
    the page, by default all that the package has.
    """
    prepare_gradio()  # before Gradio is imported
    from fastapi import FastAPI
    from fastapi.exceptions import RequestValidationError

    from qa.web import page
    from qa.web.chat import Chat
    from qa.web.i18n.languages import Languages
    from qa.web.i18n.words import PRODUCT
    from qa.web.metrics import Metrics
    from qa.web.routes import table
    from qa.web.routes.api import Api, invalid_request
    from qa.web.routes.conversations import ConversationRoutes
    from qa.web.routes.documents import CorpusAccess, DocumentRoutes
    from qa.web.routes.documents_api import DocumentsApi
    from qa.web.routes.sign_in import SignIn
    from qa.web.routes.sources import Sources
    from qa.web.routes.suggestions import Suggestions
    from qa.web.routing import RouteTable
    from qa.web.saved_conversations import open_saved_conversations
    from qa.web.security.access import AccessControl
    from qa.web.security.guard import LOOPBACK, Guard
    from qa.web.security.rates import Rate
    from qa.web.security.session_owner import SessionOwner
    from qa.web.security.sessions import Sessions
    from qa.web.views.masthead import headings_to_ask_about, questions_about
    from qa.web.views.page_images import DocumentFiles

    languages = languages or Languages.load()
    headings = () if examples else headings_to_ask_about(bot)
    offered = {words.language: tuple(examples) or questions_about(headings, words) for words in languages}
    sessions = Sessions(accounts) if accounts is not None else None
    saved = open_saved_conversations(save_in)
    questions = Rate(per_minute, max(1, round(per_minute / 2)))
    metrics = Metrics(bot, corpus.built if corpus else (lambda: built) if built else None)
    access = CorpusAccess(corpus, editors) if corpus else None
    api = Api(bot, questions, metrics)
    routes = RouteTable(
        (
            *table.sign_in_routes(SignIn(sessions, languages) if sessions else None),
            *table.api_routes(api),
            *table.page_routes(
                Sources(bot, DocumentFiles(bot)),
                ConversationRoutes(saved),
                Suggestions(bot, saved.conversations, offered),
            ),
            *(table.document_routes(DocumentRoutes(access, bot), DocumentsApi(access)) if access else ()),
            *table.GRADIO,
        ),
        languages,
    )
    app = FastAPI(title=PRODUCT, version=__version__, openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    app.add_exception_handler(RequestValidationError, invalid_request)
    app.router.on_shutdown.append(saved.close)
    app.state.refuse = api.refuse
    app.state.metrics = metrics
    routes.add_to(app)
    inputs: dict[int, int] = {}  # the same in every language
    for words in sorted(languages, key=lambda words: words.path, reverse=True):  # "/" would take all requests
        catalogue = corpus.catalogue if corpus else None
        questions_offered = offered[words.language]
        chat = Chat(bot, words, questions_offered, saved=saved, rate=questions, metrics=metrics, catalogue=catalogue)
        inputs |= page.mount(
            app, chat, languages, with_sign_out=sessions is not None, with_documents=access is not None
        )
    per_client = per_minute * _REQUESTS
    rates = {name: Rate(per_client, max(1, round(per_client / 4))) for name in ("requests", "documents")}
    app.add_middleware(SessionOwner, inputs=inputs)
    app.add_middleware(AccessControl, routes=routes, rates=rates, languages=languages, sessions=sessions)
    app.add_middleware(Guard, routes=routes, hosts=LOOPBACK.union(hosts))
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
    save_in: Path | None = None,
    corpus: Corpus | None = None,
    editors: Collection[str] | None = None,
    proxies: Sequence[str] = (),
) -> bool:
    """Serve the chat until Ctrl-C or SIGTERM; the address is printed on standard error.

    Return whether a thread still loads a model or answers a question: then the interpreter must not be ended in an
    orderly way, which would wait for it or abort.

    ``names`` are host names under which others reach the server. ``proxies`` are the addresses of those whose word is
    taken for who sent a request (``X-Forwarded-For``) and how (``X-Forwarded-Proto``). The rest is as in
    ``create_app``. Raises ``ServerError`` if a package is missing, the address cannot be listened on or its port is in
    use, or if it is open to other machines and there are no ``accounts``.
    """
    for package in ("gradio", "fastapi", "uvicorn"):
        if find_spec(package) is None:
            raise ServerError(f"the web chat needs {package}; run: pip install 'chapter-verse[web]'")
    open_to_others = not is_loopback(host)
    if open_to_others and accounts is None:
        raise ServerError(
            f"without a login the chat is served to this machine only, not on {host}; make one with "
            "“qa password NAME --auth FILE” and serve with --auth FILE, or use --host 127.0.0.1"
        )
    listener = listen(host, port)  # before the imports, which take seconds
    metrics = None
    with contextlib.closing(listener), private_folder(), stop_on_signals():
        app = create_app(
            bot,
            examples,
            hosts=[name_in_address(host), socket.gethostname(), *names],
            accounts=accounts,
            per_minute=per_minute,
            save_in=save_in,
            corpus=corpus,
            editors=editors,
        )
        import uvicorn

        from qa.web.security.connections import TimelyProtocol
        from qa.web.shutdown import StoppableServer

        app.add_middleware(Warmup, bot=bot)
        configuration = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE,
            http=TimelyProtocol,
            backlog=_BACKLOG,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
        )
        server = StoppableServer(configuration, app)
        address = f"http://{name_in_address(host)}:{listener.getsockname()[1]}"
        sys.stderr.write(f"Chapter & Verse: {address} (stop with Ctrl-C)\n")
        if open_to_others:
            sys.stderr.write("Passwords travel as they are: put a proxy with HTTPS in front of this server.\n")
        metrics = app.state.metrics
        server.run(sockets=[listener])
    loading = any(thread.name == THREAD for thread in threading.enumerate())
    return loading or (metrics is not None and metrics.running > 0)
