"""Saved conversations together with the feedback on their answers."""

from __future__ import annotations

import pytest
from browser.fake_bot import ADOPTED

from qa.service.feedback import FeedbackStore

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")


def test_a_question_asked_alone_is_kept_as_such(fake, kept):
    """A question asked without context is saved as such, and feedback on its answer has no history either."""
    from qa.web.saved_conversations import SavedConversations, exchange_history

    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    kept.add("ada", key, fake.ask("and by whom?"), alone=True)
    kept.add("ada", key, fake.ask("and by whom?"))
    exchanges = kept.exchanges("ada", key)
    assert [exchange.alone for exchange in exchanges] == [False, True, False]
    assert [len(exchange_history(exchanges, place)) for place in range(3)] == [0, 0, 3]
    feedback = FeedbackStore()
    page = SavedConversations(kept, feedback)
    page.toggle_verdict("ada", key, 2, None)
    assert [one.history for one in feedback.entries()] == [()]
    assert page.verdicts("ada", exchanges) == [{}, {None: "no-answer"}, {}]


def test_a_question_asked_instead_of_another_has_the_history_of_the_other(fake, kept):
    """The history of a corrected question ends before the question that it replaces."""
    from qa.web.saved_conversations import exchange_history

    key, _ = kept.add("ada", None, fake.ask(ADOPTED))
    kept.add("ada", key, fake.ask("and by whmo?"))
    kept.add("ada", key, fake.ask("and by whom?"), instead="and by whmo?")
    kept.add("ada", key, fake.ask("and when?"), instead="never asked")
    exchanges = kept.exchanges("ada", key)
    assert [turn.text for turn in exchange_history(exchanges, 2)] == [ADOPTED, exchanges[0].answer.citations[0].quote]
    assert len(exchange_history(exchanges, 3)) == 4
