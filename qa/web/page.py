"""The page: its Gradio components, and which method of the chat each event calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.service.scope import Scope
from qa.web import assets
from qa.web.chat import AT_ONCE, MOST_WAITING, PageUpdate, TabState, well_formed
from qa.web.i18n.words import PRODUCT
from qa.web.security.visitor import NOBODY, visitor_of
from qa.web.views import document_list, source_pane, templates
from qa.web.views.masthead import beginnings, masthead, welcome

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.web.chat import Chat
    from qa.web.i18n.languages import Languages
    from qa.web.security.visitor import Visitor

_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif")
_TEMPLATE_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "{}$`\\"}
"""Characters that Gradio gives a meaning to in the template of an HTML component."""

_UNCHANGED: PageUpdate = gr.skip()
"""Leaves a component as it is."""

_TABS = 200
"""Browser tabs that the server remembers; the oldest is forgotten first."""
_IDLE = 4 * 3600
"""Seconds after which the conversation of a tab is forgotten that nobody uses."""
_THREADS = 8
_POLL = 0.02
"""Seconds between two looks of Gradio at its queue: by default it looks a thousand times a second, on each page."""


def mount(
    app: FastAPI, chat: Chat, languages: Languages, *, with_sign_out: bool, with_documents: bool
) -> dict[int, int]:
    """Mount the page of ``chat`` on ``app``, at the path of its language.

    It has a button to sign out and the list of documents if that is asked for. Return how many values each of its
    events takes.
    """
    blocks = build(chat, languages, with_sign_out=with_sign_out, with_documents=with_documents)
    gr.mount_gradio_app(
        app,
        blocks,
        path=f"/{chat.words.path}".rstrip("/") or "/",
        footer_links=[],
        run_history=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        allowed_paths=[],
        show_error=False,
        max_file_size="1mb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=_FONTS, font_mono=("ui-monospace", "monospace")),
        # Not css=, whose rules Gradio rewrites to fit an embedded page.
        head=f"<style>{assets.styles()}</style>",
    )
    return {number: len(event.inputs) for number, event in blocks.fns.items()}


def build(chat: Chat, languages: Languages, *, with_sign_out: bool, with_documents: bool) -> gr.Blocks:
    """Lay the page out and connect its events; the arguments are as in ``mount``."""
    words = chat.words
    blocks: gr.Blocks
    with gr.Blocks(title=PRODUCT, analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as blocks:
        state = gr.State(TabState(), time_to_live=_IDLE)
        loaded = source_pane.loaded(chat.bot)
        header = masthead(*loaded, words, languages, with_sign_out=with_sign_out, with_documents=with_documents)
        gr.HTML(header, elem_id="masthead", apply_default_css=False, js_on_load=None)
        conversation = templates.render("conversation", words=words, start=welcome(words))
        log = _part("conversation", conversation, value={})
        box = gr.Textbox(
            label=words.question_label,
            placeholder=words.question_placeholder,
            show_label=False,
            container=False,
            lines=1,
            max_lines=6,
            autofocus=True,
            submit_btn=words.ask_button,
            elem_id="question",
        )
        below = beginnings(chat.examples, words, with_documents=with_documents)
        gr.HTML(below, elem_id="start", apply_default_css=False, js_on_load=None)
        failed = source_pane.notice(words.source_unreachable, words)
        _part("source", templates.render("source_pane", words=words, failed=failed))
        _part("suggest", templates.render("suggestion_box", words=words), elem_id="suggestions")
        _part("history", templates.render("history_dialog", words=words, with_sign_out=with_sign_out))
        if with_documents:
            _part("documents", document_list.dialog(words))
        _part("rail", "<span hidden></span>")

        def enter(question: str, tab: TabState, request: gr.Request) -> tuple[str, PageUpdate]:
            return "", chat.enter(question, tab, _visitor(request))

        def enter_example(tab: TabState, event: gr.EventData, request: gr.Request) -> PageUpdate:
            number = _data(event).get("number")
            if not isinstance(number, int) or not 0 <= number < len(chat.examples):
                return _UNCHANGED
            return chat.enter(chat.examples[number], tab, _visitor(request))

        def enter_again(tab: TabState, event: gr.EventData, request: gr.Request) -> PageUpdate:
            data = _data(event)
            question, instead = data.get("question"), data.get("instead")
            if not (isinstance(question, str) and isinstance(instead, str | None)):
                return _UNCHANGED
            return chat.enter(question, tab, _visitor(request), alone=data.get("alone") is True, instead=instead)

        def open_address(tab: TabState, event: gr.EventData, request: gr.Request) -> PageUpdate:
            conversation, question = (str(_data(event).get(name) or "") for name in ("conversation", "q"))
            wanted = Scope.parse(well_formed(str(_data(event).get("scope") or "")))
            return chat.open(tab, conversation, question, _visitor(request), wanted)

        def answer(tab: TabState, request: gr.Request) -> PageUpdate:
            return chat.answer(tab, _visitor(request)) or _UNCHANGED

        def refuse(tab: TabState) -> PageUpdate:
            return chat.refuse(tab) or _UNCHANGED

        # trigger_mode: by default Gradio drops an event while the one before it is still being dealt with.
        quiet: dict[str, Any] = {"trigger_mode": "multiple", "show_progress": "hidden", "api_visibility": "private"}
        at_once = {"queue": False, **quiet}
        for entered in (
            box.submit(enter, [box, state], [box, log], **at_once),
            log.example_select(enter_example, [state], [log], **at_once),
            log.submit(enter_again, [state], [log], **at_once),
            log.select(open_address, [state], [log], **at_once),
        ):
            answered = entered.then(answer, [state], [log], concurrency_limit=AT_ONCE, **quiet)
            answered.failure(refuse, [state], [log], **at_once)
        log.clear(chat.clear, [state], [log], **at_once)

    blocks.max_threads = _THREADS
    blocks.state_session_capacity = _TABS
    blocks.queue(max_size=MOST_WAITING, default_concurrency_limit=AT_ONCE, api_open=False)
    blocks._queue.sleep_when_free = _POLL  # noqa: SLF001 - Gradio has no option for it
    return blocks


def _part(script: str, html: str, *, elem_id: str | None = None, value: object = None) -> gr.HTML:
    """Return a part of the page whose script fills in its HTML.

    Gradio takes the HTML for a template, so what would be code in one is written as character references.
    """
    return gr.HTML(
        value,
        html_template=str(html).translate(_TEMPLATE_SIGNS),
        js_on_load=assets.script(script),
        elem_id=elem_id or script,
        apply_default_css=False,
    )


def _data(event: gr.EventData) -> dict[str, Any]:
    """Return what a script sent with an event, checked: a request need not come from our script."""
    data = event._data  # noqa: SLF001 - there is no other way to all of it
    return data if isinstance(data, dict) else {}


def _visitor(request: gr.Request) -> Visitor:
    """Return who caused an event."""
    return visitor_of(request.request.scope) if request.request is not None else NOBODY
