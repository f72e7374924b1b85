"""An engine that a person can check by hand: everything in dictionaries, everything compared with everything."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from contextlib import contextmanager

import numpy as np

from qa.index.encoded_passages import quantise
from qa.index.quantisation import Levels
from qa.languages.english import English
from qa.protocols import EncodedPassage, StoredPassage, TermStatistics, TokenVectors
from qa.types import Document, DocumentEntry, Passage


def open_engine(address):
    index = INDEXES[address]
    return str(index.generation), index.manifest, index


@contextmanager
def open_writer(address, *, vectors=None):
    del vectors  # there is only one kind
    yield INDEXES[address]


def describe(address):
    return {"generation": current(address), **INDEXES[address].manifest}


def current(address):
    return str(INDEXES[address].generation)


class BruteForce:
    """Engine and writer in one: what was put is there at once, and publishing only counts."""

    def __init__(self):
        self.texts, self.stored, self.manifest, self.settings, self.generation = {}, {}, {}, {"name": "brute force"}, 0

    @property
    def engine(self):
        return self if self.generation else None

    def put(self, document, passages):
        self.texts.pop(document.id, None)
        self.texts[document.id] = document
        headings = tuple(dict.fromkeys(one.passage.heading for one in passages if one.passage.heading))
        entry = DocumentEntry(
            *(document.id, document.title, document.metadata, document.digest, len(passages), headings),
            document.doubts,
        )
        self.stored[document.id] = [
            StoredPassage(one.passage, one.terms, one.vector, one.tokens, one.sentences, entry) for one in passages
        ]

    def delete(self, document_id):
        del self.texts[document_id], self.stored[document_id]

    def publish(self, manifest):
        self.manifest, self.generation = manifest, self.generation + 1
        return str(self.generation)

    def nearest(self, vector, k, within=None):
        unit = vector / max(float(np.linalg.norm(vector)), 1e-12)
        return self._best({one.passage.id: float(one.vector @ unit) for one in self._every(within)}, k)

    def matching(self, terms, k, within=None):
        statistics, scores = self.statistics(terms), {}
        for one in self._every(within):
            counts, length = Counter(one.terms), len(one.terms) - 1
            for term in set(terms) & counts.keys() - {""}:
                n = statistics.frequencies[term]
                idf = max(1e-6, math.log((statistics.passages - n + 0.5) / (n + 0.5)))
                norm = 1.2 * (0.25 + 0.75 * length / statistics.mean_length)
                gain = idf * counts[term] * 2.2 / (counts[term] + norm)
                scores[one.passage.id] = scores.get(one.passage.id, 0.0) + gain
        return self._best(scores, k)

    def holding(self, phrases, within=None, written=()):
        def holds(terms, phrase):
            return any(terms[at : at + len(phrase)] == tuple(phrase) for at in range(len(terms)))

        every = [one for one in self._every(within) if all(word in one.passage.text for word in written)]
        texts = {one.passage.id: one.terms[one.terms.index("") + 1 :] for one in every}
        return [name for name, own in texts.items() if phrases and all(p and holds(own, p) for p in phrases)]

    def fetch(self, ids):
        by_id = {one.passage.id: one for one in self._every()}
        return [by_id[name] for name in ids]

    def statistics(self, terms):
        every = [one.terms for one in self._every()]
        lengths = [len(own) - 1 for own in every]
        found = {term: sum(term in own for own in every) for term in terms}
        mean = sum(lengths) / len(lengths) if lengths else 0.0
        return TermStatistics(len(every), mean, {term: n for term, n in found.items() if n})

    def vocabulary(self):
        words = Counter()
        for one in self._every():
            written = re.findall(r"[^\W_]+", f"{one.passage.context}\n{one.passage.text}")
            words.update({word for word in written if len(word) > 2 and word.isalpha()})
        return words

    def documents(self):
        return iter(sorted((own[0].document for own in self.stored.values() if own), key=lambda entry: entry.id))

    def document(self, document_id):
        return self.texts[document_id]

    def passages(self, document_id):
        return self.stored.get(document_id, [])

    def _every(self, within=None):
        return [one for name, own in self.stored.items() if within is None or name in within for one in own]

    def _best(self, scores, k):
        return sorted(scores.items(), key=lambda pair: -pair[1])[:k]


INDEXES = defaultdict(BruteForce)
"""What was built at each address, ``brute://NAME``, for as long as the process lives."""


def engine_of_texts(*texts):
    """Return an engine over texts, each a passage of its own, for what needs words and no vectors."""
    engine, nothing = BruteForce(), np.zeros((1, 1), dtype=np.float32)
    tokens = quantise(TokenVectors(nothing, np.array([[0, 1]], dtype=np.int32)), Levels(1))
    for number, text in enumerate(texts):
        span, name = (0, len(text)), f"{number}.txt"
        passage = Passage(name, "", None, None, 1, None, *span, text, (span,), "")
        terms = ("", *(term.term for term in English().terms(text)))
        document = Document(name, "", text, (), {}, "")
        engine.put(document, [EncodedPassage(passage, terms, nothing[0], tokens, nothing)])
    engine.publish({})
    return engine
