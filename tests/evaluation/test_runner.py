"""Evaluations from end to end: relevance, whole runs, comparison, and floors for the shipped sets."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ROOT
from made_sets import make_set
from word_encoder import WordEncoder

import qa
from qa.errors import EvaluationError
from qa.evaluation.metrics import means, refusal
from qa.evaluation.runner import _compare, code_digest, evaluate, judge, qrels_of
from qa.evaluation.runs import write_run
from qa.evaluation.sets import EvaluationSet, Query, load_set

SETS = sorted(path.name for path in (ROOT / "data" / "eval").iterdir() if path.is_dir())


@pytest.fixture
def small(tmp_path, write):
    """A bot over two documents and an evaluation set with evidence about them."""
    encoder = WordEncoder("leave days thirty forty rail travel")
    source = write(a__txt="Annual leave is thirty days.\n\nTravel by rail.", b__txt="Leave of forty days.")
    qa.build_index(source, tmp_path / "i", encoder=encoder)
    bot = qa.open_bot(tmp_path / "i", encoder=encoder, threshold=0)
    folder = make_set(
        tmp_path / "set",
        [
            {"_id": "q1", "text": "rail travel"},
            {"_id": "q2", "text": "forty days"},
            {"_id": "q3", "text": "x", "answerable": False},
        ],
        evidence__jsonl='{"query": "q1", "document": "a.txt", "quote": "Travel by rail."}\n'
        '{"query": "q2", "document": "a.txt", "quote": "thirty days"}\n',
    )
    return bot, load_set(folder, lambda document: bot.document(document).text)


def judged(bot, questions):
    qrels = qrels_of(questions, bot.index.passages())
    return judge(questions, lambda query: bot.ask(query.text), qrels, lambda: None)


def test_relevance_is_overlap_with_the_quotation(small):
    """The evidence of q1 is in the first passage, that of q2 in another one."""
    outcomes, run = judged(*small)
    assert [o.first_is_relevant for o in outcomes] == [True, False, False]
    assert outcomes[0].relevant == {"a.txt#30-45"}
    assert outcomes[0].highlight_is_relevant is True
    assert next(iter(run["q2"])) == "b.txt#0-20"
    assert means(outcomes)["Success@1"] == 0.5
    found = refusal(outcomes)
    assert (found["recall"], found["refused_answerable"]) == (0, 0)


def test_relevance_by_document(tmp_path, write):
    """With qrels a document counts once, at its best passage."""
    encoder = WordEncoder("leave days")
    qa.build_index(write(a__txt="Leave.\n\nLeave days.", b__txt="Days."), tmp_path / "i", encoder=encoder)
    bot = qa.open_bot(tmp_path / "i", encoder=encoder)
    folder = make_set(
        tmp_path / "set", [{"_id": "q", "text": "leave days"}], qrels__tsv="query-id\tcorpus-id\tscore\nq\ta.txt\t1\n"
    )
    outcomes, run = judged(bot, load_set(folder))
    assert list(run["q"]) == ["a.txt", "b.txt"]
    assert outcomes[0].measures["Success@1"] == 1


def test_a_document_without_spans_is_relevant_as_a_whole(tmp_path, write):
    """An empty list of spans makes all passages of the document relevant, and no highlight is judged."""
    encoder = WordEncoder("leave days rail")
    qa.build_index(write(a__txt="Leave days.\n\nBy rail.", b__txt="Days."), tmp_path / "i", encoder=encoder)
    bot = qa.open_bot(tmp_path / "i", encoder=encoder)
    folder = make_set(tmp_path / "set", [{"_id": "q", "text": "leave days", "spans": {"a.txt": []}}])
    (judged_query,), _ = judged(bot, load_set(folder))
    assert judged_query.relevant == {"a.txt#0-11", "a.txt#13-21"}
    assert judged_query.measures["Success@1"] == 1
    assert judged_query.highlight_is_relevant is None
    assert "Highlight@1" not in means([judged_query])


def test_a_set_may_mix_spans_and_qrels(tmp_path, write):
    """A query with spans is judged by passages even where qrels name its document, one without by documents.

    The first passage of "rail days" is a.txt's second, which the span is not in: 0 by passage, 1 by document.
    """
    encoder = WordEncoder("leave days rail")
    qa.build_index(write(a__txt="Leave.\n\nRail days.", b__txt="Days."), tmp_path / "i", encoder=encoder)
    bot = qa.open_bot(tmp_path / "i", encoder=encoder)
    folder = make_set(
        tmp_path / "set",
        [
            {"_id": "s", "text": "rail days", "spans": {"a.txt": [[0, 6]]}},
            {"_id": "d", "text": "rail days"},
            {"_id": "u", "text": "leave", "answerable": False},
        ],
        qrels__tsv="query-id\tcorpus-id\tscore\ns\ta.txt\t1\nd\ta.txt\t1\nd\tb.txt\t0\n",
    )
    outcomes, run = judged(bot, load_set(folder))
    assert [o.measures.get("Success@1") for o in outcomes] == [0, 1, None]
    assert [o.relevant for o in outcomes] == [{"a.txt#0-6"}, {"a.txt"}, frozenset()]
    assert (next(iter(run["s"])), list(run["d"])) == ("a.txt#8-18", ["a.txt", "b.txt"])
    # the mean of s, judged by passages of which none is first, and d, judged by documents
    assert means(outcomes)["Success@1"] == 0.5


def test_a_query_that_finds_nothing_scores_0(tmp_path, write):
    """An empty ranking counts 0 in every mean, and its answer is wrong."""
    encoder = WordEncoder("leave")
    qa.build_index(write(a__txt="Leave."), tmp_path / "i", encoder=encoder)
    bot = qa.open_bot(tmp_path / "i", encoder=encoder, threshold=0)
    spans = {"a.txt": [[0, 6]]}
    folder = make_set(
        tmp_path / "set", [{"_id": "q", "text": "leave", "spans": spans}, {"_id": "r", "text": "?", "spans": spans}]
    )
    outcomes, run = judged(bot, load_set(folder))
    assert run == {"q": {"a.txt#0-6": 0.0}, "r": {}}
    assert {name: value for name, value in means(outcomes).items() if name != "Highlight@1"} == dict.fromkeys(
        ("nDCG@10", "Success@1", "Success@5", "R@10", "RR@10", "Judged@10"), 0.5
    )
    assert refusal(outcomes)["risk@1.0"] == 0.5


def test_the_code_s_hash_covers_all_that_decides_an_answer(tmp_path):
    """Another content of a module or of fitted weights, or another name of a module, changes the digest."""
    (tmp_path / "readers").mkdir()
    files = {name: tmp_path / name for name in ("bot.py", "readers/pdf.py", "calibration.json", "countries.toml")}
    digests = []
    for path in files.values():
        path.write_text("1")
    digests.append(code_digest(tmp_path))
    for path in files.values():
        path.write_text("2")
        digests.append(code_digest(tmp_path))
    files["bot.py"].rename(tmp_path / "robot.py")
    digests.append(code_digest(tmp_path))
    assert len(set(digests)) == 6
    (tmp_path / "notes.txt").write_text("no code")
    assert code_digest(tmp_path) == digests[-1]


@pytest.mark.slow
def test_a_set_with_its_own_corpus_is_indexed_once(tmp_path, monkeypatch):
    """The corpus of a BEIR folder is indexed in the cache, and runs of it can be compared."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = make_set(
        tmp_path / "beir",
        [{"_id": "q", "text": "When was the Strategy adopted?"}, {"_id": "r", "text": "Who leads the Office?"}],
        corpus__jsonl='{"_id": "d1", "text": "The Strategy was adopted in 2006."}\n'
        '{"_id": "d2", "text": "Mr. Voronkov leads the Office."}\n',
        qrels__tsv="query-id\tcorpus-id\tscore\nq\td1\t1\nr\td2\t1\n",
    )
    picture = tmp_path / "picture.png"
    text, summary, worse = evaluate(folder, None, default_index=tmp_path, run=tmp_path / "run", plot=picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert (summary["set"], summary["queries"], summary["passages"]) == ("beir", 2, 2)
    assert summary["measures"]["nDCG@10"] == 1
    assert (summary["refusal"]["risk@1.0"], worse) == (0, False)
    assert "beir: 2 answerable queries, 2 passages" in text
    assert len(list((tmp_path / "cache" / "chapter-verse" / "evaluation").iterdir())) == 1
    text, summary, worse = evaluate(folder, None, default_index=tmp_path, against=tmp_path / "run")
    assert (summary["against"]["difference"], worse) == (0, False)
    (tmp_path / "run").write_text("q Q0 d1 1 0 x\nr Q0 d1 1 0 x\nr Q0 d2 2 -1 x\n")
    text, summary, worse = evaluate(folder, None, default_index=tmp_path, against=tmp_path / "run")
    gained = {"query": "r", "text": "Who leads the Office?", "before": pytest.approx(1 / np.log2(3)), "now": 1}
    assert summary["against"]["gains"] == [gained | {"difference": pytest.approx(1 - 1 / np.log2(3))}]
    assert (summary["against"]["lost"], summary["against"]["losses"]) == (0, [])
    assert "  0.631  1.000  r  Who leads the Office?" in text
    (tmp_path / "run").write_text("# queries other\nq Q0 d1 1 0 x\n")
    with pytest.raises(EvaluationError, match="is a run of other queries"):
        evaluate(folder, None, default_index=tmp_path, against=tmp_path / "run")


def test_the_largest_losses_and_gains_are_named(tmp_path):
    """Of seven queries that fall and six that rise, the five largest changes are named in order."""
    places = {"d": ((0, 1),)}
    queries = tuple(Query(f"q{number:02}", f"text {number}", True, (), places) for number in range(14))
    questions = EvaluationSet("s", queries, None, None, "digest")
    qrels = {query.id: {"d#0-1": 1} for query in queries}

    def at(rank):
        return {("d#0-1" if place == rank else f"d#{place}-99"): -float(place) for place in range(1, 10)}

    ranks = {"q00": (1, 1)}
    ranks |= {f"q{number:02}": (1, number + 1) for number in range(1, 8)}
    ranks |= {f"q{number:02}": (number - 6, 1) for number in range(8, 14)}
    about = {"queries": "a", "corpus": "b", "passages": "c"}
    write_run(tmp_path / "run", {name: at(before) for name, (before, _) in ranks.items()}, "tag", about)
    now = {name: at(rank) for name, (_, rank) in ranks.items()}
    compared = _compare(questions, qrels, now, tmp_path / "run", about)
    assert (compared["lost"], compared["gained"]) == (7, 6)
    assert [change["query"] for change in compared["losses"]] == ["q07", "q06", "q05", "q04", "q03"]
    assert [change["query"] for change in compared["gains"]] == ["q13", "q12", "q11", "q10", "q09"]
    assert compared["losses"][0] == {
        "query": "q07",
        "text": "text 7",
        "before": 1,
        "now": pytest.approx(1 / np.log2(9)),
        "difference": pytest.approx(1 / np.log2(9) - 1),
    }
    with pytest.raises(EvaluationError, match=r"is a run of other passages \(c, here d\)"):
        _compare(questions, qrels, now, tmp_path / "run", about | {"passages": "d"})
    assert _compare(questions, qrels, {}, tmp_path / "run", about)["difference"] == pytest.approx(
        -np.mean([1 / np.log2(before + 1) for before, _ in ranks.values()])
    )


def test_what_cannot_be_written_is_said_before_anything_is_asked(tmp_path):
    """A missing folder, or a picture that is not a PNG, is refused at once."""
    folder = make_set(tmp_path / "set", [{"_id": "q", "text": "x"}])
    with pytest.raises(EvaluationError, match="there is no folder"):
        evaluate(folder, None, default_index=tmp_path, run=tmp_path / "gone" / "run")
    with pytest.raises(EvaluationError, match=r"must end in \.png"):
        evaluate(folder, None, default_index=tmp_path, plot=tmp_path / "plot.pdf")


FLOORS = {
    "statement": {"Success@1": 0.69, "Success@5": 0.94, "Highlight@1": 0.95, "AUROC": 0.63, "recall": 0.40},
    "statement-users": {"Success@1": 0.80, "Success@5": 0.95, "Highlight@1": 0.90, "AUROC": 0.80, "recall": 0.39},
}
"""What the shipped sets reached when these floors were set, less about one standard error: a loss is noticed.

Those of refusal were set anew when answer types went, which had been made on these two sets."""


MOST_REFUSED = {"statement": 0.19, "statement-users": 0.075}
"""Of the answerable questions, the share reached and one standard error more."""


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_the_statement_s_questions_are_answered_no_worse_than_before(name, bot):
    """On the shipped sets ranking, highlights and refusal do not fall below their floors."""
    questions = load_set(ROOT / "data" / "eval" / name, lambda document: bot.document(document).text)
    qrels = qrels_of(questions, bot.index.passages())
    outcomes, _ = judge(questions, lambda query: bot.ask(query.text, k=10), qrels, lambda: None)
    reached = means(outcomes) | (refusal(outcomes) or {})
    assert reached["refused_answerable"] <= MOST_REFUSED[name]
    assert {measure: reached[measure] for measure in FLOORS[name] if reached[measure] < FLOORS[name][measure]} == {}
