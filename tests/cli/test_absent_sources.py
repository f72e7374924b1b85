"""What a terminal says first where the words of somebody who is not here are asked for."""

from __future__ import annotations

from dataclasses import replace

from qa.cli.terminal import render
from qa.types import Answer, SourceAsked


def test_an_absent_source_is_said_first():
    """Before the verdict; what others say is called so."""
    asked = (SourceAsked("India", "country", 0),)
    answer = Answer("q", "q", False, 0.0, "nothing-relevant", (), "g", "e", 1.0, sources_asked=asked)
    assert render(answer, columns=None).splitlines()[0] == "No document by India is here."


def test_what_others_say_is_called_so_above_every_passage(bot):
    """The absence is said first, and again above the best passage, which stands last."""
    answer = bot.ask("What did India say about drones?", k=3)
    assert len(answer.citations) == 3
    lines = render(answer, columns=None).splitlines()
    assert lines[0] == "No document by India is here."
    assert lines[2] == "What others say, the nearest last:"
    last = lines.index("What others say:")
    assert lines[last - 2] == lines[0]
    assert "Closest, but probably not an answer:" not in lines
    found = replace(answer, sources_asked=None)
    assert render(found, columns=None).splitlines()[0] == "Further passages, the nearest last:"


def test_a_year_of_a_source_that_is_here():
    """The source is named with the year that it has no document from."""
    asked = (SourceAsked("Kenya", "country", 2), SourceAsked("2009", "year", 0))
    answer = Answer("q", "q", False, 0.0, "nothing-relevant", (), "g", "e", 1.0, sources_asked=asked)
    assert render(answer, columns=None).splitlines()[0] == "No document by Kenya from 2009 is here."
