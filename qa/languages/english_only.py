"""What is said, in their own language, to those who ask in a language that the index does not cover."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_RIGHT_TO_LEFT = ("ar",)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its language, ISO 639-1, and the direction in which it is written, as HTML calls it."""

    text: str
    language: str
    direction: str


def english_only(language: str, *, shared: bool, otherwise: str = "en") -> Sentence:
    """Say that English documents are searched, and whether passages share words with the question.

    It is said in ``language``, in ``otherwise`` where that is none of the six languages of the United Nations.
    """
    said = _sentences()
    spoken = next(code for code in (language, otherwise, "en") if code in said)
    return Sentence(said[spoken]["shared" if shared else "none"], spoken, "rtl" if spoken in _RIGHT_TO_LEFT else "ltr")


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("qa.languages").joinpath("english_only.toml").read_text("utf-8"))
