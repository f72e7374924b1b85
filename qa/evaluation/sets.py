"""Evaluation sets: questions whose answers are known, read from a folder.

Relevance names a document or a span of its text, never a passage, so documents can be segmented anew without changing
a set.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qa.errors import EvaluationError
from qa.types import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from qa.types import Span

Qrels = dict[str, dict[str, int]]
"""Relevance by query and item; above 0 is relevant."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a set. ``spans`` are its evidence by document; no spans mean the whole document."""

    id: str
    text: str
    answerable: bool
    history: tuple[Turn, ...]
    spans: Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Questions with their relevance: spans in a query, or documents in ``qrels`` for a query without spans.

    ``corpus`` is the file of the set's own documents. ``digest`` is the SHA-256 of questions and judgements.
    """

    name: str
    queries: tuple[Query, ...]
    qrels: Qrels | None
    corpus: Path | None
    digest: str

    def by_passage(self, query: Query) -> bool:
        """Say whether a query is judged by passages instead of documents."""
        return self.qrels is None or bool(query.spans)


def load_set(folder: Path, text_of: Callable[[str], str] | None = None) -> EvaluationSet:
    """Read an evaluation set; ``text_of`` returns a document's text by id, for sets with quotations.

    Raises ``EvaluationError`` with file and line for missing or malformed data, and for a quotation that its document
    does not contain.
    """
    digest = hashlib.sha256()
    for name in ("queries.jsonl", "qrels.tsv", "evidence.jsonl"):
        if (folder / name).is_file():
            digest.update((folder / name).read_bytes())
    entries = _read_json_lines(folder / "queries.jsonl", ("_id", "text"))
    evidence = _read_evidence(folder / "evidence.jsonl", text_of)
    queries = tuple(_query(entry, evidence, folder / "queries.jsonl") for entry in entries)
    if twice := [name for name, count in Counter(query.id for query in queries).items() if count > 1]:
        raise EvaluationError(f"{folder / 'queries.jsonl'} has more than one query {twice[0]!r}")
    if not queries:
        raise EvaluationError(f"{folder / 'queries.jsonl'} holds no queries")
    qrels = None
    if any(query.answerable and not query.spans for query in queries):
        path = folder / "qrels.tsv"
        qrels = _read_qrels(path) if path.is_file() or not any(query.spans for query in queries) else None
    corpus = folder / "corpus.jsonl"
    return EvaluationSet(folder.name, queries, qrels, corpus if corpus.is_file() else None, digest.hexdigest())


def occurrences(quote: str, text: str) -> tuple[Span, ...]:
    """Return the spans of a quotation in a text. White space matches any white space, as line breaks differ."""
    words = r"\s+".join(map(re.escape, quote.split()))
    return tuple(match.span() for match in re.finditer(words, text)) if words else ()


def _read_json_lines(path: Path, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file; in each, the values of ``keys`` must be text."""
    if not path.is_file():
        raise EvaluationError(f"{path} is missing; an evaluation set is a folder with queries.jsonl and judgements")
    entries = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            complete = all(isinstance(entry[key], str) for key in keys)
        except (ValueError, KeyError, TypeError) as error:
            raise EvaluationError(f"{path}, line {number}: {error!r}; it must have {', '.join(keys)}") from error
        if not complete:
            raise EvaluationError(f"{path}, line {number}: {', '.join(keys)} must be text")
        entries.append(entry)
    return entries


def _query(entry: dict[str, Any], evidence: Mapping[str, Mapping[str, tuple[Span, ...]]], path: Path) -> Query:
    """Return the query of a line of queries.jsonl."""
    try:
        spans = {
            document: tuple((int(start), int(end)) for start, end in pairs)
            for document, pairs in (entry.get("spans") or {}).items()
        }
        history = tuple(Turn(turn["role"], turn["text"]) for turn in entry.get("history") or [])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EvaluationError(
            f"{path}, query {entry['_id']}: {error!r}; spans are {{document: [[start, end], …]}}, "
            'history is [{"role", "text"}, …]'
        ) from error
    answerable = bool(entry.get("answerable", True))
    return Query(entry["_id"], entry["text"], answerable, history, spans or evidence.get(entry["_id"], {}))


def _read_evidence(path: Path, text_of: Callable[[str], str] | None) -> dict[str, dict[str, tuple[Span, ...]]]:
    """Return the spans of every quotation, by query and document; every occurrence counts."""
    if not path.is_file():
        return {}
    if text_of is None:
        raise EvaluationError(f"{path} quotes documents: name the index that holds them with --index")
    evidence: dict[str, dict[str, tuple[Span, ...]]] = {}
    for entry in _read_json_lines(path, ("query", "document", "quote")):
        quote, document = entry["quote"], entry["document"]
        try:
            text = text_of(document)
        except KeyError as error:
            raise EvaluationError(f"{path} quotes {document}, which the index does not hold") from error
        spans = occurrences(quote, text)
        if not spans:
            raise EvaluationError(f"{path}: the quotation for {entry['query']} is not in {document}: {quote[:60]!r}")
        by_document = evidence.setdefault(entry["query"], {})
        by_document[document] = (*by_document.get(document, ()), *spans)
    return evidence


def _read_qrels(path: Path) -> Qrels:
    """Read judgements in BEIR's format: a header line, then query, document and relevance, separated by tabs."""
    if not path.is_file():
        raise EvaluationError(f"{path} is missing; a set needs qrels.tsv, evidence.jsonl or spans in its queries")
    qrels: Qrels = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines()[1:], 2):
        fields = line.split("\t")
        if len(fields) != 3 or not fields[2].lstrip("-").isdigit():
            raise EvaluationError(f"{path}, line {number} is not: query, document, relevance, separated by tabs")
        qrels.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return qrels
