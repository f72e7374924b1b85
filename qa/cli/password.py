"""``qa password``: add a user of the web chat, or change a password."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.terminal import say
from qa.errors import QAError

if TYPE_CHECKING:
    from qa.cli.options import Commands, Options, Parser


def add_to(commands: Commands) -> Parser:
    """Add the command and return its parser."""
    parser = commands.add_parser("password", help="name somebody who may sign in to qa serve, or change a password")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--auth", metavar="FILE", required=True, help="the file of names and hashed passwords")
    return parser


def run(options: Options) -> int:
    """Ask for a password and store its hash."""
    try:
        from qa.web.security.accounts import set_password
    except ModuleNotFoundError as error:
        raise QAError(f"passwords need {error.name}; run: pip install 'chapter-verse[web]'") from error
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password for {options.name}: ")
        if getpass.getpass("The same again: ") != password:
            raise QAError("the two passwords differ; nothing was changed")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    set_password(Path(options.auth), options.name, password)
    say(f"{options.name} can sign in to: qa serve --auth {options.auth}")
    return 0
