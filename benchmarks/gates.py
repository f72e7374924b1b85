"""Regression gates of the ranking: ``python -m benchmarks.gates [NAME …] [--write] [--choose]``.

``tests/gates`` has a file for each set: a line with the ids of a slice's documents, then a line for each query with the
recorded rank of its first relevant item, null if it was not among the first 50. The files hold ids and ranks, no texts.
``tests/test_gates.py`` asks again and fails if the reciprocal ranks are significantly worse, or if a query fell from
the first rank beyond the tenth. A gate detects losses; it does not say how good the ranking is.

Without options, prints the changes, one query a line. ``--write`` records the current ranks. ``--choose`` draws new
slices by a fixed seed and records them, too.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import qa
from benchmarks.common import ROOT, SHARED, UN_CORPUS, command_line
from qa.errors import QAError, SourceError
from qa.evaluation.metrics import SIGNIFICANT, compare
from qa.evaluation.runner import qrels_of
from qa.evaluation.runs import DEPTH, item_scores
from qa.evaluation.sets import load_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from qa.answering.bot import Bot
    from qa.evaluation.sets import EvaluationSet, Query
    from qa.protocols import Encoder
    from qa.types import Answer

GATES = ROOT / "tests" / "gates"
SEED = 42
ARTICLES = {"squad": 4, "covid": 2}
RECORDS = {"clapnq": 60, "mtrag": 60}
"""As many as can be indexed while a developer waits. A record of mtrag has six passages, an article of covid 60."""
QUERIES = {"squad": 100, "covid": 60, "clapnq": 40, "mtrag": 25}
LOST = 10
"""A query whose first relevant item was first may not fall beyond this rank."""
Ranks = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Source:
    """The folder of a set, and its documents: a folder of files, or the set's own corpus.jsonl."""

    folder: Path
    documents: Path


def _beir(name: str) -> Source:
    return Source(SHARED / "eval" / name, SHARED / "eval" / name / "corpus.jsonl")


SOURCES = {
    "statement": Source(ROOT / "data" / "eval" / "statement", ROOT / "data" / "documents"),
    "statement-users": Source(ROOT / "data" / "eval" / "statement-users", ROOT / "data" / "documents"),
    "un-documents": Source(ROOT / "tests" / "sets" / "un-documents", UN_CORPUS),
    "un": Source(ROOT / "tests" / "sets" / "un", UN_CORPUS),
    "conversations-report": Source(ROOT / "tests" / "sets" / "conversations" / "conversations-report", UN_CORPUS),
    **{name: _beir(name) for name in ("squad", "clapnq", "covid", "mtrag")},
}
COUNTRIES = {
    "un-documents": ("ARE", "BGD", "BRA", "COL", "IND", "KEN"),
    "conversations-report": ("EU", "FIN", "OMN", "PER", "SAU", "SYC"),
}
"""Countries with many questions; the slice has both speeches of each."""
FAMILIES = ("78_115", "79_129", "80_171", "78_43", "79_42", "80_41", "78_59", "79_68", "80_63")
"""Of un: three resolutions that recur every year, on terrorism, weapons of mass destruction and Central Africa."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A frozen slice of a set: the ids of its documents, and the rank of each query's first relevant item."""

    name: str
    documents: tuple[str, ...]
    ranks: Ranks


