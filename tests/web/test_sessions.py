"""Sessions: how long they last, and how wrong passwords slow down the next try."""

from __future__ import annotations

import pytest
from aside import aside

pytest.importorskip("argon2", reason="signing in needs the extra [web]")

from starlette.datastructures import Headers
from web_client import SECRET, Clock

from qa.web.security.accounts import Accounts
from qa.web.security.sessions import Sessions, TooManyTries


def test_guessing_passwords_is_slowed_down():
    """Of a thousand guesses in ten seconds at most ten are checked, and the right password must wait as well."""
    checked = []

    class Counting(Accounts):
        def verify(self, name, password):
            checked.append(name)
            return password == SECRET

    clock = Clock()
    login = Sessions(Counting({}), clock)
    refused = 0

    async def guess():
        nonlocal refused
        for _ in range(1_000):
            clock.now += 0.01
            try:
                await login.sign_in("ada", "guess", "10.0.0.1")
            except TooManyTries:
                refused += 1

    aside(guess)
    assert len(checked) <= 10
    assert refused == 1_000 - len(checked)
    with pytest.raises(TooManyTries):
        aside(login.sign_in, "ada", SECRET, "10.0.0.1")
    clock.now += 1_000
    assert aside(login.sign_in, "ada", SECRET, "10.0.0.1")


def test_a_session_ends_when_unused_and_at_last_in_any_case(accounts):
    """A session ends after twelve hours without use, and after seven days in any case."""
    clock = Clock()
    login = Sessions(accounts, clock)
    token = aside(login.sign_in, "ada", SECRET, "10.0.0.1")
    none = Headers({})
    for _ in range(20):
        clock.now += 8 * 3600
        assert aside(login.user, none, token, "10.0.0.1") == "ada"
    clock.now += 8 * 3600 + 1
    assert aside(login.user, none, token, "10.0.0.1") is None
    token = aside(login.sign_in, "ada", SECRET, "10.0.0.1")
    clock.now += 12 * 3600 + 1
    assert aside(login.user, none, token, "10.0.0.1") is None
