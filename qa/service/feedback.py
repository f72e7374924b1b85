"""Users' feedback on answers, and evaluation sets made of it, which ``qa evaluate`` runs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from qa.errors import EvaluationError
from qa.service.storage import Database

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from qa.types import Answer, Turn

FILE = "feedback.sqlite"
"""Name of the file in the folder of an index."""

Verdict = Literal["right", "wrong", "no-answer"]
"""A passage answers the question, or it does not, or the documents do not answer it."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    owner TEXT NOT NULL, question TEXT NOT NULL, history TEXT NOT NULL, verdict TEXT NOT NULL,
    document TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote TEXT NOT NULL,
    rank INTEGER NOT NULL, found INTEGER NOT NULL, confidence REAL NOT NULL, generation TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (owner, question, history, document, start, "end")
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One user's verdict on one answer; with "no-answer", document and quote are empty and rank is 0."""

    question: str
    history: tuple[tuple[str, str], ...]
    verdict: Verdict
    document: str
    start: int
    end: int
    quote: str
    rank: int
    found: bool
    confidence: float
    generation: str
    at: datetime

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON object; what "no-answer" does not have is null."""
        history = [{"role": role, "text": text} for role, text in self.history]
        absent = {} if self.document else dict.fromkeys(("document", "start", "end", "quote", "rank"))
        return {**asdict(self), "history": history, "at": self.at.isoformat(), **absent}


_OPPOSITE: dict[Verdict, Verdict] = {"right": "no-answer", "no-answer": "right"}


class FeedbackStore:
    """Feedback in one SQLite file, in memory without ``path``. Threads may share it."""

    def __init__(self, path: Path | None = None) -> None:
        self._database = Database(path, _SCHEMA)

    def toggle(
        self, owner: str, answer: Answer, history: Iterable[Turn], number: int | None, *, right: bool = True
    ) -> bool:
        """Record an owner's verdict on an answer, or withdraw it if it is recorded; return whether it now is recorded.

        ``number`` is the number of the citation that is right, or else wrong; None means that the documents do not
        answer. Of verdicts that contradict each other the last one stands. Raises ``KeyError`` if there is no such
        citation.
        """
        turns = json.dumps([[turn.role, turn.text] for turn in history], ensure_ascii=False)
        verdict: tuple[Verdict, str, int, int, str, int] = ("no-answer", "", 0, 0, "", 0)
        if number is not None:
            chosen = next((citation for citation in answer.citations if citation.number == number), None)
            if chosen is None:
                raise KeyError(number)
            place = chosen.document, chosen.start, chosen.end
            verdict = ("right" if right else "wrong", *place, chosen.quote, chosen.number)
        asked = (owner, answer.question, turns)
        about = (
            int(answer.found),
            answer.confidence,
            answer.generation,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with self._database.write() as connection:
            deleted = connection.execute(
                "DELETE FROM feedback WHERE (owner, question, history) = (?, ?, ?) "
                'AND (document, start, "end") = (?, ?, ?) RETURNING verdict',
                (*asked, *verdict[1:4]),
            ).fetchall()
            if deleted == [(verdict[0],)]:
                return False
            connection.execute(
                "DELETE FROM feedback WHERE (owner, question, history) = (?, ?, ?) AND verdict = ?",
                (*asked, _OPPOSITE.get(verdict[0])),
            )
            connection.execute(
                "INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*asked, *verdict, *about)
            )
        return True

    def verdicts(self, owner: str, answer: Answer, history: Iterable[Turn]) -> dict[int | None, Verdict]:
        """Return an owner's verdicts on an answer by the number of the citation, None for "no answer"."""
        turns = json.dumps([[turn.role, turn.text] for turn in history], ensure_ascii=False)
        found = self._database.read(
            'SELECT document, start, "end", verdict FROM feedback WHERE (owner, question, history) = (?, ?, ?)',
            owner,
            answer.question,
            turns,
        )
        given = {tuple(place): verdict for *place, verdict in found}
        numbers: dict[int | None, tuple[object, ...]] = {None: ("", 0, 0)}
        numbers |= {citation.number: (citation.document, citation.start, citation.end) for citation in answer.citations}
        return {number: given[place] for number, place in numbers.items() if place in given}

    def entries(self) -> Sequence[Feedback]:
        """Return all feedback, oldest first."""
        found = self._database.read(
            'SELECT question, history, verdict, document, start, "end", quote, rank, found, confidence, generation, at '
            "FROM feedback ORDER BY at, question, rank",
        )
        return [_feedback(row) for row in found]

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _feedback(row: tuple[Any, ...]) -> Feedback:
    question, history, verdict, document, start, end, quote, rank, found, confidence, generation, at = row
    turns = tuple((role, text) for role, text in json.loads(history))
    time = datetime.fromisoformat(at)
    return Feedback(
        question, turns, verdict, document, start, end, quote, rank, bool(found), confidence, generation, time
    )


def write_set(entries: Iterable[Feedback], folder: Path) -> tuple[int, list[str]]:
    """Write feedback as an evaluation set; return the number of its questions, and the questions left out.

    A question is left out if users disagree whether the documents answer it. Passages that are only said to be wrong
    are no evidence. Raises ``EvaluationError`` if nothing is
    left, or if the folder holds other files.
    """
    questions: dict[tuple[str, tuple[tuple[str, str], ...]], list[Feedback]] = {}
    for entry in entries:
        if entry.verdict == "wrong":
            continue
        questions.setdefault((entry.question, entry.history), []).append(entry)
    queries, evidence, disputed = [], [], []
    for (text, history), given in questions.items():
        verdicts = {entry.verdict for entry in given}
        if len(verdicts) > 1:
            disputed.append(text)
            continue
        key = "f" + hashlib.sha256(json.dumps([text, history]).encode()).hexdigest()[:12]
        query: dict[str, Any] = {"_id": key, "text": text, "answerable": verdicts == {"right"}}
        if history:
            query["history"] = [{"role": role, "text": turn} for role, turn in history]
        queries.append(query)
        quotes = {(entry.document, entry.quote) for entry in given if entry.verdict == "right"}
        evidence += [{"query": key, "document": document, "quote": quote} for document, quote in sorted(quotes)]
    if not queries:
        raise EvaluationError("there is no feedback to make a set of; readers give it below each answer in qa serve")
    _write(folder, queries, evidence)
    return len(queries), disputed


def _write(folder: Path, queries: list[dict[str, Any]], evidence: list[dict[str, Any]]) -> None:
    if folder.exists() and not (folder.is_dir() and {path.name for path in folder.iterdir()} <= _FILES):
        raise EvaluationError(f"{folder} holds something else already; name a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        (folder / "queries.jsonl").write_text(_lines(queries), "utf-8")
        if evidence:
            (folder / "evidence.jsonl").write_text(_lines(evidence), "utf-8")
        else:  # a set without evidence needs judgements, even an empty file
            (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n", "utf-8")
    except OSError as error:
        raise EvaluationError(f"{folder} cannot be written: {error}") from error


_FILES = {"queries.jsonl", "evidence.jsonl", "qrels.tsv"}


def _lines(entries: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
