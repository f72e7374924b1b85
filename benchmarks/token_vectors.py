"""Ways to keep token vectors: bytes, quality and time: ``python -m benchmarks.token_vectors SET… [--queries N]``.

For some questions of each set the candidates' token vectors are encoded anew, packed and read in each way, and ranked
by the shipped score, in one run. ``int8`` is what an index kept before. Nothing of a conversation is used.

``--learn DIR`` makes the axes of ``qa/index/quantisation.py`` from passages and questions of DIR, as many of each
source (SQuAD 2.0, SQuADShifts, BoolQ, MedQuAD, FairytaleQA, SelQA, OneStopQA, ConditionalQA, PubMedQA), and
writes them to ``qa/index/axes/``.
"""

from __future__ import annotations

import json
import lzma
import platform
import random
import time
from collections import defaultdict
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import faiss
import numpy as np

from benchmarks.common import ROOT, command_line, open_set
from qa.encoding.sentence_transformers import SentenceEncoder
from qa.evaluation.metrics import measure
from qa.evaluation.runner import qrels_of
from qa.evaluation.runs import item_scores
from qa.index.encoded_passages import encoded_text
from qa.index.quantisation import Levels, Projected, quantisation_of
from qa.protocols import PackedTokens
from qa.retrieval.features import Weights, score
from qa.retrieval.query import analyse_query
from qa.retrieval.retriever import candidate_lists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.answering.bot import Bot
    from qa.evaluation.sets import EvaluationSet
    from qa.protocols import Codes, Encoder, Quantisation, TokenVectors, Vectors

OF_A_SOURCE = 60
MOST_LETTERS = 1000
RUN = 40
"""Tokens over which a maximum is taken for the regression, about a sentence."""
CLIPPED = {1: 1.596, 2: 1.992, 4: 2.681}
"""Half of what ``2 ** bits`` uniform steps span, in standard deviations of a normal number, for the least error."""
ERROR = {0: 1.0, 1: 0.3634, 2: 0.1188, 4: 0.01154}
"""The mean squared error of such steps, in variances (Max 1960)."""
SHIPPED_BYTES = 46


class Axes(NamedTuple):
    """What is learned of an encoder: as ``Projected`` takes it."""

    axes: np.ndarray
    steps: np.ndarray
    groups: list[tuple[int, int]]
    line: tuple[float, float]


class Binary:
    """One bit an axis of a random rotation, as RaBitQ's first pass (Gao and Long 2024)."""

    def __init__(self, dim: int) -> None:
        self.name, self.bytes = "one bit a component", dim // 8
        turned = np.linalg.qr(np.random.default_rng(0).standard_normal((dim, dim)))[0]
        self._turned = turned.astype(np.float32)

    def pack(self, vectors: Vectors) -> Codes:
        """Return the codes."""
        return np.packbits(vectors @ self._turned > 0, axis=1)

    def unpack(self, codes: Codes) -> Vectors:
        """Return the vectors."""
        return (np.unpackbits(codes, axis=1) * 2.0 - 1) @ self._turned.T / np.sqrt(len(self._turned))

    def cosines(self, query: Vectors, codes: Codes) -> Vectors:
        """Return the cosines with a query."""
        return self.unpack(codes).astype(np.float32) @ query.T


class FirstAxes:
    """The first principal axes, four bits each, with the row's largest number as its scale."""

    def __init__(self, learned: np.ndarray, count: int) -> None:
        self._axes, self._levels = learned[:, :count], Levels(count, 4)
        self.name, self.bytes = f"{count} axes, 4 bits and a scale", self._levels.bytes + 2

    def pack(self, vectors: Vectors) -> Codes:
        """Return the codes."""
        return self._levels.pack(vectors @ self._axes)

    def unpack(self, codes: Codes) -> Vectors:
        """Return the vectors."""
        return self._levels.unpack(codes) @ self._axes.T

    def cosines(self, query: Vectors, codes: Codes) -> Vectors:
        """Return the cosines with a query."""
        return self._levels.cosines(query @ self._axes, codes)


class Product:
    """Product quantisation (Jégou et al. 2011): one of 256 centroids for each part of the vector."""

    def __init__(self, tokens: Vectors, parts: int) -> None:
        self.name, self.bytes = f"product quantisation, {parts} parts", parts
        self._quantizer = faiss.ProductQuantizer(tokens.shape[1], parts, 8)
        self._quantizer.train(np.ascontiguousarray(tokens[:20_000]))

    def pack(self, vectors: Vectors) -> Codes:
        """Return the codes."""
        return self._quantizer.compute_codes(np.ascontiguousarray(vectors))

    def unpack(self, codes: Codes) -> Vectors:
        """Return the vectors."""
        rows = self._quantizer.decode(np.ascontiguousarray(codes))
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def cosines(self, query: Vectors, codes: Codes) -> Vectors:
        """Return the cosines with a query."""
        return self.unpack(codes) @ query.T


