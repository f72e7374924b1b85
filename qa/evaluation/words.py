"""How well words that answer are told: exact match and F1, as SQuAD has them (Rajpurkar et al. 2016)."""

from __future__ import annotations

import re
import string
from collections import Counter


def plain(text: str) -> str:
    """Return a text as SQuAD compares it: lower case, without punctuation and English articles."""
    text = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def overlap(said: str, right: str) -> float:
    """Return F1 of the words of an answer, from 0 to 1."""
    words, wanted = plain(said).split(), plain(right).split()
    same = sum((Counter(words) & Counter(wanted)).values())
    return 2 * same / (len(words) + len(wanted)) if same else 0.0
