"""``make data``: a set is made of the file its authors publish, and every file is held against what was measured."""

from __future__ import annotations

import hashlib
import json
import sys

import pytest

from benchmarks import data
from qa.evaluation.sets import load_set

CONTEXT = "Oslo is in Norway. It lies at a fjord."


def _paragraph(*questions):
    """Return a paragraph in the form of SQuAD 2.0; a question is its words and its answer, None without one."""
    entries = [
        {
            "question": question,
            "id": number,
            "is_impossible": answer is None,
            "answers": [{"text": answer, "answer_start": CONTEXT.index(answer)}] if answer else [],
        }
        for number, (question, answer) in enumerate(questions)
    ]
    return {"context": CONTEXT, "qas": entries, "document_id": 7}


@pytest.fixture
def squad_file(tmp_path, monkeypatch):
    """A file of one paragraph whose first two questions were measured, though not a third with the same words."""
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    names = [
        data.question_id("Where is Oslo?", answerable=True),
        data.question_id("Who lives there?", answerable=False),
    ]
    (chosen / "squad.txt").write_text("\n".join(names))
    (chosen / "covid.txt").write_text("7\n7-0\n")
    monkeypatch.setattr(data, "CHOSEN", chosen)
    questions = [("Where is Oslo?", "Norway"), ("Who lives there?", None), ("Where is Oslo?", None)]
    path = tmp_path / "given" / "dev-v2.0.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"data": [{"title": "Oslo_(city)", "paragraphs": [_paragraph(*questions)]}]}))
    return path


def test_squad_becomes_a_set(squad_file, tmp_path):
    """Paragraphs are records, measured questions are queries whose spans lie on the answer, and the set loads."""
    data.write_set(tmp_path / "set", *data.squad(squad_file))
    loaded = load_set(tmp_path / "set")
    assert [(query.text, query.answerable) for query in loaded.queries] == [
        ("Where is Oslo?", True),
        ("Who lives there?", False),
    ]
    record = json.loads((tmp_path / "set" / "corpus.jsonl").read_text("utf-8"))
    assert record == {"_id": "Oslo_(city)#0", "title": "Oslo (city)", "text": CONTEXT}
    ((start, end),) = loaded.queries[0].spans["Oslo_(city)#0"]
    assert CONTEXT[start:end] == "Norway"
    assert (tmp_path / "set" / "qrels.tsv").read_text("utf-8").splitlines()[1:] == [
        f"{loaded.queries[0].id}\tOslo_(city)#0\t1"
    ]


def test_covid_qa_becomes_a_set(squad_file):
    """Its articles go by their number, their first line is the title, and their questions go by both numbers."""
    records, questions = data.covid(squad_file)
    assert records == [{"_id": "7", "title": CONTEXT, "text": CONTEXT}]
    assert [(question["_id"], question["spans"]) for question in questions] == [("7-0", {"7": [[11, 17]]})]


@pytest.fixture
def command(squad_file, tmp_path, monkeypatch, capsys):
    """Return a function that runs the command on one set and returns its exit status and what it printed."""
    data.write_set(tmp_path / "measured", *data.squad(squad_file))
    names = ("corpus.jsonl", "queries.jsonl", "qrels.tsv")
    files = {f"eval/squad/{name}": (data.digest(tmp_path / "measured" / name),) for name in names}
    original = data.Original(squad_file.name, data.squad, data.digest(squad_file))
    found = data.PublicSet("SQuAD", "CC BY-SA 4.0", "its page", files, original)
    monkeypatch.setattr(data, "SETS", {"squad": found})

    def run(*given):
        monkeypatch.setattr(sys, "argv", ["data", "--to", str(tmp_path / "shared"), *map(str, given)])
        return data.main(), capsys.readouterr().out

    return run


def test_a_set_is_laid_out_and_checked(command, squad_file, tmp_path):
    """Missing files are named with status 1; laid out from the original, each is as measured, with status 0."""
    status, said = command()
    assert status == 1
    assert "NOT eval/squad/corpus.jsonl is missing" in said
    assert "licence: CC BY-SA 4.0" in said
    status, said = command("--from", squad_file.parent)
    assert status == 0, said
    assert said.count("  ok ") == 3
    assert command() == (
        0,
        said.replace(f"  {tmp_path / 'shared' / 'eval' / 'squad'} is made from {squad_file.name}\n", ""),
    )


def test_an_altered_file_is_named(command, squad_file, tmp_path):
    """A file that is not what was measured is named with its digest and left as it is, with status 1."""
    command("--from", squad_file.parent)
    path = tmp_path / "shared" / "eval" / "squad" / "qrels.tsv"
    path.write_text("query-id\tcorpus-id\tscore\n")
    status, said = command("--from", squad_file.parent)
    assert status == 1
    assert f"NOT eval/squad/qrels.tsv is not what was measured: its SHA-256 is {data.digest(path)}" in said
    assert path.read_text() == "query-id\tcorpus-id\tscore\n"


def test_an_altered_original_is_refused(command, squad_file, tmp_path):
    """Of a download that is not the published file no set is made."""
    squad_file.write_text(squad_file.read_text() + "\n")
    status, said = command("--from", squad_file.parent)
    assert status == 1
    assert f"{squad_file} is not the file that its authors publish" in said
    assert not (tmp_path / "shared").exists()


def test_files_in_their_final_form_are_copied(command, squad_file, tmp_path):
    """What has the path of a measured file below the folder given is copied to its place."""
    squad_file.unlink()
    (squad_file.parent / "eval").mkdir()
    (tmp_path / "measured").rename(squad_file.parent / "eval" / "squad")
    assert command("--from", squad_file.parent)[0] == 0


def test_a_folder_has_a_digest(tmp_path):
    """It is that of the list that sha256sum prints of its files, sorted by path."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.txt").write_bytes(b"1")
    (tmp_path / "a.txt").write_bytes(b"")
    one, other = hashlib.sha256(b"").hexdigest(), hashlib.sha256(b"1").hexdigest()
    assert data.digest(tmp_path) == hashlib.sha256(f"{one}  a.txt\n{other}  b/c.txt\n".encode()).hexdigest()


@pytest.mark.slow
def test_what_lies_beside_the_project_is_what_was_measured():
    """The files that the published figures come from, where they are here, are the recorded ones."""
    shared = data.SHARED
    if not shared.is_dir():
        pytest.skip("the public sets are not part of the project")
    assert [sentence for name in data.SETS for right, sentence in data.check(name, shared) if not right] == []
