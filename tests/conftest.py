"""What several tests stand on: the shipped statement and an index of it made with the real encoder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser.fake_bot import FakeBot, statement
from hypothesis import settings

import qa
from qa.service.history import ConversationStore

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ROOT / "data" / "documents"
STATEMENT = "statement-voronkov-moscow-2018.txt"
SHARED = ROOT.parent / "shared"
GATES = "tests/test_gates.py"

settings.register_profile("patient", deadline=None)  # a machine that does other things must not fail a test
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the gates and the browser first: what takes long must not be left to one worker at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith((GATES, "tests/browser/")))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give a worker a file at a time, so that what a file shares is made once, and of the gates a set at a time."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            apart = nodeid.startswith(GATES) and "[" in nodeid and "[statement" not in nodeid
            return nodeid.split("[")[1] if apart else super()._split_scope(nodeid)

    config.option.loadscopereorder = False  # by the number of tests
    return ByFile(config, log)


@pytest.fixture(scope="session")
def statement_text():
    return (DOCUMENTS / STATEMENT).read_text("utf-8")


@pytest.fixture(scope="session")
def encoder():
    from qa.encoding.sentence_transformers import SentenceEncoder

    return SentenceEncoder()


@pytest.fixture(scope="session")
def statement_index(tmp_path_factory, encoder):
    """The folder of an index of the shipped documents."""
    folder = tmp_path_factory.mktemp("index") / "statement"
    qa.build_index(DOCUMENTS, folder, encoder=encoder)
    return folder


@pytest.fixture(scope="session")
def bot(statement_index, encoder):
    return qa.open_bot(statement_index, encoder=encoder)


@pytest.fixture(scope="session")
def fake():
    """A bot over the shipped statement whose answers can be worked out by hand."""
    return FakeBot([statement()])


@pytest.fixture
def kept():
    """A store of conversations in memory."""
    return ConversationStore()


@pytest.fixture
def write(tmp_path):
    """Return a function that writes files, by name, into a folder and returns it."""

    def make(folder="documents", /, **files):
        root = tmp_path / folder
        for name, content in files.items():
            path = root / name.replace("__", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return make
