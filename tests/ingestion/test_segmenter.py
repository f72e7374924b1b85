"""Documents to passages."""

from __future__ import annotations

import pytest
from conftest import DOCUMENTS, SHARED, STATEMENT
from hypothesis import example, given, settings
from hypothesis import strategies as st
from word_encoder import WordEncoder

from qa.ingestion.readers import read
from qa.ingestion.readers.common.pieces import Piece, build
from qa.ingestion.readers.plain import from_text
from qa.ingestion.segmenter import ParagraphSegmenter


def cut(document, max_tokens=256):
    return ParagraphSegmenter()(document, WordEncoder("x", max_tokens=max_tokens))


@pytest.fixture(scope="module")
def passages(encoder):
    (document,) = read(DOCUMENTS / STATEMENT, STATEMENT)
    return ParagraphSegmenter()(document, encoder)


def test_paragraphs_are_numbered_as_a_reader_counts(passages):
    """The statement has four head passages and paragraphs 1 to 29; salutations do not count."""
    assert [p.paragraph for p in passages] == [None] * 4 + list(range(1, 30))
    assert passages[4].text == "It is a great honour for me to address this distinguished audience."
    assert passages[17].text.startswith("The consensus UN Global Counter-Terrorism Strategy, adopted in 2006,")


def test_sentences_are_those_of_the_paragraph(passages):
    """Neither an abbreviation nor a list inside a sentence ends it."""
    (paragraph,) = [p for p in passages if p.paragraph == 24]
    sentences = [paragraph.text[s - paragraph.start : e - paragraph.start] for s, e in paragraph.sentences]
    assert len(sentences) == 2
    assert sentences[1].startswith(
        "The Conference will focus on practical aspects of our efforts, including (1) sharing"
    )
    assert sentences[1].endswith("(4) role of the United Nations in promoting international cooperation.")
    (greeting,) = [p for p in passages if p.paragraph == 2]
    assert [greeting.text[s - greeting.start : e - greeting.start][:12] for s, e in greeting.sentences] == [
        "I am pleased",
        "Mr. Guterres",
    ]


def test_the_lines_of_a_head_are_its_sentences(passages):
    """Speaker and office are two sentences of one passage."""
    assert [(s - passages[1].start, e - passages[1].start) for s, e in passages[1].sentences] == [(0, 34), (35, 80)]


def test_title_heading_and_label_are_context():
    """Title and heading are encoded with a passage and are not part of it."""
    document = from_text("Leave\n\nThirty days a year.", "a.txt", "")
    (passage,) = cut(document, 256)
    assert (passage.text, passage.heading, passage.context) == ("Thirty days a year.", "Leave", "Leave")


def test_a_long_paragraph_is_split_between_sentences_into_even_parts():
    """Six sentences of five words under a budget of 18 become two parts of three sentences."""
    text = " ".join(f"Sentence {n} has five words." for n in "abcdef")
    parts = cut(from_text(text, "a.txt", "", ""), 20)
    assert [(p.paragraph, p.part, len(p.sentences), p.text[-21:]) for p in parts] == [
        (1, 1, 3, "ence c has five words."[-21:]),
        (1, 2, 3, "ence f has five words."[-21:]),
    ]


def test_a_long_sentence_is_split_between_clauses_then_words():
    """A sentence above the budget is split at semicolons, a clause above it between words."""
    clause = "one two three four five six"
    text = f"{clause}; {clause}; {clause}."
    parts = cut(from_text(text, "a.txt", "", ""), 10)
    assert [p.text for p in parts] == [f"{clause};", f"{clause};", f"{clause}."]
    assert [p.text for p in cut(from_text(clause, "a.txt", "", ""), 5)] == [
        "one two three",
        "four five six",
    ]


def test_a_long_title_leaves_room_for_the_text():
    """A title of a hundred words is cut in the context, so that three quarters are left for the text."""
    document = from_text("Some text.", "a.txt", "", "word " * 100)
    (passage,) = cut(document, 82)
    assert 10 <= len(passage.context.split()) <= 20


LIST = "A keeper has three tasks:\n\n• to light the lamp;\n\n• to keep the log; and\n\n• to sound the horn.\n\nThe end."


