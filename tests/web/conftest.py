"""Applications that several test files ask, made once: opening a Gradio page takes seconds."""

from __future__ import annotations

import pytest
from browser.fake_bot import FakeBot, statement
from small_corpus import small_corpus


@pytest.fixture(scope="session")
def accounts(tmp_path_factory):
    """Return the accounts of a file with one person in it."""
    pytest.importorskip("argon2", reason="signing in needs the extra [web]")
    from web_client import SECRET

    from qa.web.security.accounts import read_accounts, set_password

    path = tmp_path_factory.mktemp("auth") / "users"
    set_password(path, "ada", SECRET)
    return read_accounts(path)


@pytest.fixture(scope="session")
def closed(accounts, tmp_path_factory):
    """Return an application with documents to list, in which everybody must sign in."""
    from qa.web import create_app

    with small_corpus(tmp_path_factory.mktemp("corpus")) as corpus:
        yield create_app(FakeBot([statement()]), accounts=accounts, per_minute=6_000, corpus=corpus)


@pytest.fixture(scope="session")
def opened():
    """Return an application without sign-in and documents."""
    pytest.importorskip("gradio", reason="the web chat needs the extra [web]")
    from qa.web import create_app

    return create_app(FakeBot([statement()]), per_minute=6_000)
