"""The page: which Gradio components there are and which call of the chat each event leads to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.web.chat import Conversation, Shown
from qa.web.i18n.words import PRODUCT
from qa.web.security.visitors import NOBODY, visitor_of
from qa.web.views import listing, render, source
from qa.web.views.markup import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

    from qa.web.chat import Chat
    from qa.web.i18n.words import Words
    from qa.web.security.visitors import Visitor

_STATIC = Path(__file__).parent / "static"
FAVICON = _STATIC / "favicon.svg"
STYLES = "".join(path.read_text("utf-8") for path in sorted(_STATIC.glob("*.css")))
_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif")

_SKIP: Shown = gr.skip()
"""Leaves a component as it is."""

_SESSIONS = 200
"""Conversations that the server remembers; the oldest is forgotten first."""
_IDLE = 4 * 3600
"""Seconds after which a conversation that nobody goes on with is forgotten."""
_AT_ONCE = 2
"""Questions that are answered at the same time."""
_IN_LINE = 32
"""Questions that may wait."""
_THREADS = 8


def mount(app: FastAPI, chat: Chat, path: str) -> None:
    """Mount the page of ``chat`` on ``app`` at ``path``."""
    gr.mount_gradio_app(
        app,
        build(chat),
        path=path,
        footer_links=[],
        run_history=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        allowed_paths=[],
        favicon_path=str(FAVICON) if path == "/" else None,  # Gradio serves it there only
        show_error=False,
        max_file_size="1mb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=_SANS, font_mono=("ui-monospace", "monospace")),
        # Not css=, whose rules Gradio rewrites to fit an embedded page.
        head=f"<style>{STYLES}</style>",
    )


def build(chat: Chat) -> gr.Blocks:
    """Lay the page out and connect its events."""
    words = chat.words
    blocks: gr.Blocks
    with gr.Blocks(title=PRODUCT, analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as blocks:
        conversation = gr.State(Conversation(), time_to_live=_IDLE)
        gr.HTML(chat.header(), elem_id="masthead", apply_default_css=False, js_on_load=None)
        log = gr.HTML(
            {},
            html_template=_log(chat.examples, words),
            js_on_load=_read("conversation.js"),
            elem_id="conversation",
            apply_default_css=False,
        )
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
        gr.HTML(html_template=_pane(words), js_on_load=_read("source.js"), elem_id="source", apply_default_css=False)
        gr.HTML(
            html_template=_suggestions(words),
            js_on_load=_read("suggest.js"),
            elem_id="suggestions",
            apply_default_css=False,
        )
        gr.HTML(html_template=_kept(words), js_on_load=_read("kept.js"), elem_id="kept", apply_default_css=False)
        if chat.listed:
            documents = listing.dialog(words)
            gr.HTML(
                html_template=documents, js_on_load=_read("documents.js"), elem_id="documents", apply_default_css=False
            )

        def enter(question: str, held: Conversation, request: gr.Request) -> tuple[str, Shown]:
            return "", chat.enter(question, held, _visitor(request))

        def example(held: Conversation, event: gr.EventData, request: gr.Request) -> Shown:
            data = event._data  # noqa: SLF001 - a request need not come from our script, and attributes would raise
            number = data.get("number") if isinstance(data, dict) else None
            if not isinstance(number, int) or not 0 <= number < len(chat.examples):
                return _SKIP
            return chat.enter(chat.examples[number], held, _visitor(request))

        def again(held: Conversation, event: gr.EventData, request: gr.Request) -> Shown:
            data = event._data  # noqa: SLF001 - as above
            asked = data if isinstance(data, dict) else {}
            question, instead = asked.get("question"), asked.get("instead")
            if not (isinstance(question, str) and isinstance(instead, str | None)):
                return _SKIP
            return chat.enter(question, held, _visitor(request), alone=asked.get("alone") is True, instead=instead)

        def opened(held: Conversation, event: gr.EventData, request: gr.Request) -> Shown:
            data = event._data  # noqa: SLF001 - as above
            address = data if isinstance(data, dict) else {}
            kept, question = (str(address.get(name) or "") for name in ("conversation", "q"))
            return chat.open(held, kept, question, _visitor(request))

        def answer(held: Conversation, request: gr.Request) -> Shown:
            return chat.answer(held, _visitor(request)) or _SKIP

        def refuse(held: Conversation) -> Shown:
            return chat.refuse(held) or _SKIP

        # trigger_mode: by default Gradio drops an event while the one before it is still being dealt with.
        quiet: dict[str, Any] = {"trigger_mode": "multiple", "show_progress": "hidden", "api_visibility": "private"}
        at_once = {"queue": False, **quiet}
        for entered in (
            box.submit(enter, [box, conversation], [box, log], **at_once),
            log.example_select(example, [conversation], [log], **at_once),
            log.submit(again, [conversation], [log], **at_once),
            log.select(opened, [conversation], [log], **at_once),
        ):
            answered = entered.then(answer, [conversation], [log], concurrency_limit=_AT_ONCE, **quiet)
            answered.failure(refuse, [conversation], [log], **at_once)
        log.clear(chat.clear, [conversation], [log], **at_once)

    blocks.max_threads = _THREADS
    blocks.state_session_capacity = _SESSIONS
    blocks.queue(max_size=_IN_LINE, default_concurrency_limit=_AT_ONCE, api_open=False)
    return blocks


def _visitor(request: gr.Request) -> Visitor:
    """Return who caused an event."""
    return visitor_of(request.request.scope) if request.request is not None else NOBODY


def _log(examples: Sequence[str], words: Words) -> str:
    """Return the conversation's frame. It is a template, so what would be code in one is taken out of the examples."""
    return (
        f'<section aria-label="{escape(words.conversation_label)}" data-language="{words.language}">'
        f"{_plain(render.start(examples, words))}"
        '<div class="exchanges"></div><div class="unseen" role="status"></div></section>'
    )