@pytest.mark.parametrize(
    ("text", "name", "first"),
    [
        (LIST, "a.txt", 3),
        (LIST.replace("•", "-"), "a.md", 3),
        (LIST.replace("• ", ""), "a.txt", 3),
        ("Who may land:\n\n(1) Pilots.\n\n(a) Of this port.\n\n(2) Doctors.\n\nNobody else.", "a.txt", 3),
        ("The log holds an error:\n\n“The lamp was lit in 1817.”\n\nIt was not.", "a.txt", 1),
        ("1. A pilot shows:\n\n(a) a lamp;\n\n(b) a flag.\n\n2. Nobody else does.", "a.txt", 2),
    ],
)
def test_what_a_colon_announces_is_one_passage_with_it(tmp_path, text, name, first):
    """A list, or the one paragraph after a colon, is found and cited with the words that announce it."""
    (tmp_path / name).write_text(text)
    (document,) = read(tmp_path / name, name)
    passages = cut(document)
    blocks = [document.text[block.start : block.end] for block in document.blocks]
    assert [passage.text.count("\n\n") for passage in passages] == [first, *[0] * (len(passages) - 1)]
    assert passages[0].text == document.text[document.blocks[0].start : document.blocks[first].end]
    assert [passage.text for passage in passages[1:]] == blocks[first + 1 :]
    assert [passage.paragraph for passage in passages] == [1, *range(first + 2, len(blocks) + 1)]


def test_items_that_do_not_fit_are_found_by_what_announces_them():
    """The first passage holds as many items as the encoder reads; the others have the announcement as context."""
    items = [f"• item {name} of nine words in all, no more;" for name in "abcdef"]
    document = from_text("\n\n".join(["They ask for the following:", *items, "The end."]), "a.txt", "", "")
    first, *others, last = cut(document, 34)
    assert (first.paragraph, first.text.count("•")) == (1, 3)
    assert [passage.text for passage in others] == items[3:]
    assert {passage.context for passage in others} == {"They ask for the following:"}
    assert (last.text, last.context, last.paragraph) == ("The end.", "", 8)


def test_what_has_a_pinpoint_or_another_kind_is_not_announced():
    """A paragraph that the document numbers is cited by its number; a heading or the next item is nobody's list."""
    built = build(
        [
            Piece("paragraph", "1. The town:", pinpoint="para. 1"),
            Piece("paragraph", "(a) pays;", pinpoint="para. 1 (a)"),
            Piece("paragraph", "2. The owner:"),
            Piece("paragraph", "3. Nobody."),
            Piece("paragraph", "The fees:"),
            Piece("heading", "Annex"),
            Piece("paragraph", "Prices:"),
            Piece("row", "Berth\t40", pinpoint="table row 1"),
        ],
        name="a", title="", digest="", metadata={},
    )  # fmt: skip
    assert [passage.text.count("\n") for passage in cut(built)] == [0] * 7


pieces = st.sampled_from([*"abc ABC.,;:!?1\u00e9\u4e2d\U0001f600\u202e*_-()\"'\u201d\n\t", "\n\n", " the ", "word" * 9])
texts = st.lists(pieces, max_size=200).map("".join)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(texts, st.integers(4, 40))
@example("*\n*", 4)
def test_every_passage_is_a_slice_and_no_letter_is_lost(text, budget):
    """For any text, passages are slices in order within the budget, and sentences cover every letter."""
    document = from_text(text, "a.txt", "")
    passages = cut(document, budget)
    position = 0
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.start >= position
        position = passage.end
        assert WordEncoder("x").count_tokens([passage.text])[0] <= budget - 2
        outside = set(range(passage.start, passage.end))
        for start, end in passage.sentences:
            assert start < end
            outside -= set(range(start, end))
        assert not any(text[place].strip() for place in outside)
    cited = "".join(p.text for p in passages)
    blocks = "".join(text[b.start : b.end] for b in document.blocks if b.kind in ("head", "paragraph"))
    assert "".join(cited.split()) == "".join(blocks.split())


@pytest.mark.slow
def test_no_letter_of_real_speeches_is_lost(encoder):
    """The passages of 40 speeches in every layout hold every letter and fit the encoder."""
    folder = SHARED / "corpora" / "un" / "speeches"
    if not folder.is_dir():
        pytest.skip("the given corpora do not lie beside the project")
    for path in sorted(folder.iterdir())[::10]:
        (document,) = read(path, path.name)
        passages = ParagraphSegmenter()(document, encoder)
        covered = "".join(document.text[b.start : b.end] for b in document.blocks if b.kind in ("head", "paragraph"))
        assert "".join("".join(p.text for p in passages).split()) == "".join(covered.split())
        longest = max(encoder.count_tokens([f"{p.context}\n{p.text}" for p in passages]))
        assert longest <= encoder.max_tokens - 2
