"""Pages as they look: the marks lie on the quoted words and on nothing else, and no page can do harm."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from conftest import SHARED
from make_pdf import FIRST, SECOND, Text, flate_bomb, lines, make_pdf, paragraph
from PIL import Image

from benchmarks.marks import Marked, check, plain
from qa.errors import PageError
from qa.viewer import Picture, Studio, boxes, studio
from qa.viewer.alignment import align

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


def test_a_sentence_is_marked_line_by_line(opened):
    """Each line of a passage has one box, which begins where its first word does; other words have none."""
    found = opened([*paragraph(100, 600, f"{FIRST}\n{SECOND}")])
    quote = "which had been circulated to all delegations a week before the meeting."
    start = found.document.text.index(quote)
    (placed,) = found.boxes(1, (start, start + len(quote)))
    assert [round(box.left / 5) for box in placed] == [56, 20]
    assert all(box.top < 792 - base < box.bottom for box, base in zip(placed, (588, 576), strict=True))
    assert found.quoted(quote) == {1: plain(quote)}


def test_columns_are_marked_down_the_column(opened):
    """Where the file draws two columns line by line, a paragraph's marks lie in its own column alone."""
    left, right = lines(72, 600, f"{FIRST}\n{SECOND}"), lines(345, 600, f"{SECOND}\n{FIRST}")
    found = opened([line for pair in zip(left, right, strict=True) for line in pair])
    assert found.quoted(flat(FIRST)) == {1: plain(FIRST)}
    again = found.document.text.index(flat(FIRST)) + 1
    start = found.document.text.index(flat(FIRST), again)
    (placed,) = found.boxes(1, (start, start + len(flat(FIRST))))
    assert {round(box.left) for box in placed} == {345}


def test_columns_that_resemble_each_other_are_told_apart(opened):
    """Lines that end, or begin, with the same words in both columns do not lead a mark from one into the other."""
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
    """A sentence that stands three times on a page is marked where it was quoted from."""
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
    """Each page has its own part, a word broken between them included."""
    first = paragraph(100, 120, "They met on Monday to consider the report of the inter-")
    second = lines(100, 700, "national group on the matter, and the rest was put off by them.")
    found = opened(
        [*paragraph(100, 600, "An international group is a word of this page, so we know it."), *first],
        [*second, *paragraph(100, 660, SECOND)],
    )
    quote = "report of the international group on the matter"
    assert found.quoted(quote) == {1: plain("report of the inter"), 2: plain("national group on the matter")}


def test_marks_of_notes_stay_unmarked(opened):
    """The raised figure that the reader took out of the text is not marked either, nor is the note."""
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
    """On a page that is shown turned, marks lie on the words, whether these run upright or up the page."""
    upright = opened([*paragraph(100, 600, FIRST), *paragraph(100, 540, SECOND)], rotate=rotate)
    assert upright.quoted("deserved further study") == {1: "deservedfurtherstudy"}
    turned = b"\n".join(
        b"BT /roman 10 Tf 0 1 -1 0 %d 100 Tm (%s) Tj ET" % (200 + 12 * row, line.encode())
        for row, line in enumerate(FIRST.split("\n"))
    )
    sideways = opened(make_pdf(turned, rotate=rotate))
    assert sideways.quoted("working group and its annexes") == {1: "workinggroupanditsannexes"}


def test_marks_follow_a_page_whose_corner_is_elsewhere(opened):
    """A page whose edges do not begin at 0 is marked like any other."""
    shifted = make_pdf([*paragraph(100, 600, FIRST)]).replace(b"[0 0 612 792]", b"[9 9 612 792]")
    assert opened(shifted).quoted("annexes, which had been circulated") == {1: "annexes,whichhadbeencirculated"}


def test_only_two_at_once_look_for_words_on_a_page(opened, monkeypatch):
    """Looking takes much memory for a moment, so a third thread waits until one of two is done."""
    found = opened([*paragraph(100, 600, FIRST)])
    found.boxes(1, (0, 9))  # has the page drawn: PDFium must not be used by two threads
    third = threading.Barrier(3)
    met = []

    def align(text, *_):
        with suppress(threading.BrokenBarrierError):
            met.append(third.wait(0.3))
        return [None] * len(text)

    monkeypatch.setitem(boxes.__globals__, "align", align)  # the module is hidden behind its function
    with ThreadPoolExecutor(3) as pool:
        assert [looked.result() for looked in [pool.submit(found.boxes, 1, (0, 9)) for _ in range(3)]] == [[[]]] * 3
    assert met == []


def test_a_letter_that_is_not_there_has_no_place():
    """What the page lacks is left without a place, and what surrounds it is placed all the same."""
    places = align("the 77 members", "of the members of")
    assert places == [3, 4, 5, None, None, None, None, 7, 8, 9, 10, 11, 12, 13]
    assert align("", "page") == []
    assert align("text", "") == [None] * 4


