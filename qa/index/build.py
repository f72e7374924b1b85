"""Build, update and open an index: the one module, with the retriever, that knows all the adapters."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.encoding.sentence_transformers import SentenceEncoder
from qa.errors import IndexMismatch, IndexProblem
from qa.index.encoded_passages import VECTORS, open_vectors, read_vectors, write_vectors
from qa.index.generations import current, reading, writing
from qa.index.local.bm25 import WORDS, Bm25Index, build_terms
from qa.index.local.documents import Store, StoreWriter
from qa.index.local.faiss import FaissIndex
from qa.index.local.sentence_vectors import SentenceStore
from qa.index.local.token_vectors import TokenStore
from qa.ingestion.readers import READERS, check_source
from qa.ingestion.segmenter import SEGMENTER, ParagraphSegmenter
from qa.ingestion.sources import read_sources
from qa.languages.analysis import ANALYSER
from qa.service.uploads import FOLDER
from qa.types import IndexReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qa.index.encoded_passages import Written
    from qa.index.generations import Generation, Writer
    from qa.ingestion.sources import Reading
    from qa.protocols import Encoder, Progress, Vectors
    from qa.types import Document, Passage


@dataclass(frozen=True, slots=True)
class Index:
    """An open index: one immutable generation and the encoder that built it. Threads may share it."""

    generation: str
    about: dict[str, Any]
    encoder: Encoder
    store: Store
    dense: FaissIndex
    terms: Bm25Index
    tokens: TokenStore
    sentences: SentenceStore
    vectors: Vectors


def build_index(
    sources: str | Path | Iterable[str | Path],
    to: str | Path,
    *,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
) -> IndexReport:
    """Build the index in ``to`` from files, folders or a BEIR ``corpus.jsonl``, or bring it up to date.

    A passage whose words are unchanged keeps its vectors; documents that are no longer in the sources leave the
    index. Files that were added to it by hand (``qa.service.uploads``) are part of it, always. Files are read by child
    processes under limits; those that cannot be read are listed in the report with their reason, and so are those
    of which a part is not to be trusted. Until the last step the old index stays as it is. Raises ``SourceError`` if a
    source does not exist or nothing in them can be read, ``IndexBusy`` if another process is writing there.
    """
    paths = [Path(sources)] if isinstance(sources, str | Path) else [Path(source) for source in sources]
    for path in paths:
        check_source(path)  # a mistyped name leaves no folder for an index behind
    with writing(Path(to)) as writer:
        return _build(writer, [str(path) for path in paths], Path(), encoder or SentenceEncoder(), progress or _silent)


def update_index(to: str | Path, *, encoder: Encoder | None = None, progress: Progress | None = None) -> IndexReport:
    """Bring the index in ``to`` up to date with the sources that it was built of, from whatever folder this is called.

    Raises what ``build_index`` and ``describe_index`` raise.
    """
    current(Path(to))  # where nothing was built, nothing is to be made
    with writing(Path(to)) as writer:
        about = describe_index(to)
        encoder = encoder or SentenceEncoder(str(about["encoder"]["name"]))
        return _build(writer, about["sources"], Path(about.get("directory", "")), encoder, progress or _silent)


def source_paths(about: Mapping[str, Any]) -> list[Path]:
    """Return where the sources lie of which an index was built, given what is said about it."""
    return [Path(about.get("directory", ""), source) for source in about["sources"]]


def open_index(path: str | Path, *, encoder: Encoder | None = None) -> Index:
    """Open the index in ``path`` after checking every byte of it.

    Without ``encoder`` the one that built it is used. Raises ``IndexNotFound``, ``IndexDamaged``, or ``IndexMismatch``
    where another encoder or segmenter built it.
    """
    root = Path(path)
    with reading(root) as generation:
        return _open(generation, root, encoder or SentenceEncoder(str(generation.about["encoder"]["name"])))


def describe_index(path: str | Path) -> dict[str, Any]:
    """Return what the index in ``path`` holds and what built it, without loading a model."""
    with reading(Path(path)) as generation:
        return {"index": str(path), "generation": generation.name, **generation.about}


def _silent(_what: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


def _build(writer: Writer, sources: list[str], directory: Path, encoder: Encoder, progress: Progress) -> IndexReport:
    """Build the index of ``sources``, named as seen from ``directory``.

    They are read while the lock is held: what was read before another process published would undo what that did.
    """
    started = time.perf_counter()
    found = _read([directory / source for source in sources], writer.root, progress)
    identity = _identity(sources, directory, encoder, found)
    now = {document.id: document.digest for document in found.documents}
    previous = _previous(writer.root)
    before = previous.digests if previous else {}
    if previous and before == now and _is_the_same(identity, previous.about):
        passages = int(previous.about["passages"])
    else:
        passages = _publish(writer, found.documents, identity, encoder, previous, progress)
    return IndexReport(
        documents=len(now),
        passages=passages,
        added=len(now.keys() - before.keys()),
        changed=sum(before[name] != digest for name, digest in now.items() if name in before),
        removed=len(before.keys() - now.keys()),
        skipped=tuple(found.skipped),
        seconds=round(time.perf_counter() - started, 3),
        doubtful=tuple(found.doubtful),
    )


def _read(paths: list[Path], to: Path, progress: Progress) -> Reading:
    """Read the sources, and only what is not yet in the index in ``to`` as it is."""
    try:
        with reading(to) as generation:
            store = Store(generation.path / "corpus.sqlite")
            known = (store.digests(), store.document) if generation.about.get("readers") == READERS else None
    except IndexProblem:
        known = None
    return read_sources(paths, to / FOLDER, known, progress)


def _identity(sources: list[str], directory: Path, encoder: Encoder, found: Reading) -> dict[str, Any]:
    """Return what, with the documents' digests, decides the content of an index."""
    return {
        "tool": f"chapter-verse {version('chapter-verse')}",
        "encoder": {"name": encoder.name, "fingerprint": encoder.fingerprint},
        "readers": READERS,
        "segmenter": SEGMENTER,
        "vectors": VECTORS,
        "analyser": ANALYSER,
        "words": WORDS,
        "sources": sources,
        "directory": "" if all(Path(source).is_absolute() for source in sources) else str(directory.absolute()),
        "skipped": [{"file": s.file, "reason": s.reason, "detail": s.detail} for s in found.skipped],
        "added": found.added,
    }


