"""Where a quotation stands: the page of the quoted sentence and the document's own numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_encoder import WordEncoder

from qa.answering.citation import cite, pinpoint
from qa.ingestion.segmenter import ParagraphSegmenter
from qa.types import Block, Document, Doubt, Hit, page_at, pages_within

TEXT = "5. Decides to act. It acts at once. It acts on the next page.\n\n1 See the annex."
NEXT = TEXT.index("It acts on the next page.")
DOCUMENT = Document(
    id="a.pdf",
    title="Acts",
    text=TEXT,
    blocks=(
        Block("paragraph", 0, TEXT.index("\n"), page=1, pinpoint="op. para. 5"),
        Block("note", TEXT.index("1 See"), len(TEXT), page=1, pinpoint="footnote 1"),
    ),
    metadata={},
    digest="",
    pages=((0, 1), (NEXT, 2), (TEXT.index("1 See"), 1)),
    doubts=(Doubt("no-text", "holds only a picture", 3),),
)


@pytest.fixture
def passages():
    return ParagraphSegmenter()(DOCUMENT, WordEncoder("x"))


@pytest.mark.parametrize(("sentence", "page"), [(0, 1), (1, 1), (2, 2)])
def test_the_page_is_that_of_the_quoted_sentence(passages, sentence, page):
    """A paragraph that runs over a page is cited with the page of the sentence that answers."""
    hit = Hit(passages[0], {}, 1.0, {}, (passages[0].sentences[sentence],))
    citation = cite(hit, 1)
    assert (citation.page, citation.pinpoint) == (page, f"op. para. 5, p. {page}")


def test_a_note_is_a_passage_that_is_not_counted(passages):
    """A footnote is cited as such, on its own page, and has no number among the paragraphs."""
    assert [(p.paragraph, pinpoint(p, p.page)) for p in passages] == [
        (1, "op. para. 5, p. 1"),
        (None, "footnote 1, p. 1"),
    ]
    assert all(p.text == TEXT[p.start : p.end] for p in passages)


def test_without_pages_there_is_no_page(passages):
    """A format without pages has none in its pinpoints."""
    assert pinpoint(passages[0], None) == "op. para. 5"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=8), st.integers(0, 60), st.integers(0, 60))
def test_a_part_of_the_map_says_the_same_as_the_whole(starts, first, second):
    """Within a span, its own map of pages and the document's agree everywhere."""
    pages = tuple(sorted(dict(starts).items()))
    start, end = sorted((first, second))
    part = pages_within(pages, start, end)
    assert all(page_at(part, place) == page_at(pages, place) for place in range(start, end) if page_at(pages, start))
