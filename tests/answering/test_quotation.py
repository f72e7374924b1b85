"""Quotations and references as text to pass on."""

from __future__ import annotations

from dataclasses import replace

from browser.fake_bot import ADOPTED

from qa.answering.quotation import quotation, reference


def test_a_quotation_is_passed_on_with_all_that_finds_it_again(fake):
    """A quotation to copy has the exact words, then title, metadata, pinpoint and document in one line."""
    citation = fake.ask(ADOPTED).citations[0]
    words, _, line = quotation(citation).rpartition("\n")
    assert words == f"“{citation.quote}”"
    assert line == (
        "— Statement by Mr. Vladimir Voronkov, Under-Secretary-General for Counter-Terrorism, "
        "United Nations Office of Counter-Terrorism, VII Moscow Conference on International Security, "
        "4-5 April 2018, Moscow, para. 14 (statement-voronkov-moscow-2018.txt)"
    )
    untitled = replace(citation, title="", metadata={}, heading="Financing")
    assert reference(untitled) == "statement-voronkov-moscow-2018.txt, under “Financing”, para. 14"