def principal(tokens: Vectors) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean squares on the principal axes, largest first, and the axes ``(dim, dim)``, uncentred."""
    squares, axes = np.linalg.eigh(tokens.T.astype(np.float64) @ tokens / len(tokens))
    axes = axes[:, ::-1] * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(len(axes))])[::-1]
    return squares[::-1], axes


def allocate(squares: np.ndarray, size: int) -> list[tuple[int, int]]:
    """Share ``size`` bytes out over the axes for the least squared error: ``(axes, bits)``, most bits first."""

    def chosen(price: float) -> np.ndarray:
        return np.array([min(ERROR, key=lambda bits: one * ERROR[bits] + price * bits) for one in squares])

    low, high = 1e-12, float(squares.max())
    for _ in range(80):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if chosen(middle).sum() > size * 8 else (low, middle)
    bits = chosen(high)
    counts = [(int((bits == each).sum()), each) for each in sorted(CLIPPED, reverse=True)]
    return [(count - count % (8 // each), each) for count, each in counts if count >= 8 // each]


def on_axes(squares: np.ndarray, axes: np.ndarray, size: int) -> Axes:
    """Return so many bytes on principal axes, without a regression."""
    groups = allocate(squares, size)
    bits = np.concatenate([np.full(count, each) for count, each in groups])
    steps = np.array([2 * CLIPPED[each] / 2**each for each in bits]) * np.sqrt(squares[: len(bits)])
    return Axes(axes[:, : len(bits)].astype(np.float16), steps.astype(np.float32), groups, (1.0, 0.0))


def learn(tokens: Vectors, pairs: Sequence[tuple[Vectors, Vectors]], size: int) -> Axes:
    """Learn axes of so many bytes from tokens, and the regression from pairs of a query's and a passage's tokens."""
    squares, axes = principal(tokens)
    learned = on_axes(squares, axes, size)
    kept = Projected(*learned)
    read, exact = [], []
    for query, passage in pairs:
        starts = np.arange(0, len(passage), RUN)
        read.append(np.maximum.reduceat(kept.cosines(query, kept.pack(passage)), starts, axis=0).ravel())
        exact.append(np.maximum.reduceat(passage @ query.T, starts, axis=0).ravel())
    slope, offset = np.polyfit(np.concatenate(read), np.concatenate(exact), 1)
    return learned._replace(line=(round(float(slope), 4), round(float(offset), 4)))


def sample(folder: Path) -> tuple[list[str], list[tuple[str, int]]]:
    """Return texts, as many of each source, and questions, each with the places of a text that it was asked of."""
    sources: dict[int, str] = {}
    asked: dict[int, str] = {}
    with lzma.open(folder / "train.jsonl.xz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            sources.setdefault(row["passage"], row["source"])
            asked.setdefault(row["passage"], row["question"])
    by_source = defaultdict(list)
    for number, source in sources.items():
        by_source[source].append(number)
    draw = random.Random(19)  # noqa: S311 - no secret
    chosen = [one for source in sorted(by_source) for one in draw.sample(sorted(by_source[source]), OF_A_SOURCE)]
    with lzma.open(folder / "passages.jsonl.xz", "rt", encoding="utf-8") as lines:
        passages = [json.loads(line) for line in lines]
    texts = [f"{passages[one]['title']}\n{passages[one]['text'][:MOST_LETTERS]}" for one in chosen]
    return texts, [(asked[chosen[place]], place) for place in range(0, len(chosen), 2)]


def token_vectors(encoder: Encoder, texts: Sequence[str]) -> list[TokenVectors]:
    """Return the token vectors of texts, in their order."""
    found = {place: encoding.tokens for place, encoding in encoder.encode_passages(texts)}
    return [found[place] for place in range(len(texts))]


def write_axes(folder: Path) -> None:
    """Learn the axes of the default encoder and write them where the index looks for them."""
    encoder = SentenceEncoder()
    texts, asked = sample(folder)
    passages = [one.vectors for one in token_vectors(encoder, texts)]
    questions = [one.vectors for one in token_vectors(encoder, [question for question, _ in asked])]
    pairs = [
        (query, passages[(place + other) % len(passages)])
        for query, (_, place) in zip(questions, asked, strict=True)
        for other in (0, OF_A_SOURCE // 2)  # what it was asked of, and another
    ]
    save(learn(np.concatenate(passages), pairs, SHIPPED_BYTES), encoder.fingerprint)


def save(learned: Axes, fingerprint: str) -> None:
    """Write axes to the file that ``quantisation_of`` reads."""
    path = ROOT / "qa" / "index" / "axes" / f"{fingerprint[:16]}.npz"
    path.parent.mkdir(exist_ok=True)
    np.savez(path, axes=learned.axes, steps=learned.steps, groups=np.array(learned.groups), line=np.array(learned.line))
    print(f"{path.relative_to(ROOT)}: {learned.groups}, {learned.line}, {path.stat().st_size:,} bytes")


def ways(encoder: Encoder, tokens: Vectors) -> list[Quantisation]:
    """Return the ways that are compared, today's first; those that learn do so from ``tokens``."""
    squares, axes = principal(tokens)
    dim = tokens.shape[1]
    found = [Levels(dim), Binary(dim), FirstAxes(axes.astype(np.float32), 64), Product(tokens, 32)]
    return [*found, *(Projected(*on_axes(squares, axes, size)) for size in (16, 24, 32)), quantisation_of(encoder)]


