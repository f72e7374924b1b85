"""The seams' contracts: every implementation against brute force, with values."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from qa.index.local.bm25 import Bm25Index, build_terms
from qa.index.local.faiss import FaissIndex
from qa.languages.analysis import analyse, content_terms

ANGLES = np.radians([0, 37, 90])
PLANE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32)


@pytest.mark.parametrize("make", [FaissIndex])
class TestVectorIndex:
    """What any vector index promises."""

    def test_scores_are_cosines_whatever_the_query_s_length(self, make):
        """The query (3, 0) has cosine 1, 0.8 and 0 with unit vectors at 0, 37 and 90 degrees."""
        found = make(PLANE).search(np.array([3, 0], dtype=np.float32), 3)
        assert [row for row, _ in found] == [0, 1, 2]
        assert [score for _, score in found] == pytest.approx([1, math.cos(ANGLES[1]), 0], abs=1e-6)

    def test_a_zero_query_is_equally_near_to_all(self, make):
        """A query without direction has cosine 0 with everything, and no NaN."""
        assert [score for _, score in make(PLANE).search(np.zeros(2, dtype=np.float32), 3)] == [0, 0, 0]

    def test_more_than_there_is_and_nothing_at_all(self, make):
        """K beyond the number of rows gives all of them without padding; an empty index and k = 0 give none."""
        query = np.array([1, 0], dtype=np.float32)
        assert len(make(PLANE).search(query, 10)) == 3
        assert make(PLANE).search(query, 0) == []
        assert make(np.empty((0, 2), dtype=np.float32)).search(query, 5) == []

    def test_only_the_chosen_rows_are_searched(self, make):
        """With rows given, the best of them come; with none of them, nothing."""
        query = np.array([1, 0], dtype=np.float32)
        assert [row for row, _ in make(PLANE).search(query, 2, np.array([1, 2]))] == [1, 2]
        assert make(PLANE).search(query, 2, np.array([], dtype=np.int64)) == []

    def test_it_agrees_with_brute_force(self, make):
        """On 500 random vectors the ten best rows and their cosines are those of a plain matrix product."""
        random = np.random.default_rng(7)
        vectors = random.standard_normal((500, 32)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        query = random.standard_normal(32).astype(np.float32)
        cosines = vectors @ query / np.linalg.norm(query)
        expected = np.argsort(-cosines)[:10]
        found = make(vectors).search(query, 10)
        assert [row for row, _ in found] == expected.tolist()
        assert [score for _, score in found] == pytest.approx(cosines[expected].tolist(), abs=1e-5)


TEXTS = [
    ("Leave", "Annual leave is thirty days."),
    ("Leave", "Sick leave needs a doctor's note; leave a note."),
    ("Travel", "Travel by rail."),
    ("Travel", "The cost of 1,234.5 roubles."),
    ("条约", "该战略是何时通过的"),
]


@pytest.fixture(scope="module")
def terms(tmp_path_factory):
    path = tmp_path_factory.mktemp("terms") / "lexical.sqlite"
    build_terms(path, TEXTS)
    return Bm25Index(path, len(TEXTS))


def brute_force_bm25(query, k1=1.2, b=0.75):
    """BM25 as Robertson and Zaragoza have it, title and text in one bag, with FTS5's floor under the idf."""
    bags = [Counter(t.term for t in analyse(f"{context} {text}")) for context, text in TEXTS]
    mean = sum(sum(bag.values()) for bag in bags) / len(bags)
    scores = []
    for bag in bags:
        score = 0.0
        for term in query:
            holders = sum(term in other for other in bags)
            idf = max(1e-6, math.log((len(bags) - holders + 0.5) / (holders + 0.5)))
            length = k1 * (1 - b + b * sum(bag.values()) / mean)
            score += idf * bag[term] * (k1 + 1) / (bag[term] + length)
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["leave", "sick note", "rail travel cost", "1,234.5", "战略"])
def test_bm25_agrees_with_brute_force(terms, query):
    """Rows and scores are those of the textbook formula over the analyser's terms."""
    asked = [t.term for t in analyse(query)]
    scores = brute_force_bm25(asked)
    expected = sorted((row for row, score in enumerate(scores) if score), key=lambda row: (-scores[row], row))
    found = terms.search(asked, 10)
    assert [row for row, _ in found] == expected
    assert [score for _, score in found] == pytest.approx([scores[row] for row in expected], rel=1e-6)


def test_bm25_of_nothing_is_nothing(terms):
    """No terms, unknown terms, k = 0 and no rows find nothing; chosen rows are kept to."""
    assert terms.search([], 5) == []
    assert terms.search(["zebra"], 5) == []
    assert terms.search(["leav"], 0) == []
    assert terms.search(["leav"], 5, np.array([], dtype=np.int64)) == []
    assert [row for row, _ in terms.search(["leav"], 5, np.array([1, 2]))] == [1]


def test_operators_of_the_query_language_are_plain_words(terms):
    """Quotes, stars and NEAR in a question do not reach SQLite as operators."""
    assert terms.search(['"', "near", "*", "not", "a:b"], 5) == []


def test_rarity_is_the_inverse_document_frequency(terms):
    """Of five passages two hold "leave" and none "zebra"."""
    assert terms.rarity(["leav", "zebra"]) == pytest.approx(
        {"leav": math.log(1 + 3.5 / 2.5), "zebra": math.log(1 + 5.5 / 0.5)}
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Secretary-General's reforms", ["the", "secretari", "general", "reform"]),
        ("S/RES/2199 (2015), para. 5", ["s", "res", "2199", "2015", "para", "5"]),
        ("1,234.5 or 3.14.", ["1,234.5", "or", "3.14"]),
        ("Écoles Straße", ["ecol", "straße"]),
        ("条约 and 战略是", ["条约", "and", "战略", "略是"]),
        ("", []),
    ],
)
def test_words_are_folded_and_stemmed(text, expected):
    """Case, accents and English endings go; numbers stay whole; Han runs become pairs."""
    assert [t.term for t in analyse(text)] == expected
    assert all(text[t.start : t.end] for t in analyse(text))


def test_a_question_s_content_is_what_it_is_about():
    """Stop words are left out, unless there is nothing else."""
    assert list(content_terms("When was the Strategy adopted?")) == ["adopt", "strategi"]
    assert set(content_terms("Where and when?")) == {"where", "and", "when"}
