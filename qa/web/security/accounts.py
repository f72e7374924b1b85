"""The file of people who may sign in, with their hashed passwords; ``qa password`` writes it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from qa.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHORTEST: Final = 8
"""Least number of characters of a password (NIST SP 800-63B)."""
LONGEST: Final = 1_000
_NAME: Final = re.compile(r"[\w.@+-]{1,64}")


class Accounts:
    """Names with the Argon2id hashes of their passwords."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = dict(hashes)
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash("nobody")

    def __contains__(self, name: str) -> bool:
        return name in self._hashes

    def __len__(self) -> int:
        return len(self._hashes)

    def verify(self, name: str, password: str) -> bool:
        """Return whether the password is right. An unknown name takes as long as a wrong password."""
        try:
            return self._hasher.verify(self._hashes.get(name, self._nobody), password[:LONGEST]) and name in self
        except (VerificationError, InvalidHashError):
            return False


def read_accounts(path: Path) -> Accounts:
    """Read a file of ``name:hash`` lines.

    Raises ``ServerError`` if the file cannot be read, others can read it, a line is not of this form or there is none.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise ServerError(f"{path} cannot be read; make it with: qa password NAME --auth {path} ({error})") from error
    if os.name == "posix" and mode & 0o077:
        raise ServerError(f"{path} can be read by others; run: chmod 600 {path}")
    hashes = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        if not _NAME.fullmatch(name) or not hashed.startswith("$argon2id$"):
            raise ServerError(f"{path}, line {number} is not NAME:HASH; make it with: qa password NAME --auth {path}")
        hashes[name] = hashed
    if not hashes:
        raise ServerError(f"{path} names nobody; add somebody with: qa password NAME --auth {path}")
    return Accounts(hashes)


def set_password(path: Path, name: str, password: str) -> None:
    """Write the hash of a person's password into the file, which only its owner can read; create it if it is missing.

    Raises ``ServerError`` if the name or the password is not allowed.
    """
    if not _NAME.fullmatch(name):
        raise ServerError(f"{name!r} cannot be a name; use up to 64 letters, digits and . @ + - _")
    if not SHORTEST <= len(password) <= LONGEST:
        raise ServerError(f"the password must have {SHORTEST} to {LONGEST} characters; nothing was changed")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    others = [line for line in lines if line.partition(":")[0] != name]
    text = "\n".join([*others, f"{name}:{PasswordHasher().hash(password)}"]) + "\n"
    fresh = path.with_name(f".{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)
