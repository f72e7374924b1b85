"""Characters of a text found on a page."""

from __future__ import annotations

from qa.viewer.alignment import align


def test_a_character_that_is_not_on_the_page_has_no_position():
    """Characters that the page lacks have no position, and those around them still have theirs."""
    positions = align("the 77 members", "of the members of")
    assert positions == [3, 4, 5, None, None, None, None, 7, 8, 9, 10, 11, 12, 13]
    assert align("", "page") == []
    assert align("text", "") == [None] * 4