def compare(bot: Bot, questions: EvaluationSet, most: int, kept: Sequence[Quantisation]) -> None:
    """Print a row for each way to keep the token vectors of a set's candidates."""
    index = bot.index
    queries = [query for query in questions.queries if query.answerable]
    random.Random(1).shuffle(queries)  # noqa: S311 - no secret
    qrels = qrels_of(questions, index.passages())
    found = []
    for query in queries[:most]:
        analysed = analyse_query(index, query.text)
        ids = sorted({name for ranking in candidate_lists(index, analysed).values() for name, _ in ranking})
        if ids:
            found.append((query, analysed, ids))
    names = sorted({name for _, _, ids in found for name in ids})
    stored = dict(zip(names, index.engine.fetch(names), strict=True))
    texts = [encoded_text(stored[name].passage) for name in names]
    fresh = dict(zip(names, token_vectors(index.encoder, texts), strict=True))
    print(f"\n{questions.name}: {len(found)} questions, {len(names):,} passages\n")
    print("| token vectors | bytes | nDCG@10 | difference | Success@1 | ms to meet the candidates |")
    print("|---|---:|---:|---:|---:|---:|")
    first = None
    for way in kept:
        tokens = {name: PackedTokens(way.pack(one.vectors), one.spans, way) for name, one in fresh.items()}
        packed = {name: replace(stored[name], tokens=own) for name, own in tokens.items()}
        run, times = {}, []
        for query, analysed, ids in found:
            candidates = [packed[name] for name in ids]
            codes = np.concatenate([one.tokens.codes for one in candidates])
            started = time.perf_counter()
            way.cosines(analysed.encoding.tokens.vectors, codes)
            times.append((time.perf_counter() - started) * 1000)
            scores = score(index, analysed, candidates, Weights()).scores()
            ranked = [candidates[place].passage for place in np.argsort(-scores, kind="stable")]
            run[query.id] = item_scores(ranked, by_passage=questions.by_passage(query))
        values = measure({query.id: qrels[query.id] for query, _, _ in found}, run)
        ndcg, success = (np.mean([own[name] for own in values.values()]) for name in ("nDCG@10", "Success@1"))
        first = ndcg if first is None else first
        name = "principal axes" if isinstance(way, Projected) else way.name
        values = f"{ndcg:.4f} | {ndcg - first:+.4f} | {success:.4f} | {np.median(times):.1f}"
        print(f"| {name} | {way.bytes} | {values} |", flush=True)


def main() -> None:
    """Learn, or measure and print."""
    parser = command_line(__doc__)
    parser.add_argument("sets", nargs="*", help="SET or SET=INDEX")
    parser.add_argument("--queries", type=int, default=300, help="questions of each set, at most")
    parser.add_argument("--learn", type=Path, metavar="DIR")
    options = parser.parse_args()
    if options.learn:
        write_axes(options.learn)
    for number, name in enumerate(options.sets):
        bot, questions = open_set(name)
        if not number:
            packages = ", ".join(f"{each} {version(each)}" for each in ("numpy", "torch", "faiss-cpu"))
            print(f"{platform.machine()}, Python {platform.python_version()}, {packages}")
            texts = [encoded_text(passage) for passage in list(bot.index.passages())[:200]]
            own = np.concatenate([one.vectors for one in token_vectors(bot.index.encoder, texts)])
            kept = ways(bot.index.encoder, own)
        compare(bot, questions, options.queries, kept)


if __name__ == "__main__":
    main()
