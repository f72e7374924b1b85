"""Boxes on pages: they lie on the quoted words and on no other."""

from __future__ import annotations

import random
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from conftest import SHARED
from make_pdf import FIRST, SECOND, Text, lines, make_pdf, paragraph

from benchmarks.marks import Marked, check, plain

UN = SHARED / "corpora" / "un"


@pytest.fixture
def opened(tmp_path):
    def make(*pages, **options):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.pdf"
        path.write_bytes(pages[0] if isinstance(pages[0], bytes) else make_pdf(*pages, **options))
        return Marked(path)

    return make


def flat(text):
    return text.replace("\n", " ")


def test_a_sentence_has_one_box_a_line(opened):
    """Each line of a passage has one box, which begins at its first word; other words have none."""
    found = opened([*paragraph(100, 600, f"{FIRST}\n{SECOND}")])
    quote = "which had been circulated to all delegations a week before the meeting."
    start = found.document.text.index(quote)
    (placed,) = found.boxes(1, (start, start + len(quote)))
    assert [round(box.left / 5) for box in placed] == [56, 20]
    assert all(box.top < 792 - base < box.bottom for box, base in zip(placed, (588, 576), strict=True))
    assert found.quoted(quote) == {1: plain(quote)}


def test_columns_are_marked_down_the_column(opened):
    """The boxes of a paragraph are in its column, even if the file draws two columns line by line."""
    left, right = lines(72, 600, f"{FIRST}\n{SECOND}"), lines(345, 600, f"{SECOND}\n{FIRST}")
    found = opened([line for pair in zip(left, right, strict=True) for line in pair])
    assert found.quoted(flat(FIRST)) == {1: plain(FIRST)}
    again = found.document.text.index(flat(FIRST)) + 1
    start = found.document.text.index(flat(FIRST), again)
    (placed,) = found.boxes(1, (start, start + len(flat(FIRST))))
    assert {round(box.left) for box in placed} == {345}


def test_columns_that_resemble_each_other_are_told_apart(opened):
    """Boxes stay in their column, even if lines of both columns begin or end with the same words."""
    left = (
        "They said that the members agreed to\nput off the report of the group until the\npaper of the chair was due."
    )
    right = "We heard in the hall they agreed to\nput off the lunch of the group until the\npaper of the cook was due."
    pairs = zip(lines(72, 600, f"{left}\n{FIRST}"), lines(345, 600, f"{right}\n{SECOND}"), strict=True)
    found = opened([line for pair in pairs for line in pair])
    for column, text in ((72, left), (345, right)):
        start = found.document.text.index(flat(text))
        (placed,) = found.boxes(1, (start, start + len(text)))
        assert [round(box.left) for box in placed] == [column] * 3
        assert found.within(start, start + len(text)) == {1: plain(text)}


def test_of_two_like_sentences_the_quoted_one_is_marked(opened):
    """A sentence that is three times on a page is marked where it was quoted."""
    twice = "The rest was put off."
    found = opened(
        [
            *paragraph(100, 700, f"{FIRST}\n{twice}"),
            *paragraph(100, 600, f"{SECOND}\n{twice}"),
            *paragraph(100, 500, f"{FIRST}\n{twice}"),
        ]
    )
    places = [match.start() for match in re.finditer(re.escape(twice), found.document.text)]
    placed = found.boxes(1, *((start, start + len(twice)) for start in places))
    assert [round(792 - box.bottom) // 100 for (box,) in placed] == [6, 5, 4]


def test_a_passage_over_two_pages_is_marked_on_both(opened):
    """Each page has boxes for its part, also for a word broken between the pages."""
    first = paragraph(100, 120, "They met on Monday to consider the report of the inter-")
    second = lines(100, 700, "national group on the matter, and the rest was put off by them.")
    found = opened(
        [*paragraph(100, 600, "An international group is a word of this page, so we know it."), *first],
        [*second, *paragraph(100, 660, SECOND)],
    )
    quote = "report of the international group on the matter"
    assert found.quoted(quote) == {1: plain("report of the inter"), 2: plain("national group on the matter")}


def test_marks_of_notes_stay_unmarked(opened):
    """The raised mark that the reader took out of the text is not marked."""
    found = opened(
        [
            *paragraph(100, 600, FIRST),
            Text(100, 564, "The area was named by the group,"),
            Text(242, 568, "1", 6),
            Text(248, 564, "as agreed."),
            Text(100, 90, "1", 5),
            Text(104, 87, "See the report of the group, second part.", 8),
        ]
    )
    assert found.quoted("named by the group, as agreed.") == {1: plain("named by the group, as agreed.")}
    assert found.quoted("See the report of the group") == {1: plain("See the report of the group")}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_marks_follow_the_page_when_it_is_turned(opened, rotate):
    """On a rotated page, boxes lie on the words, whether these run across or up the page."""
    upright = opened([*paragraph(100, 600, FIRST), *paragraph(100, 540, SECOND)], rotate=rotate)
    assert upright.quoted("deserved further study") == {1: "deservedfurtherstudy"}
    turned = b"\n".join(
        b"BT /roman 10 Tf 0 1 -1 0 %d 100 Tm (%s) Tj ET" % (200 + 12 * row, line.encode())
        for row, line in enumerate(FIRST.split("\n"))
    )
    sideways = opened(make_pdf(turned, rotate=rotate))
    assert sideways.quoted("working group and its annexes") == {1: "workinggroupanditsannexes"}


def test_marks_follow_a_page_with_another_origin(opened):
    """Boxes are right on a page whose edges do not begin at 0."""
    shifted = make_pdf([*paragraph(100, 600, FIRST)]).replace(b"[0 0 612 792]", b"[9 9 612 792]")
    assert opened(shifted).quoted("annexes, which had been circulated") == {1: "annexes,whichhadbeencirculated"}


def test_only_two_threads_align_at_once(opened, monkeypatch):
    """Alignment takes much memory for a moment, so a third thread waits until one of two is done."""
    found = opened([*paragraph(100, 600, FIRST)])
    found.boxes(1, (0, 9))  # has the page drawn: PDFium must not be used by two threads
    third = threading.Barrier(3)
    met = []

    def align(text, *_):
        with suppress(threading.BrokenBarrierError):
            met.append(third.wait(0.3))
        return [None] * len(text)

    monkeypatch.setattr("qa.viewer.word_boxes.align", align)
    with ThreadPoolExecutor(3) as pool:
        assert [looked.result() for looked in [pool.submit(found.boxes, 1, (0, 9)) for _ in range(3)]] == [[[]]] * 3
    assert met == []


@pytest.mark.slow
def test_marks_are_exact_on_real_documents():
    """On pages of resolutions and drafts, boxes of random spans lie on their characters and on no others."""
    if not UN.is_dir():
        pytest.skip("the documents of the United Nations are not part of the project")
    chance = random.Random(5)
    files = chance.sample(sorted([*UN.glob("resolutions/*.pdf"), *UN.glob("drafts/*.pdf")]), 12)
    count, wrong = check(files, 6, chance)
    assert count >= 72
    assert wrong == []
