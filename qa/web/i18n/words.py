"""What the interface can say: a record of every word, of which ``qa.web.i18n.strings`` has one in each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.types import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The interface's words in one language; a pair is what is said of one thing and of several.

    ``language`` is its BCP 47 tag, ``name`` what its speakers call it, ``path`` where its page is
    below the server's address. In what ends in ``_of``, ``{}`` is filled in.
    """

    language: str
    name: str
    path: str
    thousands: str

    tagline: str
    start_title: str
    start_text: str
    examples: str
    new_conversation: str
    conversation: str
    question_label: str
    question_placeholder: str
    ask: str
    searching: str
    no_question: str
    asked_as: str
    ask_alone: str
    asked_alone: str
    did_you_mean: str
    suggested: str
    suggestions_of: tuple[str, str]
    asked_before: str
    in_documents: str
    quoted_of: str
    premise_other_of: str
    premise_lacking_of: str
    other_language: str
    why: str
    why_question: str
    why_passage: str
    why_share: str
    why_title: str
    why_sum_of: str
    parts: Mapping[str, str]

    answered: str
    perhaps_answered: str
    not_answered: str
    closest: str
    reasons: Mapping[Reason, str]
    no_reason: str
    levels: Mapping[str, str]
    percent_of: str
    further_of: tuple[str, str]
    also_documents_of: tuple[str, str]
    also_places_of: tuple[str, str]
    characters_of: str

    failed: str
    busy: str
    too_many: str
    unreachable: str

    source: str
    source_text: str
    opens_source: str
    close: str
    back: str
    source_missing: str
    source_failed: str
    source_unreachable: str
    view_label: str
    text_view: str
    page_view: str
    pages_label: str
    page_of: str
    page_of_all: str
    previous_page: str
    next_page: str
    to_passage_of: str
    larger: str
    download: str
    picture_of: str
    marked_here: str
    nothing_marked: str
    file_changed: str
    passage_changed: str
    page_problems: Mapping[str, str]
    no_documents: str
    one_document: str
    documents_of: str
    paragraph_of: str

    copy_quotation: str
    quotation_copied: str
    copy_link: str
    link_copied: str
    copy_failed: str
    right_passage: str
    right_noted: str
    no_answer_here: str
    no_answer_noted: str
    withdrawn: str
    feedback_failed: str

    conversations: str
    conversations_text: str
    no_conversations: str
    rename: str
    delete: str
    delete_really: str
    cancel: str
    save: str
    title_label: str
    export_as: str
    exported_of: str
    span_of: str
    renamed: str
    deleted: str
    opened: str
    conversation_missing: str
    conversation_failed: str
    conversations_failed: str
    questions_of: tuple[str, str]

    sign_in: str
    sign_in_text: str
    sign_out: str
    user_name: str
    password: str
    sign_in_failed: str
    sign_in_wait_of: str

    def confidence(self, level: str, probability: float) -> str:
        """Say a probability in words, with the number: ``high confidence (93 %)``; never a certainty."""
        percent = min(max(round(100 * probability), 1), 99)
        return f"{self.levels[level]} ({self.percent_of.format(percent)})"

    def documents(self, count: int) -> str:
        """Say how many documents there are to ask."""
        return self.documents_of.format(self._number(count)) if count else self.no_documents

    def further(self, count: int) -> str:
        """Name the passages after the first."""
        return self._counted(self.further_of, count)

    def also_in(self, count: int, *, documents: bool) -> str:
        """Name the near-identical passages of other documents, or of other places where a document has several."""
        return self._counted(self.also_documents_of if documents else self.also_places_of, count)

    def span(self, start: int, end: int) -> str:
        """Say which characters of a document were quoted, counted from 1 as people count."""
        return self.span_of.format(self._number(start + 1), self._number(end))

    def questions(self, count: int) -> str:
        """Say how many questions a conversation has."""
        return self._counted(self.questions_of, count)

    def suggestions(self, count: int) -> str:
        """Say to a screen reader how many questions are offered; nothing where there are none."""
        return self._counted(self.suggestions_of, count) if count else ""

    def paragraph(self, number: int) -> str:
        """Say to a screen reader which paragraph follows."""
        return self.paragraph_of.format(number)

    def page(self, number: int) -> str:
        """Name a page."""
        return self.page_of.format(number)

    def page_among(self, number: int, count: int) -> str:
        """Say which of a document's pages is shown."""
        return self.page_of_all.format(number, count)

    def picture(self, number: int, title: str) -> str:
        """Say to whoever does not see it what the picture of a page is."""
        return self.picture_of.format(number, title)

    def to_passage(self, number: int) -> str:
        """Name the way back to the page of the passage."""
        return self.to_passage_of.format(number)

    def characters(self, count: int) -> str:
        """Say how long a shortened question was."""
        return self.characters_of.format(self._number(count))

    def sign_in_wait(self, seconds: int) -> str:
        """Say how long somebody has to wait who gave wrong passwords."""
        return self.sign_in_wait_of.format(self._number(seconds))

    def said_found(self, verdict: str, title: str, pinpoint: str, words: str) -> str:
        """Say an answer to a screen reader: how sure it is and where it stands, then its words."""
        return f"{verdict}. {title}, {pinpoint}: {words}"

    def said_not_found(self, reason: str) -> str:
        """Say to a screen reader that there is no answer."""
        return f"{self.not_answered} {reason}"

    def _counted(self, forms: tuple[str, str], count: int) -> str:
        return forms[0] if count == 1 else forms[1].format(self._number(count))

    def _number(self, number: int) -> str:
        return f"{number:,}".replace(",", self.thousands)
