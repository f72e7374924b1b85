"""Build, update and open an index.

An index names the parts that decide its content: the readers' version, encoder, segmenter, language and engine. A
document is kept from one build to the next while these and the bytes of its file stay the same.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.encoding.sentence_transformers import SentenceEncoder
from qa.errors import IndexMismatch, QAError
from qa.index import components
from qa.index.encoded_passages import VECTORS, encode, key_of
from qa.index.engines import current, engine_of
from qa.index.quantisation import quantisation_of
from qa.ingestion.readers import READERS_VERSION
from qa.ingestion.segmenter import ParagraphSegmenter
from qa.ingestion.sources import UPLOADS, check_source, read_sources
from qa.languages.english import English
from qa.languages.neutral import Neutral
from qa.types import IndexReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from qa.index.encoded_passages import Segmented
    from qa.ingestion.sources import SourceContent
    from qa.protocols import EncodedPassage, Encoder, Engine, EngineWriter, Language, Progress, Segmenter
    from qa.types import Document, DocumentEntry, Passage

ENGLISH = English()


@dataclass(frozen=True, slots=True)
class Index:
    """An open index: one immutable generation, with the encoder and the language that built it. Threads may share it.

    ``manifest`` describes the generation.
    """

    generation: str
    manifest: Mapping[str, Any]
    engine: Engine
    encoder: Encoder
    language: Language

    def passages(self) -> Iterator[Passage]:
        """Yield every passage, by document."""
        for entry in self.engine.documents():
            yield from (stored.passage for stored in self.engine.passages(entry.id))


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that decide the content of an index, besides its documents."""

    encoder: Encoder
    segmenter: Segmenter
    language: Language

    def describe(self) -> dict[str, Any]:
        """Return the parts as a manifest describes them."""
        encoder = {**components.describe(self.encoder), "fingerprint": self.encoder.fingerprint}
        return {
            "readers": READERS_VERSION,
            "segmenter": components.describe(self.segmenter),
            "language": components.describe(self.language),
            "encoder": encoder,
            "vectors": f"{VECTORS}, tokens by {quantisation_of(self.encoder).name}",
        }


def build_index(
    sources: str | Path | Iterable[str | Path],
    to: str | Path,
    *,
    encoder: Encoder | None = None,
    segmenter: Segmenter | None = None,
    language: Language | None = ENGLISH,
    vectors: str | None = None,
    progress: Progress | None = None,
) -> IndexReport:
    """Build the index in ``to`` from files, folders or a BEIR ``corpus.jsonl``, or bring it up to date.

    A passage whose words are unchanged keeps its vectors; documents that are no longer in the sources leave the
    index. Uploaded files (``qa.service.uploads``) are always part of it. Files are read by child processes under
    limits. The report lists the files that cannot be read, with the reason, and those of which a part cannot be
    trusted. Until the last step the old index stays as it is.

    ``language`` is that of the documents; with None words are compared as they are written. ``vectors`` is the kind of
    the FAISS index (``Flat``, ``HNSW32,Flat``, ``IVF1024,Flat``). Raises ``SourceError`` if a source does not exist or
    nothing in the sources can be read, and ``IndexBusy`` if another process is writing.
    """
    paths = [Path(sources)] if isinstance(sources, str | Path) else [Path(source) for source in sources]
    for path in paths:
        check_source(path)  # a mistyped name leaves no folder for an index behind
    parts = Parts(encoder or SentenceEncoder(), segmenter or ParagraphSegmenter(), language or Neutral())
    with engine_of(to).open_writer(to, vectors=vectors) as writer:
        return _build(writer, Path(to), [str(path) for path in paths], Path(), parts, progress or _silent)


def update_index(to: str | Path, *, encoder: Encoder | None = None, progress: Progress | None = None) -> IndexReport:
    """Bring the index in ``to`` up to date with its sources, with the parts that built it, from any working folder.

    Raises what ``build_index`` and ``open_index`` raise.
    """
    current(to)  # where nothing was built, nothing is to be made
    with engine_of(to).open_writer(to) as writer:
        manifest = writer.manifest or describe_index(to)
        parts = _parts(manifest, encoder)
        return _build(writer, Path(to), manifest["sources"], Path(manifest["directory"]), parts, progress or _silent)


def open_index(
    path: str | Path,
    *,
    encoder: Encoder | None = None,
    segmenter: Segmenter | None = None,
    language: Language | None = None,
) -> Index:
    """Open the index in ``path`` after checking every byte of it.

    The parts that built it are made again from its manifest; give those that have no ``from_settings``. Raises
    ``IndexNotFound``, ``IndexDamaged``, or ``IndexMismatch`` where other parts built it.
    """
    generation, manifest, engine = engine_of(path).open_engine(path)
    parts = _parts(manifest, encoder, segmenter, language)
    _check(Path(path), manifest, parts)
    return Index(generation, manifest, engine, parts.encoder, parts.language)


def describe_index(path: str | Path) -> dict[str, Any]:
    """Return what the index in ``path`` holds and what built it, without loading a model."""
    return {"index": str(path), **engine_of(path).describe(path)}


def source_paths(manifest: Mapping[str, Any]) -> list[Path]:
    """Return the paths of the sources of an index."""
    return [Path(manifest["directory"], source) for source in manifest["sources"]]


