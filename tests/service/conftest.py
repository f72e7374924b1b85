"""An index of two documents, with a bot that follows it and updates that wait."""

from __future__ import annotations

import pytest
from small_corpus import WORDS, HeldUpdate
from word_encoder import WordEncoder

import qa
from qa.service.reloading_bot import ReloadingBot


@pytest.fixture
def small_encoder():
    return WordEncoder(WORDS)


@pytest.fixture
def folder(write):
    return write(leave__txt="Annual leave is thirty days.\n\nSick leave needs a doctor.", travel__txt="Travel by rail.")


@pytest.fixture
def root(folder, tmp_path, small_encoder):
    """The folder of an index of two documents."""
    qa.build_index(folder, tmp_path / "i", encoder=small_encoder)
    return tmp_path / "i"


@pytest.fixture
def reloading_bot(root, small_encoder):
    return ReloadingBot(root, encoder=small_encoder, threshold=0)


@pytest.fixture
def update(root, small_encoder):
    return HeldUpdate(root, small_encoder)