def _pane(words: Words) -> str:
    return (
        f'<section class="pane" aria-label="{escape(words.source_title)}" '
        f'data-failed="{escape(source.notice(words.source_unreachable, words))}" hidden>'
        '<div class="bar"><button type="button" class="quiet" data-close>'
        f'<span class="wide"><span aria-hidden="true">✕</span> {escape(words.close)}</span>'
        f'<span class="narrow"><span aria-hidden="true">←</span> {escape(words.back_to_conversation)}</span></button>'
        '<h2></h2></div><div class="tools"></div><div class="unseen" role="status"></div>'
        f'<div class="body" tabindex="0" role="region" aria-label="{escape(words.source_text_label)}"></div>'
        "</section>"
    )


def _suggestions(words: Words) -> str:
    """Return the list of suggestions, which its script puts above the question box, and the line that counts them."""
    return (
        f'<ul id="suggested" role="listbox" aria-label="{escape(words.suggestions_label)}" hidden></ul>'
        '<div class="said" role="status"></div>'
    )


def _kept(words: Words) -> str:
    """Return the dialog that lists conversations, and the line that says what was done."""
    said = {
        "copied": words.quotation_copied,
        "linked": words.link_copied,
        "uncopied": words.copy_failed,
        "right": words.right_passage_noted,
        "none": words.no_answer_noted,
        "withdrawn": words.feedback_withdrawn,
        "unnoted": words.feedback_failed,
        "renamed": words.conversation_renamed,
        "deleted": words.conversation_deleted,
        "unlisted": words.history_failed,
        "unreachable": words.server_unreachable,
        "toomany": words.too_many_questions,
        "failed": words.answer_failed,
    }
    sentences = "".join(f' data-{name}="{escape(sentence)}"' for name, sentence in said.items())
    return (
        f'<dialog aria-labelledby="kept-title"><div class="bar"><h2 id="kept-title">{escape(words.history_title)}</h2>'
        f'<button type="button" class="quiet" data-shut>{escape(words.close)}</button></div>'
        f'<p class="about">{escape(words.history_text)}</p><div class="list"></div></dialog>'
        f'<div class="toast" role="status"{sentences}></div>'
    )


def _plain(markup: str) -> str:
    """Return HTML with every character that a template gives a meaning to written as a reference."""
    return markup.translate({ord(sign): f"&#{ord(sign)};" for sign in "{}$`\\"})


@cache
def _read(name: str) -> str:
    """Return a file that is part of the page."""
    return (_STATIC / name).read_text(encoding="utf-8")