def test_marks_are_exact_on_real_documents():
    """On pages of resolutions and drafts, the marks of stretches at random lie on their letters and on no other."""
    if not UN.is_dir():
        pytest.skip("the documents of the United Nations are not part of the project")
    chance = random.Random(5)
    files = chance.sample(sorted([*UN.glob("resolutions/*.pdf"), *UN.glob("drafts/*.pdf")]), 12)
    count, wrong = check(files, 6, chance)
    assert count >= 72
    assert wrong == []


@pytest.fixture
def pages():
    return Studio()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([*paragraph(100, 600, FIRST)], [*paragraph(100, 600, SECOND)]))
    return path


def test_a_page_is_drawn_by_another_process(pages, file):
    """A page comes as a picture with its letters, the next from the same child, and again without any."""
    first = pages.picture(file, "v1", 1)
    assert first.png.startswith(b"\x89PNG")
    assert (first.pages, first.width, first.height) == (2, 612, 792)
    assert "The members of the committee" in first.letters
    assert len(first.edges) == 4 * len(first.letters)
    second = pages.picture(file, "v1", 2)
    assert "They agreed" in second.letters
    file.unlink()
    assert pages.picture(file, "v1", 1) is first
    with pytest.raises(PageError) as caught:
        pages.picture(file, "v2", 1)
    assert caught.value.reason == "damaged"


def test_a_picture_is_as_wide_as_is_said_and_shows_the_words(pages, file, tmp_path):
    """The picture is 1,600 pixels wide, white at its edge and inked where its letters are."""
    picture = pages.picture(file, "v1", 1)
    (tmp_path / "a.png").write_bytes(picture.png)
    with Image.open(tmp_path / "a.png") as image:
        assert image.width == 1_600
        place = picture.letters.index("M")
        scale = image.width / picture.width
        ink = image.convert("L").crop(tuple(round(edge * scale) for edge in picture.box(place)))
        assert min(ink.get_flattened_data()) < 64
        assert image.convert("L").getpixel((5, 5)) == 255


@pytest.mark.parametrize("page", [0, -1, 3, 20_001, 10**30])
def test_a_page_that_is_not_there_is_said(pages, file, page):
    """Any other number is no page."""
    with pytest.raises(PageError) as caught:
        pages.picture(file, "v1", page)
    assert caught.value.reason == "no-page"


@pytest.mark.parametrize(
    ("content", "reasons"),
    [(b"nothing of the kind", {"damaged"}), (b"", {"damaged"}), (flate_bomb(3 << 30), {"too-large", "timeout"})],
    ids=["no-pdf", "empty", "bomb"],
)
def test_a_page_that_cannot_be_drawn_costs_its_child_at_most(pages, file, tmp_path, content, reasons):
    """A file that cannot be drawn is said with its reason, and the next page is drawn."""
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(content)
    with pytest.raises(PageError) as caught:
        pages.picture(bad, "v1", 1)
    assert caught.value.reason in reasons
    assert pages.picture(file, "v1", 1).pages == 2


def test_a_page_that_takes_too_long_is_given_up(pages, file, monkeypatch):
    """A child that is stuck is ended after the time a page may take, and the next page comes from a new one."""
    pages.picture(file, "v1", 1)
    child = pages._idle.queue[-1]._process
    os.kill(child.pid, signal.SIGSTOP)
    monkeypatch.setattr(studio, "_PATIENCE", 0.5)
    with pytest.raises(PageError) as caught:
        pages.picture(file, "v1", 2)
    assert caught.value.reason == "timeout"
    assert child.poll() is not None
    monkeypatch.undo()
    assert pages.picture(file, "v1", 2).pages == 2


def test_a_child_that_was_ended_is_replaced(pages, file):
    """A child that dies of something else costs nobody a page: a new one draws it."""
    pages.picture(file, "v1", 1)
    os.kill(pages._idle.queue[-1]._process.pid, signal.SIGKILL)
    assert pages.picture(file, "v1", 2).pages == 2


def test_too_many_at_once_are_told_to_come_back(pages, file, monkeypatch):
    """Whoever would have to wait too long for a child is told so."""
    held = [pages._idle.get() for _ in range(2)]
    monkeypatch.setattr(studio, "_PATIENCE", 0.05)
    with pytest.raises(PageError) as caught:
        pages.picture(file, "v1", 1)
    assert caught.value.reason == "busy"
    assert len(held) == 2


def test_no_more_pictures_are_kept_than_fit(pages, file, monkeypatch):
    """Beyond its measure the oldest picture is forgotten."""
    monkeypatch.setattr(studio, "_KEPT_BYTES", 1)
    first = pages.picture(file, "v1", 1)
    pages.picture(file, "v1", 2)
    assert pages.picture(file, "v1", 1) is not first
    assert len(pages._kept) == 1


def test_a_picture_goes_through_a_pipe_and_comes_out_the_same(pages, file):
    """Packing and unpacking is lossless, and what was cut off is refused."""
    picture = pages.picture(file, "v1", 1)
    again = Picture.unpack(picture.pack())
    assert again == picture
    for size in (0, 5, 40, len(picture.pack()) - 1):
        with pytest.raises(ValueError, match="bytes"):
            Picture.unpack(picture.pack()[:size])
