"""What ``Segmenter`` promises, checked for paragraphs and for a segmenter of one passage a sentence."""

from __future__ import annotations

import re

import pytest
from conftest import DOCUMENTS, STATEMENT
from word_encoder import WordEncoder

import qa
from qa.index.build import describe_index
from qa.ingestion.readers import read
from qa.ingestion.segmenter import ParagraphSegmenter
from qa.types import Passage, page_at, pages_within


class SentenceSegmenter:
    """One passage for each sentence of a paragraph."""

    name = "sentences/1"

    def __call__(self, document, encoder):  # noqa: ARG002 - a sentence fits any encoder of these tests
        passages = []
        for number, block in enumerate((b for b in document.blocks if b.kind == "paragraph"), 1):
            for part, match in enumerate(re.finditer(r"\S.*?[.?!](?=\s|$)", document.text[block.start : block.end]), 1):
                start, end = block.start + match.start(), block.start + match.end()
                passages.append(
                    Passage(
                        document.id, document.title, None, page_at(document.pages, start), number, part, start, end,
                        document.text[start:end], ((start, end),), document.title,
                        pages=pages_within(document.pages, start, end),
                    )
                )  # fmt: skip
        return passages


SEGMENTERS = {"ParagraphSegmenter": ParagraphSegmenter(), "SentenceSegmenter": SentenceSegmenter()}
IMPLEMENTATIONS = {"Segmenter": SEGMENTERS}


@pytest.fixture(params=SEGMENTERS.values(), ids=SEGMENTERS)
def segmenter(request):
    return request.param


@pytest.fixture(scope="module")
def document():
    (found,) = read(DOCUMENTS / STATEMENT, STATEMENT)
    return found


@pytest.mark.parametrize("most", [256, 24])
def test_passages_are_slices_of_the_document(segmenter, document, most):
    """In order, to the letter, covered by their sentences, with ids of their own."""
    passages = segmenter(document, WordEncoder("strategy", max_tokens=most))
    assert passages
    for passage in passages:
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.sentences[0][0] == passage.start
        assert passage.sentences[-1][1] == passage.end
        assert (passage.document, passage.title) == (document.id, document.title)
    assert [passage.start for passage in passages] == sorted({passage.start for passage in passages})
    assert len({passage.id for passage in passages}) == len(passages)


def test_an_index_remembers_what_cut_it(segmenter, tmp_path):
    """An index built with a segmenter names it, and holds its passages."""
    encoder = WordEncoder("strategy adopted")
    report = qa.build_index(DOCUMENTS, tmp_path, encoder=encoder, segmenter=segmenter)
    assert describe_index(tmp_path)["segmenter"]["name"] == segmenter.name
    (document,) = read(DOCUMENTS / STATEMENT, STATEMENT)
    assert report.passages == len(segmenter(document, encoder))