def _silent(_what: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


def _parts(
    manifest: Mapping[str, Any],
    encoder: Encoder | None,
    segmenter: Segmenter | None = None,
    language: Language | None = None,
) -> Parts:
    """Return the parts that built an index: the given ones, and the others made again."""
    return Parts(
        encoder or components.make("encoder", manifest["encoder"]),
        segmenter or components.make("segmenter", manifest["segmenter"]),
        language or components.make("language", manifest["language"]),
    )


def _check(root: Path, manifest: Mapping[str, Any], parts: Parts) -> None:
    """Raise ``IndexMismatch`` if other parts, or other versions of them, built an index."""
    again = f"run: qa index {' '.join(manifest['sources'])} --to {root}"
    built, asked = manifest["encoder"], parts.encoder
    if built["fingerprint"] != asked.fingerprint:
        raise IndexMismatch(
            f"{root} was built with encoder {built['name']} ({built['fingerprint'][:12]}) and is asked with "
            f"{asked.name} ({asked.fingerprint[:12]}); {again}"
        )
    for part, described in parts.describe().items():
        then, now = (said["name"] if isinstance(said, dict) else said for said in (manifest[part], described))
        if part != "encoder" and then != now:
            raise IndexMismatch(f"{root} was built with {part} “{then}”, this version has “{now}”; {again}")


def _build(
    writer: EngineWriter, root: Path, sources: list[str], directory: Path, parts: Parts, progress: Progress
) -> IndexReport:
    """Build the index of ``sources``, named as seen from ``directory``.

    They are read while the lock is held: what was read before another process published would undo what that did.
    """
    started = time.perf_counter()
    made_by = parts.describe()
    previous, manifest = writer.engine, writer.manifest
    entries = {entry.id: entry for entry in previous.documents()} if previous else {}
    before = {name: entry.digest for name, entry in entries.items()}
    known = (before, previous.document) if previous and manifest["readers"] == READERS_VERSION else None
    found = read_sources([directory / source for source in sources], root / UPLOADS, known, progress)
    now = {document.id: document.digest for document in found.documents}
    made_by["engine"] = dict(writer.settings)
    about = {**made_by, **_said(sources, directory, found)}
    passages = int(manifest.get("passages", 0))

    def differs() -> bool:
        return previous is None or before != now or any(manifest.get(key) != value for key, value in about.items())

    if differs():
        passages = _put(writer, entries, found, made_by, parts, progress)
        now = {document.id: document.digest for document in found.documents}
        about = {**made_by, **_said(sources, directory, found)}
    if differs():  # a document that was refused again is no difference
        created = datetime.now(UTC).isoformat(timespec="seconds")
        writer.publish({**about, "passages": passages, "created": created})
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


def _said(sources: list[str], directory: Path, found: SourceContent) -> dict[str, Any]:
    """Return the entries of a manifest about the sources, without the documents."""
    return {
        "tool": f"chapter-verse {version('chapter-verse')}",
        "sources": sources,
        "directory": "" if all(Path(source).is_absolute() for source in sources) else str(directory.absolute()),
        "skipped": [{"file": s.file, "reason": s.reason, "detail": s.detail} for s in found.skipped],
        "uploads": found.uploads,
        "documents": len(found.documents),
    }


def _put(
    writer: EngineWriter,
    entries: Mapping[str, DocumentEntry],
    found: SourceContent,
    made_by: Mapping[str, Any],
    parts: Parts,
    progress: Progress,
) -> int:
    """Segment, encode and put the documents that are not in ``entries``, and return the number of all passages.

    An error in one document skips that document. If none is left, the first error is raised.
    """
    previous, manifest = writer.engine, writer.manifest
    same = {key: previous is not None and _is_same(manifest[key], made_by[key]) for key in parts.describe()}
    digests = {entry.id: entry.digest for entry in entries.values()} if all(same.values()) else {}
    kept = {d.id: entries[d.id].passages for d in found.documents if digests.get(d.id) == d.digest}
    errors: list[Exception] = []
    segmented: list[Segmented] = []

    def refuse(document: Document, error: Exception) -> None:
        found.refuse(document, error)
        errors.append(error)

    for document in [document for document in found.documents if document.id not in kept]:
        try:
            segmented.append((document, parts.segmenter(document, parts.encoder)))
        except (QAError, OSError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - any error of a library about one document
            refuse(document, error)
    reusable = previous if same["encoder"] and same["vectors"] else None
    known = _known(reusable, entries.keys() - kept.keys())
    fresh = sum(len(passages) for _, passages in segmented)
    put = 0
    for document, encoded in encode(segmented, parts.encoder, parts.language, known, progress, fresh, refuse):
        try:
            writer.put(document, encoded)
            put += len(encoded)
        except ValueError as error:
            refuse(document, error)
    if errors and not found.documents:
        raise errors[0]
    for gone in entries.keys() - {document.id for document in found.documents}:
        writer.delete(gone)
    return sum(kept.values()) + put


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - what a manifest says of a part
    """Return whether two parts give equal results: by name and fingerprint, because a class may have moved."""
    if not isinstance(one, dict):
        return bool(one == other)
    return all(one.get(key) == other.get(key) for key in ("name", "fingerprint"))


def _known(engine: Engine | None, documents: Iterable[str]) -> Callable[[Passage], EncodedPassage | None]:
    """Return a function that finds a passage with the same words in documents that change or leave."""
    ids: dict[bytes, str] = {}
    for document in documents if engine else ():
        ids |= {key_of(stored.passage): stored.passage.id for stored in engine.passages(document)} if engine else {}

    def find(passage: Passage) -> EncodedPassage | None:
        name = ids.get(key_of(passage)) if ids else None
        return engine.fetch([name])[0] if engine and name else None

    return find
