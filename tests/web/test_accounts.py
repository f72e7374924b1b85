"""The file of accounts and the command that writes it."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest

from qa.errors import ServerError

pytest.importorskip("argon2", reason="signing in needs the extra [web]")

from web_client import SECRET

from qa.web.security.accounts import read_accounts, set_password


@pytest.mark.slow
def test_the_file_of_accounts_is_private_and_holds_no_password(tmp_path):
    """Only its owner can read the file; it holds Argon2id hashes, and a new password changes no other line."""
    path = tmp_path / "users"
    set_password(path, "ada", SECRET)
    set_password(path, "bob", SECRET)
    set_password(path, "ada", "another password")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert text.count("$argon2id$") == 2
    assert "horse" not in text
    accounts = read_accounts(path)
    assert accounts.verify("bob", SECRET)
    assert accounts.verify("ada", "another password")
    assert not accounts.verify("ada", SECRET)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "names nobody"), ("ada:secret\n", "line 1 is not NAME:HASH"), ("# only a comment\n", "names nobody")],
)
def test_a_file_that_names_nobody_is_said_in_a_sentence(tmp_path, text, said):
    """A file without usable accounts raises an error that names the command to make one."""
    path = tmp_path / "users"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ServerError, match=said) as caught:
        read_accounts(path)
    assert "qa password NAME" in str(caught.value)
    path.chmod(0o644)
    with pytest.raises(ServerError, match="can be read by others; run: chmod 600"):
        read_accounts(path)


@pytest.mark.parametrize(("name", "password"), [("a:b", SECRET), ("", SECRET), ("ada", "short"), ("ada", "x" * 1_001)])
def test_what_cannot_be_an_account_is_refused(tmp_path, name, password):
    """A name with a colon, or a password that is too short or too long, is refused and no file is written."""
    with pytest.raises(ServerError):
        set_password(tmp_path / "users", name, password)
    assert not (tmp_path / "users").exists()


@pytest.mark.slow
def test_the_command_line_makes_accounts(tmp_path):
    """``qa password`` reads a password from a pipe and says how to use the file."""
    path = tmp_path / "users"
    command = [sys.executable, "-m", "qa", "password", "ada", "--auth", str(path)]
    done = subprocess.run(command, input=SECRET + "\n", capture_output=True, text=True, check=True)
    assert f"ada can sign in to: qa serve --auth {path}" in done.stderr
    assert read_accounts(path).verify("ada", SECRET)
