"""The arithmetic of the benchmarks, with values worked out by hand."""

from __future__ import annotations

import random
import re
import sys
import tomllib
from dataclasses import replace
from importlib.metadata import packages_distributions
from types import SimpleNamespace

import pytest
from conftest import ROOT
from rapidfuzz.distance import OSA
from word_encoder import WordEncoder

import qa
from benchmarks import ablation, figures, pages, premises, spelling, structure, topic_change
from benchmarks.structure import imports
from qa.evaluation.sets import EvaluationSet, Query


def test_fusion_by_hand():
    """Passage b is second and first: 1/62 + 1/61; passages a and c are in one list each."""
    fused = ablation.reciprocal_rank_fusion([[("a", 0.9), ("b", 0.8)], [("b", 7.0), ("c", 5.0)]])
    assert fused == [("b", pytest.approx(1 / 62 + 1 / 61)), ("a", pytest.approx(1 / 61)), ("c", pytest.approx(1 / 62))]
    assert ablation.reciprocal_rank_fusion([[], []]) == []


def test_convex_combination_by_hand():
    """Min-max brings 0.9, 0.7, 0.5 to 1, .5, 0 and 8, 4 to 1, 0; a list that lacks a passage adds nothing."""
    combined = ablation.convex_combination([("a", 0.9), ("b", 0.7), ("c", 0.5)], [("b", 8.0), ("d", 4.0)], weight=0.5)
    assert combined == [("b", pytest.approx(0.75)), ("a", 0.5), ("c", 0), ("d", 0)]
    assert ablation.convex_combination([], [("d", 4.0)]) == [("d", 0)]


def test_a_slip_is_one_slip_behind_the_first_letter():
    """A letter is omitted, doubled, replaced, inserted or exchanged: always one edit, after the first letter."""
    slips = {spelling.slip("resolution", random.Random(seed)) for seed in range(200)}
    assert {"reslution", "ressolution", "reoslution"} <= slips
    assert all(OSA.distance("resolution", word) == 1 and word[0] == "r" for word in slips)
    assert {len(word) for word in slips} == {9, 10, 11}


@pytest.fixture
def small(tmp_path, write):
    encoder = WordEncoder("leave days rail forty")
    texts = {"a__txt": "Leave days.", "b__txt": "By rail.", "c__txt": "Forty leave."}
    qa.build_index(write(**texts), tmp_path / "i", encoder=encoder)
    queries = [
        Query("1", "leave days", True, (), {"a.txt": ((0, 5),)}),
        Query("2", "rail", True, (), {"b.txt": ()}),
        Query("3", "forty", True, (), {"c.txt": ((0, 5),)}),
        Query("4", "?", False, (), {}),
    ]
    return qa.open_bot(tmp_path / "i", encoder=encoder), EvaluationSet("small", tuple(queries), None, None, "")


def test_every_stage_ranks(small):
    """On three documents that share no asked word every stage has the right one first."""
    found = ablation.ablate(*small, ablation.STAGES)
    assert found == {stage: {"Success@1": 1, "nDCG@10": 1} for stage in ablation.STAGES}


