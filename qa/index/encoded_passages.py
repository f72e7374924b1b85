"""What an index holds of each passage for the encoder's eyes: a vector of the whole, one a token and one a sentence.

They are encoded, or taken from the index that is being updated where the words are the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa.index.local.sentence_vectors import SentenceStore, SentenceWriter
from qa.index.local.token_vectors import TokenStore, TokenWriter, quantise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from qa.index.local.token_vectors import Int8
    from qa.protocols import Encoder, Progress, Spans, Vectors
    from qa.types import Passage

VECTORS = "passages, tokens and sentences/1"
"""What is encoded; to be changed with every change to that: an index remembers it."""
_FILE = "vectors.npy"
_WINDOW = 2048
"""Passages whose token vectors are held in memory at once while writing: about 120 MB."""


@dataclass(frozen=True, slots=True)
class Written:
    """The vectors of an index by the words they were made of; ``sentences`` is None where it has none."""

    rows: Mapping[bytes, int]
    vectors: Vectors
    tokens: TokenStore
    sentences: SentenceStore | None


@dataclass(frozen=True, slots=True)
class _Encoded:
    """What is encoded of some passages by their place among them.

    ``wholes`` are the vector ``(dim,)``, the token vectors and their spans; ``sentences`` float32 ``(sentences, dim)``.
    """

    wholes: dict[int, tuple[Vectors, Int8, Spans]]
    sentences: dict[int, Vectors]


def read_vectors(folder: Path, dim: int, passages: Iterable[Passage]) -> Written:
    """Open the vectors in a generation's folder for taking them over; ``passages`` are those they were made of."""
    return Written(
        rows={_key(passage): row for row, passage in enumerate(passages)},
        vectors=open_vectors(folder, in_memory=False),
        tokens=TokenStore(folder, dim),
        sentences=SentenceStore(folder) if SentenceStore.is_in(folder) else None,
    )


def open_vectors(folder: Path, *, in_memory: bool = True) -> Vectors:
    """Return the vectors of the passages, float32 ``(passages, dim)`` of unit length."""
    vectors: Vectors = np.load(folder / _FILE, mmap_mode=None if in_memory else "r", allow_pickle=False)
    return vectors


def write_vectors(
    folder: Path, passages: Sequence[Passage], dim: int, encoder: Encoder, known: Written | None, progress: Progress
) -> None:
    """Write the vectors of all passages, in their order."""
    shape = (len(passages), dim)
    vectors = np.lib.format.open_memmap(folder / _FILE, mode="w+", dtype=np.float32, shape=shape)
    sentences = SentenceWriter(folder, dim, [len(passage.sentences) for passage in passages])
    with TokenWriter(folder, dim) as tokens:
        for first in range(0, len(passages), _WINDOW):
            window = passages[first : first + _WINDOW]
            encoded = _encoded(window, dim, encoder, known, _from(first, len(passages), progress))
            for place in range(len(window)):
                vector, stored, spans = encoded.wholes[place]
                vectors[first + place] = vector
                tokens.add(stored, spans)
                sentences.put(first + place, encoded.sentences[place])
    vectors.flush()
    sentences.flush()


def encoded_text(passage: Passage) -> str:
    """Return what the encoder is given of a passage: its context, then its text."""
    return _in_context(passage, passage.text)


def sentence_texts(passage: Passage) -> list[str]:
    """Return what the encoder is given of each sentence of a passage: the context, then the sentence."""
    return [
        _in_context(passage, passage.text[start - passage.start : end - passage.start])
        for start, end in passage.sentences
    ]


def _in_context(passage: Passage, text: str) -> str:
    return f"{passage.context}\n{text}" if passage.context else text


def _key(passage: Passage) -> bytes:
    """Return what decides a passage's vectors."""
    borders = [start - passage.start for start, _ in passage.sentences]
    return hashlib.sha256(f"{borders}{encoded_text(passage)}".encode()).digest()


def _from(first: int, total: int, progress: Progress) -> Callable[[int], None]:
    """Return a function that reports how far a window that begins at ``first`` has come."""
    return lambda done: progress("encoding", first + done, total)


def _encoded(
    window: Sequence[Passage], dim: int, encoder: Encoder, known: Written | None, progress: Callable[[int], None]
) -> _Encoded:
    """Encode some passages, or take over what is known of them."""
    found = _known(window, known)
    wholes = [place for place in range(len(window)) if place not in found.wholes]
    single = {place for place, passage in enumerate(window) if len(passage.sentences) == 1}
    several = [place for place in range(len(window)) if place not in found.sentences and place not in single]
    texts = [encoded_text(window[place]) for place in wholes]
    owners: list[tuple[int, int | None]] = [(place, None) for place in wholes]
    for place in several:
        found.sentences[place] = np.zeros((len(window[place].sentences), dim), dtype=np.float32)
        texts += sentence_texts(window[place])
        owners += [(place, number) for number in range(len(window[place].sentences))]
    ready = len(window) - len({*wholes, *several})
    progress(ready)
    for done, (text, encoding) in enumerate(encoder.encode_passages(texts) if texts else (), 1):
        place, sentence = owners[text]
        if sentence is None:
            found.wholes[place] = (encoding.vector, quantise(encoding.tokens.vectors), encoding.tokens.spans)
        else:
            found.sentences[place][sentence] = encoding.vector
        progress(ready + (len(window) - ready) * done // len(texts))
    for place in single:  # the passage is its sentence
        found.sentences[place] = found.wholes[place][0][None]
    return found


def _known(window: Sequence[Passage], known: Written | None) -> _Encoded:
    """Return what an earlier index holds of some passages."""
    found = _Encoded({}, {})
    for place, passage in enumerate(window if known else ()):
        if known and (row := known.rows.get(_key(passage))) is not None:
            found.wholes[place] = (known.vectors[row], *known.tokens.stored(row))
            if known.sentences:
                found.sentences[place] = known.sentences.stored(row)
    return found
