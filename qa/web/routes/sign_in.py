"""The form to sign in with, and signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse, Response

from qa.web import assets
from qa.web.i18n.words import PRODUCT
from qa.web.security.sessions import COOKIE, MAX_AGE, TooManyTries
from qa.web.views import templates

if TYPE_CHECKING:
    from starlette.requests import Request

    from qa.web.i18n.languages import Languages
    from qa.web.i18n.words import Words
    from qa.web.security.sessions import Sessions


class SignIn:
    """The routes ``/login`` and ``/logout``."""

    def __init__(self, sessions: Sessions, languages: Languages) -> None:
        self._sessions = sessions
        self._languages = languages

    def form(self, request: Request) -> Response:
        """Return the page with the form."""
        return _page(self._words(request))

    async def sign_in(self, request: Request) -> Response:
        """Start a session for the person who sent the form, and lead them to the page that they wanted."""
        words = self._words(request)
        form = await request.form(max_files=0, max_fields=4)
        client = request.client.host if request.client else ""
        try:
            token = await self._sessions.sign_in(str(form.get("name", "")), str(form.get("password", "")), client)
        except TooManyTries as error:
            problem = words.sign_in_wait.format(seconds=words.number(error.seconds))
            return _page(words, problem, 429, {"Retry-After": str(error.seconds)})
        if token is None:
            return _page(words, words.sign_in_failed, 401)
        response = RedirectResponse(self._wanted_page(request), 303)
        # Lax, not Strict: a link to an answer, opened from a mail, finds its reader signed in. The guard refuses
        # changes that other sites ask for.
        response.set_cookie(
            COOKIE, token, max_age=MAX_AGE, httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )
        return response

    def sign_out(self, request: Request) -> Response:
        """End the session of the person who sent the request."""
        self._sessions.sign_out(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("login", 303)
        response.delete_cookie(COOKIE)
        return response

    def _words(self, request: Request) -> Words:
        return self._languages.preferred(request.cookies.get("language") or request.headers.get("accept-language", ""))

    def _wanted_page(self, request: Request) -> str:
        """Return the page of this server that the address names as ``next``, the first page for anything else."""
        wanted = request.query_params.get("next", "/")
        path, _, query = wanted.partition("?")
        is_page = path in {f"/{words.path}" for words in self._languages} and not {"\r", "\n"} & set(query)
        return wanted if is_page else "/"


def go_to_page(_request: Request) -> Response:
    """Lead to the page: there is nothing to sign in to. Without this route Gradio's own would answer."""
    return RedirectResponse(".")


def _page(words: Words, problem: str = "", status: int = 200, headers: dict[str, str] | None = None) -> Response:
    html = templates.render("sign_in", words=words, product=PRODUCT, problem=problem, styles=assets.styles())
    # Under no-referrer a browser would say that the form comes from nowhere, and the guard refuses such requests.
    return HTMLResponse(html, status, {"Referrer-Policy": "same-origin", **(headers or {})})
