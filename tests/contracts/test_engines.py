"""What every engine promises, with values: FAISS exact and approximate, and one that compares everything by hand."""

from __future__ import annotations

import math
from contextlib import contextmanager

import numpy as np
import pytest
from brute_force import BruteForce
from conftest import DOCUMENTS, STATEMENT
from word_encoder import WordEncoder

from qa.index.build import Index
from qa.index.encoded_passages import encode, quantise
from qa.index.local.engine import open_engine, open_writer
from qa.index.quantisation import Levels
from qa.ingestion.readers import read
from qa.ingestion.segmenter import ParagraphSegmenter
from qa.languages.english import English
from qa.protocols import EncodedPassage, TokenVectors
from qa.retrieval.retriever import Retriever
from qa.types import Block, Document, Passage, Turn

VECTORS = ("Flat", "HNSW32,Flat", "IVF4,Flat")
ENGINES = (*VECTORS, "brute force")
"""Every implementation of ``Engine`` and ``EngineWriter``; for the local one by the kind of its FAISS index."""
IMPLEMENTATIONS = {"Engine": ENGINES, "EngineWriter": ENGINES}
TEXTS = {
    "leave.txt": ["Annual leave is thirty days.", "Sick leave needs a doctor's note; leave a note."],
    "travel.txt": ["Travel by rail.", "The cost of 1,234.5 roubles."],
    "条约.txt": ["该战略是何时通过的"],
}
ENCODER = WordEncoder("leave days sick note doctor travel rail cost")


class Kept:
    """An index of one kind: ``writer`` as a context, and ``open`` for the generation that was published last."""

    def __init__(self, kind, folder):
        self._kind, self._folder, self._brute = kind, folder, BruteForce()

    @contextmanager
    def writer(self):
        if self._kind == "brute force":
            yield self._brute
        else:
            with open_writer(self._folder, vectors=self._kind) as writer:
                yield writer

    def open(self):
        return self._brute if self._kind == "brute force" else open_engine(self._folder)[2]


@pytest.fixture(params=ENGINES)
def kept(request, tmp_path):
    return Kept(request.param, tmp_path / "index")


def document(name, texts, title="Leave"):
    text = "\n\n".join(texts)
    starts = [text.index(one) for one in texts]
    blocks = tuple(Block("paragraph", start, start + len(one)) for start, one in zip(starts, texts, strict=True))
    return Document(name, title, text, blocks, {"year": "2018"}, digest=name)


def encoded(*documents, encoder=ENCODER):
    segmented = [(one, ParagraphSegmenter()(one, encoder)) for one in documents]
    return encode(segmented, encoder, English(), lambda _: None, lambda *_: None, 0)


def fill(kept, *documents, encoder=ENCODER):
    """Publish an index of some documents, and open it."""
    with kept.writer() as writer:
        for one, passages in encoded(*documents, encoder=encoder):
            writer.put(one, passages)
        writer.publish({})
    return kept.open()


@pytest.fixture
def small(kept):
    return fill(kept, *(document(name, texts) for name, texts in TEXTS.items()))


def in_the_plane(angles):
    """Return a document with a passage for each angle, in degrees, whose vector points there."""
    name = "plane.txt"
    texts = [f"Passage {number} stands here." for number in range(len(angles))]
    whole = document(name, texts)
    passages = []
    for text, block, angle in zip(texts, whole.blocks, np.radians(angles), strict=True):
        vector = np.array([math.cos(angle), math.sin(angle)], dtype=np.float32)
        tokens = quantise(TokenVectors(vector[None], np.array([[0, 7]], dtype=np.int32)), Levels(2))
        span = (block.start, block.end)
        passage = Passage(name, "Plane", None, None, 1, None, *span, text, (span,), "Plane")
        passages.append(EncodedPassage(passage, ("plane", "", "passag"), vector, tokens, vector[None]))
    return whole, passages


@pytest.fixture
def plane(kept):
    """The vectors at 0, 37 and 90 degrees."""
    with kept.writer() as writer:
        writer.put(*in_the_plane([0, 37, 90]))
        writer.publish({})
    return kept.open()


