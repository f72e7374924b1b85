"""The web chat: a Gradio page behind a guard of our own. Gradio is imported only when a page is built."""

from qa.web.server import create_app, serve

__all__ = ["create_app", "serve"]
