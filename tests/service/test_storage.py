"""Files of conversations and feedback: nothing deleted stays, one file is a backup, damage and locks are noticed."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time

import pytest
from browser.fake_bot import ADOPTED

from qa.service.feedback import FeedbackStore
from qa.service.history import ConversationStore


@pytest.fixture
def file(tmp_path):
    return tmp_path / "conversations.sqlite"


@pytest.fixture
def store(file):
    store = ConversationStore(file)
    yield store
    store.close()


def test_what_is_deleted_is_on_the_disk_no_more(file, store, fake):
    """Neither in the file nor in the log beside it, at once and not only at the end."""
    kept, _ = store.add("ada", None, fake.ask(ADOPTED))
    key, _ = store.add("ada", None, fake.ask("Who is called swordfish?"))
    store.delete("ada", key)
    on_disk = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert b"swordfish" not in on_disk
    assert b"Counter-Terrorism" in on_disk
    store.delete("ada", kept)
    assert b"Counter-Terrorism" not in b"".join(path.read_bytes() for path in file.parent.iterdir())


def test_feedback_that_is_withdrawn_is_on_the_disk_no_more(tmp_path, fake):
    """The same for feedback."""
    store = FeedbackStore(tmp_path / "feedback.sqlite")
    answer = fake.ask("When was the swordfish strategy adopted by consensus?")
    store.toggle("ada", answer, (), None)
    store.toggle("ada", answer, (), None)
    assert b"swordfish" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    store.close()


def test_a_copy_of_the_one_file_is_a_backup(file, store, fake, tmp_path):
    """While the server runs, and after it has stopped, when nothing else is left."""
    key, _ = store.add("ada", None, fake.ask(ADOPTED))
    shutil.copyfile(file, tmp_path / "backup")
    copy = ConversationStore(tmp_path / "backup")
    assert copy.exchanges("ada", key) == store.exchanges("ada", key)
    copy.close()
    store.close()
    assert {path.name for path in tmp_path.iterdir()} == {file.name, "backup"}


def test_a_changed_letter_of_a_stored_quotation_is_noticed(file, store, fake):
    """The answer is called damaged, and not shown or exported."""
    key, _ = store.add("ada", None, fake.ask(ADOPTED))
    with sqlite3.connect(file) as other:
        other.execute("UPDATE exchanges SET answer = replace(answer, 'consensus', 'consensuz')")
    other.close()
    with pytest.raises(ValueError, match="a stored answer is damaged"):
        store.exchanges("ada", key)


@pytest.mark.slow
def test_a_locked_file_keeps_nobody_waiting(file, store, fake):
    """While another process writes, five users read at once, and learn within five seconds that they cannot write."""
    key, _ = store.add("ada", None, fake.ask(ADOPTED))
    answer = fake.ask(ADOPTED)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waited = {"write": [], "read": []}

    def write():
        begun = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            store.add("ada", key, answer)
        waited["write"].append(time.monotonic() - begun)

    def read():
        begun = time.monotonic()
        assert len(store.exchanges("ada", key)) == 1
        waited["read"].append(time.monotonic() - begun)

    users = [threading.Thread(target=task) for task in [write] * 5 + [read] * 5]
    for user in users:
        user.start()
    for user in users:
        user.join()
    other.execute("ROLLBACK")
    other.close()
    assert (len(waited["write"]), len(waited["read"])) == (5, 5)
    assert max(waited["write"]) < 5
    assert max(waited["read"]) < 1
    assert store.add("ada", key, answer) == (key, 2)
