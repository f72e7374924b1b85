"""What a terminal says first where the words of somebody who is not here are asked for."""

from __future__ import annotations

from qa.cli.terminal import render
from qa.types import Answer, SourceAsked


def test_an_absent_source_is_said_first():
    """Before the verdict; what others say is called so."""
    asked = (SourceAsked("India", "country", 0),)
    answer = Answer("q", "q", False, 0.0, "nothing-relevant", (), "g", "e", 1.0, sources_asked=asked)
    assert render(answer, columns=None).splitlines()[0] == "No document by India is here."


def test_a_year_of_a_source_that_is_here():
    """The source is named with the year that it has no document from."""
    asked = (SourceAsked("Kenya", "country", 2), SourceAsked("2009", "year", 0))
    answer = Answer("q", "q", False, 0.0, "nothing-relevant", (), "g", "e", 1.0, sources_asked=asked)
    assert render(answer, columns=None).splitlines()[0] == "No document by Kenya from 2009 is here."