def read_gate(name: str) -> Gate:
    """Return the recorded gate of a set."""
    head, *lines = [json.loads(line) for line in (GATES / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return Gate(name, tuple(head["documents"]), {line["query"]: line["rank"] for line in lines})


def write_gate(gate: Gate) -> None:
    """Record a gate."""
    GATES.mkdir(exist_ok=True)
    lines = [{"documents": gate.documents}, *({"query": query, "rank": rank} for query, rank in gate.ranks.items())]
    (GATES / f"{gate.name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def missing(name: str) -> str | None:
    """Return why a gate cannot be run here, None if it can."""
    source = SOURCES[name].documents
    if not source.exists():
        return f"{source.relative_to(ROOT.parent)} is not here"
    return None


class Slices:
    """Opens bots over slices, indexed below ``folder``; a slice of two gates is indexed once."""

    def __init__(self, folder: Path, encoder: Encoder | None = None) -> None:
        self._folder = folder
        self._encoder = encoder
        self._bots: dict[tuple[Path, tuple[str, ...]], Bot] = {}

    def open(self, gate: Gate) -> Bot:
        """Return a bot over a gate's documents; raises ``SourceError`` if one of them cannot be read."""
        source = SOURCES[gate.name].documents
        if (source, gate.documents) not in self._bots:
            home = self._folder / gate.name
            report = qa.build_index(_copied(source, gate.documents, home), home / "index", encoder=self._encoder)
            if report.skipped:
                raise SourceError(f"{report.skipped[0].file}: {report.skipped[0].detail}")
            bot = qa.open_bot(home / "index", encoder=self._encoder)
            self._bots[source, gate.documents] = bot
        return self._bots[source, gate.documents]


def _copied(source: Path, documents: Iterable[str], home: Path) -> Path:
    """Copy the documents of a slice out of their corpus, so that only they are indexed."""
    home.mkdir(parents=True)
    if source.suffix == ".jsonl":
        wanted = set(documents)
        chosen = [line for line in _lines(source) if json.loads(line)["_id"] in wanted]
        (home / source.name).write_text("".join(line + "\n" for line in chosen), "utf-8")
        return home / source.name
    for document in documents:
        target = home / "documents" / document
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / document, target)
    return home / "documents"


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").split("\n") if line.strip()]


def questions_of(gate: Gate, bot: Bot) -> EvaluationSet:
    """Return the questions of the gate's set that belong to the slice."""
    folder = SOURCES[gate.name].folder
    with tempfile.TemporaryDirectory() as temporary:
        for name, key in (("queries.jsonl", "_id"), ("evidence.jsonl", "query")):
            if (folder / name).is_file():
                kept = [line for line in _lines(folder / name) if _belongs(json.loads(line), key, gate)]
                (Path(temporary) / name).write_text("\n".join(kept), "utf-8")
        if (folder / "qrels.tsv").is_file():
            shutil.copyfile(folder / "qrels.tsv", Path(temporary) / "qrels.tsv")
        return load_set(Path(temporary), lambda document: bot.document(document).text)


def _belongs(entry: Mapping[str, str], key: str, gate: Gate) -> bool:
    return entry[key] in gate.ranks and ("quote" not in entry or entry["document"] in gate.documents)


def ranks(bot: Bot, questions: EvaluationSet, ask: Callable[[Query], Answer] | None = None) -> Ranks:
    """Ask every question and return the rank of its first relevant item, None beyond the first 50 passages."""
    ask = ask or (lambda query: bot.ask(query.text, history=query.history, k=DEPTH))
    relevant = qrels_of(questions, bot.index.passages())
    found: Ranks = {}
    for query in questions.queries:
        ranking = item_scores(ask(query).citations, by_passage=questions.by_passage(query))
        places = (rank for rank, item in enumerate(ranking, 1) if relevant[query.id].get(item, 0) > 0)
        found[query.id] = next(places, None)
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """The changes against the record: query, recorded rank and current rank, the largest loss first."""

    difference: float
    p: float
    changed: tuple[tuple[str, int | None, int | None], ...]
    fallen: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether the gate is shut: a significant loss, or a query that fell from the first place out of sight."""
        return bool(self.fallen) or (self.difference < 0 and self.p < SIGNIFICANT)

    @property
    def rises(self) -> int:
        """How many queries are answered earlier than recorded."""
        return sum(_reciprocal(now) > _reciprocal(before) for _, before, now in self.changed)

    def table(self, texts: Mapping[str, str]) -> str:
        """Return the changes, a query a line."""
        head = f"mean reciprocal rank {self.difference:+.4f}, p = {self.p:.4f}; changed: {len(self.changed)}"
        rows = [
            f"{before or '-':>8}  {now or '-':>3}  {query}  {texts.get(query, '')}{' FELL' * (query in self.fallen)}"
            for query, before, now in self.changed
        ]
        return "\n".join([head, *(["recorded  now  query"] if rows else []), *rows])


def verdict(recorded: Ranks, now: Ranks) -> Verdict:
    """Compare ranks with the recorded ones of the same queries."""
    if recorded.keys() != now.keys():
        raise ValueError(f"not the same queries: {sorted(recorded.keys() ^ now.keys())}")
    compared = compare(
        [_reciprocal(now[query]) for query in recorded], [_reciprocal(rank) for rank in recorded.values()]
    )
    changed = [(query, rank, now[query]) for query, rank in recorded.items() if rank != now[query]]
    changed.sort(key=lambda row: _reciprocal(row[2]) - _reciprocal(row[1]))
    fallen = [query for query, rank, new in changed if rank == 1 and (new is None or new > LOST)]
    return Verdict(compared["difference"], compared["p"], tuple(changed), tuple(fallen))


def _reciprocal(rank: int | None) -> float:
    return 1 / rank if rank else 0.0


def choose(name: str) -> Gate:
    """Draw the slice of a set: documents of their own kind, and answerable queries that they answer."""
    source, draw = SOURCES[name], random.Random(SEED)  # noqa: S311 - a fixed draw, no secret
    entries = [entry for line in _lines(source.folder / "queries.jsonl") if (entry := json.loads(line))["answerable"]]
    answers = _answers(source.folder, entries)
    if source.documents.suffix == ".jsonl":
        ids = [json.loads(line)["_id"] for line in _lines(source.documents)]
    if name in {"squad", "covid"}:  # whole articles; of covid's, long ones, those with the most questions
        count = ARTICLES[name]
        every = sorted({article(i) for i in ids})
        articles = _most_asked(answers, count) if name == "covid" else draw.sample(every, count)
        documents = [i for i in ids if article(i) in articles]
        queries = [query for query in answers if answers[query] <= set(documents)]
        chosen = set(draw.sample(queries, min(QUERIES[name], len(queries))))
    elif name in {"clapnq", "mtrag"}:  # some queries, what answers them, and other records of the same corpus
        chosen = set(draw.sample([e["_id"] for e in entries if name == "clapnq" or e.get("history")], QUERIES[name]))
        needed = set().union(*(answers[query] for query in chosen))
        rest = draw.sample([i for i in ids if i not in needed], max(0, RECORDS[name] - len(needed)))
        documents = [i for i in ids if i in needed or i in rest]
    else:
        documents = _files(name, source.documents)
        chosen = {query for query in answers if answers[query] & set(documents)}
    return Gate(name, tuple(documents), {e["_id"]: None for e in entries if e["_id"] in chosen})


def _files(name: str, folder: Path) -> list[str]:
    """Return the files that a slice of a folder has."""
    if name == "un":
        return sorted(f"resolutions/A_RES_{number}.pdf" for number in FAMILIES)
    every = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.txt"))
    chosen = tuple(f"speeches/{country}_" for country in COUNTRIES.get(name, ()))
    return [document for document in every if not chosen or document.startswith(chosen)]


def _most_asked(answers: Mapping[str, set[str]], count: int) -> list[str]:
    """Return the documents that answer the most queries."""
    asked = Counter(document for own in answers.values() for document in own)
    return sorted(asked, key=lambda document: (-asked[document], document))[:count]


def article(document: str) -> str:
    """Return the article that a record is a paragraph of."""
    return document.split("#")[0]


def _answers(folder: Path, entries: Iterable[Mapping[str, object]]) -> dict[str, set[str]]:
    """Return the documents that answer each query, by the set's own files."""
    found: dict[str, set[str]] = {str(entry["_id"]): set(entry.get("spans") or ()) for entry in entries}
    if (folder / "evidence.jsonl").is_file():
        pairs = [(e["query"], e["document"]) for e in map(json.loads, _lines(folder / "evidence.jsonl"))]
    else:
        pairs = [tuple(line.split("\t")[:2]) for line in _lines(folder / "qrels.tsv")[1:]]
    for query, document in pairs:
        found.get(query, set()).add(document)
    return found


def run(names: Sequence[str], *, write: bool, anew: bool) -> bool:
    """Ask the gates and print what changed; return whether one is shut that was not recorded anew."""
    from qa.encoding.sentence_transformers import SentenceEncoder

    shut = False
    with tempfile.TemporaryDirectory() as temporary:
        slices = Slices(Path(temporary), SentenceEncoder())
        for name in names:
            if reason := missing(name):
                print(f"{name} is left out: {reason}\n")
                continue
            drawn = anew or not (GATES / f"{name}.jsonl").is_file()
            gate = choose(name) if drawn else read_gate(name)
            try:
                bot = slices.open(gate)
            except QAError as error:
                print(f"{name} is left out: {error}\n")
                continue
            questions = questions_of(gate, bot)
            now = ranks(bot, questions)
            print(
                f"{name}: {len(gate.documents)} documents, {bot.index.manifest['passages']} passages, "
                f"{len(now)} queries"
            )
            if not drawn:
                found = verdict(gate.ranks, now)
                print(found.table({query.id: query.text for query in questions.queries}))
                shut = shut or (found.worse and not write)
            if write:
                write_gate(Gate(name, gate.documents, now))
                print(
                    f"recorded: first {sum(rank == 1 for rank in now.values())}, none {list(now.values()).count(None)}"
                )
            print(flush=True)
    return shut


def main() -> int:
    """Ask or record the gates."""
    parser = command_line(__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SOURCES)}; by default all")
    parser.add_argument("--write", action="store_true", help="record the ranks as they are now")
    parser.add_argument("--choose", action="store_true", help="draw the slices anew, and record them")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in SOURCES]:
        parser.error(f"there is no gate {unknown[0]}; there are {', '.join(SOURCES)}")
    return int(run(options.names or list(SOURCES), write=options.write or options.choose, anew=options.choose))


if __name__ == "__main__":
    sys.exit(main())
