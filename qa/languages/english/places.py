"""Numbered paragraphs of a document: "para. 3", "op 1", "the first preambular paragraph"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from qa.languages.english.word_lists import listed, words
from qa.types import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_KIND = r"(?:\b(?P<kind>op(?:erative)?|pp|preambular)\b\.?\s?)?"
_PLACE = re.compile(
    r"(?P<beside>\b(?:after|before) )?(?P<annex>\b(?:annex|art)\b[^?]{0,16}?[ ,])?"
    rf"(?:{_KIND}\b(?:paragraphs?|paras?)\b\.?|\b(?P<short>op|pp)\b\.?(?=\s?\d)|\b(?P<joined>op|pp)(?=\d))"
    r"\s?(?P<number>\d{1,3})\b(?P<parts>(?:\s?\([a-z]{1,4}\))*)(?!, table)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?P<number>[a-z]+|\d{1,3}(?=st|nd|rd|th))(?:st|nd|rd|th)? (?P<kind>operative |preambular )?paragraph\b"
)


def _kind(word: str) -> Literal["", "operative", "preambular"]:
    return "operative" if word.startswith("op") else "preambular" if word.startswith("p") else ""


def places(text: str) -> Iterator[Place]:
    """Yield the paragraphs that a text names by number; "after para. 3" is none."""
    for match in _PLACE.finditer(text):
        kind = (match["kind"] or match["short"] or match["joined"] or "").lower()
        if not match["beside"]:
            parts = tuple(part.strip(" ()").lower() for part in re.findall(r"\([a-z]+\)", match["parts"].lower()))
            yield Place("annex" if match["annex"] else _kind(kind), int(match["number"]), parts)
    for match in _COUNTED.finditer(text.lower()):
        word = match["number"]
        if word.isdigit() or word in words("ordinals"):
            number = int(word) if word.isdigit() else listed("ordinals").index(word) + 1
            yield Place(_kind(match["kind"] or ""), number)
