"""Terms and vectors of passages, computed when they are indexed: one vector a passage, a token and a sentence."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from qa.errors import QAError
from qa.index.quantisation import quantisation_of
from qa.protocols import EncodedPassage, PackedTokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from qa.protocols import Encoder, Language, Progress, Quantisation, TokenVectors, Vectors
    from qa.types import Document, Passage

    Refuse = Callable[[Document, Exception], None]
    Segmented = tuple[Document, Sequence[Passage]]

VECTORS = "passages, tokens and sentences/2"
"""What is encoded; to be changed with every change to that: an index remembers it."""
_WINDOW = 2048
"""Passages that are encoded together, at least, if there are so many: about 120 MB of token vectors."""


def quantise(tokens: TokenVectors, quantisation: Quantisation) -> PackedTokens:
    """Return token vectors as they are stored."""
    return PackedTokens(quantisation.pack(tokens.vectors), tokens.spans, quantisation)


def encoded_text(passage: Passage) -> str:
    """Return the text of a passage as the encoder reads it: its context, then its text."""
    return _in_context(passage, passage.text)


def sentence_texts(passage: Passage) -> list[str]:
    """Return each sentence of a passage as the encoder reads it: the context, then the sentence."""
    return [
        _in_context(passage, passage.text[start - passage.start : end - passage.start])
        for start, end in passage.sentences
    ]


def key_of(passage: Passage) -> bytes:
    """Return a digest of all that decides a passage's vectors: passages with the same key have equal vectors."""
    borders = [start - passage.start for start, _ in passage.sentences]
    return hashlib.sha256(f"{borders}{encoded_text(passage)}".encode()).digest()


def encode(
    documents: Iterable[Segmented],
    encoder: Encoder,
    language: Language,
    known: Callable[[Passage], EncodedPassage | None],
    progress: Progress,
    total: int,
    refuse: Refuse | None = None,
) -> Iterator[tuple[Document, list[EncodedPassage]]]:
    """Yield documents with their encoded passages, in their order.

    ``known`` returns an encoded passage with the same key, if there is one, which then is used again. ``total`` is the
    number of passages, for ``progress``. A document that cannot be encoded is given to ``refuse`` with
    the error, which without it is raised.
    """
    done = 0
    for window in _windows(documents):

        def report(ready: int, begun: int = done) -> None:
            progress("encoding", begun + ready, total)

        yield from _encoded_window(window, encoder, language, known, report, refuse)
        done += sum(len(own) for _, own in window)


def _encoded_window(
    window: Sequence[Segmented],
    encoder: Encoder,
    language: Language,
    known: Callable[[Passage], EncodedPassage | None],
    report: Callable[[int], None],
    refuse: Refuse | None,
) -> Iterator[tuple[Document, list[EncodedPassage]]]:
    """Encode some documents together or, if that fails, one by one."""
    try:
        encoded = iter(
            list(_encoded([passage for _, own in window for passage in own], encoder, language, known, report))
        )
    except (QAError, OSError, MemoryError):
        raise
    except Exception as error:
        if refuse is None:
            raise
        if len(window) == 1:
            refuse(window[0][0], error)
        for one in window if len(window) > 1 else ():
            yield from _encoded_window([one], encoder, language, known, report, refuse)
    else:
        for document, own in window:
            yield document, [next(encoded) for _ in own]


def _windows(documents: Iterable[Segmented]) -> Iterator[list[Segmented]]:
    """Yield documents together until there are enough passages to encode: many at once need less padding."""
    window: list[Segmented] = []
    for segmented in documents:
        window.append(segmented)
        if sum(len(own) for _, own in window) >= _WINDOW:
            yield window
            window = []
    if window:
        yield window


def _in_context(passage: Passage, text: str) -> str:
    return f"{passage.context}\n{text}" if passage.context else text


def _terms(passage: Passage, language: Language) -> tuple[str, ...]:
    """Return the terms of context and text, with an empty one between them."""
    context, text = (tuple(term.term for term in language.terms(part)) for part in (passage.context, passage.text))
    return (*context, "", *text)


def _encoded(
    passages: Sequence[Passage],
    encoder: Encoder,
    language: Language,
    known: Callable[[Passage], EncodedPassage | None],
    report: Callable[[int], None],
) -> Iterator[EncodedPassage]:
    """Encode some passages, or use again what is known of them."""
    found = {place: same for place, passage in enumerate(passages) if (same := known(passage)) is not None}
    fresh = [place for place in range(len(passages)) if place not in found]
    texts = [encoded_text(passages[place]) for place in fresh]
    owners: list[tuple[int, int | None]] = [(place, None) for place in fresh]
    for place in fresh:
        if len(passages[place].sentences) > 1:
            texts += sentence_texts(passages[place])
            owners += [(place, number) for number in range(len(passages[place].sentences))]
    report(len(found))
    quantisation = quantisation_of(encoder)
    wholes: dict[int, tuple[Vectors, PackedTokens]] = {}
    sentences: defaultdict[int, dict[int, Vectors]] = defaultdict(dict)
    for done, (text, encoding) in enumerate(encoder.encode_passages(texts) if texts else (), 1):
        place, number = owners[text]
        if number is None:
            wholes[place] = encoding.vector, quantise(encoding.tokens, quantisation)
        else:
            sentences[place][number] = encoding.vector
        report(len(found) + len(fresh) * done // len(texts))
    for place, passage in enumerate(passages):
        if same := found.get(place):
            vectors = same.vector, same.tokens, same.sentences
        else:
            whole, tokens = wholes[place]
            own = sentences.get(place, {0: whole})  # a passage of one sentence is that sentence
            vectors = whole, tokens, np.stack([own[number] for number in range(len(own))])
        yield EncodedPassage(passage, _terms(passage, language), *vectors)
