"""The web chat: a Gradio page behind a guard of our own. Importing it does not import Gradio."""

from qa.web.server import create_app, serve

__all__ = ["create_app", "serve"]
