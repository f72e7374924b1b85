"""An encoder a person can compute by hand: every known word is an axis, a text is its counted words."""

from __future__ import annotations

import re
import time

import numpy as np

from qa.protocols import Encoding, TokenVectors


class WordEncoder:
    """Texts as counts of the words it knows, unit length; a text of unknown words is the zero vector.

    ``encoded`` counts the passages it was asked to encode.
    """

    name = "words"

    def __init__(self, words: str, *, max_tokens: int = 256, fingerprint: str = "words-1") -> None:
        self._words = words
        self._axes = {word: axis for axis, word in enumerate(words.split())}
        self.dim = len(self._axes)
        self.max_tokens = max_tokens
        self.fingerprint = fingerprint
        self.encoded = 0

    def settings(self):
        return {"words": self._words, "max_tokens": self.max_tokens, "fingerprint": self.fingerprint}

    @classmethod
    def from_settings(cls, settings):
        return cls(settings["words"], max_tokens=settings["max_tokens"], fingerprint=settings["fingerprint"])

    def knows(self, language):
        return language == "en"

    def count_tokens(self, texts):
        return [len(re.findall(r"\w+", text)) for text in texts]

    def encode_query(self, text):
        found = [m for m in re.finditer(r"\w+", text.lower()) if m.group() in self._axes]
        tokens = np.zeros((len(found), self.dim), dtype=np.float32)
        for row, match in enumerate(found):
            tokens[row, self._axes[match.group()]] = 1
        total = tokens.sum(axis=0)
        vector = total / max(float(np.linalg.norm(total)), 1e-12)
        spans = np.array([m.span() for m in found], dtype=np.int32).reshape(-1, 2)
        return Encoding(vector.astype(np.float32), TokenVectors(tokens, spans))

    def encode_passages(self, texts):
        self.encoded += len(texts)
        for position in reversed(range(len(texts))):
            yield position, self.encode_query(texts[position])


class SlowEncoder(WordEncoder):
    """A model that takes 20 seconds to load: where an index makes it again, its first query waits so long."""

    _delay = 0.0

    @classmethod
    def from_settings(cls, settings):
        encoder = super().from_settings(settings)
        encoder._delay = 20.0
        return encoder

    def encode_query(self, text):
        end = time.monotonic() + self._delay
        while time.monotonic() < end:
            time.sleep(0.02)
        return super().encode_query(text)