def _is_the_same(identity: dict[str, Any], about: dict[str, Any]) -> bool:
    """Say whether an index need not be written anew; what earlier versions did not note is no reason to."""
    unnoted = {"added": [], "directory": identity["directory"]}
    return identity == {key: about.get(key, unnoted.get(key)) for key in identity}


def _publish(
    writer: Writer,
    documents: list[Document],
    identity: dict[str, Any],
    encoder: Encoder,
    previous: _Previous | None,
    progress: Progress,
) -> int:
    """Segment, encode and publish a generation; return the number of its passages."""
    reusable = previous if previous and previous.about["encoder"] == identity["encoder"] else None
    segmented = _segmented(documents, encoder, reusable)
    count = sum(len(passages) for _, passages in segmented)
    dim = int(reusable.about["dim"]) if reusable else encoder.dim
    about = {
        **identity,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "dim": dim,
        "documents": len(documents),
        "passages": count,
    }
    writer.publish(lambda folder: _write(folder, segmented, about, encoder, reusable, progress))
    return count


def _segmented(
    documents: list[Document], encoder: Encoder, previous: _Previous | None
) -> list[tuple[Document, list[Passage]]]:
    """Return each document with its passages, those of an unchanged one from the previous index.

    Where nothing changed the encoder's model is not even loaded.
    """
    versions = {"readers": READERS, "segmenter": SEGMENTER}
    same = previous if previous and versions == {key: previous.about.get(key) for key in versions} else None
    cut: ParagraphSegmenter | None = None
    segmented = []
    for document in documents:
        if same is not None and same.digests.get(document.id) == document.digest:
            passages = same.store.passages_of(document.id)
        else:
            cut = cut or ParagraphSegmenter(encoder.count_tokens, encoder.max_tokens)
            passages = cut(document)
        segmented.append((document, passages))
    return segmented


@dataclass(frozen=True, slots=True)
class _Previous:
    """The index that is being updated: its documents and its vectors."""

    about: dict[str, Any]
    store: Store
    digests: dict[str, str]
    vectors: Written


def _previous(root: Path) -> _Previous | None:
    """Return the index in ``root``, None where there is none that can be used: the documents are the truth."""
    try:
        with reading(root) as generation:
            store = Store(generation.path / "corpus.sqlite")
            return _Previous(
                about=generation.about,
                store=store,
                digests=store.digests(),
                vectors=read_vectors(generation.path, int(generation.about["dim"]), store.all_passages()),
            )
    except IndexProblem:
        return None


def _write(
    folder: Path,
    passages: list[tuple[Document, list[Passage]]],
    about: dict[str, Any],
    encoder: Encoder,
    previous: _Previous | None,
    progress: Progress,
) -> dict[str, Any]:
    """Fill a generation's folder and return what its manifest says."""
    with StoreWriter(folder / "corpus.sqlite") as store:
        for document, own in passages:
            store.add(document, own)
    every = [passage for _, own in passages for passage in own]
    build_terms(folder / "lexical.sqlite", ((passage.context, passage.text) for passage in every))
    known = previous.vectors if previous else None
    write_vectors(folder, every, int(about["dim"]), encoder, known, progress)
    return about


def _open(generation: Generation, root: Path, encoder: Encoder) -> Index:
    """Open a generation's files, checked against each other and against the encoder."""
    about = generation.about
    again = f"run: qa index {' '.join(about['sources'])} --to {root}"
    built = about["encoder"]
    if built["fingerprint"] != encoder.fingerprint:
        raise IndexMismatch(
            f"{root} was built with encoder {built['name']} ({built['fingerprint'][:12]}) and is asked with "
            f"{encoder.name} ({encoder.fingerprint[:12]}); {again}"
        )
    for part, name in (("readers", READERS), ("segmenter", SEGMENTER), ("vectors", VECTORS), ("analyser", ANALYSER)):
        if about.get(part) != name:
            found = about.get(part, "of an earlier version")
            raise IndexMismatch(f"{root} was built with {part} “{found}”, this version has “{name}”; {again}")
    vectors = open_vectors(generation.path)
    return Index(
        generation=generation.name,
        about=about,
        encoder=encoder,
        store=Store(generation.path / "corpus.sqlite"),
        dense=FaissIndex(vectors),
        terms=Bm25Index(generation.path / "lexical.sqlite", len(vectors)),
        tokens=TokenStore(generation.path, int(about["dim"])),
        sentences=SentenceStore(generation.path),
        vectors=vectors,
    )