def test_conversations_are_about_something_else(small):
    """A conversation has one to three questions of other documents with their answers, and is the same each time."""
    bot, questions = small
    queries = topic_change.conversations(questions, bot)
    assert queries == topic_change.conversations(questions, bot)
    assert [query.id for query in queries] == ["1", "2", "3"]
    texts = {bot.document(f"{name}.txt").text: query for name, query in zip("abc", queries, strict=True)}
    for query in queries:
        assert [turn.role for turn in query.history] == ["user", "assistant"] * (len(query.history) // 2)
        assert 1 <= len(query.history) // 2 <= topic_change.TURNS
        for question, answer in zip(query.history[::2], query.history[1::2], strict=True):
            assert texts[answer.text].text == question.text != query.text


def test_history_counts_as_used_where_another_text_was_searched(small):
    """A bot that searches with the last turn for two of three questions used the history for two thirds."""
    bot, questions = small
    queries = topic_change.conversations(questions, bot)

    def ask(text, *, history, k):
        answer = bot.ask(text, k=k)
        return (
            answer
            if text == "rail"
            else SimpleNamespace(query=history[-1].text + text, citations=answer.citations, found=False)
        )

    stub = SimpleNamespace(ask=ask, index=bot.index)
    values, used, refused = topic_change.asked(stub, questions, queries, ["Success@1"])
    assert values == {"Success@1": [1, 1, 1]}
    assert used == pytest.approx(2 / 3)
    assert refused == pytest.approx((2 + (not bot.ask("rail").found)) / 3)
    unanswerable = topic_change.conversations(questions, bot, answerable=False)
    assert [query.id for query in unanswerable] == ["4"]
    values, used, refused = topic_change.asked(stub, questions, unanswerable, ["Success@1"])
    assert (values, used, refused) == ({"Success@1": []}, 1, 1)


def test_conversations_about_one_document_are_about_other_questions(small):
    """The conversation has another question and its evidence, never the question itself."""
    bot, questions = small
    spans = {"c.txt": ((0, 5),)}
    two = tuple(Query(number, text, True, (), spans) for number, text in (("1", "forty"), ("2", "leave")))
    first, second = topic_change.conversations(replace(questions, queries=two), bot)
    assert {turn.text for turn in first.history} == {"leave", "Forty"}
    assert {turn.text for turn in second.history} == {"forty", "Forty"}


def test_premises_are_counted_by_file_part_and_kind():
    """Of two swapped years one was flagged, of two true ones of either form one."""
    rows = [("swapped", True), ("swapped", False), ("original", False), ("otherwise", True)]
    flagged = [
        (premises.Item("i", "pairs", form, "x", "year", "test", "d", "q"), ("a premise",) if flag else ())
        for form, flag in rows
    ]
    head, year, every = premises.table(flagged).splitlines()
    assert head.split() == ["file", "part", "kind", *premises.FORMS]
    cells = ["0.500", "(1/2)", "0.000", "(0/1)", "1.000", "(1/1)"]
    assert (year.split(), every.split()) == (["pairs", "test", "year", *cells], ["pairs", "test", "all", *cells])


def test_the_premises_set_is_read_whole():
    """Every question of every file in each of its forms, with its kind, part and quotation."""
    items = premises.read_items()
    files = {name: len((premises.SET / f"{name}.jsonl").read_text("utf-8").splitlines()) for name in premises.FILES}
    for name, forms in premises.FILES.items():
        for form in forms.values():
            assert sum((item.file, item.form) == (name, form) for item in items) == files[name] >= 100
    assert all(item.part and item.kind and item.quote and item.text for item in items)


def test_a_table_replaces_what_stood_between_its_marks(tmp_path):
    """The table can be replaced again, nothing else on the page changes, and a page without the marks is refused."""
    page = tmp_path / "page.md"
    page.write_text("# A\n<!-- t -->\nold\n<!-- /t -->\nend\n")
    for _ in range(2):
        pages.rewrite(page, "t", pages.markdown(["a", "b"], [["x", "1"]]))
        assert page.read_text() == "# A\n<!-- t -->\n| a | b |\n| --- | ---: |\n| x | 1 |\n<!-- /t -->\nend\n"
    with pytest.raises(ValueError, match="must have one pair"):
        pages.rewrite(page, "u", "x")


def test_the_page_has_both_tables(tmp_path):
    """The page has the marks between which ``make evaluate`` writes."""
    copy = tmp_path / "retrieval.md"
    copy.write_text(pages.RETRIEVAL.read_text("utf-8"))
    for name in ("figures", "ablation"):
        pages.rewrite(copy, name, "x")


def test_a_row_says_where_a_measure_does_not_apply():
    """A set without unanswerable questions has no AUROC, precision and recall."""
    summary = {"set": "s", "queries": 1200, "passages": 9, "measures": {"Success@1": 0.5}, "refusal": {"AURC": 0.25}}
    cells = dict(zip(["set", "q", "p", *figures.RANKING, *figures.REFUSAL], figures.row(summary), strict=True))
    assert (cells["q"], cells["Success@1"], cells["AURC"], cells["AUROC"]) == ("1,200", "0.500", "0.250", "–")


@pytest.mark.slow
def test_benchmarks_declare_what_they_import():
    """Every library that a benchmark imports is a dependency of the package, of its web chat, or of their own group."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]["benchmarks"]
    declared = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["web"], *groups]
    names = {re.match(r"[\w-]+", requirement)[0].lower().replace("_", "-") for requirement in declared}
    distributions = packages_distributions()
    for path in sorted((ROOT / "benchmarks").glob("*.py")):
        for module in imports(path):
            library = module.split(".")[0]
            if library not in {*sys.stdlib_module_names, "qa", "benchmarks"}:
                assert {name.lower() for name in distributions[library]} & names, f"{path}: {library}"


@pytest.mark.slow
def test_the_structure_is_printed(capsys):
    """Rooms with their lines, the longest module, circles, and every protocol."""
    structure.main()
    out = capsys.readouterr().out
    for word in ("modules", "lines", "longest module", "longest folder", "import circles", *structure.protocols()):
        assert word in out


def test_circles_are_found():
    """Two modules that import each other, and one that imports itself through two others."""
    graph = {"a": {"b"}, "b": {"a"}, "c": {"d"}, "d": {"e"}, "e": {"c"}, "f": {"a", "c"}}
    assert list(structure.circles(graph)) == [["a", "b", "a"], ["c", "d", "e", "c"]]