def numbers(ranking):
    """Return which of the passages of ``in_the_plane`` were found; each is 24 characters and a blank line long."""
    return [int(name.partition("#")[2].partition("-")[0]) // len("Passage 0 stands here.\n\n") for name, _ in ranking]


def scores(ranking):
    return [score for _, score in ranking]


def test_nearness_is_the_cosine_whatever_the_query_s_length(plane):
    """The query (3, 0) has cosine 1, 0.8 and 0 with unit vectors at 0, 37 and 90 degrees."""
    found = plane.nearest(np.array([3, 0], dtype=np.float32), 3)
    assert numbers(found) == [0, 1, 2]
    assert scores(found) == pytest.approx([1, math.cos(math.radians(37)), 0], abs=1e-3)


def test_a_zero_query_is_equally_near_to_all(plane):
    """A query without direction has cosine 0 with everything, and no NaN."""
    assert scores(plane.nearest(np.zeros(2, dtype=np.float32), 3)) == [0, 0, 0]


def test_more_than_there_is_gives_all_and_none_gives_none(plane):
    """K beyond the number of passages gives all of them without padding; k = 0 gives none."""
    query = np.array([1, 0], dtype=np.float32)
    assert len(plane.nearest(query, 10)) == 3
    assert plane.nearest(query, 0) == []
    assert len(plane.matching(["passag"], 10)) == 3
    assert plane.matching(["passag"], 0) == []


def test_an_empty_index_finds_nothing(kept):
    """Without a document every question to the engine has an empty answer."""
    empty = fill(kept)
    assert empty.nearest(np.ones(2, dtype=np.float32), 5) == empty.matching(["leav"], 5) == []
    assert empty.fetch([]) == list(empty.documents()) == []
    assert dict(empty.vocabulary()) == {}
    found = empty.statistics(["leav"])
    assert (found.passages, found.mean_length, dict(found.frequencies)) == (0, 0, {})


def test_equal_scores_all_come(kept):
    """Passages with one vector all have its score, and none of them comes twice."""
    with kept.writer() as writer:
        writer.put(*in_the_plane([30] * 5))
        writer.publish({})
    found = kept.open().nearest(np.array([1, 0], dtype=np.float32), 5)
    assert sorted(numbers(found)) == [0, 1, 2, 3, 4]
    assert scores(found) == pytest.approx([math.cos(math.radians(30))] * 5, abs=1e-3)


def test_nearness_agrees_with_a_matrix_product(kept):
    """Of 500 random vectors the ten nearest and their cosines are those of a plain matrix product."""
    angles = np.random.default_rng(7).uniform(0, 360, 500)
    whole, passages = in_the_plane(angles)
    with kept.writer() as writer:
        writer.put(whole, passages)
        writer.publish({})
    query = np.array([-0.3, 2], dtype=np.float32)
    cosines = np.stack([one.vector for one in passages]) @ query / np.linalg.norm(query)
    found = kept.open().nearest(query, 10)
    assert scores(found) == pytest.approx(np.sort(cosines)[::-1][:10].tolist(), abs=1e-3)
    assert {name for name, _ in found} == {passages[place].passage.id for place in np.argsort(-cosines)[:10]}


@pytest.mark.parametrize("query", ["leave", "sick note", "rail travel cost", "1,234.5", "战略", "leave leave zebras"])
def test_bm25_agrees_with_the_textbook(small, query):
    """Passages and scores are those of the formula over the language's terms."""
    by_hand = BruteForce()
    for one, passages in encoded(*(document(name, texts) for name, texts in TEXTS.items())):
        by_hand.put(one, passages)
    terms = [term.term for term in English().terms(query)]
    found = small.matching(terms, 10)
    assert dict(found) == pytest.approx(dict(by_hand.matching(terms, 10)), rel=1e-6)
    assert scores(found) == sorted(scores(found), reverse=True)
    assert found


def test_words_that_nobody_wrote_find_nothing(small):
    """No terms, the empty one, and unknown ones find nothing; signs of a query language are no operators."""
    assert small.matching([], 5) == small.matching([""], 5) == small.matching(["zebra"], 5) == []
    assert small.matching(['"', "near", "*", "not", "a:b", "|"], 5) == []


def test_only_the_chosen_documents_are_searched(small):
    """Within some documents only their passages come; within none of them, or an unknown one, nothing."""
    query = ENCODER.encode_query("leave").vector
    for search in (lambda within: small.nearest(query, 9, within), lambda within: small.matching(["leav"], 9, within)):
        assert {name.partition("#")[0] for name, _ in search({"leave.txt"})} == {"leave.txt"}
        assert search({"nothing.txt"}) == search(set()) == []
    assert {name.partition("#")[0] for name, _ in small.nearest(query, 9, {"travel.txt", "条约.txt"})} == {
        "travel.txt",
        "条约.txt",
    }


@pytest.mark.parametrize(
    ("phrases", "texts"),
    [
        ([["leav"]], TEXTS["leave.txt"]),  # the title, "Leave", stands in every passage's context
        ([["annual", "leav"]], TEXTS["leave.txt"][:1]),
        ([["leav", "annual"]], []),
        ([["leav", "travel"]], []),  # only across the border between title and text
        ([["note"], ["sick", "leav"]], TEXTS["leave.txt"][1:]),
        ([["note"], ["rail"]], []),
        ([["1,234.5", "roubl"]], TEXTS["travel.txt"][1:]),
        ([["战略"]], TEXTS["条约.txt"]),
        ([['"'], ["leav"]], []),
        ([["zebra"]], []),
        ([[]], []),
        ([], []),
    ],
)
def test_all_passages_that_hold_some_phrases(small, phrases, texts):
    """Neighbouring terms of the text itself, every phrase in one passage, in the order of the document."""
    assert [one.passage.text for one in small.fetch(small.holding(phrases))] == texts
    assert small.holding(phrases, {"nothing.txt"}) == small.holding(phrases, set()) == []
    within = small.holding(phrases, {"leave.txt"})
    assert within == [name for name in small.holding(phrases) if name.startswith("leave.txt#")]
    assert small.holding(phrases, written=["NOTE"]) == []
    kept = [name for name, text in zip(small.holding(phrases), texts, strict=True) if "leave" in text and "l" in text]
    assert small.holding(phrases, written=["leave", "l"]) == kept


def test_what_is_fetched_is_what_was_put(small):
    """Passages come in the order asked, whole: text, terms, vectors, tokens, sentences and their document's entry."""
    expected = {
        one.passage.id: one
        for _, own in encoded(*(document(name, texts) for name, texts in TEXTS.items()))
        for one in own
    }
    ids = sorted(expected, reverse=True)
    for name, one in zip(ids, small.fetch(ids), strict=True):
        assert one.passage == expected[name].passage
        assert one.terms == expected[name].terms
        assert one.vector == pytest.approx(expected[name].vector, abs=1e-3)
        assert (one.tokens.codes == expected[name].tokens.codes).all()
        assert (one.tokens.spans == expected[name].tokens.spans).all()
        assert one.sentences.shape == expected[name].sentences.shape
        assert (one.sentences * expected[name].sentences).sum(axis=1) == pytest.approx(1, abs=1e-3)
        assert (one.document.id, one.document.metadata) == (one.passage.document, {"year": "2018"})
        assert one.passage.text == small.document(one.document.id).text[one.passage.start : one.passage.end]
    with pytest.raises(KeyError):
        small.fetch(["leave.txt#0-1"])


def test_documents_are_listed_by_id(small):
    """Each with its passages' number; its passages come in its order; one that is not there has none."""
    assert [(entry.id, entry.passages) for entry in small.documents()] == [
        ("leave.txt", 2),
        ("travel.txt", 2),
        ("条约.txt", 1),
    ]
    assert [one.passage.text for one in small.passages("travel.txt")] == TEXTS["travel.txt"]
    assert small.passages("nothing.txt") == []
    assert small.document("leave.txt") == document("leave.txt", TEXTS["leave.txt"])
    with pytest.raises(KeyError):
        small.document("nothing.txt")


def test_terms_and_words_are_counted_by_passage(small):
    """A term of two passages' texts and of every title counts once a passage; words stay as they are written."""
    found = small.statistics(["leav", "note", "zebra"])
    assert found.passages == 5
    assert dict(found.frequencies) == {"leav": 5, "note": 1}
    lengths = [len(one.terms) - 1 for entry in small.documents() for one in small.passages(entry.id)]
    assert found.mean_length == pytest.approx(sum(lengths) / 5)
    words = small.vocabulary()
    assert (words["Leave"], words["leave"], words["Annual"], words["doctor"]) == (5, 2, 1, 1)
    assert not {"is", "by", "s", "1"} & words.keys()


@pytest.mark.usefixtures("small")
def test_what_is_put_replaces_and_what_is_deleted_leaves(kept):
    """A later generation has the new text, without the old one's passages, and the rest as it was."""
    with kept.writer() as writer:
        for one, passages in encoded(document("leave.txt", ["No leave this year."])):
            writer.put(one, passages)
        writer.delete("travel.txt")
        with pytest.raises(KeyError):
            writer.delete("nothing.txt")
        writer.publish({})
    engine = kept.open()
    assert [entry.id for entry in engine.documents()] == ["leave.txt", "条约.txt"]
    assert [one.passage.text for one in engine.passages("leave.txt")] == ["No leave this year."]
    assert engine.matching(["note"], 5) == engine.matching(["travel"], 5) == []
    assert [name.partition("#")[0] for name, _ in engine.matching(["战略"], 5)] == ["条约.txt"]
    assert engine.statistics(["year"]).passages == 2
    assert "Travel" not in engine.vocabulary()


@pytest.fixture(scope="module")
def statement(encoder):
    """The shipped statement with its passages, encoded by the real model."""
    (whole,) = read(DOCUMENTS / STATEMENT, STATEMENT)
    return list(encoded(whole, encoder=encoder))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When was the Strategy adopted?", ()),
        ("What does Voronkov say about foreign terrorist fighters?", ()),
        ("How does it work?", ("What is the Global Counter-Terrorism Compact?", "It brings together 35 entities.")),
    ],
)
def test_every_engine_gives_the_same_answers(kept, statement, encoder, question, said):
    """Retrieval computes what it needs from what an engine returns: hits, scores and reasons are equal."""
    by_hand = BruteForce()
    with kept.writer() as writer:
        for one, passages in statement:
            writer.put(one, passages)
            by_hand.put(one, passages)
        writer.publish({})
    history = [Turn(role, text) for role, text in zip(("user", "assistant"), said, strict=False)]
    found, expected = (
        Retriever(Index("1", {}, engine, encoder, English())).search(question, 5, history=history).hits
        for engine in (kept.open(), by_hand)
    )
    assert [hit.passage for hit in found] == [hit.passage for hit in expected]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-3)
    assert [hit.ranks for hit in found] == [hit.ranks for hit in expected]
