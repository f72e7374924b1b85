"""Evaluation sets as they are read from a folder."""

from __future__ import annotations

import pytest
from conftest import ROOT
from made_sets import make_set

from qa.errors import EvaluationError
from qa.evaluation.sets import load_set

SETS = sorted(path.name for path in (ROOT / "data" / "eval").iterdir() if path.is_dir())


def test_a_quotation_is_found_whatever_parts_its_lines(tmp_path):
    """White space matches any white space, because a PDF and a plain file break lines differently."""
    folder = make_set(
        tmp_path / "set",
        [{"_id": "q", "text": "x"}],
        evidence__jsonl='{"query": "q", "document": "d", "quote": "thirty days (net)"}',
    )
    text = "Leave is thirty\n  days (net). Not thirty days [net]. Thirty days (net), or thirty days (net)."
    (query,) = load_set(folder, {"d": text}.__getitem__).queries
    assert query.spans == {"d": ((9, 28), (75, 92))}
    assert [text[start:end] for start, end in query.spans["d"]] == ["thirty\n  days (net)", "thirty days (net)"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "qrels.tsv is missing"),
        (
            {"evidence__jsonl": '{"query": "q", "document": "d", "quote": "gone"}'},
            "the quotation for q is not in d: 'gone'",
        ),
        (
            {"evidence__jsonl": '{"query": "q", "document": "e", "quote": "x"}'},
            "quotes e, which the index does not hold",
        ),
        ({"evidence__jsonl": "[]"}, "evidence.jsonl, line 1"),
        ({"qrels__tsv": "header\nq d 1"}, "qrels.tsv, line 2 is not"),
        ({"queries__jsonl": ""}, "queries.jsonl holds no queries"),
        ({"queries__jsonl": '{"_id": "q", "text": "x"}\n' * 2}, "has more than one query 'q'"),
        ({"queries__jsonl": '{"_id": "q", "text": "x", "spans": {"d": [3]}}'}, "query q: TypeError"),
        ({"queries__jsonl": '{"_id": "q", "text": "x", "history": [{"text": "y"}]}'}, "query q: KeyError('role')"),
    ],
)
def test_what_is_wrong_with_a_set_is_said(tmp_path, files, message):
    """Missing judgements, a missing quotation and a malformed line are reported with file, line and reason."""
    folder = make_set(tmp_path / "set", [{"_id": "q", "text": "x"}], **files)
    with pytest.raises(EvaluationError) as caught:
        load_set(folder, {"d": "text"}.__getitem__)
    assert message in str(caught.value)


@pytest.mark.parametrize("name", SETS)
def test_the_shipped_sets_are_whole(name, statement_text):
    """Every answerable question has evidence, every unanswerable one has none, every quotation stands in the text."""
    questions = load_set(ROOT / "data" / "eval" / name, lambda _: statement_text)
    assert len({query.id for query in questions.queries}) == len(questions.queries) >= 100
    assert all(bool(query.spans) == query.answerable for query in questions.queries)
    assert sum(not query.answerable for query in questions.queries) >= 20
