"""Conversations stored on the server: questions and answers, visible to their owner only."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from qa.serialisation import answer_from_dict
from qa.service.scope import ALL, Scope
from qa.service.storage import Database
from qa.types import Turn

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from qa.types import Answer

FILE = "conversations.sqlite"
"""Name of the file in the folder of an index."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, changed TEXT NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS conversations_owner ON conversations (owner, used);
CREATE TABLE IF NOT EXISTS exchanges (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL, alone INTEGER NOT NULL,
    instead TEXT, scope TEXT NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (conversation, number)
) STRICT, WITHOUT ROWID;
"""
_TITLE_CHARACTERS = 120
_MOST_CONVERSATIONS = 1_000
"""Of one owner. Beyond that the conversation that was used longest ago is deleted."""
_MOST_EXCHANGES = 1_000
"""Of one conversation. Beyond that the oldest are deleted."""
_MOST_BYTES = 2 << 30
"""Of the file. Beyond that the conversations that were used longest ago are deleted, whoever owns them."""
_LIFETIME = timedelta(days=400)
"""A conversation is deleted this long after its last question. A browser keeps its cookie for less."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer; ``number`` counts from 1 within its conversation.

    ``alone`` says that it was asked without context. ``instead`` is the question that it replaces: what was said after
    that question was not part of the context. It was asked of the documents of ``scope``.
    """

    number: int
    asked: datetime
    answer: Answer
    alone: bool = False
    instead: str | None = None
    scope: Scope = ALL

    def to_dict(self) -> dict[str, Any]:
        """Return the exchange as a JSON object that holds the answer object of the contract."""
        return {
            "number": self.number,
            "asked": self.asked.isoformat(),
            "alone": self.alone,
            "instead": self.instead,
            "scope": self.scope.to_dict(),
            "answer": self.answer.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in a list; ``changed`` is when its last question was asked, ``questions`` their number."""

    id: str
    title: str
    changed: datetime
    questions: int


class ConversationStore:
    """Conversations in one SQLite file, in memory without ``path``. Threads may share it.

    Every call names the owner and sees only that owner's conversations. An empty owner has none.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._database = Database(path, _SCHEMA)
        self._write("DELETE FROM conversations WHERE changed < ?", _text(_now() - _LIFETIME))

    def add(
        self,
        owner: str,
        conversation: str | None,
        answer: Answer,
        *,
        alone: bool = False,
        instead: str | None = None,
        scope: Scope = ALL,
    ) -> tuple[str, int]:
        """Store an answer; return the id of its conversation and its number there.

        Without a conversation, or if it was deleted, a new one begins, with the question as its title.
        """
        now = _text(_now())
        text = json.dumps(answer.to_dict(), ensure_ascii=False)
        with self._database.write() as connection:
            if conversation is None or not _is_owned(connection, owner, conversation):
                conversation = secrets.token_urlsafe(12)
                connection.execute(
                    "INSERT INTO conversations (id, owner, title, changed) VALUES (?, ?, ?, ?)",
                    (conversation, owner, _title(answer.question), now),
                )
                connection.execute(
                    "DELETE FROM conversations WHERE id IN (SELECT id FROM conversations WHERE owner = ? "
                    "ORDER BY used = 0 DESC, used DESC LIMIT -1 OFFSET ?)",
                    (owner, _MOST_CONVERSATIONS),
                )
            (number,) = connection.execute(
                "SELECT coalesce(max(number), 0) + 1 FROM exchanges WHERE conversation = ?", (conversation,)
            ).fetchone()
            connection.execute(
                "INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (conversation, number, now, text, int(alone), instead, scope.query, _digest(text)),
            )
            connection.execute(
                "DELETE FROM exchanges WHERE conversation = ? AND number <= ?", (conversation, number - _MOST_EXCHANGES)
            )
            (size,) = connection.execute(
                "SELECT (page_count - freelist_count) * page_size "
                "FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
            ).fetchone()
            if size > _MOST_BYTES:
                connection.execute(
                    "DELETE FROM conversations WHERE id IN "
                    "(SELECT id FROM conversations WHERE id <> ? ORDER BY used LIMIT 10)",
                    (conversation,),
                )
            connection.execute(  # a counter, because clocks can stand still or go back
                "UPDATE conversations SET changed = ?, used = (SELECT max(used) + 1 FROM conversations) WHERE id = ?",
                (now, conversation),
            )
        return conversation, int(number)

    def of(self, owner: str) -> Sequence[Conversation]:
        """Return an owner's conversations, the most recently used first."""
        found = self._database.read(
            "SELECT id, title, changed, (SELECT count(*) FROM exchanges WHERE conversation = id) "
            "FROM conversations WHERE owner = ? AND owner <> '' ORDER BY used DESC",
            owner,
        )
        return [Conversation(key, title, _time(changed), count) for key, title, changed, count in found]

    def exchanges(self, owner: str, conversation: str) -> Sequence[Exchange]:
        """Return a conversation's exchanges in order.

        Raises ``KeyError`` if the owner has no such conversation, ``ValueError`` if a stored answer is damaged.
        """
        self.title(owner, conversation)
        found = self._database.read(
            "SELECT number, asked, alone, instead, scope, answer, digest FROM exchanges "
            "WHERE conversation = ? ORDER BY number",
            conversation,
        )
        return [
            Exchange(number, _time(asked), _checked(*stored), bool(alone), instead, Scope.parse(scope))
            for number, asked, alone, instead, scope, *stored in found
        ]

    def questions(self, owner: str, most: int) -> Sequence[str]:
        """Return at most ``most`` distinct questions of an owner, the latest first."""
        found = self._database.read(
            "SELECT json_extract(answer, '$.question') AS question FROM exchanges "
            "JOIN conversations ON conversations.id = conversation WHERE owner = ? AND owner <> '' "
            "GROUP BY question ORDER BY max(asked) DESC LIMIT ?",
            owner,
            most,
        )
        return [question for (question,) in found]

    def title(self, owner: str, conversation: str) -> str:
        """Return a conversation's title; raises ``KeyError`` if the owner has no such conversation."""
        found = self._database.read(
            "SELECT title FROM conversations WHERE id = ? AND owner = ? AND owner <> ''", conversation, owner
        )
        if not found:
            raise KeyError(conversation)
        return str(found[0][0])

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Change a conversation's title; a blank one becomes the first question. Raises ``KeyError`` as above."""
        exchanges = self.exchanges(owner, conversation)
        fresh = _title(title) or _title(exchanges[0].answer.question)
        self._write("UPDATE conversations SET title = ? WHERE id = ? AND owner = ?", fresh, conversation, owner)

    def delete(self, owner: str, conversation: str) -> None:
        """Delete a conversation; ``KeyError`` as above."""
        self.title(owner, conversation)
        self._write("DELETE FROM conversations WHERE id = ? AND owner = ?", conversation, owner)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _write(self, sql: str, *values: object) -> None:
        with self._database.write() as connection:
            connection.execute(sql, values)


def _is_owned(connection: sqlite3.Connection, owner: str, conversation: str) -> bool:
    query = "SELECT 1 FROM conversations WHERE id = ? AND owner = ?"
    return connection.execute(query, (conversation, owner)).fetchone() is not None


def history_of(answers: Iterable[Answer]) -> list[Turn]:
    """Return answers as the history of the next question: each question, and the quotation that answered it."""
    history = []
    for answer in answers:
        history.append(Turn("user", answer.question))
        if answer.found and answer.citations:
            history.append(Turn("assistant", answer.citations[0].quote))
    return history


def history_before(history: Sequence[Turn], question: str) -> Sequence[Turn]:
    """Return the turns before a question was last asked; all turns if it was never asked."""
    places = [place for place, turn in enumerate(history) if turn.role == "user" and turn.text == question]
    return history[: places[-1]] if places else history


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _checked(text: str, digest: bytes) -> Answer:
    """Return a stored answer. Raises ``ValueError`` if it has changed: no changed letter is quoted."""
    if _digest(text) != digest:
        raise ValueError("a stored answer is damaged")
    try:
        return answer_from_dict(json.loads(text))
    except (KeyError, TypeError) as error:
        raise ValueError("a stored answer was written by another version") from error


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_CHARACTERS else line[: _TITLE_CHARACTERS - 1] + "…"


def _now() -> datetime:
    return datetime.now(UTC)


def _text(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
