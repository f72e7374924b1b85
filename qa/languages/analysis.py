"""Text to terms: the one place that says which words count as the same, for ranking, refusing and explaining."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import Stemmer

from qa.types import Term

ANALYSER = "words/1 with Snowball English"
"""The analyser's name, to be changed with every change to its output: an index remembers it."""

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_IDEOGRAPHS}]+|(?:(?![{_IDEOGRAPHS}])[^\W_])+(?:[.,](?=\d)(?<=\d[.,])\d+)*")
_CJK = re.compile(rf"[{_IDEOGRAPHS}]")
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)

STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "after",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "done",
        "during",
        "each",
        "few",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "however",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "me",
        "more",
        "most",
        "my",
        "no",
        "nor",
        "not",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "s",
        "same",
        "she",
        "should",
        "so",
        "some",
        "such",
        "t",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "upon",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "please",
        "tell",
        "give",
        "list",
        "name",
        "describe",
        "explain",
    ]
)
"""Words that carry a question but not what it is about."""


def analyse(text: str) -> list[Term]:
    """Return the terms of a text in order: case and diacritics folded, English endings removed (Porter 2001), runs of
    Han characters and kana cut into overlapping pairs, as they are written without spaces.
    """  # noqa: D205
    terms: list[Term] = []
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        if _CJK.match(word):
            terms.extend(
                Term(word[place : place + 2], start + place, start + min(place + 2, len(word)), stop=False)
                for place in range(max(1, len(word) - 1))
            )
        elif word.lower() in ("s", "t") and start and text[start - 1] in "'’":
            continue
        else:
            terms.append(Term(_folded(word), start, match.end(), stop=word.lower() in STOP_WORDS))
    return terms


def content_terms(text: str) -> dict[str, Term]:
    """Return the distinct terms that say what a question is about, or all of them where no word does."""
    terms = analyse(text)
    return {term.term: term for term in reversed(terms) if not term.stop} or {term.term: term for term in terms}


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def _folded(word: str) -> str:
    """Return a word without case, diacritics and English ending."""
    lower = word.lower()
    if not lower.isascii():
        lower = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c)) or lower
    return str(_stemmer().stemWord(lower)) if lower.isascii() else lower
