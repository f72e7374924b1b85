"""HTML from the Jinja2 templates in ``qa/web/templates``. Every value is escaped; a template decides what is markup."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

_FOLDER: Final = Path(__file__).parents[1] / "templates"
_LINE_BREAK: Final = re.compile(r"(?<=[>}])\s*\n\s*|\s*\n\s*(?=[<{])|\s*\n\s*\Z")


def render(name: str, **values: object) -> Markup:
    """Return the template ``name`` (without ``.html``) filled with ``values``, as markup that is not escaped again.

    Raises ``jinja2.UndefinedError`` where the template uses a value that is not given.
    """
    return Markup(_environment().get_template(f"{name}.html").render(values))  # noqa: S704 - the template escapes


class _JoinLines(Extension):
    """Takes the line breaks and the indentation out of a template: beside a tag they vanish, in a tag they are a space.

    The page shows white space inside quotations, so a template must not add any.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        del name, filename
        return re.sub(r"\s*\n\s*", " ", _LINE_BREAK.sub("", source))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        extensions=[_JoinLines],
    )


def _finalize(value: object) -> Markup:
    """Return ``value`` as HTML that reads back to the letter.

    A carriage return becomes a reference because an HTML parser turns a bare one into a line feed.
    """
    return Markup(str(escape(value)).replace("\r", "&#13;"))  # noqa: S704 - escaped in this line
