"""Numbered paragraphs of a document: "para. 3", "op 1", "the third preambular paragraph"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from qa.types import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.types import Entity

_PLACE = re.compile(
    r"\b(?:(?P<kind>op(?:erative)?|pp|preambular)\b\.?\s*)?(?:paragraphs?|paras?\.?|(?<=op\b)|(?<=op\.)|(?<=op )|(?<=pp\b)|(?<=pp\.)|(?<=pp ))"
    r"\s*(?P<number>\d{1,3})\b(?P<parts>(?:\s?\([a-z]{1,4}\))*)",
    re.IGNORECASE,
)
_AFTER_ORDINAL = re.compile(r"\s+(?:(?P<kind>operative|preambular)\s+)?paragraph\b", re.IGNORECASE)
