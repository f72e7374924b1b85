"""Pages drawn by child processes: the images, their cache, and pages that cannot be drawn."""

from __future__ import annotations

import os
import signal

import pytest
from make_pdf import FIRST, SECOND, flate_bomb, make_pdf, paragraph
from PIL import Image

from qa.errors import PageError
from qa.viewer import PageImage, PageRenderer


@pytest.fixture
def renderer():
    return PageRenderer()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([*paragraph(100, 600, FIRST)], [*paragraph(100, 600, SECOND)]))
    return path


@pytest.mark.slow
def test_a_page_is_drawn_by_another_process(renderer, file):
    """A page is an image with its characters; the next page comes from the same child, the first from the cache."""
    first = renderer.render(file, "v1", 1)
    assert first.png.startswith(b"\x89PNG")
    assert (first.pages, first.width, first.height) == (2, 612, 792)
    assert "The members of the committee" in first.characters
    assert len(first.edges) == 4 * len(first.characters)
    second = renderer.render(file, "v1", 2)
    assert "They agreed" in second.characters
    file.unlink()
    assert renderer.render(file, "v1", 1) is first
    with pytest.raises(PageError) as caught:
        renderer.render(file, "v2", 1)
    assert caught.value.reason == "damaged"


def test_an_image_shows_the_words_at_their_boxes(renderer, file, tmp_path):
    """The image is 1,600 pixels wide, white at its edge and dark where its characters are."""
    page = renderer.render(file, "v1", 1)
    (tmp_path / "a.png").write_bytes(page.png)
    with Image.open(tmp_path / "a.png") as image:
        assert image.width == 1_600
        scale = image.width / page.width
        box = page.box(page.characters.index("M"))
        ink = image.convert("L").crop(tuple(round(edge * scale) for edge in box))
        assert min(ink.get_flattened_data()) < 64
        assert image.convert("L").getpixel((5, 5)) == 255


@pytest.mark.parametrize("page", [0, -1, 3, 20_001, 10**30])
def test_a_missing_page_is_an_error(renderer, file, page):
    """Any other number is refused as no page."""
    with pytest.raises(PageError) as caught:
        renderer.render(file, "v1", page)
    assert caught.value.reason == "no-page"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "reasons"),
    [(b"nothing of the kind", {"damaged"}), (b"", {"damaged"}), (flate_bomb(3 << 30), {"too-large", "timeout"})],
    ids=["no-pdf", "empty", "bomb"],
)
def test_a_page_that_cannot_be_drawn_harms_no_other(renderer, file, tmp_path, content, reasons):
    """A file that cannot be drawn raises with its reason, and the next page is drawn."""
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(content)
    with pytest.raises(PageError) as caught:
        renderer.render(bad, "v1", 1)
    assert caught.value.reason in reasons
    assert renderer.render(file, "v1", 1).pages == 2


@pytest.mark.slow
def test_a_page_that_takes_too_long_is_given_up(renderer, file, monkeypatch):
    """A child that hangs is ended after the time for a page, and a new child draws the next page."""
    renderer.render(file, "v1", 1)
    child = renderer._idle.queue[-1]._process
    os.kill(child.pid, signal.SIGSTOP)
    monkeypatch.setattr("qa.viewer.renderer._MAX_SECONDS", 0.5)
    with pytest.raises(PageError) as caught:
        renderer.render(file, "v1", 2)
    assert caught.value.reason == "timeout"
    assert child.poll() is not None
    monkeypatch.undo()
    assert renderer.render(file, "v1", 2).pages == 2


@pytest.mark.slow
def test_a_child_that_died_is_replaced(renderer, file):
    """If a child was killed, a new child draws the page."""
    renderer.render(file, "v1", 1)
    os.kill(renderer._idle.queue[-1]._process.pid, signal.SIGKILL)
    assert renderer.render(file, "v1", 2).pages == 2


def test_too_many_requests_at_once_are_refused_as_busy(renderer, file, monkeypatch):
    """A request that would wait too long for a child raises with the reason busy."""
    taken = [renderer._idle.get() for _ in range(2)]
    monkeypatch.setattr("qa.viewer.renderer._MAX_SECONDS", 0.05)
    with pytest.raises(PageError) as caught:
        renderer.render(file, "v1", 1)
    assert caught.value.reason == "busy"
    assert len(taken) == 2


@pytest.mark.slow
def test_the_cache_has_a_limit(renderer, file, monkeypatch):
    """Above its size the oldest image leaves the cache."""
    monkeypatch.setattr("qa.viewer.renderer._CACHE_BYTES", 1)
    first = renderer.render(file, "v1", 1)
    renderer.render(file, "v1", 2)
    assert renderer.render(file, "v1", 1) is not first
    assert len(renderer._cache) == 1


def test_an_image_is_packed_without_loss(renderer, file):
    """Unpacking returns the same image, and bytes that were cut off are refused."""
    image = renderer.render(file, "v1", 1)
    again = PageImage.unpack(image.pack())
    assert again == image
    for size in (0, 5, 40, len(image.pack()) - 1):
        with pytest.raises(ValueError, match="bytes"):
            PageImage.unpack(image.pack()[:size])
