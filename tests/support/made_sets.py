"""Outcomes and evaluation sets that tests of several modules make."""

from __future__ import annotations

import json

from qa.evaluation.metrics import Outcome
from qa.evaluation.sets import Query


def outcome(confidence, found, right, answerable=True):
    query = Query(str(confidence), "x", answerable, (), {})
    return Outcome(query, frozenset(), {}, confidence, found, right, None)


def make_set(folder, queries, **files):
    folder.mkdir(exist_ok=True)
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(q) for q in queries))
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder
